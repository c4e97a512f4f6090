"""Bounds how large a third-party model may become while it is built, and how long that takes.

A config of a few bytes can ask for weights that no memory holds, each small enough by its own
arguments. What it asks for is counted as layers ask for it, before anything is drawn. The methods that
stand in are public, `Layer.add_weight` and `Layer.build`, of Keras 2.15, tf_keras 2.21 and Keras 3.15.
"""

import contextlib
import dataclasses
import functools
import inspect
import math
import threading
from collections.abc import Iterator
from typing import Any

import tensorflow as tf

from keras_inits.keras_compat import patching, versions
from keras_inits.saved_models.config.context import UpgradeError
from keras_inits.saved_models.files import limits
from keras_inits.saved_models.files.config_trees import is_object

# Layers whose `build` makes more than their weights.
_BUILDERS = (
    "RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "TimeDistributed", "LocallyConnected1D",
    "LocallyConnected2D",
)  # fmt: skip
# Layers for whose output tf.keras 2 makes a list of all places along an axis.
_REPEATERS = ("UpSampling1D", "UpSampling3D")

# Layers that cut their input into patches, where their `implementation` is this one.
_CUTTERS = ("LocallyConnected1D", "LocallyConnected2D")
_IN_PATCHES = 1

# What every error about work ends with.
ADVICE = "if you trust it, limit=None (on the command line, --no-limit) lets it"

_LARGEST_SHOWN = 10**18

_THREAD = threading.local()


@dataclasses.dataclass
class _Bound:
    """What the model that a thread builds has left, and the words for one that wants more.

    Attributes:
        numbers: Numbers of its weights.
        calls: Calls of layers.
        reason: Why it may have no more numbers.
        drawn: Multiplications for its initial weights.
    """

    numbers: float
    calls: float
    reason: str
    drawn: float = math.inf


class TooLargeError(UpgradeError):
    """The config asks for more than a file may: weights that it does not hold, or far too much work."""


@contextlib.contextmanager
def bounded(stored: int | None, limit: float | None = 1.0) -> Iterator[None]:
    """Keeps the weights and the calls of all layers that are built in this block and thread within bounds.

    Args:
        stored: How many numbers the file of the weights holds, `None` without such a file.
        limit: How many times the usual bounds there may be, `None` for any. A file of weights is a bound of
            its own.

    Raises:
        TooLargeError: Layers ask for more, by a margin; Keras may wrap it in an error of its own.
    """
    times = math.inf if limit is None else limit
    drawn = math.inf
    if stored is None:
        numbers, drawn = limits.NUMBERS * times, limits.DRAWN_WORK * times
        reason = (
            f"the model is larger than {numbers:.3g} numbers, which only a file of weights allows; {ADVICE}"
        )
    else:
        numbers = limits.NUMBERS_RATIO * stored + limits.NUMBERS_SPARE
        reason = f"the model is larger than the {stored} numbers in the file of its weights"
    builders = {getattr(tf.keras.layers, name) for name in _BUILDERS if hasattr(tf.keras.layers, name)}
    hooks: list[tuple[Any, str, Any]] = [(_layer_class(), "add_weight", _counted)]
    hooks += [(owner, "build", _looked_at) for owner in {_owner(builder, "build") for builder in builders}]
    if not versions.is_keras_3():
        hooks += [(getattr(tf.keras.layers, name), "call", _repeating) for name in _REPEATERS]
        hooks += [(getattr(tf.keras.layers, name), "call", _cutting) for name in _CUTTERS]
    with _within(_Bound(numbers, limits.CALLS * times, reason, drawn), hooks):
        yield


@contextlib.contextmanager
def bounded_metrics() -> Iterator[None]:
    """Keeps the states of all metrics that are made in this block and thread within a bound.

    Raises:
        TooLargeError: They are larger; Keras may wrap it in an error of its own.
    """
    reason = f"the metrics' states are larger than {limits.METRICS} numbers together"
    method = "add_variable" if versions.is_keras_3() else "add_weight"
    owner = _owner(tf.keras.metrics.Metric, method)
    with _within(_Bound(limits.METRICS, math.inf, reason), [(owner, method, _COUNTED_METRICS)]):
        yield


@contextlib.contextmanager
def _within(bound: _Bound, hooks: list[tuple[Any, str, Any]]) -> Iterator[None]:
    before = getattr(_THREAD, "bound", None)
    _THREAD.bound = bound
    try:
        with patching.hooked(hooks):
            yield
    finally:
        _THREAD.bound = before


def _layer_class() -> type:
    """Returns the class of which all layers are, which in TensorFlow 1's mode is another one."""
    return _owner(type(tf.keras.layers.Activation("linear", name="linear")), "add_weight")


