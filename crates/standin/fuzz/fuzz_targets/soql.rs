//! SOQL statements: never a panic.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| calbridge_standin::fuzzing::soql(text));
