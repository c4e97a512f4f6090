"""Functions that models need and the installed Keras has no equal of, under the package's name."""

import tensorflow as tf

PACKAGE = "keras_inits"
HARD_SIGMOID_OF_KERAS_3 = f"{PACKAGE}>hard_sigmoid_of_keras_3"


@tf.keras.utils.register_keras_serializable(PACKAGE)
def hard_sigmoid_of_keras_3(x: tf.Tensor) -> tf.Tensor:
    """Returns clip(x / 6 + 1 / 2, 0, 1), which Keras 3 calls `hard_sigmoid`.

    Args:
        x: A tensor.

    Returns:
        A tensor of its shape.
    """
    return tf.nn.relu6(x + 3.0) / 6.0