def _owner(cls: type, method: str) -> type:
    """Returns the class that a class has a method from."""
    return next(one for one in cls.__mro__ if method in vars(one))


# Nothing of the hooks is for AutoGraph, which tf.keras 2 has go through what layers call.
def _counted(original: Any, kind: str = "layer") -> Any:
    signature = inspect.signature(original)

    @tf.autograph.experimental.do_not_convert
    def add_weight(layer: Any, *args: Any, **kwargs: Any) -> Any:
        arguments = signature.bind_partial(layer, *args, **kwargs).arguments
        shape = arguments.get("shape")
        what = f"{kind} {layer.name!r}, a weight of shape {shape}: with it"
        _take(_size(shape), what)
        if _is_orthogonal(arguments.get("initializer")):
            _draw(_size(shape) * _smaller_side(shape), what)
        return original(layer, *args, **kwargs)

    return add_weight


# One and the same, so that blocks inside each other count once.
_COUNTED_METRICS = functools.partial(_counted, kind="metric")


def _is_orthogonal(initializer: Any) -> bool:
    """Returns whether an initializer, a name or a config is of one that factorizes, or has such a one."""
    inside = getattr(initializer, "initializer", None)
    if isinstance(initializer, dict):
        config = initializer.get("config")
        inside = config.get("initializer") if isinstance(config, dict) else None
        initializer = initializer.get("class_name")
    name = initializer if isinstance(initializer, str) else type(initializer).__name__
    return "orthogonal" in name.lower() or (inside is not None and _is_orthogonal(inside))


def _smaller_side(shape: Any) -> int:
    """Returns the smaller side of the matrix that an orthogonal initializer draws for a shape."""
    return min(_size(shape[:-1]), _size(shape[-1:])) if shape else 1


def _draw(multiplications: int, what: str) -> None:
    """Takes so many multiplications from those that drawing may take."""
    bound = getattr(_THREAD, "bound", None)
    if bound is None:
        return
    bound.drawn -= multiplications
    if bound.drawn < 0:
        raise TooLargeError(f"{what} it takes far too long to draw the weights; {ADVICE}")


def _take(numbers: int, what: str) -> None:
    """Takes so many numbers from those that this thread's model has left, if it is being built."""
    bound = getattr(_THREAD, "bound", None)
    if bound is None:
        return
    bound.numbers -= max(numbers, 0)
    if bound.numbers < 0:
        raise TooLargeError(f"{what} {bound.reason}")


def _call(times: int, what: str) -> None:
    """Takes so many calls from those that this thread's model has left."""
    _THREAD.bound.calls -= times
    if _THREAD.bound.calls < 0:
        raise TooLargeError(f"{what} layers are called too often while the model is built; {ADVICE}")


def rounded(number: int) -> str:
    """Returns a number in a few digits, however large it is."""
    return f"{number:.3g}" if number < _LARGEST_SHOWN else f"more than {_LARGEST_SHOWN:.0e}"


def check_calls(config: Any, limit: float | None = 1.0) -> None:
    """Sees that a model's layers are not called far too often while it is built.

    A model inside another one is called layer by layer with each call of that one, so that the calls of
    models that call each other twice double with every level.

    Args:
        config: A config of any Keras.
        limit: As for `bounded`.

    Raises:
        TooLargeError: They are.
    """
    calls = _calls(config)
    if limit is not None and calls > limits.CALLS * limit:
        raise TooLargeError(
            f"to build the model, layers are called {rounded(calls)} times, and no file may ask for more "
            f"than {limits.CALLS * limit:.0f}; {ADVICE}"
        )


def _calls(part: Any) -> int:
    """Counts the calls of layers that the building of a part of a config takes."""
    if not isinstance(part, dict):
        return sum(map(_calls, part)) if isinstance(part, (list, tuple)) else 0
    inside = sum(map(_calls, part.values()))
    if not is_object(part) or not _is_layer(part):
        return inside
    if not versions.is_keras_3():
        inside += len(_layers_of_sequential(part["config"])) ** 2 // limits.REBUILT_PER_CALL
    nodes = part.get("inbound_nodes")
    return (1 + inside) * max(len(nodes) if isinstance(nodes, list) else 0, 1)


def _is_layer(part: dict[str, Any]) -> bool:
    """Returns whether an object's config is of a layer; that of an initializer, for example, has no name."""
    return not isinstance(part["config"], dict) or "name" in part["config"] or "inbound_nodes" in part


def _layers_of_sequential(config: Any) -> list[Any]:
    """Returns the layers in a Sequential's config, whose class may be its author's; none in another's."""
    if isinstance(config, dict):
        config = None if "output_layers" in config else config.get("layers")
    return config if isinstance(config, list) else []


