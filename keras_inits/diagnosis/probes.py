"""A batch for a model, of the shapes and dtypes that it takes."""

import math
from typing import Any

import numpy as np
import tensorflow as tf

from keras_inits.keras_compat import backend, backend_tensors

# How long an axis is that a model leaves open.
OPEN_AXIS = 64
# A batch has so many samples, or fewer where they would hold more values than that, but `FEWEST`.
SAMPLES, VALUES, FEWEST = 32, 2**19, 4


def made_for(model: Any, batch: int | None, generator: np.random.Generator) -> Any:
    """Returns a batch out of a generator, in the structure that the model takes.

    Floats are standard normal, integers 0 or 1, booleans true.

    Args:
        model: A built model.
        batch: The number of samples, `None` for `SAMPLES`, or fewer for large inputs. Where the model has a
            number of its own, it is that.
        generator: What draws.

    Raises:
        ValueError: If the model does not tell what it takes, or takes text.
    """

    def made(spec: tf.TensorSpec) -> Any:
        if spec.dtype.is_floating:
            return backend_tensors.of_array(generator.standard_normal(spec.shape), spec.dtype)
        if spec.dtype.is_integer:
            return backend_tensors.of_array(generator.integers(0, 2, spec.shape), spec.dtype)
        if spec.dtype.is_bool:
            return backend_tensors.of_array(np.ones(spec.shape, bool), spec.dtype)
        why = (backend.why_no_text() if spec.dtype == tf.string else None) or "pass one as `x`"
        raise ValueError(
            f"No batch can be made for an input of dtype {spec.dtype.name}: {why}. "
            f"Received: x=None, model={model.name}"
        )

    return tf.nest.map_structure(made, specs_of(model, batch))


def specs_of(model: Any, batch: int | None) -> Any:
    """Returns the shapes and dtypes of the batch that `made_for` makes: a structure of `TensorSpec`s."""
    specs = _specs(model)
    batch = batch or _samples(tf.nest.flatten(specs))
    return tf.nest.map_structure(lambda one: tf.TensorSpec(_closed(one.shape, batch), one.dtype), specs)


def _closed(shape: tuple[int | None, ...], batch: int) -> tuple[int, ...]:
    sizes = (batch, *(OPEN_AXIS for _ in shape[1:]))
    return tuple(open_size if size is None else size for size, open_size in zip(shape, sizes))


def _samples(specs: list[tf.TensorSpec]) -> int:
    values = max((math.prod(_closed(spec.shape, 1)) for spec in specs), default=1)
    return max(FEWEST, min(SAMPLES, VALUES // max(values, 1)))


def _specs(model: Any) -> Any:
    """Returns what a model takes, as a structure of `TensorSpec`s."""
    inputs = _inputs_of(model)
    if inputs is not None:
        if None in map(_shape_of, tf.nest.flatten(inputs)):
            raise _unknown_shapes(model)
        return tf.nest.map_structure(lambda tensor: tf.TensorSpec(tensor.shape, tensor.dtype), inputs)
    # A subclassed model of Keras 2 remembers what it was called with, one of Keras 3 a shape.
    saved = model.save_spec() if hasattr(model, "save_spec") else None
    if saved is not None:
        return saved[0][0]
    shape = (model.get_build_config() or {}).get("input_shape")
    if not isinstance(shape, (tuple, list, tf.TensorShape)) or not all(
        size is None or isinstance(size, int) for size in shape
    ):
        raise _unknown_shapes(model)
    # The number of samples was that of the batch it was called with first.
    return tf.TensorSpec((None, *shape[1:]), tf.keras.backend.floatx())


def _unknown_shapes(model: Any) -> ValueError:
    return ValueError(
        f"The model does not tell the shapes of its inputs: pass a batch as `x`. "
        f"Received: x=None, model={model.name}"
    )


def _inputs_of(model: Any) -> Any:
    """Returns the symbolic inputs of a model in the structure that it takes, `None` where it has none."""
    if not getattr(model, "inputs", None):
        return None
    return model.inputs[0] if isinstance(model, tf.keras.Sequential) else model.input


def taken_from(x: Any, model: Any) -> Any:
    """Returns a user's batch as tensors, in its own structure; float64 becomes the default float dtype.

    Raises:
        TypeError: If it is no batch.
        ValueError: If it has no samples, or other shapes than the model tells that it takes, or if it is text
            that the backend does not compute with.
    """
    why_no_text = backend.why_no_text()

    def taken(value: Any) -> Any:
        is_array = isinstance(value, np.ndarray)
        if not is_array and not tf.is_tensor(value) and not backend_tensors.is_backends(value):
            raise TypeError(
                "`x` must be an array or a tensor, or a list, tuple or dict of these; of nested lists of "
                f"numbers, numpy.array(x) makes an array. Received: x={x!r}"
            )
        if why_no_text and _is_text(value):
            raise ValueError(f"`x` must hold numbers here: {why_no_text}. Received: x={x!r}")
        return backend_tensors.with_default_floats(value)

    batch = tf.nest.map_structure(taken, x)
    _check_fits(batch, model)
    return batch


def _is_text(value: Any) -> bool:
    return value.dtype.kind in "OSU" if isinstance(value, np.ndarray) else value.dtype == tf.string


def _check_fits(batch: Any, model: Any) -> None:
    shapes = list(map(_shape_of, tf.nest.flatten(batch)))
    if any(shape is not None and shape[:1] == (0,) for shape in shapes):
        raise ValueError(f"`x` must have at least one sample. Received: x of {_listed(shapes)}")
    inputs = _inputs_of(model)
    if isinstance(batch, dict) and inputs is not None:
        inputs = inputs if isinstance(inputs, dict) else {one.name: one for one in tf.nest.flatten(inputs)}
        if not inputs.keys() <= batch.keys():
            raise ValueError(
                f"`x` must have an array for each input of the model, {sorted(inputs)}. "
                f"Received: x for {sorted(batch)}"
            )
        batch = {name: batch[name] for name in inputs}  # Keras ignores others.
    elif inputs is None or isinstance(inputs, dict):
        return  # The model does not tell what it takes, or tells it by name.
    wanted = tf.nest.flatten(inputs)
    given = tf.nest.flatten(batch)
    if len(wanted) != len(given) or not all(map(_takes, wanted, given)):
        raise ValueError(
            f"`x` must be what the model takes, {_listed(list(map(_shape_of, wanted)))}, where None is any "
            f"size. Received: x of {_listed(shapes)}"
        )


def _takes(wanted: Any, given: Any) -> bool:
    """Returns whether a model takes a tensor; Keras adds and removes a last axis of 1."""
    shape, own_shape = _shape_of(wanted), _shape_of(given)
    if shape is None or own_shape is None:
        return True
    sizes, own_sizes = ((one[:-1] if one[-1:] == (1,) else one)[1:] for one in (shape, own_shape))
    return len(sizes) == len(own_sizes) and all(size in (None, own) for size, own in zip(sizes, own_sizes))


def _shape_of(tensor: Any) -> tuple[int | None, ...] | None:
    """Returns the shape of a tensor, `None` where not even its rank is known."""
    shape = tf.TensorShape(tensor.shape)
    return None if shape.rank is None else tuple(shape.as_list())


def _listed(shapes: list[tuple[int | None, ...] | None]) -> str:
    """Returns the shapes of some tensors in words."""
    return f"shape {shapes[0]}" if len(shapes) == 1 else f"{len(shapes)} tensors of shapes {shapes}"
