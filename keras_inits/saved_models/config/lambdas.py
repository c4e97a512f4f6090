"""Lambdas whose code is arithmetic: read out of their bytecode, and rebuilt as Keras' own operations.

The code is never run. A name in it, such as `K` or `tf`, is taken for what it is called in every tutorial; a
function by such a name counts only if it is one of the tables here.
"""

import base64
import binascii
import dataclasses
import math
import sys
import types
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import tensorflow as tf

from keras_inits.keras_compat import serialization
from keras_inits.saved_models.config import values
from keras_inits.saved_models.config.context import Context, Input
from keras_inits.saved_models.config.small_models import Rebuilt, Small, Words, layer
from keras_inits.saved_models.config.written import written
from keras_inits.saved_models.files import bytecode, limits
from keras_inits.saved_models.files.bytecode import (
    Argument,
    Call,
    Constant,
    Function,
    Index,
    Listed,
    Name,
    NotArithmeticError,
    Operation,
)  # fmt: skip

# What the modules are called in the code of lambdas.
_BACKEND = ("K", "backend", "keras.backend", "tf.keras.backend", "keras.backend.tensorflow_backend")
_TENSORFLOW = ("tf", "tensorflow", "K.tf", "backend.tf", "keras.backend.tf")
_MODULES = {name: "K" for name in _BACKEND} | {name: "tf" for name in _TENSORFLOW}
_WORDS = {"True": True, "False": False, "None": None}
_PI = {("math", "pi"), ("np", "pi"), ("numpy", "pi")}
_EPSILON = 1e-12
_LARGEST = 2**53

_OPERATORS = {
    "+": "math.add", "-": "math.subtract", "*": "math.multiply", "/": "math.truediv", "/2": "math.truediv",
    "//": "math.floordiv", "%": "math.floormod", "**": "math.pow",
}  # fmt: skip
_OF_NUMBERS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
    "//": lambda a, b: a // b, "%": lambda a, b: a % b,
}  # fmt: skip


# What Keras writes of a layer.
_OF_LAYER = ("module", "class_name", "config", "registered_name")


class _Known(NamedTuple):
    """A function of Keras' backend or of TensorFlow's.

    Args:
        function: TensorFlow's function that computes it, as `TFOpLambda` names it.
        arguments: Its own arguments in order, each with the name that TensorFlow's has for it; the first is
            the tensor.
        defaults: What it takes for those that are not given, where TensorFlow's takes something else.
    """

    function: str
    arguments: tuple[tuple[str, str], ...] = (("x", ""),)
    defaults: Mapping[str, Any] = types.MappingProxyType({})


def _pair(function: str, second: str = "y") -> _Known:
    return _Known(function, (("x", ""), (second, "y")))


def _over_axes(function: str, first: str) -> _Known:
    return _Known(function, ((first, ""), ("axis", "axis"), ("keepdims", "keepdims")))


def _of_axis(function: str, first: str, axis: Any = None) -> _Known:
    return _Known(function, ((first, ""), ("axis", "axis")), {} if axis is None else {"axis": axis})


