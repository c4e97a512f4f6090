"""TensorFlow functions that stand in a model's graph as layers: `a + b`, `tf.exp(a)`, `a[:, 1]`.

tf.keras 2.4 and later saved them as `TFOpLambda` and `SlicingOpLambda` with the function's name.
Only the functions listed here are accepted, for tf.keras 2 looks the name up in all of TensorFlow,
which can also write files. For Keras 3 each becomes the operation of Keras that computes the same.
"""

import base64
import binascii
from typing import Any

from keras_inits.keras_compat import serialization
from keras_inits.saved_models.config import graph, operator_steps, operator_tables, values
from keras_inits.saved_models.config.context import Context, UpgradeError
from keras_inits.saved_models.config.operator_tables import ALL, FIRST, OPERATIONS, Node, Operation
from keras_inits.saved_models.config.written import Written
from keras_inits.saved_models.files import limits

_CLASSES = ("TFOpLambda", "SlicingOpLambda")
# Keras 3 saves its operations by these paths.
_OPERATION_MODULES = frozenset(
    f"keras.src.ops.{name}" for name in ("core", "einops", "image", "linalg", "math", "nn", "numpy")
)
# Operations of Keras 3 that call functions, which a file would name.
_CALL_FUNCTIONS = frozenset({
    "AssociativeScan", "Cond", "ForiLoop", "JVP", "Map", "Scan", "Switch", "VectorizedMap", "Vectorize",
    "WhileLoop",
})  # fmt: skip
# Where Keras 3 has these operations, which tf.keras 2 does not.
_MODULES = {one.class_name: f"keras.src.ops.{one.module}" for one in OPERATIONS.values()}
# Those of them that are the TensorFlow function, if only tensors are their arguments, or there is an error.
_FUNCTIONS = {
    one.class_name: function
    for function, one in reversed(OPERATIONS.items())
    if not one.settings and not one.fixed
}
# What tf.keras 2 reads in the config of a function in the graph.
_KEPT = ("name", "trainable", "dtype", "function")
# Arguments that say how many tensors there are, of each of which Keras makes an object, and how many may be.
# Those of Keras 3 are in an operation's config; its `Diff` is computed `n` times.
_COUNTS = dict.fromkeys(("num", "num_or_size_splits"), limits.TENSORS)
_COUNTS_OF_KERAS_3 = dict.fromkeys(("num", "indices_or_sections"), limits.TENSORS) | {"n": limits.TIMES}


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


def from_node(context: Context, layer: graph.Layer) -> None:
    """Rewrites an operation of TensorFlow's graph as the function that tf.keras 2.4 would save.

    Args:
        layer: A `TensorFlowOpLayer`, as tf.keras 1.13 to 2.3 saved it; it is changed.

    Raises:
        UpgradeError: Nothing here knows the operation.
    """
    saved: Any = layer.config.get("node_def")
    if isinstance(saved, str):
        raise context.error("a TensorFlow operation in the graph, written as text, cannot be read")
    name = saved.get("op") if isinstance(saved, dict) else None
    if not isinstance(name, str) or name not in operator_tables.NODES:
        what = f"the TensorFlow operation {name!r:.80}"
        raise _unknown(context, what, name, operator_tables.REFUSED_NODES)
    node = operator_tables.NODES[name]
    attributes = {key: _attribute(context, key, value) for key, value in (saved.get("attr") or {}).items()}
    for key, value in node.only:
        if (attributes.get(key) or type(value)()) != value:
            raise context.error(
                f"the TensorFlow operation {name} with {key}={attributes.get(key)!r:.80} has no equal"
            )
    layer.class_name = "SlicingOpLambda" if node.function == "__operators__.getitem" else "TFOpLambda"
    layer.calls = [_called(context, layer, node, attributes, call) for call in layer.calls]
    layer.config = {"name": layer.name, "function": node.function}
    layer.saved = {"class_name": layer.class_name, "config": layer.config}


def _called(
    context: Context, layer: graph.Layer, node: Node, attributes: dict[str, Any], call: graph.Call
) -> graph.Call:
    """Writes a call of an operation of TensorFlow's graph as one of the function."""
    inputs: list[Any] = list(call.args[0]) if isinstance(call.args[0], list) else call.args[:1]
    constants = layer.config.get("constants") or {}
    for place, value in sorted(constants.items(), key=lambda item: int(item[0])):
        inputs.insert(int(place), value)
    names = list(node.inputs)
    if ALL in names:
        after = len(names) - names.index(ALL) - 1
        inputs[: len(inputs) - after] = [inputs[: len(inputs) - after]]
    given = dict(zip(names, inputs, strict=False))
    first = given.pop(ALL if ALL in names else FIRST)
    given |= {argument: attributes[key] for key, argument in node.attributes if key in attributes}
    given |= dict(node.given)
    # An empty list of axes, and a flag that is not set, are as good as not there.
    given = {key: value for key, value in given.items() if value is not False and value != []}
    if node.function == "__operators__.getitem":
        if not all(isinstance(given.get(key), list) for key in ("begin", "end", "strides")):
            raise context.error("a part of a tensor between ends that are tensors has no equal")
        begin, end, strides = (given[key] for key in ("begin", "end", "strides"))
        given = {"slice_spec": operator_steps.strided(begin, end, strides, attributes)}
    return graph.Call([first], given)


