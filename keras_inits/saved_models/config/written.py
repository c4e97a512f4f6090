"""Tells the objects that an upgrade wrote into a config from those that a file brought along.

Keras makes an object of every dict with a `class_name` that it meets while it reads a config, wherever
it stands, and calls what the dict names. So a file's own never get there: what an upgrade writes is of a
class of its own, and `released` lets nothing else through.
"""

from typing import Any

from keras_inits.saved_models.config.context import UpgradeError


class Written(dict):
    """The config of an object, written by this package."""

    def __or__(self, other: Any) -> "Written":
        return Written({**self, **other})


def like(value: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    """Returns a dict with other values, which is as much this package's own as it was."""
    return type(value)(parts)


def written(value: Any) -> Any:
    """Copies a config that Keras wrote in this process, as this package's own."""
    if isinstance(value, dict):
        return Written({key: written(one) for key, one in value.items()})
    return type(value)(map(written, value)) if isinstance(value, (list, tuple)) else value


def released(value: Any) -> Any:
    """Copies a config into plain dicts and lists for Keras to read."""
    if isinstance(value, dict):
        if "class_name" in value and not isinstance(value, Written):
            raise UpgradeError(
                f"the config has an object of class {value['class_name']!r:.80} where no Keras writes one"
            )
        return {k: released(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(released(v) for v in value)
    return value
