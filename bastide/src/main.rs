fn main() -> std::process::ExitCode {
    bastide::main()
}
