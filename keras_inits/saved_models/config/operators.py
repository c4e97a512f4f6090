"""TensorFlow functions that stand in a model's graph as layers: `a + b`, `tf.exp(a)`, `a[:, 1]`.

tf.keras 2.4 and later saved them as `TFOpLambda` and `SlicingOpLambda` with the function's name.
Only the functions listed here are accepted, for tf.keras 2 looks the name up in all of TensorFlow,
which can also write files. For Keras 3 each becomes the operation of Keras that computes the same.
"""

import dataclasses
from typing import Any

from keras_inits.keras_compat import serialization
from keras_inits.saved_models.config import graph, values
from keras_inits.saved_models.config.context import Context
from keras_inits.saved_models.config.written import Written

_CLASSES = ("TFOpLambda", "SlicingOpLambda")
# Keras 3 saves its operations by these paths.
_OPERATION_MODULES = frozenset(
    f"keras.src.ops.{name}" for name in ("core", "einops", "image", "linalg", "math", "nn", "numpy")
)
# Operations of Keras 3 that call functions, which a file would name.
_CALL_FUNCTIONS = frozenset({
    "AssociativeScan", "Cond", "ForiLoop", "Map", "Scan", "Switch", "VectorizedMap", "Vectorize",
    "WhileLoop",
})  # fmt: skip


@dataclasses.dataclass(frozen=True)
class _Operation:
    """An operation of Keras 3: its class, the function's tensors in order, and its settings.

    Attributes:
        class_name: The class.
        tensors: The TensorFlow function's arguments besides the first that are tensors.
        settings: The operation's constructor arguments, by the function's argument names.
        module: Where Keras 3 has the class.
    """

    class_name: str
    tensors: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    module: str = "numpy"


def _two(class_name: str) -> _Operation:
    return _Operation(class_name, ("y",))


def _over_axes(class_name: str) -> _Operation:
    return _Operation(class_name, (), (("axis", "axis"), ("keepdims", "keepdims")))


def _neural(class_name: str, *settings: tuple[str, str]) -> _Operation:
    return _Operation(class_name, (), settings, "nn")


