"""What each layer of a model takes and gives in one call of the model, and the gradients of that.

What it touches of Keras is public: `Layer.__call__` of Keras 2.15, tf_keras 2.21 and Keras 3.15, and
`Operation.__call__` of Keras 3, by which its functional models call operations that are no layers.
"""

import contextlib
import inspect
import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from keras_inits.diagnosis import measures
from keras_inits.keras_compat import (
    backend,
    backend_gradients,
    backend_tensors,
    error_text,
    layer_internals,
    patching,
    versions,
)
from keras_inits.keras_compat.backend_gradients import Tape

# What hands its input on outside of training, by the names of classes.
_IDLE = frozenset({"Dropout", "GaussianDropout", "GaussianNoise", "AlphaDropout", "ActivityRegularization"})
_NORMALIZES_BATCHES = frozenset({"BatchNormalization", "BatchNormalizationBase"})

_THREAD = threading.local()


class LayerCall(NamedTuple):
    """One call of a layer.

    Args:
        name: The layer's name, after those of the layers it is in, by slashes.
        layer: The layer, or an operation of Keras 3.
        inputs: The floating point tensors that it was given.
        output: The first floating point tensor that it gave.
    """

    name: str
    layer: Any
    inputs: tuple[Any, ...]
    output: Any


class Recording(NamedTuple):
    """One call of a model.

    Args:
        calls: The calls of layers, in the order in which they ended. A layer that hands on what it got, or
            what a layer in it gave, is left out.
        inputs: The model's floating point inputs.
        outputs: Its floating point outputs.
        mean_squares: The mean square of each tensor that is in them, by `id(tensor)`.
        gradient_mean_squares: The same of the gradient with respect to it: of the sum of all outputs, each
            times a number of its own from the standard normal distribution. `None` where there is no path.
    """

    calls: list[LayerCall]
    inputs: list[Any]
    outputs: list[Any]
    mean_squares: dict[int, float]
    gradient_mean_squares: dict[int, float | None]


def record(model: Any, x: Any, generator: np.random.Generator, x_is_made: bool) -> Recording:
    """Calls a model once and records it; the model is left as it was.

    Args:
        model: A built model.
        x: Its inputs, as tensors.
        generator: What draws the factors of the outputs.
        x_is_made: Whether each `Embedding` is given random integers in place of its inputs.

    Raises:
        RuntimeError: If a layer asks for values where JAX traces the model.
        ValueError: If the model gives no floating point tensor.
    """
    called: list[_Called] = []

    def call(x: Any, tape: Tape) -> tuple[list[Any], list[Any]]:
        called.append(_called(model, x, tape, generator if x_is_made else None))
        return called[0].outputs, list(called[0].tensors().values())

    def factors(shape: Any, dtype: Any) -> Any:
        return backend_tensors.of_array(generator.standard_normal(shape), dtype)

    with _states_kept(model):
        values, gradients = backend_gradients.differentiated(call, x, factors)
    keys = list(map(id, values))
    squares = {key: measures.mean_square(as_array(value)) for key, value in zip(keys, values)}
    gradient_squares = {
        key: None if gradient is None else measures.mean_square(as_array(gradient))
        for key, gradient in zip(keys, gradients)
    }
    return Recording(*called[0].with_values(values), squares, gradient_squares)


class _Called(NamedTuple):
    """What a `Recording` has too, as tensors that may stand for values that are computed later."""

    calls: list[LayerCall]
    inputs: list[Any]
    outputs: list[Any]

    def tensors(self) -> dict[int, Any]:
        """Returns each tensor in it once, by its `id`."""
        taken = [tensor for call in self.calls for tensor in call.inputs]
        given = [call.output for call in self.calls]
        return {id(tensor): tensor for tensor in [*self.inputs, *taken, *given, *self.outputs]}

    def with_values(self, values: list[Any]) -> "_Called":
        """Returns the same with the values of `tensors()` in their place."""
        known = dict(zip(self.tensors(), values))
        calls = [
            call._replace(inputs=tuple(known[id(one)] for one in call.inputs), output=known[id(call.output)])
            for call in self.calls
        ]
        return _Called(calls, *([known[id(one)] for one in some] for some in (self.inputs, self.outputs)))


def _called(model: Any, x: Any, tape: Tape, generator: np.random.Generator | None) -> _Called:
    recorder = _Recorder(tape, generator)
    try:
        with _listening(recorder.call):
            given = model(x, **_inference(model))
    except Exception as error:
        asking = backend_tensors.asking_for_values(error)
        if asking is None:
            raise
        words = error_text.reason(asking).rstrip(".")
        raise RuntimeError(
            f"The layer {recorder.failed!r} asks for values ({words}). On JAX `diagnose` traces the model, "
            "as `fit` does: use functions of `keras.ops`, such as `cond` and `where`, or diagnose the model "
            "with KERAS_BACKEND=tensorflow"
        ) from asking
    outputs = list(map(recorder.original, _floating(given, tape)))
    if not outputs:
        raise ValueError(f"The model gives no floating point tensor. Received: model={model.name}")
    outputs = list({id(tensor): tensor for tensor in outputs}.values())
    return _Called(recorder.calls, _floating(x, tape), outputs)


