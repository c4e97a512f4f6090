"""Time and memory of the package compared with Keras 3, tf_keras, tf.compat.v1, torch, JAX and Flax.

    pip install -e '.[bench]'
    python benchmarks/run.py            # writes docs/benchmarks.md and docs/benchmarks.png
    python benchmarks/run.py --quick    # small shapes, writes nothing: checks that it runs

Libraries that are not installed are left out. Calls are timed in turns in one process, so that the machine's
moods fall on all of them alike; medians are shown. Memory is measured in a process for each case.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import os
import pathlib
import platform
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

DOCS = pathlib.Path(__file__).parent.parent / "docs"
INITIALIZERS = ("RandomUniform", "GlorotUniform", "RandomNormal", "TruncatedNormal", "HeNormal", "Orthogonal")
SHAPES = ((16, 16), (64, 64), (512, 512), (2048, 2048), (4096, 4096))
QUICK_SHAPES = ((16, 16), (64, 64))
DTYPES = ("float32", "float64", "bfloat16")
SECONDS_A_CASE = 2.0
SECONDS_A_MODEL = 25.0

TORCH = {
    "RandomUniform": "uniform_",
    "GlorotUniform": "xavier_uniform_",
    "RandomNormal": "normal_",
    "TruncatedNormal": "trunc_normal_",
    "HeNormal": "trunc_normal_",
    "Orthogonal": "orthogonal_",
}
JAX = {
    "RandomUniform": "uniform",
    "GlorotUniform": "glorot_uniform",
    "RandomNormal": "normal",
    "TruncatedNormal": "truncated_normal",
    "HeNormal": "he_normal",
    "Orthogonal": "orthogonal",
}
V1 = {
    "RandomUniform": "random_uniform_initializer",
    "GlorotUniform": "glorot_uniform_initializer",
    "RandomNormal": "random_normal_initializer",
    "TruncatedNormal": "truncated_normal_initializer",
    "Orthogonal": "orthogonal_initializer",
}


def installed(module: str) -> Any:
    """A module, or `None` where it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        return None


def of_keras(module: str) -> Callable | None:
    library = installed(module)

    def call(name: str, shape: tuple[int, ...], dtype: str) -> Callable[[], Any]:
        initializers = library if module == "keras_inits" else library.initializers
        initializer = getattr(initializers, name)(seed=7)
        return lambda: initializer(shape, dtype=dtype)

    return library and call


def of_tensorflow_1() -> Callable:
    import tensorflow as tf

    def call(name: str, shape: tuple[int, ...], dtype: str) -> Callable[[], Any] | None:
        if name not in V1:
            return None
        initializer = getattr(tf.compat.v1, V1[name])(seed=7)
        return lambda: initializer(shape, dtype=tf.as_dtype(dtype))

    return call


def of_torch() -> Callable | None:
    torch = installed("torch")

    def call(name: str, shape: tuple[int, ...], dtype: str) -> Callable[[], Any] | None:
        weight = torch.empty(*shape, dtype=getattr(torch, dtype))
        fill = getattr(torch.nn.init, TORCH[name])
        return lambda: fill(weight)

    return torch and call


def of_jax(module: str) -> Callable | None:
    """JAX's initializers, or Flax's, which are the same under another name."""
    library = installed(module)
    if library is None:
        return None
    jax = installed("jax")

    def call(name: str, shape: tuple[int, ...], dtype: str) -> Callable[[], Any] | None:
        if dtype == "float64":
            return None  # Off unless a process asks for it before all else.
        initializer = getattr(library, JAX[name])()
        key = jax.random.key(7)
        return lambda: initializer(key, shape, dtype).block_until_ready()

    return call


def libraries() -> dict[str, Callable]:
    """How each library that is installed makes a weight."""
    found = {
        "keras_inits": of_keras("keras_inits"),
        "Keras 3": of_keras("keras"),
        "tf_keras": of_keras("tf_keras"),
        "tf.compat.v1": of_tensorflow_1(),
        "torch": of_torch(),
        "JAX": of_jax("jax.nn.initializers"),
        "Flax": of_jax("flax.nnx.nn.initializers"),
    }
    return {name: call for name, call in found.items() if call}


