"""Loads damaged and hostile files one after another, until one is not refused as it should be.

    fuzzing.py SEED INPUTS FOLDER

It prints each input before it is tried, so that the last line is the one that a crash, a hang or the
system's memory ended on, and leaves that input's files in FOLDER. Run by `test_fuzz.py`. The files are made
in `fuzzed_files.py`, by the modules next to it: one for each form that files have.
"""

import contextlib
import faulthandler
import io
import os
import pathlib
import random
import resource
import sys
import tempfile
import time
import unicodedata
import warnings

# As the tests do, which are not run by pytest here.
sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from keras_inits import cli
from keras_inits.saved_models import filling, load, upgrade
from keras_inits.saved_models.config.context import UpgradeError
from keras_inits.saved_models.files import bytecode, guard, reading, stored
from keras_inits.saved_models.weights import moving
from saved_models import fuzzed_files, recorded_models

# Of wall-clock time: far more than any takes, for the machine may be busy. And of the processor's.
LONGEST, MOST_SECONDS = 90.0, 30.0
# Of addresses, of which libraries ask for more than they use.
MOST_MEMORY = 6 * 2**30
CLEAR = (
    reading.NotAModelError,
    UpgradeError,
    moving.WeightsError,
    stored.StoredWeightsError,
    guard.DamagedFileError,
    OSError,
)
# What a file must not make a process do, as Python's audit hooks call it.
FORBIDDEN = (
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "subprocess.Popen",
    "socket.getaddrinfo",
    "socket.connect",
    "pickle.find_class",
)
ACTIONS = (
    "load_model",
    "load_model",
    "load_model",
    "load_weights",
    "load_weights",
    "inspect",
    "show",
    "upgrade",
)


class Unsafe(BaseException):
    """The file made the process do something."""


def starts_the_guards_trial(event, args):
    """Whether an event is the start of the process in which the guard tries a file."""
    # Which of the two events there are depends on the version of Python.
    starts = event in ("subprocess.Popen", "os.posix_spawn")
    return starts and list(args[1][: len(guard.TRIAL)]) == guard.TRIAL


class Watch:
    """Sees what the process does: code that is run, files that are read or written, addresses looked up."""

    def __init__(self, folder):
        self.folder = folder
        # Code that a file holds would make this file; who reads that one waits until the time is over.
        self.evidence = folder / "evidence"
        self.bait = folder / "bait"
        os.mkfifo(self.bait)
        # Where no file that is read may lie.
        self.elsewhere = folder / "elsewhere"
        self.elsewhere.mkdir()
        (self.elsewhere / "bait.txt").write_bytes(b"secret\n" * 1000)
        self.seen = []
        sys.addaudithook(self.hook)

    def link(self, path, choose):
        """Makes a link to what lies elsewhere; some ways to it go through another link."""
        target = choose.choice(
            (self.bait, self.elsewhere / "bait.txt", "../../elsewhere/bait.txt", self.elsewhere)
        )
        if not path.exists() and not path.is_symlink():
            path.symlink_to(target)

    def hook(self, event, args):
        if event in FORBIDDEN and not starts_the_guards_trial(event, args):
            self.seen.append(f"{event}{args}")
            raise Unsafe(event)
        if event == "open" and isinstance(args[0], (str, bytes)):
            path, _, flags = args
            real = os.path.realpath(os.fsdecode(path))
            if real.startswith(str(self.elsewhere)):
                self.seen.append(f"reads {path}")
                raise Unsafe(path)
            inside = real.startswith((str(self.folder), "/dev/", "/proc/"))
            if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and not inside:
                self.seen.append(f"writes {path}")
                raise Unsafe(path)

    def check(self):
        assert not self.evidence.exists(), "code of the file was run"
        assert not self.seen, f"the file made the process do this: {self.seen}"


