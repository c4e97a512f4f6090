"""Ends the command in order where the system tells it to end, so that it removes what is half written."""

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any

from keras_inits.cli import exit_codes

# The signals that ask a program to end, those that this platform has, and what the command ends with.
EXIT_CODES = {
    getattr(signal, name): code
    for name, code in {"SIGHUP": exit_codes.HUNG_UP, "SIGTERM": exit_codes.TERMINATED}.items()
    if hasattr(signal, name)
}
# What reminds it to end, where the platform has it, and after how many seconds each time.
_REMINDER = getattr(signal, "SIGALRM", None)
_REMINDED_AFTER = 0.1


class EndedError(BaseException):
    """The system asks the command to end; like `KeyboardInterrupt`, no fault of the file at work."""

    def __init__(self, number: int):
        super().__init__(f"ended by {signal.Signals(number).name}")
        self.exit_code = EXIT_CODES[number]


@contextlib.contextmanager
def raised() -> Iterator[None]:
    """Opens a block in which such a signal raises an `EndedError`.

    Python drops an error that is raised in a destructor, and somebody else's code may catch any. So it is
    raised again and again until the block ends, but not while something is cleaned up for it.

    A signal that has a handler keeps it, and one that is ignored, as by `nohup`, stays so.
    """
    is_main = threading.current_thread() is threading.main_thread()  # Others can set no handler.
    taken = [number for number in EXIT_CODES if is_main and signal.getsignal(number) == signal.SIG_DFL]
    asked: list[int] = []

    def end(number: int, frame: Any) -> None:
        asked.append(number)
        if _REMINDER is not None and signal.getsignal(_REMINDER) in (signal.SIG_DFL, end):
            signal.signal(_REMINDER, end)
            signal.setitimer(signal.ITIMER_REAL, _REMINDED_AFTER)
        if not _is_ending(sys.exc_info()[1]):
            raise EndedError(asked[0])

    for number in taken:
        signal.signal(number, end)
    try:
        yield
    finally:
        if _REMINDER is not None and signal.getsignal(_REMINDER) == end:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(_REMINDER, signal.SIG_DFL)
        for number in taken:
            signal.signal(number, signal.SIG_DFL)
        if asked and not _is_ending(sys.exc_info()[1]):
            raise EndedError(asked[0])


def _is_ending(error: BaseException | None) -> bool:
    """Whether an error, or one during whose handling it was raised, asks the command to end."""
    while error is not None and not isinstance(error, EndedError):
        error = error.__context__
    return error is not None
