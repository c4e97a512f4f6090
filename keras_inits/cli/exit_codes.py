"""The numbers that the `keras-inits` command ends with."""

OK = 0
NOT_UPGRADED = 1
FAILED = 2  # What argparse ends with for wrong arguments, too.
HUNG_UP = 129  # What a shell says of a program that SIGHUP ended.
INTERRUPTED = 130  # What a shell says of a program that Ctrl-C ended.
BROKEN_PIPE = 141  # What a shell says of a program that SIGPIPE ended.
TERMINATED = 143  # What a shell says of a program that SIGTERM ended.

# As `--help` and docs/command.md say them.
MEANINGS = {
    OK: "all is well",
    NOT_UPGRADED: "upgrade: a file was not upgraded",
    FAILED: "wrong arguments, or a file that cannot be read",
    HUNG_UP: "the terminal was closed, or SIGHUP sent",
    INTERRUPTED: "interrupted with Ctrl-C",
    BROKEN_PIPE: "whatever read the output has ended",
    TERMINATED: "ended with SIGTERM, as by kill or a shutdown",
}