class Spent:
    """How much memory and time on the processor something takes."""

    def __enter__(self):
        with contextlib.suppress(OSError):  # Some containers have no such file.
            pathlib.Path("/proc/self/clear_refs").write_text("5")  # The peak is counted from here on.
        self._memory, self._seconds = self._peak(), time.process_time()
        return self

    def __exit__(self, *error):
        self.memory = self._peak() - self._memory
        self.seconds = time.process_time() - self._seconds

    def _peak(self):
        lines = pathlib.Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def check_text(text, also=""):
    """Sees that a text has nothing that a terminal would obey."""
    bad = {c for c in text if unicodedata.category(c) in ("Cc", "Cf") and c not in also}
    assert not bad, f"control characters {bad} in {text[:2000]!r}"


def clear(action):
    """Does something that may fail, but only with an error that says why."""
    try:
        return action()
    except CLEAR as error:
        assert str(error).strip(), "an error without a word"
        assert len(str(error)) < 100_000, f"an error of {len(str(error))} characters"
        # Others may have Keras' own words, which quote a config as it is: the command alone escapes them.
        if isinstance(error, (reading.NotAModelError, stored.StoredWeightsError, guard.DamagedFileError)):
            check_text(str(error), also="\n\t")


def command(*arguments):
    """Runs a command, and looks at what it prints."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.main(list(arguments))
    assert code in (0, 1, 2), f"exit code {code}"
    check_text(out.getvalue(), also="\n")
    check_text(err.getvalue(), also="\n")


def attempt(action, one):
    """Does one thing with an input."""
    if one.code is not None:  # Where a lambda is refused, its other errors would not be seen.
        with contextlib.suppress(bytecode.NotArithmeticError):
            bytecode.read(one.code)
    model = one.model() if action == "load_weights" and one.model else None
    if action in ("inspect", "show"):
        command(action, "--json" * (one.path.suffix != ".yaml") or "--", str(one.path))
    elif (
        action == "upgrade" and one.path.suffix != ".h5"
    ):  # Which is only read once another process tried it.
        clear(lambda: upgrade.upgrade_config(reading.read(one.path).config))
    elif model is not None:
        clear(lambda: filling.load_weights(model, one.weights))
    else:
        clear(lambda: load.load_model(one.path, **one.arguments))


def name_of(number, names):
    """Returns the format of an input: each in turn, or the only one that is asked for."""
    asked = os.environ.get("KERAS_INITS_FUZZ_FORMAT")
    if asked and asked not in names:
        sys.exit(f"KERAS_INITS_FUZZ_FORMAT={asked} is none of {', '.join(names)}")
    return asked or names[number % len(names)]


def main(first, count, folder):
    os.chdir(folder)
    tempfile.tempdir = str(folder)
    warnings.simplefilter("ignore")
    load.load_model(
        next(recorded_models.FOLDER.glob("*.keras"))
    )  # Keras and TensorFlow import more as they go.
    soft = resource.getrlimit(resource.RLIMIT_AS)[1]
    now = int(pathlib.Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + MOST_MEMORY, soft))
    watch = Watch(pathlib.Path(folder).resolve())
    inputs = fuzzed_files.Inputs(watch, watch.folder / "input")
    for seed in range(first, first + count):
        faulthandler.dump_traceback_later(LONGEST, exit=True)
        choose = random.Random(seed)
        name, action = name_of(seed, list(inputs.formats)), choose.choice(ACTIONS)
        one = inputs.make(choose, name)
        asked = f"KERAS_INITS_FUZZ_FORMAT={name} KERAS_INITS_FUZZ_SEED={seed}"
        print(f"{asked} {action}({str(one.path)!r}, {one.arguments})", flush=True)
        with Spent() as spent:
            attempt(action, one)
        watch.check()
        assert spent.memory < one.memory, f"{spent.memory / 2**20:.0f} MiB"
        assert spent.seconds < MOST_SECONDS, f"{spent.seconds:.0f} seconds on the processor"
    faulthandler.cancel_dump_traceback_later()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
