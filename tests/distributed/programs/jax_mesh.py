"""Lays weights out over eight virtual devices of JAX; tells whether they are what one device gives."""

import json
import tempfile

import jax
import keras
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec as P, SingleDeviceSharding
from process_memory import growth

import keras_inits
from keras_inits.drawing import layouts
from keras_inits.initializers import registry

SHAPE = (8, 16)
# How the last two axes are spread.
SPECS = {
    "replicated": (None, None),
    "rows over one axis, replicated over the other": ("x", None),
    "columns": (None, "y"),
    "rows and columns": ("x", "y"),
    "columns and rows": ("y", "x"),
    "rows over both axes": (("x", "y"), None),
    "columns over both axes": (None, ("y", "x")),
}
ARGUMENTS = {
    "Constant": {"value": np.arange(128.0).reshape(SHAPE)},
    "Dirac": {"groups": 2},
    "ICNR": {"initializer": keras_inits.Orthogonal(seed=7), "scale": 2},
    "Identity": {"gain": 2.0},
    "STFT": {"window": "hann"},
    "Sparse": {"sparsity": 0.5},
}
V1_ARGUMENTS = {"Constant": {"value": 3.0}, "Identity": {"gain": 2.0}}
mesh = Mesh(np.array(jax.devices()).reshape(2, 4), ("x", "y"))
distribution = keras.distribution
device_mesh = distribution.DeviceMesh((2, 4), ["x", "y"], distribution.list_devices())
facts = {"right": {}, "errors": {}}


def initializers():
    """Every class of the package, with a seed and without one where it takes any."""
    for module, classes, arguments in (
        (keras_inits, registry.CLASSES, ARGUMENTS),
        (keras_inits.v1, registry.V1_CLASSES, V1_ARGUMENTS),
    ):
        for name in sorted(classes):
            cls, given = getattr(module, name), arguments.get(name, {})
            is_random = "seed" in cls(**given).get_config()
            # Without a seed, those of TensorFlow 1 give other values with each call.
            seeds = ({"seed": 7}, {"seed": None})[: 2 if module is keras_inits else 1]
            for seed in seeds if is_random else ({},):
                yield f"{cls.__module__}.{name} {seed}", cls(**given, **seed)


def shape_of(initializer):
    """A weight's shape that fits the initializer, and the axes that can be spread."""
    name = type(initializer).__name__
    if name == "STFT":
        return (8, 1, 9)
    if name.startswith("Convolution") or name in ("DeltaOrthogonal", "Dirac", "ICNR"):
        return (3,) * (int(name[-2]) if name.endswith("D") else 2) + SHAPE
    return SHAPE


def shardings(initializer):
    """The layouts of such a weight."""
    shape = shape_of(initializer)
    for name, (rows, columns) in SPECS.items():
        if shape[-1] % 8:
            if columns is None:
                yield name, NamedSharding(mesh, P(rows, None, None))
        else:
            yield name, NamedSharding(mesh, P(*(None,) * (len(shape) - 2), rows, columns))


def is_laid_out(value, sharding, want):
    """Whether an array lies so, each part on its device, and holds those values."""
    want = np.asarray(want)
    places = sharding.devices_indices_map(want.shape)
    return (
        value.sharding.is_equivalent_to(sharding, want.ndim)
        and value.dtype == want.dtype
        and len(value.addressable_shards) == len(places)
        and all(np.array_equal(shard.data, want[places[shard.device]]) for shard in value.addressable_shards)
    )