_ALIKE = ("abs", "exp", "log", "sin", "cos", "tanh", "sign", "round", "square", "sigmoid", "softplus")
_REDUCTIONS = ("sum", "mean", "max", "min", "prod", "any", "all")
_PAIRS = tuple("add subtract multiply truediv divide pow maximum minimum floordiv floormod".split())
_OF_ONE = (*_ALIKE, "sqrt", "rsqrt", "log1p", "expm1", "tan", "floor", "ceil", "negative", "erf")
_ACTIVATIONS = ("relu", "relu6", "elu", "selu", "silu", "swish")
_SHAPED = {
    "tf.expand_dims": _of_axis("expand_dims", "input"),
    "tf.squeeze": _of_axis("squeeze", "input"),
    "tf.reshape": _Known("reshape", (("tensor", ""), ("shape", "shape"))),
    "tf.transpose": _Known("transpose", (("a", ""), ("perm", "perm"))),
    "tf.concat": _of_axis("concat", "values"),
    "tf.stack": _of_axis("stack", "values", 0),
    "tf.reverse": _of_axis("reverse", "tensor"),
    "tf.tile": _Known("tile", (("input", ""), ("multiples", "multiples"))),
    "tf.cast": _Known("cast", (("x", ""), ("dtype", "dtype"))),
    "tf.clip_by_value": _Known(
        "clip_by_value",
        (("t", ""), ("clip_value_min", "clip_value_min"), ("clip_value_max", "clip_value_max")),
    ),
    "tf.nn.softmax": _of_axis("nn.softmax", "logits", -1),
    "tf.nn.log_softmax": _of_axis("nn.log_softmax", "logits", -1),
    "tf.nn.sigmoid": _Known("math.sigmoid"),
    "tf.nn.tanh": _Known("math.tanh"),
    "tf.nn.softplus": _Known("math.softplus"),
    "tf.stop_gradient": _Known("stop_gradient", (("input", ""),)),
    "K.expand_dims": _of_axis("expand_dims", "x", -1),
    "K.squeeze": _of_axis("squeeze", "x"),
    "K.reshape": _Known("reshape", (("x", ""), ("shape", "shape"))),
    "K.permute_dimensions": _Known("transpose", (("x", ""), ("pattern", "perm"))),
    "K.concatenate": _of_axis("concat", "tensors", -1),
    "K.stack": _of_axis("stack", "x", 0),
    "K.reverse": _Known("reverse", (("x", ""), ("axes", "axis"))),
    "K.cast": _Known("cast", (("x", ""), ("dtype", "dtype"))),
    "K.clip": _Known(
        "clip_by_value", (("x", ""), ("min_value", "clip_value_min"), ("max_value", "clip_value_max"))
    ),
    "K.softmax": _of_axis("nn.softmax", "x", -1),
    "K.stop_gradient": _Known("stop_gradient"),
}
_FUNCTIONS = {
    **{f"tf.{name}": _Known(f"math.{name}") for name in _OF_ONE},
    **{f"tf.math.{name}": _Known(f"math.{name}") for name in _OF_ONE},
    **{f"tf.{name}": _pair(f"math.{name}") for name in _PAIRS},
    **{f"tf.math.{name}": _pair(f"math.{name}") for name in _PAIRS},
    **{f"tf.reduce_{name}": _over_axes(f"math.reduce_{name}", "input_tensor") for name in _REDUCTIONS},
    **{f"tf.math.reduce_{name}": _over_axes(f"math.reduce_{name}", "input_tensor") for name in _REDUCTIONS},
    **{f"tf.nn.{name}": _Known(f"nn.{name}") for name in _ACTIVATIONS},
    **{f"K.{name}": _Known(f"math.{name}") for name in _ALIKE},
    **{f"K.{name}": _over_axes(f"math.reduce_{name}", "x") for name in _REDUCTIONS},
    **{f"K.{name}": _pair(f"math.{name}") for name in ("maximum", "minimum")},
    "K.pow": _pair("math.pow", "a"),
    "K.relu": _Known("nn.relu"),
    "K.elu": _Known("nn.elu"),
    **_SHAPED,
}
# Arguments without a default.
_NEEDED = frozenset({"y", "shape", "dtype", "multiples", "clip_value_min", "clip_value_max"})
_LISTS = frozenset({"concat", "stack"})


@dataclasses.dataclass(frozen=True)
class _Step:
    """A tensor inside the small model, by the name of the layer that gives it."""

    layer: str


def is_code(config: Words) -> bool:
    """Returns whether a Lambda's function is code, rather than a name."""
    return _code(config) is not None