_AXIS = ("axis", "axis")
_TABLE = {
    "__operators__.add": _two("Add"),
    "math.add": _two("Add"),
    "math.subtract": _two("Subtract"),
    "math.multiply": _two("Multiply"),
    "math.truediv": _two("TrueDivide"),
    "math.divide": _two("Divide"),
    "math.floordiv": _two("FloorDivide"),
    "math.pow": _two("Power"),
    "math.maximum": _two("Maximum"),
    "math.minimum": _two("Minimum"),
    "math.mod": _two("Mod"),
    "math.floormod": _two("Mod"),
    "math.greater": _two("Greater"),
    "math.greater_equal": _two("GreaterEqual"),
    "math.less": _two("Less"),
    "math.less_equal": _two("LessEqual"),
    "math.equal": _two("Equal"),
    "math.not_equal": _two("NotEqual"),
    "math.logical_and": _two("LogicalAnd"),
    "math.logical_or": _two("LogicalOr"),
    "math.logical_not": _Operation("LogicalNot"),
    "linalg.matmul": _Operation("Matmul", ("b",)),
    "math.negative": _Operation("Negative"),
    "math.abs": _Operation("Absolute"),
    "math.exp": _Operation("Exp"),
    "math.log": _Operation("Log"),
    "math.log1p": _Operation("Log1p"),
    "math.expm1": _Operation("Expm1"),
    "math.sqrt": _Operation("Sqrt"),
    "math.rsqrt": _Operation("Rsqrt", module="math"),
    "math.square": _Operation("Square"),
    "math.sin": _Operation("Sin"),
    "math.cos": _Operation("Cos"),
    "math.tan": _Operation("Tan"),
    "math.tanh": _Operation("Tanh"),
    "math.sign": _Operation("Sign"),
    "math.floor": _Operation("Floor"),
    "math.ceil": _Operation("Ceil"),
    "math.round": _Operation("Round"),
    "math.erf": _Operation("Erf", module="math"),
    "math.sigmoid": _neural("Sigmoid"),
    "nn.sigmoid": _neural("Sigmoid"),
    "math.softplus": _neural("Softplus"),
    "nn.relu": _neural("Relu"),
    "nn.relu6": _neural("Relu6"),
    "nn.elu": _neural("Elu"),
    "nn.selu": _neural("Selu"),
    "nn.silu": _neural("Silu"),
    "nn.swish": _neural("Silu"),
    "nn.softmax": _neural("Softmax", _AXIS),
    "nn.log_softmax": _neural("LogSoftmax", _AXIS),
    "nn.leaky_relu": _neural("LeakyRelu", ("negative_slope", "alpha")),
    "math.reduce_mean": _over_axes("Mean"),
    "math.reduce_sum": _over_axes("Sum"),
    "math.reduce_prod": _over_axes("Prod"),
    "math.reduce_max": _over_axes("Max"),
    "math.reduce_min": _over_axes("Min"),
    "math.reduce_any": _over_axes("Any"),
    "math.reduce_all": _over_axes("All"),
    "math.argmax": _Operation("Argmax", (), (_AXIS,)),
    "math.argmin": _Operation("Argmin", (), (_AXIS,)),
    "math.cumsum": _Operation("Cumsum", (), (_AXIS,)),
    "concat": _Operation("Concatenate", (), (_AXIS,)),
    "stack": _Operation("Stack", (), (_AXIS,)),
    "expand_dims": _Operation("ExpandDims", (), (_AXIS,)),
    "squeeze": _Operation("Squeeze", (), (_AXIS,)),
    "transpose": _Operation("Transpose", (), (("axes", "perm"),)),
    "reshape": _Operation("Reshape", (), (("newshape", "shape"),)),
    "tile": _Operation("Tile", (), (("repeats", "multiples"),)),
    "repeat": _Operation("Repeat", (), (("repeats", "repeats"), _AXIS)),
    "split": _Operation(
        "Split", (), (("indices_or_sections", "num_or_size_splits"), _AXIS)
    ),
    "reverse": _Operation("Flip", (), (_AXIS,)),
    "clip_by_value": _Operation(
        "Clip", (), (("x_min", "clip_value_min"), ("x_max", "clip_value_max"))
    ),
    "where": _Operation("Where", ("x", "y")),
    "cast": _Operation("Cast", (), (("dtype", "dtype"),), "core"),
    "stop_gradient": _Operation("StopGradient", module="core"),
    "__operators__.getitem": _Operation("GetItem", ("slice_spec",)),
}  # fmt: skip
# Where Keras 3 has these operations, which tf.keras 2 does not.
_MODULES = {one.class_name: f"keras.src.ops.{one.module}" for one in _TABLE.values()}
# Those of them that are the TensorFlow function, if only tensors are their arguments, or there is an error.
_FUNCTIONS = {one.class_name: function for function, one in reversed(_TABLE.items()) if not one.settings}
# What tf.keras 2 reads in the config of a function in the graph.
_KEPT = ("name", "trainable", "dtype", "function")
# The value that a TensorFlow function takes for an argument that a config leaves out.
_LEFT_OUT = {"keepdims": False, "alpha": 0.2, "axis": None}
_SOFTMAX_AXIS = -1
_ALONG_THE_FIRST_AXIS = frozenset({"Argmax", "Argmin", "Concatenate", "Cumsum", "Split", "Stack"})
# Arguments that only name or speed up: they may be there or not.
_IGNORED = frozenset({"name", "message"})


def is_operator(saved: dict[str, Any]) -> bool:
    """Returns whether a layer of a config is a function in the graph."""
    module = saved.get("module")
    by_module = isinstance(module, str) and module in _OPERATION_MODULES
    return saved["class_name"] in _CLASSES or by_module