def medians(calls: dict[str, Callable[[], Any]], seconds: float) -> dict[str, float]:
    """The median time of each call in milliseconds, taken in turns of random order.

    Threads of the library that was called before still spin: none may always come after the same one.
    """
    order, shuffle = list(calls), random.Random(7).shuffle
    times: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(next(iter(times.values()))) < 3:
        shuffle(order)
        for name in order:
            start = time.perf_counter()
            calls[name]()
            times[name].append((time.perf_counter() - start) * 1e3)
    return {name: statistics.median(values) for name, values in times.items()}


def runs(call: Callable[[], Any]) -> bool:
    """Whether a library can make such a weight at all."""
    try:
        call()
    except Exception:
        return False
    return True


def times_of_initializers(shapes: tuple, dtypes: tuple, seconds: float) -> list[dict[str, Any]]:
    rows = []
    for name in INITIALIZERS:
        for shape in shapes:
            for dtype in dtypes if shape[0] <= 512 else dtypes[:1]:
                calls = {library: make(name, shape, dtype) for library, make in libraries().items()}
                calls = {library: call for library, call in calls.items() if call and runs(call)}
                if "keras_inits" in calls:
                    times = medians(calls, seconds)
                    rows.append({"case": f"{name} {shape[0]} x {shape[1]} {dtype}", **times})
    return rows


def small_layers(keras: Any) -> Any:
    return keras.Sequential([keras.layers.Input((16,)), *[keras.layers.Dense(16) for _ in range(500)]])


def resnet(keras: Any) -> Any:
    return keras.applications.ResNet50(weights=None)


def bert_sized(keras: Any) -> Any:
    """Twelve blocks of attention of 768, as BERT-base has them, and its vocabulary."""
    layers = keras.layers
    tokens = keras.Input((16,), dtype="int32")
    x = layers.Embedding(30522, 768)(tokens)
    for _ in range(12):
        x = layers.LayerNormalization()(x + layers.MultiHeadAttention(12, 64)(x, x))
        x = layers.LayerNormalization()(x + layers.Dense(768)(layers.Dense(3072, activation="gelu")(x)))
    return keras.Model(tokens, x)


MODELS = {"500 small layers": small_layers, "ResNet50": resnet, "BERT-base-sized stack": bert_sized}


def times_of_models(names: list[str], seconds: float) -> list[dict[str, Any]]:
    import keras

    import keras_inits

    rows = []
    for name in names:

        def with_the_package(name: str = name) -> None:
            with keras_inits.scope():
                MODELS[name](keras)

        calls = {"keras_inits": with_the_package, "Keras 3": lambda name=name: MODELS[name](keras)}
        if tf_keras := installed("tf_keras"):
            calls["tf_keras"] = lambda name=name: MODELS[name](tf_keras)
        rows.append({"case": name, **medians(calls, seconds)})
    return rows


def times_of_new_weights(name: str, seconds: float) -> dict[str, Any]:
    """A model's weights drawn once more: in place, and by building it again as Keras has to."""
    import keras

    import keras_inits

    model = MODELS[name](keras)
    calls = {
        "keras_inits": lambda: keras_inits.reinitialize(model),
        "Keras 3": lambda: MODELS[name](keras),
    }
    return {"case": f"{name}, its weights drawn again", **medians(calls, seconds)}


PEAK = """
import sys, tensorflow as tf, keras
def peak():  # In KiB; what `resource` tells includes the process that started this one.
    return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
library = __import__(sys.argv[1])
initializers = library if sys.argv[1] == "keras_inits" else library.initializers
initializer = getattr(initializers, sys.argv[2])(seed=7)
side = int(sys.argv[3])
initializer((8, 8))
before = peak()
variable = keras.Variable(initializer, shape=(side, side), dtype="float32")
print((peak() - before) * 1024 / (side * side * 4))
"""


