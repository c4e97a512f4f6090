"""Time and memory of loading models with the package, compared with Keras 3, tf_keras and torch.

    pip install -e '.[bench]'
    python benchmarks/loading.py                    # writes docs/loading.md and docs/loading.png
    python benchmarks/loading.py --models FOLDER    # the same, with the `.h5` and `.keras` files in a folder
    python benchmarks/loading.py --quick            # one small file, writes nothing: checks that it runs

Each load is measured in a process of its own, forked from one that has imported the libraries and done nothing else;
the package and the Keras beside it take turns, and medians are shown. Memory is the peak over what was in use before,
as Linux tells it. torch loads a `state_dict` into a model on its `meta` device with `assign=True`: what can be had.
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

# How many Dense layers of how many units hold so many MiB of weights.
SIZES = {1: (1, 512), 8: (2, 1024), 64: (4, 2048), 256: (4, 4096), 1024: (16, 4096), 2048: (32, 4096)}
APPLICATIONS = ("MobileNet", "ResNet50", "VGG16")
KERAS = {"Keras 3": "0", "tf_keras": "1"}
ROUNDS = 3
# The longest load that is waited for.
SECONDS = 120

LOAD = """
import json, os, select, signal, sys, time, warnings
warnings.filterwarnings("ignore")
rounds, seconds, *paths = sys.argv[1:]

def status(name):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name + ":")) / 1024

def measured(start, load):
    start()
    before = status("VmRSS")
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")  # The peak is from here on.
    begun = time.perf_counter()
    model = load()
    return time.perf_counter() - begun, status("VmHWM") - before

def apart(start, load):
    receive, send = os.pipe()
    process = os.fork()
    if not process:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1), os.dup2(null, 2)
        try:
            os.write(send, json.dumps(measured(start, load)).encode())
        finally:
            os._exit(0)
    os.close(send)
    if not select.select([receive], [], [], float(seconds))[0]:
        os.kill(process, signal.SIGKILL)
    found = os.read(receive, 4096)
    os.close(receive)
    os.waitpid(process, 0)
    return json.loads(found) if found else None

def print_all(start, loads):
    for path in paths:
        found = {name: [] for name in loads}
        for _ in range(int(rounds)):
            for name, load in loads.items():
                if None not in found[name]:
                    found[name].append(apart(start, lambda: load(path)))
        print(json.dumps(found), flush=True)
"""
LOAD_KERAS = (
    LOAD
    + """
import tensorflow as tf
import keras_inits
keras_inits.load_model, tf.keras.models, tf.keras.layers
print_all(lambda: tf.zeros(8) + 1, {
    "keras_inits": lambda path: keras_inits.load_model(path),
    "stock": lambda path: tf.keras.models.load_model(path, compile=False),
})
"""
)
MODEL_OF_TORCH = """
import torch
def model(count, side):
    return torch.nn.Sequential(*[torch.nn.Linear(side, side, bias=False) for _ in range(count)])
"""
LOAD_TORCH = (
    LOAD
    + MODEL_OF_TORCH
    + """
def load(path):
    count, side = map(int, path.rpartition("/")[2].removesuffix(".pt").split("x"))
    with torch.device("meta"):
        empty = model(count, side)
    empty.load_state_dict(torch.load(path), assign=True)
    return empty
print_all(lambda: torch.zeros(8) + 1, {"torch": load})
"""
)
MAKE_TORCH = (
    MODEL_OF_TORCH
    + """