def with_module(context: Context, saved: dict[str, Any]) -> dict[str, Any]:
    """Finds the module of an operation of Keras 3, which it leaves out of `.h5` files."""
    # A layer of the same name says whether it is trainable.
    is_layer = not isinstance(saved.get("config"), dict) or "trainable" in saved["config"]
    if context.origin.major < 3 or is_layer or saved.get("module"):
        return saved
    if not context.keras_3:
        module = _MODULES.get(saved["class_name"])
        return saved if module is None else saved | {"module": module}
    modules = (
        name for name in sorted(_OPERATION_MODULES) if serialization.operation(name, saved["class_name"])
    )
    module = next(modules, None)
    return saved if module is None else saved | {"module": module}


# TensorFlow's operations by the name in a graph, of the functions above that call them, with the
# names of their inputs after the first and of the attributes that matter.
_NODES = {
    "Add": ("math.add", ("y",)),
    "AddV2": ("math.add", ("y",)),
    "Sub": ("math.subtract", ("y",)),
    "Mul": ("math.multiply", ("y",)),
    "RealDiv": ("math.truediv", ("y",)),
    "FloorDiv": ("math.floordiv", ("y",)),
    "Pow": ("math.pow", ("y",)),
    "Maximum": ("math.maximum", ("y",)),
    "Minimum": ("math.minimum", ("y",)),
    "Greater": ("math.greater", ("y",)),
    "GreaterEqual": ("math.greater_equal", ("y",)),
    "Less": ("math.less", ("y",)),
    "LessEqual": ("math.less_equal", ("y",)),
    "BatchMatMulV2": ("linalg.matmul", ("b",)),
    "Neg": ("math.negative", ()),
    "Abs": ("math.abs", ()),
    "Exp": ("math.exp", ()),
    "Log": ("math.log", ()),
    "Log1p": ("math.log1p", ()),
    "Sqrt": ("math.sqrt", ()),
    "Rsqrt": ("math.rsqrt", ()),
    "Square": ("math.square", ()),
    "Sin": ("math.sin", ()),
    "Cos": ("math.cos", ()),
    "Tanh": ("math.tanh", ()),
    "Sign": ("math.sign", ()),
    "Floor": ("math.floor", ()),
    "Sigmoid": ("math.sigmoid", ()),
    "Softplus": ("math.softplus", ()),
    "Relu": ("nn.relu", ()),
    "Relu6": ("nn.relu6", ()),
    "Elu": ("nn.elu", ()),
    "Selu": ("nn.selu", ()),
    "Softmax": ("nn.softmax", ()),
    "Mean": ("math.reduce_mean", ("axis",)),
    "Sum": ("math.reduce_sum", ("axis",)),
    "Prod": ("math.reduce_prod", ("axis",)),
    "Max": ("math.reduce_max", ("axis",)),
    "Min": ("math.reduce_min", ("axis",)),
    "ExpandDims": ("expand_dims", ("axis",)),
    "Transpose": ("transpose", ("perm",)),
    "Reshape": ("reshape", ("shape",)),
    "Tile": ("tile", ("multiples",)),
    "ConcatV2": ("concat", ("axis",)),
    "StridedSlice": ("__operators__.getitem", ("begin", "end", "strides")),
}


# Attributes of an operation that are arguments of the function, where they are true.
_FLAGS = {"keep_dims": "keepdims", "adj_x": "adjoint_a", "adj_y": "adjoint_b"}