class _Recorder:
    """Stands in for the calls of layers while a model is recorded."""

    def __init__(self, tape: Tape, generator: np.random.Generator | None):
        self.calls: list[LayerCall] = []
        # The name of the layer in which an error was raised.
        self.failed: str | None = None
        self._tape = tape
        self._generator = generator
        self._path: list[Any] = []
        self._times_called: dict[str, int] = {}
        self._inside_recurrent = False
        # What was handed on unchanged as another tensor, by the other's id; both are kept alive.
        self._handed_on: dict[int, tuple[Any, Any]] = {}

    def call(self, original: Callable, layer: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
        # A recurrent layer calls its cell at each step, and some layers are made of operations.
        is_detail = not isinstance(layer, tf.keras.layers.Layer) and not self._is_in_model()
        if self._inside_recurrent or is_detail:
            return original(layer, *args, **kwargs)
        args, kwargs = self._arguments(layer, args, kwargs)
        self._path.append(layer)
        self._inside_recurrent = isinstance(layer, tf.keras.layers.RNN)
        try:
            result = original(layer, *args, **kwargs)
            self._record(layer, _floating([args, kwargs], self._tape), _floating(result, self._tape))
        except Exception:
            self.failed = self.failed or self._place()
            raise
        finally:
            self._path.pop()
            self._inside_recurrent = False
        return result

    def original(self, tensor: Any) -> Any:
        """Returns what was handed on as a tensor, the tensor itself by default."""
        return self._handed_on.get(id(tensor), (tensor, tensor))[1]

    def _is_in_model(self) -> bool:
        return bool(self._path) and isinstance(self._path[-1], tf.keras.Model)

    def _place(self) -> str:
        """Returns the name of the layer that is being called, after those of the layers it is in."""
        return "/".join(layer.name for layer in self._path[1:]) or self._path[0].name

    def _name(self) -> str:
        """Returns the same with the number of its call, from the second on."""
        name = self._place()
        times = self._times_called[name] = self._times_called.get(name, 0) + 1
        return name if times == 1 else f"{name} (call {times})"

    def _arguments(self, layer: Any, args: tuple, kwargs: dict[str, Any]) -> tuple[tuple, dict[str, Any]]:
        if self._generator is not None and isinstance(layer, tf.keras.layers.Embedding) and args:
            indices = self._generator.integers(0, layer.input_dim, args[0].shape)
            args = (backend_tensors.of_array(indices, "int32"), *args[1:])
        # With its initial statistics, 0 and 1, it would do nothing.
        if _is_one_of(layer, _NORMALIZES_BATCHES) and len(args) < 2:
            kwargs = {**kwargs, "training": True}
        return args, kwargs

    def _record(self, layer: Any, inputs: list[Any], outputs: list[Any]) -> None:
        if not outputs:
            return
        inputs, output = [self.original(tensor) for tensor in inputs], self.original(outputs[0])
        if inputs and _is_one_of(layer, _IDLE):
            self._handed_on[id(output)] = (output, inputs[0])
            return
        if any(output is tensor for tensor in [*inputs, *(call.output for call in self.calls)]):
            return
        self._tape.watch(output)
        self.calls.append(LayerCall(self._name(), layer, tuple(inputs), output))


def _is_one_of(layer: Any, names: frozenset[str]) -> bool:
    return any(cls.__name__ in names for cls in type(layer).__mro__)


def _floating(structure: Any, tape: Tape) -> list[Any]:
    """Returns the floating point tensors in a structure that have values."""
    return list(filter(tape.follows, tf.nest.flatten(structure)))


def as_array(tensor: Any) -> np.ndarray:
    """Returns a tensor, or slices of one, as a read-only NumPy array of float32 or float64."""
    if not backend.is_tensorflow():
        values = backend_tensors.as_numpy(tensor)
        return values if values.dtype == np.float64 else values.astype(np.float32, copy=False)
    tensor = tf.convert_to_tensor(tensor)
    # Its own method copies, which takes as long as all measures.
    return np.asarray(memoryview(tensor if tensor.dtype == tf.float64 else tf.cast(tensor, tf.float32)))


def _inference(model: Any) -> dict[str, bool]:
    return {"training": False} if "training" in inspect.signature(model.call).parameters else {}


@contextlib.contextmanager
def _states_kept(model: Any) -> Iterator[None]:
    """Has what a call may change, such as batch statistics, as it was after it."""
    if not backend.is_tensorflow():
        # Nothing is written to a variable in there, which neither a trace nor torch's graph would bear.
        with tf.keras.StatelessScope():
            yield
        return
    states = tf.nest.flatten([getattr(layer, "states", None) for layer in layer_internals.sublayers(model)])
    variables = {id(v): v for v in [*model.non_trainable_variables, *states] if hasattr(v, "assign")}
    values = {key: np.array(variable.numpy()) for key, variable in variables.items()}
    try:
        yield
    finally:
        for key, variable in variables.items():
            variable.assign(values[key])


@contextlib.contextmanager
def _listening(call: Callable) -> Iterator[None]:
    """Has `call(original, layer, args, kwargs)` stand in for the calls of layers in this thread."""
    hooks = [(tf.keras.layers.Layer, "__call__", _hook)]
    if versions.is_keras_3():
        hooks.append((tf.keras.Operation, "__call__", _hook_of_operations))
    before = getattr(_THREAD, "call", None)
    with patching.hooked(hooks):
        _THREAD.call = call
        try:
            yield
        finally:
            _THREAD.call = before


def _hook(original: Callable) -> Callable:
    def __call__(layer: Any, *args: Any, **kwargs: Any) -> Any:
        call = getattr(_THREAD, "call", None)
        return original(layer, *args, **kwargs) if call is None else call(original, layer, args, kwargs)

    return __call__


def _hook_of_operations(original: Callable) -> Callable:
    hooked = _hook(original)

    def __call__(operation: Any, *args: Any, **kwargs: Any) -> Any:
        # A layer is an operation too, and was seen when it was called itself.
        method = original if isinstance(operation, tf.keras.layers.Layer) else hooked
        return method(operation, *args, **kwargs)

    return __call__
