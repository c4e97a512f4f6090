"""Time and memory of loading models with the package, compared with Keras 3, tf_keras and torch.

    pip install -e '.[bench]'
    python benchmarks/loading.py                    # writes docs/loading.md and docs/loading.png
    python benchmarks/loading.py --quick            # a small file, writes nothing: checks that it runs
    python benchmarks/loading.py --models FOLDER    # each `.h5` and `.keras` file in a folder: time, as a share of stock's

Each load is measured in a process of its own, after the libraries are imported and have computed something; the
processes of a case run in turns, and medians are shown. Memory is the peak over what was in use before, as Linux tells
it. torch loads a `state_dict` into a model on its `meta` device with `assign=True`: what can be had.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
from typing import Any

import run

SIZES = {1: (1, 512), 8: (2, 1024), 64: (4, 2048), 256: (4, 4096), 1024: (16, 4096), 2048: (32, 4096)}
LIBRARIES = {"keras_inits in Keras 3": "0", "Keras 3": "0", "keras_inits in tf_keras": "1", "tf_keras": "1"}
ROUNDS = 3
# The longest load that is waited for.
SECONDS = 120

MEASURE = """
def status(name):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name + ":")) / 1024

def measured(load):
    import time
    before = status("VmRSS")
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")  # The peak is from here on.
    start = time.perf_counter()
    model = load()
    print(time.perf_counter() - start, status("VmHWM") - before)
"""
LOAD = (
    MEASURE
    + """
import sys
import tensorflow as tf
models = tf.keras.models
tf.zeros(8) + 1
if sys.argv[1].startswith("keras_inits"):
    import keras_inits
    load_model = keras_inits.load_model
    measured(lambda: load_model(sys.argv[2]))
else:
    measured(lambda: models.load_model(sys.argv[2], compile=False))
"""
)
MAKE = """
import sys
import tensorflow as tf
count, side = map(int, sys.argv[2:])
layers = [tf.keras.layers.Dense(side, use_bias=False) for _ in range(count)]
tf.keras.Sequential([tf.keras.Input((side,)), *layers]).save(sys.argv[1])
"""
MODEL_OF_TORCH = """
import sys
import torch
count, side = map(int, sys.argv[2:])
def model():
    return torch.nn.Sequential(*[torch.nn.Linear(side, side, bias=False) for _ in range(count)])
"""
MAKE_TORCH = MODEL_OF_TORCH + "torch.save(model().state_dict(), sys.argv[1])"
LOAD_TORCH = (
    MODEL_OF_TORCH
    + MEASURE
    + """
torch.zeros(8) + 1
def load():
    with torch.device("meta"):
        empty = model()
    empty.load_state_dict(torch.load(sys.argv[1]), assign=True)
    return empty