def check_runs_here(context: Context, function: Any) -> None:
    """Sees that the running Python can run a Lambda's code.

    Raises:
        UpgradeError: Another Python compiled it.
    """
    found = _code({"function": function})
    if found is None or bytecode.runs_here(found[0]):
        return
    by = " or ".join(bytecode.pythons(found[0])) or "an unknown one"
    raise context.error(
        f"its code was compiled by another Python ({by}) than this one "
        f"({sys.version_info[0]}.{sys.version_info[1]}), which cannot run it: give a layer or a function in "
        f"its place, custom_objects={{{_name(context)!r}: ...}}"
    )


def replacement(context: Context) -> dict[str, Any] | None:
    """Writes the layer that the user gives in a Lambda's place, by its name; `None` where none is given."""
    name = _name(context)
    given = context.custom_objects.get(name)
    if isinstance(given, tf.keras.layers.Layer):
        saved = serialization.serialize(given)
        saved["config"]["name"] = name
        context.note(f"replaced by the {type(given).__name__} in custom_objects")
        return written({key: saved[key] for key in _OF_LAYER if key in saved})
    return None


def given_function(context: Context) -> dict[str, Any] | None:
    """Writes the function that the user gives in the place of a Lambda's; `None` where none is given."""
    name = _name(context)
    given = context.custom_objects.get(name)
    if given is None or isinstance(given, (type, tf.keras.layers.Layer)) or not callable(given):
        return None
    context.note("its function is replaced by the one in custom_objects")
    return values.function(name)


def _name(context: Context) -> str:
    return context.layer.rpartition("/")[2]


def _applies(context: Context, class_name: str, words: Words) -> bool:
    """Returns whether a Lambda's code is arithmetic of its inputs, whose shapes are known."""
    if _name(context) in context.custom_objects:
        return False
    if not is_code(words) or context.inputs is None or words.get("mask") is not None:
        return False
    try:
        _steps(context, words)
    except NotArithmeticError:
        return False
    return True


def _rebuild(context: Context, words: Words) -> Small:
    function, steps = _steps(context, words)
    context.note(f"its code was read, not run: it computes {_text(function.returned)}"[: limits.MESSAGE])
    inputs = [one["name"] for one in steps.layers if one["class_name"] == "InputLayer"]
    return layer(
        "Functional", name=words["name"], layers=steps.layers, trainable=words.get("trainable", True),
        input_layers=[[name, 0, 0] for name in inputs],
        output_layers=[[steps.layers[-1]["name"], 0, 0]],
    )  # fmt: skip


ROW = Rebuilt(_rebuild, _applies, needs_shape=True)


def _code(config: Words) -> tuple[bytes, Any, Any] | None:
    """Finds a Lambda's code, the defaults of its arguments, and the values of variables around it."""
    function = config.get("function")
    if values.is_object(function) and function["class_name"] == "__lambda__":
        function = function.get("config")
    if isinstance(function, dict):
        function = [function.get("code"), function.get("defaults"), function.get("closure")]
    if not isinstance(function, list) or not function or not isinstance(function[0], str):
        return None
    text, *others = function
    defaults, closure = [*others, None, None][:2]
    try:
        # As Keras 2.1.6 and later wrote it; before, each byte was a character.
        return base64.b64decode(text.encode("ascii"), validate=False), defaults, closure
    except (ValueError, binascii.Error):
        pass
    try:
        return text.encode("raw_unicode_escape"), defaults, closure
    except ValueError:
        return None


def _steps(context: Context, words: Words) -> tuple[Function, "_Steps"]:
    """Writes the layers that compute what a Lambda's code does.

    Raises:
        NotArithmeticError: It is more than arithmetic, or its values are not in the file.
    """
    found = _code(words)
    if found is None or context.inputs is None:
        raise NotArithmeticError("it has no code")
    data, defaults, closure = found
    function = bytecode.read(data)
    inputs, is_list = context.inputs
    steps = _Steps(function, inputs, is_list, _given(function, words, defaults, closure))
    result = steps.of(function.returned)
    if not isinstance(result, _Step):
        raise NotArithmeticError("it returns no tensor")
    if len(steps.layers) == len(inputs):
        # A model is more than its input.
        steps.add("Activation", {"activation": "linear"}, [result.layer, 0, 0, {}])
    return function, steps