def error_of(function):
    try:
        function()
    except (TypeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return None


for case, initializer in initializers():
    want = np.asarray(initializer(shape_of(initializer)))
    for name, sharding in shardings(initializer):
        value = initializer(want.shape, layout=sharding)
        facts["right"][f"{case}: {name}"] = is_laid_out(value, sharding, want)

he = keras_inits.HeNormal(seed=7)
want = np.asarray(he(SHAPE))
rows = NamedSharding(mesh, P("x", None))
for name, layout, sharding in (
    ("one device", SingleDeviceSharding(jax.devices()[5]), SingleDeviceSharding(jax.devices()[5])),
    ("a part of the devices", NamedSharding(Mesh(np.array(jax.devices()[3:5]), "z"), P("z")), None),
    ("TensorLayout", distribution.TensorLayout(("x", None), device_mesh), rows),
):
    facts["right"][name] = is_laid_out(he(SHAPE, layout=layout), sharding or layout, want)
for dtype in ("float16", "bfloat16", "complex64"):
    value = he(SHAPE, dtype, layout=rows)
    facts["right"][dtype] = value.dtype == dtype and is_laid_out(value, rows, he(SHAPE, dtype))

without_mesh = distribution.TensorLayout((None, "y"))
facts["errors"] = {
    "no layout": error_of(lambda: he(SHAPE, layout="x")),
    "no mesh": error_of(lambda: he(SHAPE, layout=without_mesh)),
    "shards": error_of(lambda: he((7, 16), layout=rows)),
    "rank": error_of(lambda: he((8,), layout=NamedSharding(mesh, P("x", "y")))),
    "part": error_of(lambda: he(SHAPE, None, (4, 16), (0, 0), layout=rows)),
}

# 64 MiB over eight devices.
big = (1 << 17, 128)
sharding = NamedSharding(mesh, P(("x", "y")))
he((64, 64), layout=sharding)
facts["megabytes"], big_weight = growth(lambda: jax.block_until_ready(he(big, layout=sharding)))
facts["large"] = is_laid_out(big_weight, sharding, he(big))
del big_weight


def layout_map():
    found = distribution.LayoutMap(device_mesh)
    # Keras 3.12 and before search for a key in a path, later ones match the whole.
    found[".*embeddings"] = ("x", None)
    found[".*dense.*kernel"] = (None, "y")
    found[".*recurrent_kernel"] = ("y", "x")
    found[".*lstm.*bias"] = ("y",)
    return found


def model(library=None):
    """A model of the package's initializers, or of Keras' own, given by name."""
    layers = keras.layers
    random = (lambda name: getattr(library, name)()) if library else str
    return keras.Sequential(
        [
            layers.Input((5,)),
            layers.Embedding(16, 8, random("RandomUniform")),
            layers.LSTM(
                8, kernel_initializer=random("GlorotUniform"), recurrent_initializer=random("Orthogonal")
            ),
            layers.Dense(8, kernel_initializer=random("HeNormal")),
            layers.BatchNormalization(),
            layers.Dense(4, kernel_initializer=random("LecunNormal"), bias_initializer=random("Ones")),
        ]
    )


LIBRARIES = {"Keras' own": None, "the package's": keras_inits}
DISTRIBUTIONS = {
    "ModelParallel": lambda: distribution.ModelParallel(layout_map=layout_map(), batch_dim_name="x"),
    "DataParallel": lambda: distribution.DataParallel(
        distribution.DeviceMesh((8,), ["x"], distribution.list_devices())
    ),
}


def in_a_block(block, library):
    with block:
        return model(library)


def reinitialized(made):
    keras_inits.reinitialize(made, seed=11)
    return made


def trained(library):
    made = model(library)
    made.compile("adam", "mse")
    made.fit(np.zeros((16, 5)), np.ones((16, 4)), batch_size=16, verbose=0)
    keras_inits.reinitialize(made, seed=11, reset_optimizer=True)
    return made


def loaded_into(made, path):
    keras_inits.load_weights(made, path)
    return made


folder = tempfile.TemporaryDirectory()
WAYS = {
    "seeded": lambda library: in_a_block(keras_inits.seeded(5), library),
    "replay": lambda library: in_a_block(keras_inits.replay("3.5", keras=5), library),
    "reinitialize": lambda library: reinitialized(model(library)),
    "uninitialized": lambda library: reinitialized(in_a_block(keras_inits.uninitialized(), library)),
    "trained": trained,
    "load_model .keras": lambda library: keras_inits.load_model(f"{folder.name}/m.keras"),
    "load_model .h5": lambda library: keras_inits.load_model(f"{folder.name}/m.h5"),
    "load_weights": lambda library: loaded_into(model(library), f"{folder.name}/m.weights.h5"),
}
facts["models"], plain = {}, {}
for label, library in LIBRARIES.items():
    saved = reinitialized(model(library))
    for name in ("m.keras", "m.h5"):
        saved.save(f"{folder.name}/{name}")
    saved.save_weights(f"{folder.name}/m.weights.h5")
    for name, distributed in DISTRIBUTIONS.items():
        with distributed().scope():
            plain[name] = [weight.value.sharding for weight in model(library).weights]
    for way, make in WAYS.items():
        if way == "trained" and library is None:
            continue  # As of the package's; a model takes long to train.
        wanted = make(library).get_weights()
        for name, distributed in DISTRIBUTIONS.items():
            with distributed().scope():
                made = make(library)
            facts["models"][f"{label}, {way}, {name}"] = all(
                is_laid_out(weight.value, sharding, value)
                for weight, sharding, value in zip(made.weights, plain[name], wanted, strict=True)
            )
with DISTRIBUTIONS["ModelParallel"]().scope():
    facts["spread over"] = [
        len(set(map(str, sharding.devices_indices_map(weight.shape).values())))
        for sharding, weight in zip(plain["ModelParallel"], made.weights)
    ]
    facts["right"]["TensorLayout of the distribution's mesh"] = is_laid_out(
        he(SHAPE, layout=without_mesh), NamedSharding(mesh, P(None, "y")), want
    )
    for case, initializer in initializers():
        shape = shape_of(initializer)
        layer = keras.layers.Dense(1, name="dense")
        weight = layer.add_weight(
            shape=shape, initializer=initializer, name="kernel" if len(shape) == 2 else "other"
        )
        facts["right"][f"{case}: a weight of a layer"] = is_laid_out(
            weight.value,
            NamedSharding(mesh, P(None, "y") if len(shape) == 2 else P()),
            initializer(shape),
        )

    # What is drawn for a weight of a layer, and by `reinitialize`.
    made, asked = [], []
    in_blocks = layouts.in_blocks

    def watched(values, part):
        made.append(list(part.shape))
        return in_blocks(values, part)

    class Asked(keras.initializers.Initializer):
        """Tells whether Keras gave it a layout."""

        def __call__(self, shape, dtype=None, layout=None):
            asked.append(layout is not None)
            return he(shape, dtype, layout=layout)

    keras.layers.Dense(16, kernel_initializer=Asked()).build((None, 8))
    facts["keras gives a layout"] = all(asked)
    layouts.in_blocks = watched
    layer = keras.layers.Dense(16, kernel_initializer=he)
    layer.build((None, 8))
    facts["parts of a layer"] = made[:]
    made.clear()
    keras_inits.reinitialize(layer)
    facts["parts of reinitialize"] = made[:]
    layouts.in_blocks = in_blocks

    # A user's function in a block that reseeds: with a layout where Keras gives one.
    taken = []

    def function(shape, dtype=None, layout=None):
        taken.append(layout is not None)
        return he(shape, dtype, layout=layout)

    with keras_inits.seeded(5):
        layer = keras.layers.Dense(16, kernel_initializer=function)
        layer.build((None, 8))
    facts["a function in a seeded block"] = is_laid_out(
        layer.kernel.value, NamedSharding(mesh, P(None, "y")), want
    )
    facts["a function is given a layout"] = all(taken)

    # Large enough for Keras 3.14 to make it in a function that JAX traces.
    with keras_inits.uninitialized():
        layer = keras.layers.Dense(1 << 13, kernel_initializer=he)
        layer.build((None, 1 << 10))
    zeros = layer.kernel.value
    facts["large zeros"] = (
        zeros.sharding.is_equivalent_to(NamedSharding(mesh, P(None, "y")), 2) and not zeros.any()
    )
folder.cleanup()
print(json.dumps(facts))
