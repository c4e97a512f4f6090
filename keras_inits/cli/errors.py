"""The error that ends a command with one line on stderr."""


class CommandError(Exception):
    """What a user can mend: a missing file, or arguments that do not fit together.

    Its message is printed after `keras-inits: `, and the exit code is `exit_codes.FAILED`.
    """
