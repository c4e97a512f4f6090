"""The command ends in order where the system tells it to."""

import contextlib
import os
import signal
import sys
import threading
import time

import pytest

from cli.model_files import DATA
from keras_inits import cli
from keras_inits.cli import exit_codes, inspect_command, signals
from keras_inits.saved_models import convert

OLD = DATA / "1.1.2-highway.h5"
KNOWN = sorted(signals.EXIT_CODES)


@pytest.fixture(autouse=True)
def _as_a_shell_starts_a_program():
    """Whoever starts the tests may have some of them ignored."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in KNOWN}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def handlers():
    return [signal.getsignal(number) for number in KNOWN]


@pytest.mark.parametrize("number", KNOWN)
def test_a_signal_ends_the_command_as_a_shell_says(number, capsys, monkeypatch):
    monkeypatch.setattr(inspect_command, "_reports", lambda arguments: signal.raise_signal(number))
    assert cli.main(["inspect", "m.h5"]) == 128 + number
    assert capsys.readouterr() == ("", f"keras-inits: ended by {signal.Signals(number).name}\n")


@pytest.mark.parametrize("number", KNOWN)
def test_nothing_half_written_is_left(number, tmp_path, monkeypatch):
    (tmp_path / "new.keras").write_text("what was there")

    def save(model, path):
        with open(path, "w") as file:
            file.write("half of it")
            signal.raise_signal(number)

    monkeypatch.setattr(convert, "_save", save)
    assert cli.main(["upgrade", str(OLD), str(tmp_path / "new.keras")]) == signals.EXIT_CODES[number]
    assert os.listdir(tmp_path) == ["new.keras"]
    assert (tmp_path / "new.keras").read_text() == "what was there"


def test_a_terminal_that_is_gone(monkeypatch):
    class Gone:
        def isatty(self):
            return False

        def write(self, text):
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(sys, "stderr", Gone())
    monkeypatch.setattr(inspect_command, "_reports", lambda arguments: signal.raise_signal(KNOWN[0]))
    assert cli.main(["inspect", "m.h5"]) == signals.EXIT_CODES[KNOWN[0]]


def test_a_second_signal_does_not_disturb_the_first():
    done = []
    with pytest.raises(signals.EndedError), signals.raised():
        try:
            signal.raise_signal(KNOWN[0])
        finally:
            for number in KNOWN:
                signal.raise_signal(number)
            done.append("removed")
    assert done == ["removed"]


def is_ended(seconds=60):
    """Works on for so long, and returns whether it was ended on the way."""
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            time.sleep(0.01)
    except signals.EndedError:
        return True
    return False


def caught():
    """Is told to end in code of somebody else's that catches everything."""
    with contextlib.suppress(BaseException):
        signal.raise_signal(KNOWN[0])


class Half:
    """What is told to end while Python runs its destructor, where it drops every error."""

    def __del__(self):
        signal.raise_signal(KNOWN[0])


reminded = pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="the platform has no timer of signals")


@reminded
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_error_that_python_drops_is_raised_again():
    half = Half()
    with pytest.raises(signals.EndedError), signals.raised():
        del half
        assert is_ended()


@reminded
def test_an_error_that_is_caught_is_raised_until_the_block_ends():
    with pytest.raises(signals.EndedError), signals.raised():
        caught()
        assert is_ended()
        assert is_ended()


@reminded
def test_no_reminder_disturbs_what_is_cleaned_up():
    done = []
    with pytest.raises(signals.EndedError), signals.raised():
        try:
            signal.raise_signal(KNOWN[0])
        finally:
            with contextlib.suppress(ValueError):
                raise ValueError
            done.append(is_ended(seconds=5 * signals._REMINDED_AFTER))
    assert done == [False]


@reminded
def test_no_reminder_is_left():
    with pytest.raises(signals.EndedError), signals.raised():
        caught()
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) == signal.SIG_DFL


@reminded
def test_an_alarm_of_ones_own_is_kept():
    before = signal.signal(signal.SIGALRM, lambda number, frame: None)
    handler = signal.getsignal(signal.SIGALRM)
    try:
        with pytest.raises(signals.EndedError), signals.raised():
            caught()
        assert signal.getsignal(signal.SIGALRM) == handler
    finally:
        signal.signal(signal.SIGALRM, before)


def test_an_error_that_is_caught_is_raised_at_the_end():
    with pytest.raises(signals.EndedError), signals.raised():
        caught()


def test_an_error_that_somebody_else_makes_another_of_is_raised_at_the_end():
    with pytest.raises(signals.EndedError), signals.raised():
        caught()
        raise ValueError("the callback failed")


def test_handlers_are_put_back():
    with signals.raised():
        assert signal.SIG_DFL not in handlers()
    assert set(handlers()) == {signal.SIG_DFL}


@pytest.mark.parametrize("handler", [signal.SIG_IGN, lambda number, frame: None])
def test_a_handler_of_ones_own_is_kept(handler):
    for number in KNOWN:
        signal.signal(number, handler)
    with signals.raised():
        assert set(handlers()) == {handler}
    assert set(handlers()) == {handler}


def test_only_the_main_thread_has_handlers():
    found = []

    def run():
        with signals.raised():
            found.extend(handlers())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert set(found) == {signal.SIG_DFL}


def test_each_exit_code_has_a_meaning():
    assert set(signals.EXIT_CODES.values()) <= exit_codes.MEANINGS.keys()
