#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| bastide_fuzz_targets::run("event_stream", data));
