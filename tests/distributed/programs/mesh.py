"""Lays weights out over four virtual devices; tells whether they are what one device gives."""

import concurrent.futures
import json
import os
import tempfile

import numpy as np
import tensorflow as tf
from process_memory import growth

import keras_inits
from keras_inits.drawing import layouts
from keras_inits.initializers import registry
from keras_inits.keras_compat import versions

dtensor = tf.experimental.dtensor
ALL = dtensor.UNSHARDED
SHAPE = (8, 6)
RANDOM = ("HeNormal", "GlorotUniform", "RandomNormal", "RandomUniform", "TruncatedNormal", "Orthogonal")
LAYOUTS = {
    "replicated": [ALL, ALL],
    "rows": ["x", ALL],
    "columns": [ALL, "y"],
    "rows and columns": ["x", "y"],
    "columns and rows": ["y", "x"],
}

devices = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(devices[0], [tf.config.LogicalDeviceConfiguration()] * 4)
if versions.is_keras_3():
    # Keras 3 makes its meshes where this was called first.
    dtensor.initialize_accelerator_system("CPU")
mesh = dtensor.create_mesh([("x", 2), ("y", 2)], devices=[f"CPU:{number}" for number in range(4)])
facts, made = {}, []


def layout_of(name):
    return dtensor.Layout(LAYOUTS[name], mesh)


def whole(value):
    replicated = dtensor.Layout.replicated(mesh, value.shape.rank)
    return dtensor.unpack(dtensor.relayout(value, replicated))[0].numpy()


def is_laid_out(value, layout, want):
    """Whether a DTensor lies so, each part on its device, and holds those values."""
    parts = dtensor.unpack(value)
    on_devices = [part.backing_device for part in parts] == mesh.local_devices()
    same = bool((whole(value) == want.numpy()).all())
    return dtensor.fetch_layout(value) == layout and on_devices and same


def error_of(function):
    try:
        function()
    except (TypeError, ValueError, AttributeError) as error:
        return f"{type(error).__name__}: {error}"
    return None


def is_plain():
    """Whether a weight that no layout is asked for is an ordinary tensor."""
    whole = keras_inits.HeNormal(7)(SHAPE)
    part = keras_inits.HeNormal(7)(SHAPE, partition_shape=(4, 6), partition_offset=(0, 0))
    return not any(dtensor.is_dtensor(value) for value in (whole, part))


rows = layout_of("rows")
facts["error of a layout before a seed"] = error_of(lambda: keras_inits.HeNormal(7)(SHAPE, layout=rows))
facts["error of zeros before a seed"] = error_of(lambda: keras_inits.Zeros()(SHAPE, layout=rows))
if not versions.is_keras_3():
    facts["stock error"] = error_of(lambda: tf.keras.initializers.HeNormal(7)(SHAPE, layout=rows))
tf.keras.utils.set_random_seed(1)

right = {}
for name in LAYOUTS:
    layout = layout_of(name)
    initializers = [getattr(keras_inits, kind)(seed) for kind in RANDOM[:2] for seed in (7, None)]
    initializers += [getattr(keras_inits, kind)(seed=7) for kind in RANDOM[2:]]
    initializers += [keras_inits.Zeros(), keras_inits.Ones(), keras_inits.Identity(2.0)]
    initializers += [keras_inits.Constant(3.0), keras_inits.Constant(np.arange(48.0))]
    for number, initializer in enumerate(initializers):
        want = initializer(SHAPE)
        case = f"{name}: {number}, {type(initializer).__name__}"
        right[case] = is_laid_out(initializer(SHAPE, layout=layout), layout, want)
        with dtensor.default_mesh(mesh):
            right[f"{case}, in a mesh"] = is_laid_out(initializer(SHAPE, layout=layout), layout, want)
            right[f"{case}, replicated by the mesh"] = is_laid_out(
                initializer(SHAPE), layout_of("replicated"), want
            )
    variable = dtensor.DVariable(keras_inits.HeNormal(7)(SHAPE, layout=layout))
    right[f"{name}: variable"] = bool(
        (whole(variable.read_value()) == keras_inits.HeNormal(7)(SHAPE)).numpy().all()
    )