def from_node(context: Context, layer: graph.Layer) -> None:
    """Rewrites an operation of TensorFlow's graph as the function that tf.keras 2.4 would save.

    Args:
        layer: A `TensorFlowOpLayer`, as tf.keras 1.13 to 2.3 saved it; it is changed.

    Raises:
        UpgradeError: Nothing here knows the operation.
    """
    node = layer.config.get("node_def")
    name = node.get("op") if isinstance(node, dict) else None
    if isinstance(node, str):
        raise context.error("a TensorFlow operation in the graph, written as text, cannot be read")
    if name not in _NODES:
        raise context.error(
            f"the TensorFlow operation {name!r} in the graph is none of those known to be safe"
        )
    function, names = _NODES[name]
    constants = layer.config.get("constants") or {}
    attributes = node.get("attr") or {}
    layer.class_name = "TFOpLambda"
    if name == "StridedSlice":
        layer.class_name = "SlicingOpLambda"
    for call in layer.calls:
        tensors = call.args[0] if isinstance(call.args[0], list) else call.args[:1]
        inputs: list[Any] = list(tensors)
        for place, value in sorted(constants.items(), key=lambda item: int(item[0])):
            inputs.insert(int(place), value)
        first: Any = inputs[0]
        if name == "ConcatV2":
            first, inputs = inputs[:-1], inputs[-2:]
        call.args, call.kwargs = [first], dict(zip(names, inputs[1:], strict=False))
        for attribute, argument in _FLAGS.items():
            if (attributes.get(attribute) or {}).get("b"):
                call.kwargs[argument] = True
        if name == "StridedSlice":
            call.kwargs = {"slice_spec": _slices(call.kwargs, attributes)}
    layer.config = {"name": layer.name, "function": function}
    layer.saved = {"class_name": layer.class_name, "config": layer.config}


def from_operation(context: Context, layer: graph.Layer) -> None:
    """Rewrites an operation of Keras 3 as the function that tf.keras 2 would save, where there is one.

    Args:
        layer: A layer of a model that Keras 3 saved; it is changed.
    """
    function = _FUNCTIONS.get(layer.class_name)
    if context.keras_3 or function is None or not is_operator(layer.saved) or "GetItem" in layer.class_name:
        return
    names = _TABLE[function].tensors
    if any(call.kwargs or len(call.args) != 1 + len(names) for call in layer.calls):
        return
    context.note(f"Keras' own operation {layer.class_name} is tf.{function}")
    for call in layer.calls:
        call.args, call.kwargs = call.args[:1], dict(zip(names, call.args[1:], strict=True))
    layer.class_name, layer.config = "TFOpLambda", {"name": layer.name, "function": function}
    layer.saved = {"class_name": layer.class_name, "config": layer.config}


def _slices(inputs: dict[str, Any], attributes: dict[str, Any]) -> list[Any]:
    """Reads the index of `a[...]` out of an operation: its masks have a bit for each axis."""

    def mask(name: str) -> int:
        return int((attributes.get(name) or {}).get("i", 0))

    parts: list[Any] = []
    ends = zip(inputs["begin"], inputs["end"], inputs["strides"], strict=True)
    for bit, (begin, end, step) in enumerate(ends):
        if mask("ellipsis_mask") >> bit & 1 or mask("new_axis_mask") >> bit & 1:
            raise ValueError("an index with an ellipsis or a new axis in a TensorFlowOpLayer")
        if mask("shrink_axis_mask") >> bit & 1:
            parts.append(begin)
            continue
        start = None if mask("begin_mask") >> bit & 1 else begin
        stop = None if mask("end_mask") >> bit & 1 else end
        parts.append({"start": start, "stop": stop, "step": None if step == 1 else step})
    return parts


def upgrade(context: Context, saved: dict[str, Any]) -> dict[str, Any]:
    """Upgrades a function in the graph.

    Raises:
        UpgradeError: Nothing here knows the function.
    """
    config = saved["config"]
    if saved["class_name"] not in _CLASSES:
        return _of_keras_3(context, saved)
    function = config.get("function")
    if function not in _TABLE:
        raise context.error(
            f"the TensorFlow function {function!r} in the graph is none of those known to be safe"
        )
    if not context.keras_3:
        kept = _plain(context, {k: config[k] for k in _KEPT if k in config})
        return Written(class_name=saved["class_name"], config=kept)
    operation = _TABLE[function]
    context.note(f"tf.{function} is now Keras' own operation {operation.class_name}")
    written = {"name": config.get("name", context.layer)} | _settings(context, saved, operation)
    return _operation(context, f"keras.src.ops.{operation.module}", operation.class_name, written)