import sys
torch.save(model(*map(int, sys.argv[2:])).state_dict(), sys.argv[1])
"""
)
MAKE = """
import sys
import tensorflow as tf
count, side = map(int, sys.argv[2:])
layers = [tf.keras.layers.Dense(side, use_bias=False) for _ in range(count)]
tf.keras.Sequential([tf.keras.Input((side,)), *layers]).save(sys.argv[1])
"""
MAKE_APPLICATION = """
import sys
import tensorflow as tf
getattr(tf.keras.applications, sys.argv[2])(weights=None).save(sys.argv[1])
"""


def printed(program: str, *arguments: Any, legacy: str = "0") -> list[str]:
    """The lines that a program prints in a process of its own, with a Keras."""
    environment = {**os.environ, "TF_USE_LEGACY_KERAS": legacy, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-W", "ignore", "-c", program, *map(str, arguments)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()


def medians(found: list[list[float] | None]) -> tuple[float, float] | None:
    """The medians of seconds and MiB, None where one load failed."""
    if None in found:
        return None
    return tuple(statistics.median(values) for values in zip(*found))


def loads(paths: list[pathlib.Path], torch_paths: list[pathlib.Path] = ()) -> list[dict[str, tuple]]:
    """What loading each file takes: seconds and MiB for each library that can."""
    rows: list[dict[str, tuple]] = [{} for _ in paths]
    programs = [
        (f"keras_inits in {keras}", keras, LOAD_KERAS, legacy, paths)
        for keras, legacy in KERAS.items()
        if run.installed(keras.replace("Keras 3", "keras"))
    ]
    for own, stock, program, legacy, files in [*programs, ("", "torch", LOAD_TORCH, "0", torch_paths)]:
        lines = printed(program, ROUNDS, SECONDS, *files, legacy=legacy) if files else []
        for row, line in zip(rows, lines):
            for name, found in json.loads(line).items():
                if (one := medians(found)) is not None:
                    row[own if name == "keras_inits" else stock] = one
    return rows


def tables(cases: list[str], sizes: list[float], rows: list[dict[str, tuple]]) -> tuple[list, list]:
    """Rows of seconds and rows of memory, as a multiple of the weights, of which there are so many MiB."""
    times = [
        {"case": case, **{name: seconds for name, (seconds, _) in row.items()}}
        for case, row in zip(cases, rows)
    ]
    memory = [
        {"case": case, **{name: used / size for name, (_, used) in row.items()}}
        for case, size, row in zip(cases, sizes, rows)
    ]
    return times, memory


def by_size(sizes: dict[int, tuple[int, int]], folder: pathlib.Path) -> tuple[list, list]:
    """The tables for models of large Dense layers."""
    paths, torch_paths = [], []
    # Keras 3 loads what tf_keras saves, and not the other way round.
    legacy = "1" if run.installed("tf_keras") else "0"
    for size, (count, side) in sizes.items():
        paths.append(folder / f"{size}.h5")
        printed(MAKE, paths[-1], count, side, legacy=legacy)
        if run.installed("torch"):
            torch_paths.append(folder / f"{count}x{side}.pt")
            printed(MAKE_TORCH, torch_paths[-1], count, side)
    return tables([f"{size:,} MiB" for size in sizes], list(sizes), loads(paths, torch_paths))


def of_applications(folder: pathlib.Path) -> tuple[list, list]:
    """The tables for models of `keras.applications`, as tf_keras saves them."""
    paths = [folder / f"{name}.h5" for name in APPLICATIONS]
    for path in paths:
        printed(MAKE_APPLICATION, path, path.stem, legacy="1")
    return tables(list(APPLICATIONS), [path.stat().st_size / 2**20 for path in paths], loads(paths))


def of_models(folder: pathlib.Path) -> str:
    """Prints and sums up the time of each file that both load, as a share of stock's."""
    paths = sorted(path for ending in ("h5", "hdf5", "keras") for path in folder.rglob(f"*.{ending}"))
    rows = loads(paths)
    lines = ["| ours / stock | files | median | most |", "| --- | ---: | ---: | ---: |"]
    for keras in KERAS:
        shares = {
            path: row[f"keras_inits in {keras}"][0] / row[keras][0]
            for path, row in zip(paths, rows)
            if keras in row and f"keras_inits in {keras}" in row
        }
        for path, share in sorted(shares.items(), key=lambda item: item[1]):
            print(f"{keras:9}{share:6.2f}  {path.relative_to(folder)}")
        if shares:
            found = shares.values()
            lines.append(f"| {keras} | {len(shares)} | {statistics.median(found):.2f} | {max(found):.2f} |")
    return "\n".join(lines) + "\n"


def plot(times: list[dict[str, Any]], memory: list[dict[str, Any]], path: pathlib.Path) -> None:
    """Time and memory against size."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, figsize=(12, 4.5))
    for axis, rows, label in zip(axes, (times, memory), ("seconds", "peak of memory / weights")):
        for name in dict.fromkeys(name for row in rows for name in row if name != "case"):
            points = [
                (float(row["case"].split()[0].replace(",", "")), row[name]) for row in rows if name in row
            ]
            axis.loglog(*zip(*points), marker="o", markersize=3, label=name)
        axis.set_xlabel("MiB of weights")
        axis.set_ylabel(label)
    axes[0].legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=80)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one small file, writes nothing")
    parser.add_argument("--models", type=pathlib.Path, metavar="FOLDER", help="a folder of models")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        times, memory = by_size({1: SIZES[1]} if arguments.quick else SIZES, folder)
        if arguments.quick:
            print(run.table(times, "seconds"), run.table(memory, "multiples"), sep="\n")
            sys.exit("keras_inits in Keras 3" not in times[0])
        applications = of_applications(folder)
    strangers = of_models(arguments.models) if arguments.models else ""
    plot(times, memory, run.DOCS / "loading.png")
    (run.DOCS / "loading.md").write_text(
        "# Benchmarks of loading\n\n"
        "How long it takes and how much memory; [how to do it](upgrade.md) is another page.\n\n"
        f"{run.machine()}\n"
        "Made by `python benchmarks/loading.py`, after `pip install -e '.[bench]'`; medians of "
        f"{ROUNDS} loads, each in a process of its own. Memory is the peak over what was in use before, as a\n"
        "multiple of the weights.\n\n"
        "## Against size\n\n"
        "A Sequential of large `Dense` layers in an `.h5` file of tf_keras; for torch, its `state_dict`, loaded with\n"
        "`assign=True` into a model on the `meta` device.\n\n"
        "![Time and memory against size](loading.png)\n\n"
        f"{run.table(times, 'seconds')}\n{run.table(memory, 'memory')}\n"
        "## Models of keras.applications\n\nIn `.h5` files that tf_keras saved.\n\n"
        f"{run.table(applications[0], 'seconds')}\n{run.table(applications[1], 'memory')}"
        + (f"\n## Third parties' files\n\nSmall ones, mostly.\n\n{strangers}" if strangers else "")
    )


if __name__ == "__main__":
    main()