def peaks(sides: tuple[int, ...], names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Peak memory while a variable is made, as a multiple of it; only Linux tells it."""
    rows = []
    for name in names:
        for side in sides:
            row: dict[str, Any] = {"case": f"{name} {side} x {side} float32"}
            for label, module in {"keras_inits": "keras_inits", "Keras 3": "keras"}.items():
                command = [sys.executable, "-c", PEAK, module, name, str(side)]
                result = subprocess.run(command, capture_output=True, text=True, check=True)
                row[label] = float(result.stdout)
            rows.append(row)
    return rows


def table(rows: list[dict[str, Any]], unit: str) -> str:
    """Rows in Markdown; where the package is not the first, its number is marked as a loss."""
    if not rows:
        return ""
    columns = list(dict.fromkeys(name for row in rows for name in row if name != "case"))
    lines = [f"| {unit} | {' | '.join(columns)} |", "| --- |" + " ---: |" * len(columns)]
    for row in rows:
        best = min(row[name] for name in columns if name in row)
        cells = []
        for name in columns:
            text = _with_three_digits(row[name]) if name in row else "-"
            lost = name == "keras_inits" and name in row and row[name] > 1.05 * best
            cells.append(f"{text} (loss)" if lost else text)
        lines.append(f"| {row['case']} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _with_three_digits(number: float) -> str:
    return f"{number:,.0f}" if number >= 1000 else f"{number:.3g}"


def plot(rows: list[dict[str, Any]], path: pathlib.Path) -> None:
    """Time against size, of each initializer in float32."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(2, 3, figsize=(13, 7), sharex=True)
    for axis, name in zip(axes.ravel(), INITIALIZERS):
        own = [row for row in rows if row["case"].startswith(f"{name} ") and row["case"].endswith("float32")]
        for color, library in enumerate(libraries()):
            points = [(int(row["case"].split()[1]) ** 2, row[library]) for row in own if library in row]
            if points:
                axis.loglog(*zip(*points), color=f"C{color}", marker="o", markersize=3, label=library)
        axis.set_title(name)
        axis.set_xlabel("values")
        axis.set_ylabel("ms")
    axes[0, 0].legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path, dpi=80)


def machine() -> str:
    versions = [f"{name} {module.__version__}" for name in VERSIONS if (module := installed(name))]
    return (
        f"Measured on {datetime.date.today()}, {os.cpu_count()} cores of {platform.processor() or platform.machine()}, "
        f"no GPU; Python {platform.python_version()}, {', '.join(versions)}."
    )


VERSIONS = ("tensorflow", "keras", "tf_keras", "torch", "jax", "flax")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small shapes, writes nothing")
    quick = parser.parse_args().quick
    shapes, dtypes = (QUICK_SHAPES, DTYPES[:1]) if quick else (SHAPES, DTYPES)
    seconds = 0.05 if quick else SECONDS_A_CASE
    initializers = times_of_initializers(shapes, dtypes, seconds)
    models = times_of_models(
        ["500 small layers"] if quick else list(MODELS), seconds if quick else SECONDS_A_MODEL
    )
    models.append(
        times_of_new_weights(
            "500 small layers" if quick else "ResNet50", seconds if quick else SECONDS_A_MODEL
        )
    )
    sides, names = ((1024,), ("RandomNormal",)) if quick else ((4096, 16384), ("RandomUniform", "HeNormal"))
    has_peaks = pathlib.Path("/proc/self/status").exists()
    memory = peaks(sides, names) if has_peaks else []
    tables = {
        "Time of a weight": table(initializers, "ms"),
        "Time of a model": table(models, "ms"),
        "Peak memory of a variable, as a multiple of it": table(memory, "times"),
    }
    text = "".join(f"\n## {title}\n\n{lines}" for title, lines in tables.items() if lines)
    if quick:
        print(text)
        return
    head = (
        f"# Benchmarks\n\n{machine()}\nMade by `python benchmarks/run.py`, after `pip install -e '.[bench]'`; medians, calls in turns of random order in one process. Where the "
        "package is more than a twentieth slower than the best, its number says so.\n\n![Time against size](benchmarks.png)\n"
    )
    plot(initializers, DOCS / "benchmarks.png")
    (DOCS / "benchmarks.md").write_text(head + text)


if __name__ == "__main__":
    main()
