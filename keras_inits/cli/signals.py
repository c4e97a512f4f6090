"""Ends the command in order where the system tells it to end, so that it removes what is half written."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any, NoReturn

from keras_inits.cli import exit_codes

# The signals that ask a program to end, those that this platform has, and what the command ends with.
EXIT_CODES = {
    getattr(signal, name): code
    for name, code in {"SIGHUP": exit_codes.HUNG_UP, "SIGTERM": exit_codes.TERMINATED}.items()
    if hasattr(signal, name)
}


class EndedError(BaseException):
    """The system asks the command to end; like `KeyboardInterrupt`, no fault of the file at work."""

    def __init__(self, number: int):
        super().__init__(f"ended by {signal.Signals(number).name}")
        self.exit_code = EXIT_CODES[number]


@contextlib.contextmanager
def raised() -> Iterator[None]:
    """Opens a block in which such a signal raises an `EndedError`, once.

    A signal that has a handler keeps it, and one that is ignored, as by `nohup`, stays so.
    """
    is_main = threading.current_thread() is threading.main_thread()  # Others can set no handler.
    taken = [number for number in EXIT_CODES if is_main and signal.getsignal(number) == signal.SIG_DFL]

    def end(number: int, frame: Any) -> NoReturn:
        # A terminal that closes tells it twice; what is half written is being removed then.
        for one in taken:
            signal.signal(one, signal.SIG_IGN)
        raise EndedError(number)

    for number in taken:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)