def _attribute(context: Context, name: str, value: Any) -> Any:
    """Reads an attribute of an operation, a message of protocol buffers as JSON has it."""
    if not isinstance(value, dict):
        raise context.error(f"the attribute {name!r:.80} of a TensorFlow operation cannot be read")
    if "list" in value:
        inside = value["list"] if isinstance(value["list"], dict) else {}
        return [_attribute(context, name, {kind: one}) for kind, several in inside.items() for one in several]
    try:
        if "i" in value:
            return int(value["i"])
        if "s" in value:
            return base64.b64decode(value["s"], validate=True).decode("ascii")
    except (TypeError, ValueError, binascii.Error):
        raise context.error(f"the attribute {name!r:.80} of a TensorFlow operation cannot be read") from None
    if "type" in value:
        return _DTYPES.get(value["type"], value["type"])
    return value.get("b", value.get("f"))


# TensorFlow's dtypes, by their names in a graph.
_DTYPES = {
    "DT_FLOAT": "float32", "DT_DOUBLE": "float64", "DT_HALF": "float16", "DT_BFLOAT16": "bfloat16",
    "DT_INT8": "int8", "DT_INT16": "int16", "DT_INT32": "int32", "DT_INT64": "int64", "DT_UINT8": "uint8",
    "DT_BOOL": "bool", "DT_STRING": "string",
}  # fmt: skip


def _unknown(context: Context, what: str, name: Any, refused: dict[str, tuple[str, ...]]) -> UpgradeError:
    """Returns the error about a function that is never called, or that nothing here knows."""
    for why, beginnings in refused.items():
        if isinstance(name, str) and name.startswith(beginnings):
            return context.error(
                f"{what} in the graph {why}, and is not loaded, whatever safe_mode says: "
                "build the model with your own code, and load its weights into it"
            )
    return context.error(f"{what} in the graph is none that is known here to compute a tensor")


def _name_of_today(function: Any) -> Any:
    """Returns the name in the tables of a function, which may be one of TensorFlow 1's."""
    return operator_tables.TENSORFLOW_1.get(function, function) if isinstance(function, str) else None


def written_out(context: Context, layers: list[graph.Layer]) -> list[graph.Layer]:
    """Writes out functions in the graph that several operations of Keras 3 equal together.

    Args:
        layers: A model's layers.
    """
    taken: set[str] = {layer.name for layer in layers}
    made: list[graph.Layer] = []
    for layer in layers:
        _look_up_by_gathering(layer)
        function = _name_of_today(layer.config.get("function"))
        if not context.keras_3 or layer.class_name not in _CLASSES or function not in operator_steps.STEPS:
            made.append(layer)
            continue
        context.layer = layer.name
        layer.calls = [_in_words_of_2(call) for call in layer.calls]
        _check_calls(context, layer.calls)
        made += operator_steps.written_out(context, layer, function, taken)
    return made


def _look_up_by_gathering(layer: graph.Layer) -> None:
    """Rewrites a look-up in a constant table, of whose rows TensorFlow would make tables."""
    calls = [(call.args[0], call.kwargs) for call in layer.calls if call.args]
    constant = all(isinstance(first, list) and not graph.tensors(first) for first, _ in calls)
    is_look_up = _name_of_today(layer.config.get("function")) == "nn.embedding_lookup"
    if not is_look_up or not constant or any(given.get("max_norm") is not None for _, given in calls):
        return
    layer.config = {**layer.config, "function": "gather"}
    layer.saved = {**layer.saved, "config": layer.config}
    layer.calls = [graph.Call([first], {"indices": given.get("ids"), "axis": 0}) for first, given in calls]


def _in_words_of_2(call: graph.Call) -> graph.Call:
    """Returns a call without what means nothing, its arguments named as TensorFlow 2 does."""
    names = operator_tables.OF_TENSORFLOW_1
    given = {
        names.get(key, key): value
        for key, value in call.kwargs.items()
        if value is not None and key not in operator_tables.IGNORED
    }
    return graph.Call(call.args, given)


def _check_calls(context: Context, calls: list[graph.Call]) -> None:
    """Sees that a function is called on tensors, for Keras would run it otherwise, and not for too many."""
    for call in calls:
        if not graph.tensors([call.args, call.kwargs]):
            raise context.error("the file does not say which tensors the function is called on")
        _check_counts(context, call.kwargs, _COUNTS)


def _check_counts(context: Context, given: dict[str, Any], counts: dict[str, int]) -> None:
    """Sees that a function does not make too many tensors, by their number or by where each begins."""
    for key, most in counts.items():
        value = given.get(key)
        number = len(value) if isinstance(value, (list, tuple)) else value
        if isinstance(number, int) and number > most:
            raise context.error(f"{number} tensors are more than the {most} that can be made")


