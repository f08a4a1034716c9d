//! One file per operation.

bastide_kernel::ops! {
    assume_role::AssumeRole,
    get_access_key_info::GetAccessKeyInfo,
    get_caller_identity::GetCallerIdentity,
    get_session_token::GetSessionToken,
}
