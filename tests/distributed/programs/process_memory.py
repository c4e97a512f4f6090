"""What memory processes have, as Linux tells it."""

import pathlib
import re


def megabytes(name, pid="self"):
    """`VmRSS` is what a process has, `VmHWM` the most that it had."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"^{name}:\s+(\d+)", status, re.M)[1]) / 1024


def growth(make):
    """How many megabytes the peak of memory is over what is held before, and what was made."""
    before = megabytes("VmRSS")
    pathlib.Path("/proc/self/clear_refs").write_text("5")  # The peak is from here on.
    made = make()
    return megabytes("VmHWM") - before, made
