"""The layouts that Keras has for a weight, as TensorFlow's."""

import inspect
from typing import Any

import tensorflow as tf

from keras_inits.keras_compat import versions


def layout_of_layout_map() -> Any:
    """Returns the layout that Keras 2's `LayoutMap` has for the weight being made, `None` without one.

    The `dtensor.utils.call_with_layout` of Keras 2.10 and later, which makes such a weight, passes its layout
    to no initializer: each device would make the whole weight to keep its part.
    """
    if versions.is_keras_3():
        return None
    code = versions.source("dtensor.utils").call_with_layout.__code__
    frame = inspect.currentframe()
    while frame and frame.f_code is not code:
        frame = frame.f_back
    return frame and frame.f_locals.get("layout")


def dtensor_layout(layout: Any) -> Any:
    """Returns a layout of TensorFlow's or of Keras 3's as a `tf.experimental.dtensor.Layout`.

    Raises:
        TypeError: If it is neither.
        ValueError: If Keras 3 cannot turn its own into TensorFlow's.
    """
    if isinstance(layout, tf.experimental.dtensor.Layout):
        return layout
    if not versions.is_keras_3() or not isinstance(layout, tf.keras.distribution.TensorLayout):
        raise TypeError(
            "`layout` must be a `tf.experimental.dtensor.Layout` or, on Keras 3, a "
            f"`keras.distribution.TensorLayout`. Received: layout={layout!r}"
        )
    try:
        return layout.backend_layout
    except (ValueError, TypeError, AttributeError, tf.errors.OpError) as error:
        raise ValueError(
            f"Keras {versions.keras_version()} on TensorFlow cannot make a mesh of this `TensorLayout`: "
            f"{error} "
            "Its layers ignore `keras.distribution`, too: `ModelParallel` leaves each weight whole on one "
            "device. Pass a `tf.experimental.dtensor.Layout`, or use tf_keras "
            f"(`TF_USE_LEGACY_KERAS=1`). Received: layout={layout!r}"
        ) from None
