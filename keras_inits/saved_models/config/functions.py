"""What models need and the installed Keras has no equal of, under the package's name."""

from typing import Any

import tensorflow as tf

PACKAGE = "keras_inits"
HARD_SIGMOID_OF_KERAS_3 = f"{PACKAGE}>hard_sigmoid_of_keras_3"
LAYER_AS_ACTIVATION = f"{PACKAGE}>LayerAsActivation"


@tf.keras.utils.register_keras_serializable(PACKAGE)
def hard_sigmoid_of_keras_3(x: tf.Tensor) -> tf.Tensor:
    """Returns clip(x / 6 + 1 / 2, 0, 1), which Keras 3 calls `hard_sigmoid`."""
    return tf.nn.relu6(x + 3.0) / 6.0


@tf.keras.utils.register_keras_serializable(PACKAGE)
class LayerAsActivation:
    """The way by which Keras 3 before 3.10 reads an activation that is a layer: by a registered name.

    It reads the layer and is gone: what is built, and what is saved of it, has Keras' own layer alone.
    """

    def __init__(self, layer: Any):
        self.layer = layer

    def get_config(self) -> dict[str, Any]:
        """Returns the layer's config, under `layer`."""
        return {"layer": tf.keras.utils.serialize_keras_object(self.layer)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Returns the layer itself."""
        return tf.keras.utils.deserialize_keras_object(config["layer"])
