"""A call of each TensorFlow function of the tables, and models that make it.

`"@x"` stands for the tensor of that name in `TENSORS`, in a call; a model has it for an input.
"""

import numpy as np
import tensorflow as tf

_RANDOM = np.random.RandomState(7)
_SIGNED = _RANDOM.normal(size=(2, 4, 3)).astype("float32")
_SQUARE = _RANDOM.normal(size=(2, 3, 3)).astype("float32")
TENSORS = {
    "x": _RANDOM.uniform(0.05, 0.95, (2, 4, 3)).astype("float32"),
    "y": _RANDOM.uniform(0.05, 0.95, (2, 4, 3)).astype("float32"),
    "signed": _SIGNED,
    "some": np.where(_SIGNED > 0, _SIGNED, 0).astype("float32"),
    "wide": 1 + _RANDOM.uniform(size=(2, 4, 3)).astype("float32"),
    "nan": np.where(_SIGNED > 1, np.inf, np.where(_SIGNED < -1, np.nan, 0)).astype("float32"),
    "true": _SIGNED > 0,
    "false": _RANDOM.normal(size=(2, 4, 3)) > 0,
    "ids": _RANDOM.randint(0, 3, (2, 4)).astype("int32"),
    "ints": _RANDOM.randint(1, 5, (2, 4, 3)).astype("int32"),
    "lengths": np.array([1, 3], "int32"),
    "square": _SQUARE,
    "positive": (_SQUARE @ _SQUARE.transpose(0, 2, 1) + np.eye(3)).astype("float32"),
    "row": _RANDOM.normal(size=(2, 3)).astype("float32"),
    "matrix": _RANDOM.normal(size=(3, 2)).astype("float32"),
    "image": _RANDOM.uniform(size=(2, 6, 6, 3)).astype("float32"),
    "deep": _RANDOM.uniform(size=(2, 2, 2, 8)).astype("float32"),
    "grey": _RANDOM.uniform(size=(2, 6, 6, 1)).astype("float32"),
    "volume": _RANDOM.uniform(size=(2, 4, 4, 4, 2)).astype("float32"),
}
_FILTERS = _RANDOM.normal(size=(2, 2, 3, 4)).round(2).tolist()
_TABLE = _RANDOM.normal(size=(3, 2)).round(2).tolist()
_PADDINGS = [[0, 0], [1, 2], [0, 0]]


def _alike(names, first, **given):
    return [(name, first, given) for name in names.split()]


