"""Runs a model once, after a look at how much memory and work that takes.

What the calls of layers say of themselves is counted first. On TensorFlow's backend the model is then traced
into a graph, which computes nothing: it has every tensor that will be made, those inside layers and inside
models too, with its shape. Other backends have no such graph.
"""

import functools
import inspect
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from keras_inits.keras_compat import backend, versions
from keras_inits.saved_models.build import bounds, graph_work
from keras_inits.saved_models.build.graph_work import Work
from keras_inits.saved_models.config.context import UpgradeError
from keras_inits.saved_models.files import limits


def predict(model: Any, inputs: Sequence[np.ndarray], limit: float | None = 1.0) -> list[np.ndarray]:
    """Returns what a model predicts on one batch.

    Args:
        inputs: An array for each of the model's inputs.
        limit: How many times the usual bounds it may take, `None` for any.

    Raises:
        TooLargeError: It would take more.
        UpgradeError: It reads text, and the backend has none.
    """
    why_no_text = backend.why_no_text()
    if why_no_text and any(one.dtype == object for one in inputs):
        raise UpgradeError(why_no_text)
    tensors = [tf.constant(one) if one.dtype == object else one for one in inputs]
    several = tensors if len(tensors) > 1 else tensors[0]
    _check(work_of_calls(model, [one.shape for one in inputs]), limit)
    if not backend.is_tensorflow():
        outputs = model.predict(several, verbose=0)
    else:
        outputs = _traced(model, several, limit)(*tf.nest.flatten(several))
    return [np.asarray(one) for one in tf.nest.flatten(outputs)]


def check(model: Any, inputs: Any, limit: float | None = 1.0) -> None:
    """Looks at whether a model can be run with all of its tensors kept, as for a gradient.

    Args:
        inputs: A structure of `TensorSpec`s, of which no size is open.
        limit: As for `predict`.

    Raises:
        TooLargeError: It would take more.
    """
    shapes = [one.shape.as_list() for one in tf.nest.flatten(inputs)]
    _check(work_of_calls(model, shapes), limit, kept=True)
    if backend.is_tensorflow():
        _traced(model, inputs, limit, kept=True)


def _traced(model: Any, inputs: Any, limit: float | None, kept: bool = False) -> Callable[..., Any]:
    """Traces a model for inputs of the shapes that these have, and checks what is in the trace."""
    flat = tf.nest.flatten(inputs)
    specs = [one if isinstance(one, tf.TensorSpec) else tf.TensorSpec(one.shape, one.dtype) for one in flat]
    arguments = {"training": False} if "training" in inspect.signature(model.call).parameters else {}

    # As in Keras' own `predict`: tf.keras 2 has AutoGraph go through what a layer of one's own does.
    @functools.partial(tf.function, autograph=not versions.is_keras_3())
    def run(*tensors: tf.Tensor) -> Any:
        return model(tf.nest.pack_sequence_as(inputs, tensors), **arguments)

    traced = run.get_concrete_function(*specs)
    _check(graph_work.of(traced.graph.as_graph_def(add_shapes=True)), limit, kept)
    return traced


def _check(work: Work, limit: float | None, kept: bool = False) -> None:
    if limit is None:
        return
    tensors = (work.kept, limits.TRIED_KEPT) if kept else (work.largest, limits.TRIED_OUTPUT)
    for asked, usual, what in (
        (*tensors, "numbers in all of its tensors" if kept else "numbers in one tensor"),
        (work.multiplications, limits.TRIED_WORK, "multiplications"),
    ):
        if asked > usual * limit:
            raise bounds.TooLargeError(
                f"the model is too large to try: it takes {bounds.rounded(asked)} {what}, most of them in "
                f"{work.where}, and no file "
                f"may ask for more than {usual * limit:.3g}; {bounds.ADVICE}"
            )


def work_of_calls(model: Any, shapes: Sequence[Sequence[int]]) -> Work:
    """Adds up what the calls of a model's layers and operations say of themselves."""
    batch = shapes[0][0] if shapes and len(shapes[0]) else 1
    total = Work()
    for operation in _operations(model):
        for node in operation._inbound_nodes:
            given, made = ([_sizes(one, batch) for one in ends] for ends in _ends(node))
            one = _of_call(operation, given, made)
            if one.multiplications >= total.multiplications:
                total.where = operation.name
            total.largest = max(total.largest, one.largest)
            total.kept += one.kept
            total.multiplications += one.multiplications
    return total


def _operations(model: Any) -> list[Any]:
    """Lists the layers and operations of a model, those inside other layers too."""
    found, rest = [], [model]
    while rest:
        inner = rest.pop()
        inside = getattr(inner, "operations", None) or getattr(inner, "layers", [])
        inside = [*inside, *filter(None, [getattr(inner, "layer", None)])]
        found += inside
        rest += [one for one in inside if isinstance(one, tf.keras.layers.Layer)]
    return found


def _ends(node: Any) -> tuple[list[Any], list[Any]]:
    """Returns the inputs and outputs of a call, which Keras 3 and tf.keras 2 call by other names."""
    names = ("input_tensors", "output_tensors") if hasattr(node, "input_tensors") else ("inputs", "outputs")
    return tuple(tf.nest.flatten(getattr(node, name)) for name in names)


def _sizes(tensor: Any, batch: int) -> list[int]:
    """Returns the sizes of a symbolic tensor, where one is open that of the batch."""
    try:
        return [batch if size is None else size for size in tensor.shape]
    except (TypeError, ValueError):  # It has no axes, or nobody knows which.
        return []


def _of_call(layer: Any, given: list[list[int]], made: list[list[int]]) -> Work:
    """Estimates what a layer makes in one call."""
    numbers = max(map(math.prod, made), default=0)
    steps = max((sizes[1] for sizes in given if len(sizes) > 2), default=1)
    weights = getattr(layer, "weights", [])
    if isinstance(layer, tf.keras.layers.Embedding):
        weights = []  # It multiplies nothing.
    kernels = sum(math.prod(weight.shape[:-1]) for weight in weights if len(weight.shape) > 1)
    if "Attention" in type(layer).__name__ and given:
        # Each step looks at each other one, in every head.
        numbers = max(numbers, math.prod(given[0][:2]) * steps * layer.get_config().get("num_heads", 1))
    if not isinstance(layer, (tf.keras.layers.RNN, tf.keras.layers.Bidirectional)):
        steps = 1
    inner = given[0][-1] if type(layer).__name__ in ("Matmul", "Dot", "Einsum") and given[0] else 1
    return Work(numbers, numbers, numbers * max(kernels, inner, 1) * steps)