facts["right"] = right

with dtensor.default_mesh(mesh), keras_inits.uninitialized():
    layer = tf.keras.layers.Dense(600)
    layer.build((None, 800))
kernel = layer.kernel.value if versions.is_keras_3() else layer.kernel
facts["uninitialized"] = dtensor.is_dtensor(kernel.read_value()) and not whole(kernel.read_value()).any()

facts["kernels"] = {}
for name in sorted(registry.NOT_IN_KERAS):
    axes = int(name[-2]) if name.endswith("D") else 2
    shape = (3,) * axes + (4, 8)
    initializer = getattr(keras_inits, name)()
    want = initializer(shape)
    for specs in ((ALL, ALL), ("x", ALL), (ALL, "y"), ("y", "x")):
        layout = dtensor.Layout([ALL] * axes + list(specs), mesh)
        case = f"{name}: {specs}"
        facts["kernels"][case] = is_laid_out(initializer(shape, layout=layout), layout, want)
        with dtensor.default_mesh(mesh):
            facts["kernels"][f"{case}, in a mesh"] = is_laid_out(
                initializer(shape, layout=layout), layout, want
            )

with tempfile.TemporaryDirectory() as folder:
    saved = dtensor.DVariable(keras_inits.HeNormal(7)(SHAPE, layout=rows))
    path = tf.train.Checkpoint(kernel=saved).write(os.path.join(folder, "weights"))
    restored = {}
    for name in LAYOUTS:
        variable = dtensor.DVariable(keras_inits.Zeros()(SHAPE, layout=layout_of(name)))
        tf.train.Checkpoint(kernel=variable).read(path).assert_consumed()
        restored[name] = bool((whole(variable.read_value()) == keras_inits.HeNormal(7)(SHAPE).numpy()).all())
    one = tf.Variable(tf.zeros(SHAPE))
    tf.train.Checkpoint(kernel=one).read(path).assert_consumed()
    restored["one device"] = bool((one == keras_inits.HeNormal(7)(SHAPE)).numpy().all())
facts["restored"] = restored

facts["errors"] = {
    "no layout": error_of(lambda: keras_inits.HeNormal(7)(SHAPE, layout="x")),
    "rank": error_of(lambda: keras_inits.HeNormal(7)((8,), layout=rows)),
    "shards": error_of(lambda: keras_inits.HeNormal(7)((7, 6), layout=rows)),
    "part": error_of(lambda: keras_inits.HeNormal(7)(SHAPE, None, (4, 6), (0, 0), layout=rows)),
    "function": error_of(lambda: tf.function(lambda: keras_inits.HeNormal(7)(SHAPE, layout=rows))()),
}

# 64 MiB over four devices.
big = (1 << 18, 64)
facts["megabytes"], big_weight = growth(
    lambda: keras_inits.HeNormal(7)(big, layout=dtensor.Layout(["x", "y"], mesh))
)
facts["large"] = bool((whole(big_weight) == keras_inits.HeNormal(7)(big).numpy()).all())
del big_weight

