//! The `hnp` binary: everything it does is in `hnp-cli`.

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    hnp_cli::main()
}
