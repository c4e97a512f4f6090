"""Time and memory of one embedding, on one machine and in shards on parameter servers.

    TF_USE_LEGACY_KERAS=1 python benchmarks/distributed.py --gib 1 --shards 1 2 8

Each line of the table is a cluster of its own on this machine: processes on loopback, all of them on the
same cores. Memory is the highest of any process, over what that process held before the embedding.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "distributed"))

from processes import Task, ended, parameter_servers  # noqa: E402

WIDTH = 256
PROGRAM = """
import contextlib, json, os, pathlib, time
import tensorflow as tf
import keras_inits
from process_memory import megabytes

libraries = {"keras_inits": keras_inits, "tf_keras": tf.keras.initializers}
shards, rows, width = (int(os.environ[name]) for name in ("SHARDS", "ROWS", "WIDTH"))
library = libraries[os.environ["LIBRARY"]]


scope = contextlib.nullcontext()
if shards > 1:
    scope = tf.distribute.ParameterServerStrategy(
        tf.distribute.cluster_resolver.TFConfigClusterResolver(),
        tf.distribute.experimental.partitioners.FixedShardsPartitioner(shards),
    ).scope()
pids = [os.getpid(), *json.loads(os.environ.get("PIDS", "{}")).values()]
with scope:
    # What the first draw of a process needs besides its values.
    for seed in range(8):
        small = tf.keras.layers.Embedding(64, 8, library.HeNormal(seed))
        small.build(None)
    before = [megabytes("VmRSS", pid) for pid in pids]
    for pid in pids:
        pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")  # The peak is from here on.
    start = time.perf_counter()
    layer = tf.keras.layers.Embedding(rows, width, library.HeNormal(seed=7))
    layer.build(None)
    parts = getattr(layer.embeddings, "variables", [layer.embeddings])
    # A part is there once rows of it can be had.
    got = [tf.gather(part, [0, part.shape[0] - 1]).numpy() for part in parts]
    seconds = time.perf_counter() - start
after = [megabytes("VmHWM", pid) for pid in pids]
offset, same = 0, True
for part, (first, last) in zip(parts, got):
    for row, value in ((offset, first), (offset + part.shape[0] - 1, last)):
        want = keras_inits.HeNormal(seed=7)(
            (rows, width), partition_shape=(1, width), partition_offset=(row, 0)
        )
        same = same and bool((want.numpy()[0] == value).all())
    offset += part.shape[0]
growth = [end - begin for begin, end in zip(before, after)]
print(json.dumps({
    "seconds": seconds, "mebibytes": max(growth), "coordinator": growth[0], "same": same,
    "parts": len(parts), "started_at": max(before),
}))
"""


def measured(library: str, shards: int, rows: int) -> dict:
    """What one program tells of one embedding."""
    environment = {"LIBRARY": library, "SHARDS": str(shards), "ROWS": str(rows), "WIDTH": str(WIDTH)}
    if shards == 1:
        with ended() as tasks:
            tasks.append(Task(PROGRAM, environment))
            return tasks[0].facts(600)
    with parameter_servers(ps=shards, workers=1) as cluster:
        return cluster.start("chief", 0, PROGRAM, **environment).facts(600)


def main() -> None:
    """Prints a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gib", type=float, default=1.0)
    parser.add_argument("--shards", type=int, nargs="+", default=[1, 2, 8])
    parser.add_argument("--library", nargs="+", default=["keras_inits", "tf_keras"])
    asked = parser.parse_args()
    rows = int(asked.gib * 2**28) // WIDTH
    print(f"{datetime.date.today()}, {os.cpu_count()} cores, ({rows}, {WIDTH}) float32, {asked.gib} GiB")
    print("| shards | initializer | one machine's values | seconds | most MiB in a process |")
    print("| --- | --- | --- | --- | --- |")
    for shards in asked.shards:
        for library in asked.library:
            facts = measured(library, shards, rows)
            print(
                f"| {shards} | {library} | {'yes' if facts['same'] else 'no'} | {facts['seconds']:.1f} "
                f"| {facts['mebibytes']:.0f} |",
                json.dumps(facts),
                flush=True,
            )


if __name__ == "__main__":
    main()
