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
# After how many seconds a signal whose error was dropped is sent again.
_AGAIN_AFTER = 0.01


class EndedError(BaseException):
    """The system asks the command to end; like `KeyboardInterrupt`, no fault of the file at work."""

    def __init__(self, number: int):
        super().__init__(f"ended by {signal.Signals(number).name}")
        self.number = number
        self.exit_code = EXIT_CODES[number]


@contextlib.contextmanager
def raised() -> Iterator[None]:
    """Opens a block in which such a signal raises an `EndedError`.

    A signal that comes while what is half written is being removed for another does nothing. Where Python
    drops the error, as in a destructor, it is raised again soon after; where somebody else's code catches
    it, it is raised at the next signal, and at the end of the block.

    A signal that has a handler keeps it, and one that is ignored, as by `nohup`, stays so.
    """
    is_main = threading.current_thread() is threading.main_thread()  # Others can set no handler.
    taken = [number for number in EXIT_CODES if is_main and signal.getsignal(number) == signal.SIG_DFL]
    asked: list[int] = []

    def end(number: int, frame: Any) -> None:
        asked.append(number)
        if not _is_ending(sys.exc_info()[1]):  # A terminal that closes tells it twice.
            raise EndedError(number)

    for number in taken:
        signal.signal(number, end)
    try:
        with _dropped_errors_raised_again():
            yield
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)
        if asked and not _is_ending(sys.exc_info()[1]):
            raise EndedError(asked[0])


def _is_ending(error: BaseException | None) -> bool:
    """Whether an error, or one during whose handling it was raised, asks the command to end."""
    while error is not None and not isinstance(error, EndedError):
        error = error.__context__
    return error is not None


@contextlib.contextmanager
def _dropped_errors_raised_again() -> Iterator[None]:
    """Opens a block in which a signal whose error Python drops, as in a destructor, is sent again."""
    before = sys.unraisablehook
    timers = []

    def again(dropped: Any) -> None:
        if isinstance(dropped.exc_value, EndedError):
            # Sent here, it would be handled here, and be dropped, too.
            timers.append(threading.Timer(_AGAIN_AFTER, signal.raise_signal, [dropped.exc_value.number]))
            timers[-1].start()
        else:
            before(dropped)

    sys.unraisablehook = again
    try:
        yield
    finally:
        sys.unraisablehook = before
        for timer in timers:  # None sends its signal where the block's handlers are gone.
            timer.cancel()
            timer.join()