def _given(function: Function, words: Words, defaults: Any, closure: Any) -> dict[str, Any]:
    """Returns the values of the arguments after the first, and of variables around the function."""
    given: dict[str, Any] = {}
    defaults, closure = (_list(one) for one in (defaults, closure))
    if len(defaults) <= len(function.arguments):
        given |= zip(function.arguments[len(function.arguments) - len(defaults) :], defaults)
    arguments = words.get("arguments")
    given |= arguments if isinstance(arguments, dict) else {}
    if len(closure) == len(function.free):
        given |= zip(function.free, closure)
    for name in function.arguments[:1]:
        given.pop(name, None)
    return given


def _list(value: Any) -> list[Any]:
    if values.is_object(value) and value["class_name"] == "__tuple__":
        value = value.get("items") or value.get("config")
    return value if isinstance(value, list) else []


class _Steps:
    """The layers of the small model, one for each operation, as they are found."""

    def __init__(self, function: Function, inputs: list[Input], is_list: bool, given: dict[str, Any]):
        self._is_list, self._given, self._tensors = is_list, given, inputs
        self._tensor = function.arguments[0] if function.arguments else None
        self.layers: list[Small] = []
        self._inputs = [_Step(f"input_{number}") for number in range(len(inputs))]
        for step, one in zip(self._inputs, inputs):
            start = layer("InputLayer", name=step.layer, batch_input_shape=one.shape, dtype=one.dtype)
            self.layers.append(start | {"name": step.layer, "inbound_nodes": []})

    def of(self, part: Any) -> Any:
        """Returns the `_Step` that gives a part of the expression, a list of such, or a plain value."""
        if isinstance(part, Argument):
            return self._argument(part)
        if isinstance(part, (Constant, Name)):
            return _value(part)
        if isinstance(part, Listed):
            return [self.of(one) for one in part.parts]
        if isinstance(part, Operation):
            return self._operation(part.sign, [self.of(one) for one in part.parts])
        if isinstance(part, Call):
            return self._call(part)
        if isinstance(part, Index):
            return _slice([self.of(one) for one in part.parts])
        raise NotArithmeticError("it is more than arithmetic")

    def _argument(self, part: Argument) -> Any:
        if part.name in self._given:
            return _plain(self._given[part.name])
        if part.name != self._tensor:
            raise NotArithmeticError(f"the value of {part.name!r:.80} is not in the file")
        return self._inputs if self._is_list else self._inputs[0]

    def _operation(self, sign: str, parts: list[Any]) -> Any:
        if sign == "[]":
            return self._item(*parts)
        if any(isinstance(part, (list, tuple)) for part in parts):
            raise NotArithmeticError("it computes with lists")
        if not any(isinstance(part, _Step) for part in parts):
            return _of_numbers(sign, parts)
        if len(parts) == 1:
            return self.apply("math.negative", parts[0])
        first, second = parts
        if not isinstance(first, _Step):
            # TensorFlow takes the dtype of the first, and an integer would be none of the tensor's.
            if sign in ("+", "*"):
                first, second = second, first
            elif sign == "-":
                return self.apply("math.add", self.apply("math.negative", second), y=first)
            elif any(one.dtype != "float32" for one in self._tensors):
                raise NotArithmeticError(
                    f"it computes a number {sign.rstrip('2')} a tensor that is no float32"
                )
            else:
                first = float(first)
        return self.apply(_OPERATORS[sign], first, y=second)

    def _item(self, of: Any, index: Any) -> Any:
        if isinstance(of, list):
            if type(index) is not int or not -len(of) <= index < len(of):
                raise NotArithmeticError("it takes something else than one of its inputs")
            return of[index]
        parts = list(index) if isinstance(index, (list, tuple)) else [index]
        if not isinstance(of, _Step) or not all(type(part) in (int, dict) for part in parts):
            raise NotArithmeticError("it takes a part of a tensor in a way that is not known here")
        return self.apply("__operators__.getitem", of, slice_spec=parts)

    def _call(self, part: Call) -> Any:
        module, _, name = ".".join(part.name.parts).rpartition(".")
        head, _, inner = module.partition(".")
        known = _MODULES.get(module)
        if known is None and _MODULES.get(head) == "tf" and inner in ("math", "nn"):
            known = f"tf.{inner}"
        path = f"{known}.{name}"
        args = [self.of(one) for one in part.args]
        kwargs = {key: self.of(one) for key, one in part.kwargs}
        if path in _WRITTEN_OUT:
            return _WRITTEN_OUT[path](self, *_one_and_axis(path, args, kwargs))
        if path not in _FUNCTIONS:
            raise NotArithmeticError(
                f"it calls {'.'.join(part.name.parts)!r:.80}, which is none of those known here"
            )
        row = _FUNCTIONS[path]
        first, given = _arguments(path, row, args, kwargs)
        return self.apply(row.function, first, **given)

    def apply(self, function: str, first: Any, **given: Any) -> _Step:
        """Adds a call of one of TensorFlow's functions."""
        class_name = "SlicingOpLambda" if function == "__operators__.getitem" else "TFOpLambda"
        written = {key: [one.layer, 0, 0] if isinstance(one, _Step) else one for key, one in given.items()}
        if isinstance(first, list) and first and all(isinstance(one, _Step) for one in first):
            if function not in _LISTS:
                raise NotArithmeticError("it computes with lists")
            return self.add(class_name, {"function": function}, [[one.layer, 0, 0, written] for one in first])
        if isinstance(first, _Step):
            return self.add(class_name, {"function": function}, [first.layer, 0, 0, written])
        if not isinstance(first, (int, float)) or not any(isinstance(one, _Step) for one in given.values()):
            raise NotArithmeticError("it calls a function on no tensor")
        return self.add(class_name, {"function": function}, ["_CONSTANT_VALUE", -1, first, written])

    def add(self, class_name: str, config: Words, call: list[Any]) -> _Step:
        """Adds a layer."""
        name = f"step_{len(self.layers)}"
        nodes = [[call]] if class_name == "Activation" else [call]
        self.layers.append(layer(class_name, name=name, **config) | {"name": name, "inbound_nodes": nodes})
        return _Step(name)


