"""Layers that are rebuilt as small models of today's layers: the rows, and what acts on them."""

from keras_inits.saved_models.config import lambdas
from keras_inits.saved_models.config.addon_layers import ADDONS
from keras_inits.saved_models.config.changed_layers import CHANGED
from keras_inits.saved_models.config.context import Context
from keras_inits.saved_models.config.dropped_layers import DROPPED
from keras_inits.saved_models.config.small_models import Rebuilt, Small, Words, layer

ROWS: dict[str, Rebuilt] = {**DROPPED, **CHANGED, **ADDONS, "Lambda": lambdas.ROW}
# Keras 1 wrote the size of its output, by which today's padding is found.
_DECONVOLUTION = "Deconvolution2D"


def needs_shape(class_name: str, config: Words) -> bool:
    """Returns whether a layer may be rebuilt by the shape of its input."""
    of_row = class_name in ROWS and ROWS[class_name].needs_shape
    if class_name == "Lambda":
        return lambdas.is_code(config)
    return of_row or class_name == _DECONVOLUTION or bool(config.get("time_major"))


def applies(context: Context, class_name: str, words: Words) -> bool:
    """Returns whether a layer is to be rebuilt for today's Keras."""
    return class_name in ROWS and ROWS[class_name].applies(context, class_name, words)


def rebuild(context: Context, class_name: str, words: Words) -> Small:
    """Writes the small model that computes what a layer did.

    Returns:
        The model's config, or the config of the one layer that does it, in the words of Keras 2.

    Raises:
        UpgradeError: The layer was used in a way that has no equal.
    """
    context.class_name = class_name
    small = ROWS[class_name].rebuild(context, {"name": context.layer.rpartition("/")[2], **words})
    if isinstance(small, list):
        context.note(f"{class_name} rebuilt as {', '.join(one['class_name'] for one in small)}")
        if len(small) == 1:
            return small[0]
        return layer("Sequential", name=words.get("name", "rebuilt"), layers=small)
    context.note(f"{class_name} rebuilt as a model of Keras' own layers")
    return small


def places(small: Small) -> list[int]:
    """Returns the size of a locally connected layer's output, without its filters."""
    layers = small["config"].get("layers", [])
    if len(layers) < 2 or layers[0]["config"].get("name") != "patches":
        return []
    shape = list(layers[1]["config"]["output_shape"])
    first = layers[0]["config"]["data_format"] == "channels_first"
    return shape[1:] if first else shape[:-1]