def from_operation(context: Context, layer: graph.Layer) -> None:
    """Rewrites an operation of Keras 3 as the function that tf.keras 2 would save, where there is one.

    Args:
        layer: A layer of a model that Keras 3 saved; it is changed.
    """
    function = _FUNCTIONS.get(layer.class_name)
    if context.keras_3 or function is None or not is_operator(layer.saved) or "GetItem" in layer.class_name:
        return
    names = OPERATIONS[function].tensors
    if any(call.kwargs or len(call.args) != 1 + len(names) for call in layer.calls):
        return
    context.note(f"Keras' own operation {layer.class_name} is tf.{function}")
    for call in layer.calls:
        call.args, call.kwargs = call.args[:1], dict(zip(names, call.args[1:], strict=True))
    layer.class_name, layer.config = "TFOpLambda", {"name": layer.name, "function": function}
    layer.saved = {"class_name": layer.class_name, "config": layer.config}


def upgrade(context: Context, saved: dict[str, Any]) -> dict[str, Any]:
    """Upgrades a function in the graph.

    Raises:
        UpgradeError: Nothing here knows the function.
    """
    config = saved["config"]
    if saved["class_name"] not in _CLASSES:
        return _of_keras_3(context, saved)
    function = _name_of_today(config.get("function"))
    what = f"the TensorFlow function {config.get('function')!r:.80}"
    known = function in OPERATIONS or function in operator_steps.STEPS
    if not known and function not in operator_tables.WITHOUT_EQUAL:
        raise _unknown(context, what, config.get("function"), operator_tables.REFUSED)
    _check_calls(context, context.calls)
    if not context.keras_3:
        kept = _plain(context, {k: config[k] for k in _KEPT if k in config})
        return Written(class_name=saved["class_name"], config=kept)
    if function not in OPERATIONS:
        raise context.error(
            f"{what} in the graph has no equal in Keras 3: load the model in tf_keras (TF_USE_LEGACY_KERAS=1)"
        )
    operation = OPERATIONS[function]
    context.note(f"tf.{function} is now Keras' own operation {operation.class_name}")
    written = {"name": config.get("name", context.layer)} | _settings(context, function, operation)
    return _operation(context, f"keras.src.ops.{operation.module}", operation.class_name, written)


def upgrade_call(context: Context, saved: dict[str, Any], call: graph.Call) -> graph.Call:
    """Upgrades a call of a function in the graph: Keras 3 takes its settings beforehand."""
    if saved["class_name"] not in _CLASSES or not context.keras_3:
        return call
    operation = OPERATIONS[_name_of_today(saved["config"]["function"])]
    args = [*call.args, *(call.kwargs[name] for name in operation.tensors if name in call.kwargs)]
    if operation.class_name == "GetItem":
        index = args[1] if isinstance(args[1], list) else [args[1]]
        args[1] = [_slice(part) for part in index]
    else:
        args = [graph.constant(arg) for arg in args]
    return graph.Call(args, {})


def _settings(context: Context, function: str, operation: Operation) -> dict[str, Any]:
    """Finds an operation's settings in the calls, which must agree on them."""
    found = [
        _settings_of(context, function, operation, _in_words_of_2(call).kwargs) for call in context.calls
    ]
    if any(settings != found[0] for settings in found):
        raise context.error("the function is called with different settings under one name")
    return dict(operation.fixed) | (found[0] if found else {})


def _settings_of(
    context: Context, function: str, operation: Operation, given: dict[str, Any]
) -> dict[str, Any]:
    """Returns an operation's settings in one call."""
    only = dict(operation.only)
    missing = [name for name in operation.tensors if name not in given]
    if missing:
        raise context.error(
            f"the file does not say with which {' and '.join(missing)} tf.{function} was called"
        )
    known = {*operation.tensors, *(one.tensorflow for one in operation.settings)}
    unknown = sorted(key for key in set(given) - known if given[key] not in only.get(key, ()))
    if unknown:
        raise context.error(
            f"tf.{function} was called with {', '.join(unknown)}, which its equal in Keras 3 does not take"
        )
    settings = {}
    for keras, tensorflow, default in operation.settings:
        value = given.get(tensorflow, default)
        if graph.tensors(value):
            raise context.error(f"{tensorflow} is a tensor, which Keras 3 does not take")
        if keras == "indices_or_sections" and isinstance(value, list):
            value = _indices(context, value)
        if operation.class_name == "Squeeze" and isinstance(value, list) and len(value) < 2:
            # TensorFlow's empty list means all axes, and Keras 3.0 takes no list.
            value = value[0] if value else None
        settings[keras] = value
    return settings


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
    _check_counts(context, saved["config"], _COUNTS_OF_KERAS_3)
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
    cls = serialization.operation(module, class_name)
    if cls is None:
        raise context.error(f"{module}.{class_name:.80} is no operation of the Keras that is installed")
    config = values.without_later(context, cls, config)
    return Written(module=module, class_name=class_name, config=config, registered_name=None)
