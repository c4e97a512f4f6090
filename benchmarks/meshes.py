"""Time and memory of one embedding on JAX: on one device, on eight of one process, on four of each of two.

    KERAS_BACKEND=jax python benchmarks/meshes.py --gib 1

Each line of the table is measured in processes of its own, all on the cores of this machine. Memory is the
highest of any process, over what that process held before the embedding. `--way layout` calls the initializer
with the weight's layout, `--way layer` builds Keras' `Embedding` under `ModelParallel`, and `--way part` tells
what parts of a weight cost.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "distributed")]

from processes import Task, ended, free_addresses  # noqa: E402

WIDTH = 256
BEGIN = """
import json, os, time
import jax

processes, index = int(os.environ["PROCESSES"]), int(os.environ["INDEX"])
if processes > 1:
    jax.distributed.initialize(os.environ["ADDRESS"], processes, index)

import keras
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec
from process_memory import growth

import keras_inits


def measured(make):
    start = time.perf_counter()
    mebibytes, made = growth(lambda: jax.block_until_ready(make()))
    return {"seconds": time.perf_counter() - start, "mebibytes": mebibytes}, made


rows, width = int(os.environ["ROWS"]), int(os.environ["WIDTH"])
"""
PROGRAM = (
    BEGIN
    + """
library = {"keras_inits": keras_inits, "keras": keras.initializers}[os.environ["LIBRARY"]]
keras.utils.set_random_seed(1)
devices = jax.devices()
if len(devices) > 1:
    names = keras.distribution.list_devices()
    layouts = keras.distribution.LayoutMap(keras.distribution.DeviceMesh((len(names),), ["model"], names))
    layouts[".*embeddings"] = ("model", None)
    keras.distribution.set_distribution(
        keras.distribution.ModelParallel(layout_map=layouts, batch_dim_name="model")
    )
sharding = NamedSharding(Mesh(np.array(devices), "model"), PartitionSpec("model", None))


def embedding(rows, seed):
    initializer = library.HeNormal(seed=seed)
    if os.environ["WAY"] == "layout":
        return initializer((rows, width), layout=sharding)
    layer = keras.layers.Embedding(rows, width, initializer)
    layer.build(None)
    return layer.embeddings.value


for seed in range(8):  # What the first draw of a process needs besides its values.
    small = embedding(64, seed)
del small
facts, made = measured(lambda: embedding(rows, 7))
# The first and last rows of eighths, by which one place's values are compared with another's.
noted = {}
for shard in made.addressable_shards:
    begin = shard.index[0].start or 0
    for row in [eighth * rows // 8 + end for eighth in range(9) for end in (-1, 0)]:
        if begin <= row < begin + len(shard.data):
            noted[row] = np.asarray(shard.data[row - begin]).tobytes().hex()
if processes > 1:
    from jax.experimental import multihost_utils

    multihost_utils.sync_global_devices("measured")
print(json.dumps({**facts, "noted": noted}), flush=True)
os._exit(0)  # What JAX's libraries have to say would come after the facts.
"""
)
PARTS = (
    BEGIN
    + """
facts = {}
he = keras_inits.HeNormal(seed=7)
he((rows, width), partition_shape=(64, width), partition_offset=(0, 0))
for name, shape, part in (
    # 2**24 values of each: of a matrix cut into rows, of one cut into eight columns, of one cut into 64.
    ("rows", (1 << 20, 1 << 12), (1 << 12, 1 << 12)),
    ("one of 8 columns", (1 << 12, 1 << 15), (1 << 12, 1 << 12)),
    ("one of 64 columns", (1 << 14, 1 << 16), (1 << 14, 1 << 10)),
):
    best = min(
        (measured(lambda: he(shape, partition_shape=part, partition_offset=(0, 0)))[0] for _ in range(3)),
        key=lambda facts: facts["seconds"],
    )
    facts[name] = {**best, "milliseconds_per_2**20": best["seconds"] * 1000 / (part[0] * part[1] / 2**20)}
print(json.dumps(facts), flush=True)
"""
)


def measured(program: str, processes: int, devices: int, environment: dict[str, str]) -> list[dict]:
    """What the processes of one line tell."""
    flags = {"XLA_FLAGS": f"--xla_force_host_platform_device_count={devices // processes}"}
    variables = {**flags, **environment, "JAX_PLATFORMS": "cpu", "PROCESSES": str(processes)}
    (address,) = free_addresses(1)
    with ended() as tasks:
        for index in range(processes):
            tasks.append(Task(program, {**variables, "ADDRESS": address, "INDEX": str(index)}))
        return [task.facts(1200) for task in tasks]


def main() -> None:
    """Prints a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gib", type=float, default=1.0)
    parser.add_argument("--way", choices=["layer", "layout", "part"], default="layer")
    places = "processes x devices of each; their values are compared with those of the first"
    parser.add_argument("--on", nargs="+", default=["1x1", "1x8", "2x4"], help=places)
    parser.add_argument("--library", nargs="+", default=["keras_inits", "keras"])
    asked = parser.parse_args()
    rows = int(asked.gib * 2**28) // WIDTH
    environment = {"ROWS": str(rows), "WIDTH": str(WIDTH), "WAY": asked.way}
    print(f"{datetime.date.today()}, {os.cpu_count()} cores, ({rows}, {WIDTH}) float32, {asked.gib} GiB")
    if asked.way == "part":
        print(json.dumps(measured(PARTS, 1, 1, environment)[0], indent=1))
        return
    print("| processes x devices | initializer | values of the first | seconds | most MiB in a process |")
    print("| --- | --- | --- | --- | --- |")
    first: dict[str, dict[str, str]] = {}
    for place in asked.on:
        processes, devices = map(int, place.split("x"))
        for library in asked.library:
            if asked.way == "layout" and library == "keras":
                continue  # They take no layout.
            facts = measured(PROGRAM, processes, processes * devices, {**environment, "LIBRARY": library})
            noted = {row: values for one in facts for row, values in one.pop("noted").items()}
            same = "yes" if first.setdefault(library, noted) == noted else "no"
            print(
                f"| {place} | {library} | {same} | {max(one['seconds'] for one in facts):.1f} "
                f"| {max(one['mebibytes'] for one in facts):.0f} |",
                json.dumps(facts),
                flush=True,
            )


if __name__ == "__main__":
    main()
