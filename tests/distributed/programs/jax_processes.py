"""One of the processes that a mesh of eight devices is spread over, or the only one; tells what it holds."""

import hashlib
import json
import os
import pathlib
import signal
import time

import jax

COUNT, INDEX = int(os.environ["COUNT"]), int(os.environ["INDEX"])
FOLDER = pathlib.Path(os.environ["FOLDER"])
if COUNT > 1:
    # A process that was lost may come back, and the others go on without it.
    jax.config.update("jax_enable_recoverability", True)
    jax.distributed.initialize(os.environ["ADDRESS"], COUNT, INDEX)

import keras  # noqa: E402
import numpy as np  # noqa: E402
from jax.sharding import Mesh, NamedSharding, PartitionSpec as P  # noqa: E402

import keras_inits  # noqa: E402

SHAPES = {P(("x", "y")): (64, 6), P(None, "y"): (6, 64), P("x", "y"): (8, 8), P("y"): (16, 3), P(): (5, 5)}
NAMES = ("HeNormal", "TruncatedNormal", "RandomUniform", "Orthogonal")
mesh = Mesh(np.array(jax.devices()).reshape(2, 4), ("x", "y"))
facts = {"devices": len(jax.devices()), "here": len(jax.local_devices()), "held": {}, "right": {}}


def hold(case, value, want):
    """Notes what this process has of an array, and whether it is what one device gives there."""
    right = True
    for shard in value.addressable_shards:
        place = str([axis.indices(size)[:2] for axis, size in zip(shard.index, value.shape)])
        digest = hashlib.sha256(np.asarray(shard.data).tobytes()).hexdigest()
        facts["held"][f"{case} {place}"] = digest
        right = right and np.array_equal(shard.data, want[shard.index])
    facts["right"][case] = bool(right)


def draw(round_of):
    for name in NAMES:
        for spec, shape in SHAPES.items():
            initializer = getattr(keras_inits, name)(seed=7)
            value = initializer(shape, layout=NamedSharding(mesh, spec))
            hold(f"{round_of} {name} {spec}", value, np.asarray(initializer(shape)))


draw("first")
if os.environ.get("LOST"):
    os.kill(os.getpid(), signal.SIGKILL)
if os.environ.get("SURVIVES"):
    # No other process is there: nothing of a draw may wait for one.
    (FOLDER / "drawn").touch()
    while not (FOLDER / "is lost").exists():
        time.sleep(0.05)
    draw("alone")
    (FOLDER / "drawn alone").touch()
    while not (FOLDER / "is back").exists():
        time.sleep(0.05)
elif os.environ.get("BACK"):
    (FOLDER / "is back").touch()
else:
    keras.utils.set_random_seed(1)  # The same in all processes, as for all that draws its own seed.
    device_mesh = keras.distribution.DeviceMesh((2, 4), ["x", "y"], keras.distribution.list_devices())
    layouts = keras.distribution.LayoutMap(device_mesh)
    layouts[".*embeddings"] = ("x", None)
    layouts[".*dense.*kernel"] = (None, "y")

    def model():
        return keras.Sequential(
            [
                keras.layers.Input((5,)),
                keras.layers.Embedding(16, 8),
                keras.layers.LSTM(8),
                keras.layers.Dense(8, kernel_initializer=keras_inits.HeNormal()),
            ]
        )

    def seeded():
        with keras_inits.seeded(5):
            return model()

    def reinitialized():
        with keras_inits.uninitialized():
            made = model()
        keras_inits.reinitialize(made, seed=11)
        return made

    def loaded():
        return keras_inits.load_model(FOLDER / f"{INDEX}.keras")

    reinitialized().save(FOLDER / f"{INDEX}.keras")
    for way in (seeded, reinitialized, loaded):
        want = way().get_weights()
        with keras.distribution.ModelParallel(layout_map=layouts, batch_dim_name="x").scope():
            made = way()
        for number, (weight, value) in enumerate(zip(made.weights, want, strict=True)):
            hold(f"{way.__name__} {number}", weight.value, value)
print(json.dumps(facts), flush=True)
if COUNT > 1:
    (FOLDER / f"{INDEX} is done").touch()
    # The others need the first one, to which all are joined.
    while not (FOLDER / f"{COUNT - 1} is done").exists():
        time.sleep(0.05)
os._exit(0)  # JAX's own end would wait for processes that are lost.