def _looked_at(original: Any) -> Any:
    @tf.autograph.experimental.do_not_convert
    def build(layer: Any, *args: Any, **kwargs: Any) -> Any:
        if getattr(_THREAD, "bound", None) is not None:
            # Each layer has its own name for the shape of its input, which comes first.
            shape = next(iter([*args, *kwargs.values()]), None)
            _check_built(layer, _sizes(shape))
        return original(layer, *args, **kwargs)

    return build


def _check_built(layer: Any, sizes: list[int]) -> None:
    """Sees that a layer's `build` makes no more than can be, for an input of these sizes."""
    kind = type(layer).__name__
    if kind == "TimeDistributed" and versions.is_keras_3():
        steps = math.prod(sizes[1:2])
        _call(steps, f"layer {layer.name!r} calls a layer on each of {steps} steps: with it")
    if kind.startswith("LocallyConnected") and layer.implementation != _IN_PATCHES:
        masked = math.prod(sizes[1:]) // limits.MASKED_PER_CALL
        _call(masked, f"layer {layer.name!r} has a patch for each place of {sizes[1:]}: with it")
    cell = getattr(layer, "cell", None)
    if cell is not None and getattr(layer, "stateful", False):
        # A convolution's states are as large as its input, except for the channels.
        of_cell = 2 * cell.filters * math.prod(sizes[2:]) if hasattr(cell, "filters") else _state_size(cell)
        _take(sizes[0] * of_cell, f"layer {layer.name!r}, states of {sizes[0]} examples: with them")


def _repeating(original: Any) -> Any:
    # With nothing around it: Keras reads the arguments of `call`, and remembers them.
    def call(layer: Any, inputs: Any) -> Any:
        if getattr(_THREAD, "bound", None) is not None:
            times, places = max(tf.nest.flatten(layer.size)), max(_sizes(inputs.shape))
            what = f"layer {layer.name!r} repeats each of up to {places} places {rounded(times)} times"
            _call(times * places // limits.REPEATS_PER_CALL, f"{what}: with it")
        return original(layer, inputs)

    return call


def _cutting(original: Any) -> Any:
    # With nothing around it, as in `_repeating`.
    def call(layer: Any, inputs: Any) -> Any:
        if getattr(_THREAD, "bound", None) is not None and layer.implementation == _IN_PATCHES:
            sizes = _sizes(layer.compute_output_shape(inputs.shape))
            places = math.prod(sizes[2:] if layer.data_format == "channels_first" else sizes[1:-1])
            what = f"layer {layer.name!r} cuts {rounded(places)} patches out of its input"
            _call(places, f"{what}: with it")
        return original(layer, inputs)

    return call


def _state_size(cell: Any) -> int:
    return sum(_size([one]) for one in tf.nest.flatten(cell.state_size))


def _sizes(shape: Any) -> list[int]:
    """Returns the sizes of a layer's first input; 1 where one is open."""
    while isinstance(shape, (list, tuple)) and shape and isinstance(shape[0], (list, tuple, tf.TensorShape)):
        shape = shape[0]
    try:
        return [1 if size is None else int(size) for size in tuple(shape)]
    except (TypeError, ValueError):
        return [1]


class _Passes(list):
    """The layers of a graph, which Keras may go through only so often.

    tf.keras 2 would go on for ever where a call waits for what no layer puts out, and for N layers
    written backwards Keras 3 takes N passes over them too.
    """

    def __init__(self, layers: list[Any]):
        super().__init__(layers)
        calls = sum(len(layer.get("inbound_nodes") or ()) for layer in layers)
        # One to make the layers, and each other one calls some layer, or something is wrong.
        self.left = min(calls + 8, limits.PASSES + limits.LAYERS_PASSED // max(len(layers), 1))

    def __iter__(self) -> Iterator[Any]:
        self.left -= 1
        if self.left < 0:
            raise UpgradeError("the layers of the model wait for each other, or are in the wrong order")
        return super().__iter__()


def in_few_passes(config: Any) -> Any:
    """Sees to it that Keras comes to an end with the graphs in a config."""
    rest = [config]
    while rest:
        node = rest.pop()
        if isinstance(node, dict):
            if node.get("class_name") == "Functional" and isinstance(node["config"].get("layers"), list):
                node["config"]["layers"] = _Passes(node["config"]["layers"])
            rest.extend(node.values())
        elif isinstance(node, list):
            rest.extend(list.__iter__(node))
    return config


def _size(shape: Any) -> int:
    """Counts the numbers of a shape; a strange shape is Keras' to refuse."""
    try:
        return max(0, math.prod(int(size) for size in shape or ()))
    except (TypeError, ValueError):
        return 0
