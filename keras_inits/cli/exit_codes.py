"""The numbers that the `keras-inits` command ends with."""

OK = 0
NOT_UPGRADED = 1
FAILED = 2  # What argparse ends with for wrong arguments, too.
BROKEN_PIPE = 141  # What a shell says of a program that SIGPIPE ended.