def _arguments(path: str, row: _Known, args: list[Any], kwargs: Words) -> tuple[Any, Words]:
    """Returns the first argument of a call, and the others by the names that TensorFlow's function has."""
    names = dict(row.arguments)
    given = dict(zip(names, args))
    if len(args) > len(names) or set(kwargs) - set(names) or set(kwargs) & set(given):
        raise NotArithmeticError(f"it calls {path!r} with arguments that are not known here")
    given |= kwargs
    first = next(iter(names))
    if first not in given:
        raise NotArithmeticError(f"it calls {path!r} without {first!r}")
    others = {names[key]: one for key, one in given.items() if key != first}
    if any(name in _NEEDED and name not in others for name in names.values()):
        raise NotArithmeticError(f"it calls {path!r} without an argument")
    return given[first], {**row.defaults, **others}


def _one_and_axis(path: str, args: list[Any], kwargs: Words) -> list[Any]:
    first, given = _arguments(path, _of_axis("", "x"), args, kwargs)
    if not isinstance(first, _Step):
        raise NotArithmeticError(f"it calls {path!r} on no tensor")
    return [first, given.get("axis")]


def _square_root(steps: _Steps, x: _Step, axis: Any) -> _Step:
    """Keras' backend has none of what is negative."""
    if axis is not None:
        raise NotArithmeticError("a square root has no axis")
    clipped = steps.apply("clip_by_value", x, clip_value_min=0.0, clip_value_max=math.inf)
    return steps.apply("math.sqrt", clipped)