EXAMPLES = [
    *_alike(
        """__operators__.add math.add math.subtract math.multiply math.truediv math.divide realdiv
        math.floordiv math.pow math.maximum math.minimum math.mod math.floormod math.greater
        math.greater_equal math.less
        math.less_equal math.equal math.not_equal math.squared_difference compat.v1.floor_div""",
        "@x", y="@y",
    ),
    *_alike("__operators__.eq __operators__.ne", "@x", other="@y"),
    *_alike("math.divide_no_nan math.multiply_no_nan math.xdivy", "@some", y="@some"),
    *_alike("math.xlogy math.xlog1py", "@some", y="@x"),
    ("math.scalar_mul", 2.0, {"x": "@x"}),
    ("math.subtract", 1.0, {"y": "@x", "name": None}),
    ("math.atan2", "@x", {"x": "@signed"}),
    *_alike("math.logical_and math.logical_or math.logical_xor", "@true", y="@false"),
    *_alike("bitwise.bitwise_and bitwise.bitwise_or bitwise.bitwise_xor", "@ints", y="@ints"),
    *_alike("bitwise.left_shift bitwise.right_shift", "@ints", y="@ints"),
    ("bitwise.invert", "@ints", {}),
    ("math.logical_not", "@true", {}),
    *_alike(
        """math.negative math.abs math.exp math.expm1 math.square math.reciprocal math.sin math.cos math.tan
        math.sinh math.cosh math.tanh math.asinh math.atan math.sign math.floor math.ceil math.round math.rint
        math.erf math.erfc math.sigmoid nn.sigmoid math.log_sigmoid math.softplus nn.softsign nn.relu nn.relu6
        nn.elu nn.selu nn.silu nn.swish nn.gelu nn.softmax nn.log_softmax nn.leaky_relu identity stop_gradient
        ones_like zeros_like convert_to_tensor guarantee_const nn.l2_loss nn.crelu math.l2_normalize norm
        compat.v1.to_double compat.v1.to_int32 compat.v1.to_int64 sort argsort math.reduce_mean
        math.reduce_std linalg.matrix_transpose linalg.adjoint transpose math.argmax math.argmin
        math.reduce_logsumexp math.reduce_euclidean_norm""",
        "@signed",
    ),
    *_alike(
        "math.log math.log1p math.sqrt math.rsqrt math.asin math.acos math.atanh math.erfinv", "@x"
    ),
    ("math.acosh", "@wide", {}),
    ("math.reciprocal_no_nan", "@some", {}),
    *_alike("math.is_nan math.is_inf math.is_finite", "@nan"),
    ("compat.v1.to_float", "@ints", {}),
    ("clip_by_value", "@signed", {"clip_value_min": -0.5, "clip_value_max": 0.5}),
    ("where", "@true", {"x": "@x", "y": 0.0}),
    *_alike("cast dtypes.saturate_cast", "@signed", dtype="int32"),
    ("nn.gelu", "@signed", {"approximate": True}),
    ("nn.leaky_relu", "@signed", {"alpha": 0.4}),
    ("nn.moments", "@signed", {"axes": [1]}),
    *_alike(
        """math.reduce_mean math.reduce_sum math.reduce_prod math.reduce_max math.reduce_min math.reduce_std
        math.reduce_variance math.reduce_logsumexp math.reduce_euclidean_norm""",
        "@signed", axis=[1, 2], keepdims=True,
    ),
    *_alike("math.reduce_any math.reduce_all", "@true", axis=1),
    ("math.count_nonzero", "@some", {"axis": 1}),
    ("math.argmax", "@signed", {"axis": 1, "output_type": "int64", "name": None}),
    ("math.top_k", "@x", {"k": 2}),
    ("math.in_top_k", "@lengths", {"predictions": "@row", "k": 2}),
    *_alike("math.cumsum math.cumprod", "@x", axis=1, reverse=True),
    ("math.cumsum", "@x", {}),
    *_alike("concat stack", ["@x", "@y"], axis=1),
    ("math.add_n", ["@x", "@y"], {}),
    ("unstack", "@x", {"axis": 1, "num": 4}),
    ("split", "@x", {"num_or_size_splits": 2, "axis": 1}),
    ("split", "@x", {"num_or_size_splits": [1, 3], "axis": 1}),
    ("expand_dims", "@x", {"axis": -1}),
    ("squeeze", "@grey", {"axis": [3]}),
    ("compat.v1.squeeze", "@grey", {"squeeze_dims": [3], "name": None}),
    ("compat.v1.transpose", "@x", {"perm": [0, 2, 1], "name": "transpose", "conjugate": False}),
    ("reshape", "@x", {"shape": [-1, 12]}),
    ("broadcast_to", "@x", {"shape": [3, 2, 4, 3]}),
    ("tile", "@x", {"multiples": [1, 2, 1]}),
    ("repeat", "@x", {"repeats": 2, "axis": 1}),
    ("reverse", "@x", {"axis": [1, 2]}),
    ("roll", "@x", {"shift": 1, "axis": 1}),
    ("__operators__.getitem", "@x", {"slice_spec": [{"start": None, "stop": None, "step": None}, 1]}),
    ("slice", "@x", {"begin": [0, 1, 0], "size": [-1, 2, -1]}),
    ("strided_slice", "@x", {"begin": [0, 3, 0], "end": [1, 0, 3], "strides": [1, -1, 2], "begin_mask": 1}),
    ("strided_slice", "@x", {"begin": [0, 1], "end": [0, 2], "ellipsis_mask": 1, "shrink_axis_mask": 2}),
    ("pad", "@x", {"paddings": _PADDINGS, "mode": "CONSTANT", "constant_values": 1.5}),
    ("compat.v1.pad", "@x", {"paddings": _PADDINGS, "mode": "REFLECT", "name": None, "constant_values": 0}),
    ("gather", "@x", {"indices": [0, 2], "axis": 1}),
    ("compat.v1.gather", _TABLE, {"indices": "@ids", "validate_indices": None, "axis": None,
        "batch_dims": 0}),
    ("nn.embedding_lookup", _TABLE, {"ids": "@ids"}),
    ("one_hot", "@ids", {"depth": 3}),
    ("sequence_mask", "@lengths", {"maxlen": 4, "dtype": "float32"}),
    ("ones_like", "@x", {"dtype": "int32"}),
    ("convert_to_tensor", "@ints", {"dtype": "int32", "dtype_hint": None}),
    ("ensure_shape", "@x", {"shape": [None, 4, 3]}),
    ("linalg.matmul", "@x", {"b": "@y", "transpose_b": True}),
    ("linalg.matmul", "@x", {"b": "@y", "adjoint_a": True}),
    ("linalg.matmul", "@x", {"b": "@square", "name": None}),
    ("linalg.matvec", "@x", {"b": "@row"}),
    ("linalg.band_part", "@square", {"num_lower": 1, "num_upper": 0}),
    ("linalg.band_part", "@square", {"num_lower": -1, "num_upper": 1}),
    ("tensordot", "@x", {"b": "@y", "axes": [[1, 2], [1, 2]]}),
    ("linalg.cross", "@x", {"b": "@y"}),
    *_alike("linalg.trace linalg.diag_part linalg.det linalg.inv", "@square"),
    *_alike("linalg.cholesky linalg.eigh linalg.qr", "@positive"),
    *_alike("linalg.solve", "@positive", rhs="@square"),
    ("linalg.triangular_solve", "@positive", {"rhs": "@square", "lower": False}),
    ("norm", "@x", {"ord": 3, "axis": 1}),
    ("norm", "@x", {"ord": 1, "axis": 1, "keepdims": True}),
    ("compat.v1.norm", "@x", {"ord": "euclidean", "axis": 1, "keepdims": None, "name": None}),
    ("math.l2_normalize", "@x", {"axis": -1, "epsilon": 0.5}),
    ("clip_by_norm", "@x", {"clip_norm": 1.0, "axes": [2]}),
    *_alike("sort argsort", "@x", direction="DESCENDING", axis=1),
    *_alike("nn.sigmoid_cross_entropy_with_logits", "@x", logits="@signed"),
    *_alike("nn.softmax_cross_entropy_with_logits", "@x", logits="@signed"),
    ("nn.bias_add", "@x", {"bias": [1.0, 2.0, 3.0], "data_format": "NHWC"}),
    ("nn.conv1d", "@x", {"filters": _FILTERS[0], "stride": 2, "padding": "SAME"}),
    ("nn.conv2d", "@image", {"filters": _FILTERS, "strides": [1, 2, 2, 1], "padding": "SAME"}),
    ("compat.v1.nn.conv2d", "@image", {
        "filter": _FILTERS, "strides": 1, "padding": "VALID", "use_cudnn_on_gpu": True, "data_format": "NHWC",
        "dilations": None, "name": None,
    }),
    ("compat.v1.nn.convolution", "@image", {
        "filter": _FILTERS, "dilation_rate": [2, 2], "strides": [1, 1], "padding": "VALID",
        "data_format": "NHWC",
    }),
    ("nn.convolution", "@image", {"filters": _FILTERS}),
    ("nn.conv3d", "@volume", {"filters": [[[[[1.0, 2.0], [3.0, 4.0]]]]], "strides": [1] * 5,
        "padding": "VALID"}),
    ("nn.depthwise_conv2d", "@image", {"filter": _FILTERS, "strides": [1, 1, 1, 1], "padding": "SAME"}),
    *_alike("nn.max_pool1d nn.avg_pool1d", "@x", ksize=2, strides=1, padding="VALID"),
    *_alike(
        "nn.max_pool2d nn.avg_pool2d nn.max_pool nn.avg_pool", "@image", ksize=[1, 2, 2, 1], strides=2,
        padding="SAME",
    ),
    *_alike("nn.max_pool3d nn.avg_pool3d", "@volume", ksize=2, strides=2, padding="SAME"),
    ("nn.depth_to_space", "@deep", {"block_size": 2}),
    ("nn.space_to_depth", "@image", {"block_size": 2, "data_format": "NHWC"}),
    ("image.resize", "@image", {"size": [3, 9]}),
    ("image.resize", "@image", {"size": [3, 9], "method": "nearest"}),
    ("image.resize", "@image", {"size": [4, 4], "method": "bicubic", "antialias": True}),
    *_alike(
        "image.rgb_to_grayscale image.rgb_to_hsv image.hsv_to_rgb image.flip_left_right image.flip_up_down",
        "@image",
    ),
    ("image.grayscale_to_rgb", "@grey", {}),
    ("image.crop_to_bounding_box", "@image", {
        "offset_height": 1, "offset_width": 2, "target_height": 3, "target_width": 2,
    }),
    ("image.extract_patches", "@image", {
        "sizes": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "rates": [1, 1, 1, 1], "padding": "VALID",
    }),
    ("keras.backend.binary_crossentropy", "@x", {"output": "@y", "from_logits": False}),
    ("keras.backend.binary_crossentropy", "@x", {"output": "@signed", "from_logits": True}),
    ("keras.backend.categorical_crossentropy", "@x", {"output": "@y"}),
    ("keras.backend.sparse_categorical_crossentropy", "@ids", {"output": "@y", "axis": -1}),
    ("keras.backend.batch_flatten", "@x", {}),
    ("keras.backend.dot", "@x", {"y": "@matrix"}),
]  # fmt: skip