measured(load)
"""
)


def output(program: str, *arguments: Any, legacy: str = "0") -> str | None:
    """What a program prints in a process of its own, None where it fails or takes too long."""
    environment = {**os.environ, "TF_USE_LEGACY_KERAS": legacy}
    command = [sys.executable, "-W", "ignore", "-c", program, *map(str, arguments)]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=True
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    return done.stdout


def numbers(text: str | None) -> tuple[float, float] | None:
    """Seconds and MiB, as `measured` prints them."""
    if not text:
        return None
    seconds, memory = map(float, text.split()[-2:])
    return seconds, memory


def medians(found: list[tuple[float, float] | None]) -> tuple[float, float] | None:
    """The medians of seconds and MiB, None where one load failed."""
    if None in found:
        return None
    return tuple(statistics.median(values) for values in zip(*found))


def by_size(sizes: dict[int, tuple[int, int]], folder: pathlib.Path) -> tuple[list, list]:
    """Rows of seconds and rows of memory, as a multiple of the weights, for models of some sizes in MiB."""
    times, memory = [], []
    has_torch = run.installed("torch") is not None
    for size, shape in sizes.items():
        output(MAKE, folder / "m.h5", *shape)
        if has_torch:
            output(MAKE_TORCH, folder / "m.pt", *shape)
        found: dict[str, list] = {}
        for _ in range(ROUNDS):
            for name, legacy in LIBRARIES.items():
                found.setdefault(name, []).append(numbers(output(LOAD, name, folder / "m.h5", legacy=legacy)))
            if has_torch:
                found.setdefault("torch", []).append(numbers(output(LOAD_TORCH, folder / "m.pt", *shape)))
        kept = {name: one for name, every in found.items() if (one := medians(every)) is not None}
        times.append({"case": f"{size:,} MiB", **{name: seconds for name, (seconds, _) in kept.items()}})
        memory.append({"case": f"{size:,} MiB", **{name: used / size for name, (_, used) in kept.items()}})
    return times, memory


def of_models(folder: pathlib.Path, legacy: str) -> None:
    """Prints how long each file that both load takes with the package, as a share of stock's time."""
    package, stock = list(LIBRARIES)[2 * int(legacy) :][:2]
    shares = []
    for path in sorted(one for ending in ("h5", "hdf5", "keras") for one in folder.rglob(f"*.{ending}")):
        found: dict[str, list] = {package: [], stock: []}
        for _ in range(ROUNDS):
            for name, every in found.items():
                if None not in every:
                    every.append(numbers(output(LOAD, name, path, legacy=legacy)))
        own, others = (medians(every) for every in found.values())
        if own is None or others is None:
            continue
        shares.append(own[0] / others[0])
        print(
            f"{shares[-1]:6.2f}  {own[0]:7.2f} s  {others[0]:7.2f} s  {path.stat().st_size / 2**20:7.1f} MiB  "
            f"{path.relative_to(folder)}",
            flush=True,
        )
    if shares:
        print(
            f"{package}: {len(shares)} files, median {statistics.median(shares):.2f}, most {max(shares):.2f}"
        )


def plot(times: list[dict[str, Any]], memory: list[dict[str, Any]], path: pathlib.Path) -> None:
    """Time and memory against size."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, figsize=(12, 4.5))
    for axis, rows, label in zip(axes, (times, memory), ("seconds", "peak of memory / weights")):
        for name in [*LIBRARIES, "torch"]:
            points = [
                (float(row["case"].split()[0].replace(",", "")), row[name]) for row in rows if name in row
            ]
            if points:
                axis.loglog(*zip(*points), marker="o", markersize=3, label=name)
        axis.set_xlabel("MiB of weights")
        axis.set_ylabel(label)
    axes[0].legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=80)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a small file, writes nothing")
    parser.add_argument("--models", type=pathlib.Path, metavar="FOLDER", help="a folder of models")
    arguments = parser.parse_args()
    if arguments.models:
        for legacy in "01":
            of_models(arguments.models, legacy)
        return
    with tempfile.TemporaryDirectory() as folder:
        times, memory = by_size({1: SIZES[1]} if arguments.quick else SIZES, pathlib.Path(folder))
    if arguments.quick:
        print(json.dumps([times, memory]))
        return
    plot(times, memory, run.DOCS / "loading.png")
    (run.DOCS / "loading.md").write_text(
        "# Benchmarks of loading\n\n"
        f"{run.machine()}\n"
        "Made by `python benchmarks/loading.py`, after `pip install -e '.[bench]'`; medians of "
        f"{ROUNDS} processes for each number, in turns.\n\n"
        "A Sequential of large `Dense` layers in an `.h5` file; for torch, its `state_dict`, loaded with\n"
        "`assign=True` into a model on the `meta` device.\n\n"
        "![Time and memory against size](loading.png)\n\n"
        f"## Time\n\n{run.table(times, 'seconds')}\n"
        f"## Memory, the peak as a multiple of the weights\n\n{run.table(memory, 'multiples')}"
    )


if __name__ == "__main__":
    main()
