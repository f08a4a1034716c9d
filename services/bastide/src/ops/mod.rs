//! One file per operation.

bastide_kernel::ops! {
    advance_clock::AdvanceClock,
    delete_snapshot::DeleteSnapshot,
    explain_call::ExplainCall,
    fork_state::ForkState,
    freeze_clock::FreezeClock,
    get_clock::GetClock,
    get_status::GetStatus,
    list_calls::ListCalls,
    list_snapshots::ListSnapshots,
    reset_state::ResetState,
    restore_snapshot::RestoreSnapshot,
    resume_clock::ResumeClock,
    save_snapshot::SaveSnapshot,
}