def _normalized(steps: _Steps, x: _Step, axis: Any) -> _Step:
    """Returns what `tf.nn.l2_normalize` does."""
    squares = steps.apply("math.reduce_sum", steps.apply("math.square", x), axis=axis, keepdims=True)
    scale = steps.apply("math.rsqrt", steps.apply("math.maximum", squares, y=_EPSILON))
    return steps.apply("math.multiply", x, y=scale)


_WRITTEN_OUT: dict[str, Callable[[_Steps, _Step, Any], _Step]] = {
    "K.sqrt": _square_root,
    "K.l2_normalize": _normalized,
    "tf.nn.l2_normalize": _normalized,
    "tf.math.l2_normalize": _normalized,
}


def _value(part: Constant | Name) -> Any:
    """Returns a constant, or what a name stands for: a word of Python 2's, pi, a dtype."""
    if isinstance(part, Constant):
        return _plain(part.value)
    if part.parts in _PI:
        return math.pi
    head, name = ".".join(part.parts[:-1]), part.parts[-1]
    if not head and name in _WORDS:
        return _WORDS[name]
    if _MODULES.get(head) == "tf" and name in ("float16", "float32", "float64", "int32", "int64", "bool"):
        return name
    raise NotArithmeticError(f"the value of {'.'.join(part.parts)!r:.80} is not in the file")


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, bytes):
        return value.decode("ascii", errors="replace")
    if isinstance(value, (bool, str)) or value is None:
        return value
    if isinstance(value, (int, float)) and (not isinstance(value, int) or abs(value) <= _LARGEST):
        return value
    raise NotArithmeticError("it has a constant that is no number")


def _slice(parts: list[Any]) -> dict[str, Any]:
    if not all(part is None or type(part) is int for part in parts):
        raise NotArithmeticError("it takes a part of a tensor in a way that is not known here")
    return dict(zip(("start", "stop", "step"), [*parts, None][:3]))


def _of_numbers(sign: str, parts: list[Any]) -> Any:
    """Computes with numbers alone, as Python did."""
    if not all(type(part) in (int, float) for part in parts):
        raise NotArithmeticError("it computes with what are no numbers")
    if len(parts) == 1:
        return -parts[0]
    if sign == "/2":
        sign = "//" if all(type(part) is int for part in parts) else "/"
    if sign not in _OF_NUMBERS or (sign in "/ // %".split() and parts[1] == 0):
        raise NotArithmeticError("it computes with numbers in a way that is not known here")
    return _plain(_OF_NUMBERS[sign](*parts))


def _text(part: Any) -> str:
    """Writes an expression as Python has it."""
    if isinstance(part, Argument):
        return part.name
    if isinstance(part, Constant):
        return repr(part.value)
    if isinstance(part, Name):
        return ".".join(part.parts)
    if isinstance(part, Listed):
        return ", ".join(map(_text, part.parts))
    if isinstance(part, Index):
        return ":".join("" if one == Constant(None) else _text(one) for one in part.parts)
    if isinstance(part, Call):
        args = [*map(_text, part.args), *(f"{key}={_text(one)}" for key, one in part.kwargs)]
        return f"{_text(part.name)}({', '.join(args)})"
    if part.sign == "[]":
        return f"{_text(part.parts[0])}[{_text(part.parts[1])}]"
    texts = [
        f"({_text(one)})" if isinstance(one, Operation) and one.sign != "[]" else _text(one)
        for one in part.parts
    ]
    sign = part.sign.rstrip("2")
    return f"{sign}{texts[0]}" if len(texts) == 1 else f" {sign} ".join(texts)
