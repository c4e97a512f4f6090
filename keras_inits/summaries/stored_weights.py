"""The weights of a saved model: what each was initialized with, what that asks for, and what is there."""

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from keras_inits.model_weights import recorded_builds
from keras_inits.model_weights.recorded_builds import Source
from keras_inits.saved_models import load
from keras_inits.saved_models.files import reading
from keras_inits.summaries import describing
from keras_inits.summaries.distributions import Law
from keras_inits.summaries.expected_distributions import law_of


class WeightRow(NamedTuple):
    """A weight of a saved model.

    Args:
        layer: The layer's name, after those of the models and wrappers around it.
        weight: The weight's own name in the layer.
        shape: Its shape.
        dtype: The name of its dtype.
        initializer: The name of its initializer; `None` where none can be found.
        config: The initializer's config; `None` for a function.
        deviation_asked: The standard deviation that its initializer asks for at that shape; `None` where
            none is known.
        deviation: That of the values in the file; `None` where it holds none.
    """

    layer: str
    weight: str
    shape: tuple[int, ...]
    dtype: str
    initializer: str | None
    config: dict[str, Any] | None
    deviation_asked: float | None
    deviation: float | None


def weights_of_file(
    path: str | os.PathLike[str],
    custom_objects: Mapping[str, Any] | None = None,
    safe_mode: bool = True,
    limit: float | None = 1.0,
) -> list[WeightRow]:
    """Loads a saved model of any Keras and lists its weights.

    Args:
        path: The file: `.h5`, `.keras`, or an architecture in JSON or YAML.
        custom_objects: Your own layers and functions, by the names that the file uses.
        safe_mode: Whether Python code in the file is refused rather than run.
        limit: How many times the usual bounds the file may ask for, as for `load_model`.

    Returns:
        A row for each weight, a shared one once, in the model's order.

    Raises:
        ValueError: If the file holds no model, is damaged, or needs classes of one's own.
        OSError: If it cannot be read.

    Example:

    >>> weights_of_file("model.h5")[0].deviation  # doctest: +SKIP
    """
    model = load.load_model(path, custom_objects, safe_mode=safe_mode, limit=limit)
    sources = recorded_builds.sources(model)
    holds_values = reading.read(path).has_weights
    # In tf_keras, a table of words is in the list too.
    arrays = [weight for weight in model.weights if hasattr(weight, "shape")]
    return [_row(weight, model.name, sources.get(id(weight)), holds_values) for weight in arrays]


def _row(weight: Any, model: str, source: Source | None, holds_values: bool) -> WeightRow:
    # Keras 3 has the path, Keras 2 a name that is one.
    path = getattr(weight, "path", None) or weight.name.removesuffix(":0")
    layer, _, name = path.removeprefix(f"{model}/").rpartition("/")
    shape, dtype = tuple(weight.shape), tf.as_dtype(weight.dtype)
    initializer: Any = None if source is None else describing.with_law(source.initializer)
    law = None if initializer is None else _law(initializer, shape, dtype)
    return WeightRow(
        layer=layer,
        weight=name,
        shape=shape,
        dtype=dtype.name,
        initializer=None if initializer is None else describing.name_of(initializer),
        config=initializer.get_config() if hasattr(initializer, "get_config") else None,
        deviation_asked=None if law is None else law.deviation,
        deviation=float(np.std(describing.as_numbers(weight))) if holds_values and 0 not in shape else None,
    )


def _law(initializer: Any, shape: tuple[int, ...], dtype: tf.DType) -> Law | None:
    """Returns the law of a weight's values; `None` where nothing can be drawn by the file's arguments."""
    try:
        return law_of(initializer, shape, dtype)
    except (ArithmeticError, TypeError, ValueError):
        return None