if versions.is_keras_3():
    distribution = tf.keras.distribution
    device_mesh = distribution.DeviceMesh((2, 2), ["x", "y"], distribution.list_devices())
    keras_layout = distribution.TensorLayout(("x", None), device_mesh)
    value = keras_inits.HeNormal(7)(SHAPE, layout=keras_layout)
    facts["keras layout"] = is_laid_out(value, rows, keras_inits.HeNormal(7)(SHAPE))
    no_mesh = distribution.TensorLayout(("x", None))
    facts["errors"]["no mesh"] = error_of(lambda: keras_inits.HeNormal(7)(SHAPE, layout=no_mesh))
    layout_map = distribution.LayoutMap(device_mesh)
    layout_map[".*kernel"] = keras_layout
    facts["layers of keras.distribution"] = {}
    for name, distributed in (
        ("ModelParallel", {"layout_map": layout_map, "batch_dim_name": "x"}),
        ("DataParallel", {"device_mesh": distribution.DeviceMesh((4,), ["x"], distribution.list_devices())}),
    ):
        try:
            strategy = getattr(distribution, name)(**distributed)
        except AttributeError:
            # The Keras 3.12 of Python 3.10 lacks half of them on TensorFlow.
            continue
        with strategy.scope():
            layer = tf.keras.layers.Dense(6, kernel_initializer=keras_inits.HeNormal(7))
            layer.build((None, 8))
        kernel = whole(layer.kernel.value.read_value())
        facts["layers of keras.distribution"][name] = bool(
            (kernel == keras_inits.HeNormal(7)(SHAPE).numpy()).all()
        )
else:
    layout_map = tf.keras.dtensor.experimental.LayoutMap(mesh=mesh)
    layout_map["first.kernel"] = layout_of("rows and columns")
    layout_map["first.bias"] = dtensor.Layout(["y"], mesh)
    in_blocks = layouts.in_blocks

    def watched(values, part):
        made.append(list(part.shape))
        return in_blocks(values, part)

    layouts.in_blocks = watched
    seeds = [keras_inits.HeNormal(7), keras_inits.GlorotUniform(), keras_inits.RandomNormal(3)]
    with layout_map.scope():
        model = tf.keras.Sequential(
            [
                tf.keras.layers.Dense(
                    6, name="first", input_shape=(8,), kernel_initializer=seeds[0], bias_initializer=seeds[2]
                ),
                tf.keras.layers.Dense(4, name="second", kernel_initializer=seeds[1]),
            ]
        )
    layouts.in_blocks = in_blocks
    facts["parts of a layout map"] = made
    facts["layout map"] = [
        bool((whole(variable.read_value()) == initializer(variable.shape).numpy()).all())
        for variable, initializer in zip(model.weights, [seeds[0], seeds[2], seeds[1]])
    ]
    # What tf_keras asks for where a recurrent layer is laid out.
    tf.keras.backend.experimental.enable_tf_random_generator()
    layout_map["lstm.cell.recurrent_kernel"] = dtensor.Layout([ALL, "y"], mesh)
    layout_map["lstm.cell.bias"] = dtensor.Layout(["y"], mesh)

    def recurrent_layer():
        """A layer whose bias is made of pieces that have an odd number of values."""
        zeros, orthogonal = keras_inits.Zeros(), keras_inits.Orthogonal(seed=7)
        return tf.keras.layers.LSTM(
            3, name="lstm", input_shape=(5, 4), recurrent_initializer=orthogonal, bias_initializer=zeros
        )

    with layout_map.scope():
        model = tf.keras.Sequential([recurrent_layer()])
    want = tf.keras.Sequential([recurrent_layer()]).get_weights()
    facts["made of pieces"] = [
        bool((whole(variable.read_value()) == value).all())
        for variable, value in zip(model.weights[1:], want[1:])
    ]
    layer = tf.keras.layers.Dense(
        6,
        kernel_initializer=seeds[0],
        bias_initializer=keras_inits.Zeros(),
        kernel_layout=layout_of("columns"),
        bias_layout=dtensor.Layout(["y"], mesh),
    )
    layer.build((None, 8))
    facts["layer"] = layer.kernel.layout == layout_of("columns") and bool(
        (whole(layer.kernel.read_value()) == seeds[0](SHAPE).numpy()).all()
    )
facts["plain"] = {}
with dtensor.default_mesh(mesh):
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        facts["plain"]["in another thread"] = pool.submit(is_plain).result()
    with tf.device("CPU:1"):
        facts["plain"]["on a device of the block's own"] = is_plain()
try:
    with dtensor.default_mesh(mesh):
        raise RuntimeError
except RuntimeError:
    facts["plain"]["after an error ended a block"] = is_plain()
print(json.dumps(facts))