def _clipped(p):
    return tf.clip_by_value(p, 1e-7, 1 - 1e-7)


def _binary(target, output, from_logits=False):
    if from_logits:
        return tf.nn.sigmoid_cross_entropy_with_logits(labels=target, logits=output)
    p = _clipped(output)
    return -target * tf.math.log(p + 1e-7) - (1 - target) * tf.math.log(1 - p + 1e-7)


def _categorical(target, output):
    return -tf.reduce_sum(
        target * tf.math.log(_clipped(output / tf.reduce_sum(output, -1, keepdims=True))), -1
    )


def _sparse(target, output, axis):
    return tf.nn.sparse_softmax_cross_entropy_with_logits(target, tf.math.log(_clipped(output)))


# What no public name of TensorFlow's leads to.
_OTHERS = {
    "__operators__.add": tf.add,
    "__operators__.eq": lambda x, other: tf.equal(x, other),
    "__operators__.ne": lambda x, other: tf.not_equal(x, other),
    "__operators__.getitem": lambda x, slice_spec: x[:, 1],
    "keras.backend.binary_crossentropy": _binary,
    "keras.backend.categorical_crossentropy": _categorical,
    "keras.backend.sparse_categorical_crossentropy": _sparse,
    "keras.backend.batch_flatten": lambda x: tf.reshape(x, (2, 12)),
    "keras.backend.dot": lambda x, y: tf.tensordot(x, y, 1),
}  # fmt: skip