def upgrade_call(context: Context, saved: dict[str, Any], call: graph.Call) -> graph.Call:
    """Upgrades a call of a function in the graph: Keras 3 takes its settings beforehand."""
    if saved["class_name"] not in _CLASSES or not context.keras_3:
        return call
    operation = _TABLE[saved["config"]["function"]]
    args = [*call.args, *(call.kwargs[name] for name in operation.tensors if name in call.kwargs)]
    if operation.class_name == "GetItem":
        index = args[1] if isinstance(args[1], list) else [args[1]]
        args[1] = [_slice(part) for part in index]
    else:
        args = [graph.constant(arg) for arg in args]
    return graph.Call(args, {})


def _settings(context: Context, saved: dict[str, Any], operation: _Operation) -> dict[str, Any]:
    """Finds an operation's settings in the calls, which must agree on them."""
    found = []
    for call in context.calls:
        given = {k: v for k, v in call.kwargs.items() if v is not None and k not in _IGNORED}
        known = {*operation.tensors, *(tensorflow for _, tensorflow in operation.settings)}
        unknown = sorted(set(given) - known)
        if unknown:
            raise context.error(
                f"tf.{saved['config']['function']} was called with {', '.join(unknown)}, "
                "which its equal in Keras 3 does not take"
            )
        settings = {}
        for keras, tensorflow in operation.settings:
            value = given.get(tensorflow, _LEFT_OUT.get(tensorflow))
            if value is None and "oftmax" in operation.class_name:
                value = _SOFTMAX_AXIS
            if value is None and operation.class_name in _ALONG_THE_FIRST_AXIS:
                value = 0
            if isinstance(value, graph.Tensor):
                raise context.error(f"{tensorflow} is a tensor, which Keras 3 does not take")
            if keras == "indices_or_sections" and isinstance(value, list):
                value = _indices(context, value)
            settings[keras] = value
        found.append(settings)
    if any(settings != found[0] for settings in found):
        raise context.error("the function is called with different settings under one name")
    return found[0] if found else {}


def _indices(context: Context, sizes: list[Any]) -> list[int]:
    """Returns where the parts of these sizes begin, but for the first."""
    if len(sizes) < 2 or not all(isinstance(size, int) and size >= 0 for size in sizes):
        raise context.error(f"tf.split into parts of the sizes {sizes} has no equal in Keras 3")
    return [sum(sizes[:end]) for end in range(1, len(sizes))]


def _slice(part: Any) -> Any:
    return graph.index(part) if isinstance(part, dict) and set(graph.SLICE) <= set(part) else part


def _of_keras_3(context: Context, saved: dict[str, Any]) -> dict[str, Any]:
    """Upgrades an operation that Keras 3 saved."""
    if not context.keras_3:
        raise context.error(f"the operation {saved['class_name']!r} of Keras 3 has no equal in tf.keras 2")
    name = saved["class_name"]
    if name in _CALL_FUNCTIONS:
        raise context.error(f"the operation {name!r} of Keras 3 calls a function that the file names")
    if not serialization.operation(saved["module"], name):
        raise context.error(f"{saved['module']}.{name:.80} is no operation of the Keras that is installed")
    return _operation(context, saved["module"], name, _plain(context, saved["config"]))


def _plain(context: Context, config: dict[str, Any]) -> dict[str, Any]:
    """Upgrades a config that holds plain values besides its dtype."""
    return {
        key: values.dtype(context, value, weights=False)
        if key == "dtype"
        else values.plain_value(context, value)
        for key, value in config.items()
    }


def _operation(context: Context, module: str, class_name: str, config: dict[str, Any]) -> dict[str, Any]:
    """Writes an operation of Keras 3."""
    config = values.without_later(context, serialization.operation(module, class_name), config)
    return Written(module=module, class_name=class_name, config=config, registered_name=None)