def function_of_tensorflow(name):
    """Returns TensorFlow's function of a name, `None` if it has none."""
    found = tf
    for part in name.split("."):
        found = getattr(found, part, None)
    return _OTHERS.get(name, found)


def _walk(value, leaf):
    if isinstance(value, str) and value.startswith("@"):
        return leaf(value[1:])
    if isinstance(value, list):
        return [_walk(one, leaf) for one in value]
    return value


def expected(function, first, given):
    """Returns what TensorFlow computes, as a list of arrays."""

    def tensor(name):
        return tf.constant(TENSORS[name])

    first = tf.constant(first) if first is _TABLE else _walk(first, tensor)
    given = {key: _walk(one, tensor) for key, one in given.items() if key != "name"}
    result = function_of_tensorflow(function)(first, **given)
    return [one.numpy() for one in tf.nest.flatten(result)]


def tensors_of(*calls):
    """Returns the names of the tensors in calls, in order: the inputs of the model that makes them."""
    names = []
    for _, _, first, given, _ in calls:
        _walk([first, *given.values()], names.append)
    return list(dict.fromkeys(names))


def graph_of(*calls):
    """Returns the config of a model that calls functions of TensorFlow's, as TensorFlow 2.8 wrote it.

    Args:
        calls: For each its name, the function, its arguments, and how many tensors it gives.
    """
    names = tensors_of(*calls)
    layers = [input_layer(name) for name in names]
    for name, function, first, given, _ in calls:
        kind = "SlicingOpLambda" if function == "__operators__.getitem" else "TFOpLambda"
        config = {"name": name, "trainable": True, "dtype": "float32", "function": function}
        node = _node(first, {key: _walk(one, lambda name: [name, 0, 0]) for key, one in given.items()})
        layers.append({"class_name": kind, "config": config, "name": name, "inbound_nodes": [node]})
    ends = [[name, 0, one] for name, _, _, _, outputs in calls for one in range(outputs)]
    inside = {
        "name": "m",
        "layers": layers,
        "input_layers": [[name, 0, 0] for name in names],
        "output_layers": ends,
    }
    return {"class_name": "Functional", "config": inside, "keras_version": "2.8.0", "backend": "tensorflow"}


def input_layer(name):
    """Returns the input of a model for one of the tensors."""
    shape, dtype = [None, *TENSORS[name].shape[1:]], TENSORS[name].dtype.name
    config = {"name": name, "batch_input_shape": shape, "dtype": dtype, "sparse": False, "ragged": False}
    return {"class_name": "InputLayer", "config": config, "name": name, "inbound_nodes": []}


def _node(first, given):
    if isinstance(first, list) and isinstance(first[0], str):
        return [_node(one, given) for one in first]
    return [first[1:], 0, 0, given] if isinstance(first, str) else ["_CONSTANT_VALUE", -1, first, given]
