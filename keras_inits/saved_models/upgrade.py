"""Turns the config of a model that any Keras saved into one that today's Keras reads."""

import copy
import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from keras_inits.initializers import plugin, registry
from keras_inits.keras_compat import versions
from keras_inits.keras_compat.error_text import is_obeyed
from keras_inits.keras_compat.own import public
from keras_inits.saved_models.build import bounds, building
from keras_inits.saved_models.config import graph, layers, models, users_objects
from keras_inits.saved_models.config.context import Context, Note, UpgradeError, Upgraders
from keras_inits.saved_models.config.origin import Origin, origin_of
from keras_inits.saved_models.config.plans import Plan
from keras_inits.saved_models.config.written import released
from keras_inits.saved_models.files import config_trees, limits
from keras_inits.saved_models.files.config_trees import nested

_NAMES = ("name", "class_name", "module", "registered_name")
_DAMAGE = (ArithmeticError, AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)


@public
def upgrade_config(
    config: Mapping[str, Any],
    custom_objects: Mapping[str, Any] | None = None,
    safe_mode: bool = True,
) -> dict[str, Any]:
    """Turns the config of a model that any Keras saved into one of the Keras that is installed.

    Nothing is built and nothing in the config is run or imported.

    Args:
        config: The model's `{"class_name": ..., "config": ...}`, as `model.to_json()` or a file's
            `model_config` holds it, or as it is in memory. It is not changed.
        custom_objects: Dict of your own classes and functions, by the names that the config uses. They
            go before those that you registered with Keras, which are found as `load_model` finds them.
        safe_mode: Whether Python code in the config is refused.

    Returns:
        A new dict, the config for `tf.keras.Model.from_config(upgraded["config"])`, or `Sequential`'s, as
        `upgraded["class_name"]` says.

    Raises:
        UpgradeError: The config is not a model's, or has a layer without an equal today.
        MissingClassesError: It needs classes that are not Keras', in `custom_objects` or registered.
        UnsafeModelError: It holds Python code.

    Example:

    >>> import keras_inits
    >>> dense = {"class_name": "Dense", "config": {"output_dim": 4, "batch_input_shape": [None, 3]}}
    >>> config = {"class_name": "Sequential", "config": [dense], "keras_version": "1.2.2"}
    >>> keras_inits.upgrade_config(config)["config"]["layers"][-1]["config"]["units"]
    4

    Source: what Keras 1.0 to 3.15 wrote, read in their source and in files that they saved.
    """
    if not isinstance(config, Mapping):
        raise UpgradeError(f"a model's config is a dict, not {config!r:.80}")
    try:
        config_trees.check_tree(dict(config))
    except ValueError as error:
        raise UpgradeError(f"the config is no tree of dicts and lists of a model's size: {error}") from None
    custom_objects = plugin.with_users_objects(custom_objects)
    return released(upgraded(config, origin_of(config), custom_objects, safe_mode)[0])


def upgraded(
    config: Mapping[str, Any],
    origin: Origin,
    custom_objects: Mapping[str, Any],
    safe_mode: bool,
    channels_last_inside: frozenset[str] = frozenset(),
    stored: int | None = None,
    limit: float | None = 1.0,
) -> tuple[dict[str, Any], Plan, list[Note]]:
    """Does what `upgrade_config` does, for a known origin, and tells what it did.

    Args:
        channels_last_inside: Convolutions to be computed with the channels last.
        stored: How many numbers the file of the weights holds, `None` without such a file.
        limit: How many times the usual bounds it may ask for, `None` for any.

    Returns:
        The upgraded config, the plan of the model's weights, and what was changed.

    Raises:
        UpgradeError: As for `upgrade_config`.
    """
    try:
        saved = {key: _copied(value) for key, value in config.items()}
        size = len(json.dumps(saved, default=str))
        objects = _objects_in(saved)
    except (RecursionError, TypeError, ValueError) as error:
        raise UpgradeError(f"the config is no tree of dicts and lists: {error}") from error
    if size > limits.CONFIG_BYTES:
        raise UpgradeError(f"the config is larger than {limits.CONFIG_BYTES} bytes")
    if objects > limits.CONFIG_OBJECTS:
        raise UpgradeError(f"the config has more than {limits.CONFIG_OBJECTS} layers and other objects")
    for name in _names_in(saved):
        if is_obeyed(name):
            raise UpgradeError(
                f"a name in the config has characters that a terminal obeys rather than shows: {name!r:.200}"
            )
    context = Context(origin, versions.is_keras_3(), custom_objects, _UPGRADERS, safe_mode)
    context.channels_last_inside = channels_last_inside
    largest = math.inf if limit is None else limits.NUMBERS * limit
    context.largest = largest if stored is None else stored
    if not isinstance(saved.get("class_name"), str) or not graph.is_model(saved):
        raise _no_model(context, saved)
    formats = models.data_formats_of(saved)
    context.data_format_said = bool(formats)
    context.data_format = None if len(formats) > 1 else next(iter(formats), "channels_last")
    try:
        with bounds.bounded(stored, limit):
            written, plan = models.upgrade_saved(context, saved)
            context.check()  # First, for what is missing leaves a gap.
            released(written)
    except UpgradeError:
        context.check()  # What is missing or unsafe comes first: it is the more useful answer.
        raise
    except _DAMAGE as error:
        # A third-party config can be wrong in more ways than checks foresee.
        context.check()
        raise context.error(f"the config is not what a Keras writes: {error!r:.200}") from error
    return written, plan, list(dict.fromkeys(context.notes))


def _copied(value: Any) -> Any:
    """Returns a copy of a part of a config, with lists for the tuples that a Keras has in memory."""
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_copied(inner) for inner in value]
    return copy.deepcopy(value)


def _no_model(context: Context, saved: dict[str, Any]) -> UpgradeError:
    """Words the error about a config without layers, which may be of a model of its author's own class."""
    name = saved.get("class_name")
    if "class_name" not in saved:
        return context.error(
            "the config is not a dict of class_name and config, as json.loads(model.to_json()) is: what "
            "model.get_config() returns does not name the model's class"
        )
    if not isinstance(name, str) or not isinstance(saved.get("config"), dict) or layers.is_known(saved):
        return context.error(f"{name!r:.200} is not a model")
    if name in registry.all_objects():
        return context.error(
            f"{name!r:.200} is not a model but an initializer, which keras_inits.deserialize(config) reads"
        )
    return context.error(
        f"the model is of the class {name!r:.200}, its author's own, and the file does not say what layers "
        "it has: pass its class in custom_objects, or make it with that class and load the file's weights "
        "into it by load_weights(model, path)"
    )


def _build(context: Context, config: dict[str, Any]) -> Any:
    return building.build(config, context.custom_objects, context.safe_mode)


_UPGRADERS = Upgraders(layers.upgrade, models.upgrade_saved, users_objects.upgraded, _build)


def _objects_in(config: Any) -> int:
    """Counts the objects in a config that Keras makes: layers, initializers and the like."""
    # Names that begin so are of values: tuples, tensors, arrays.
    return sum(not str(node["class_name"]).startswith("__") for node in _objects(config))


def _names_in(config: Any) -> Iterator[str]:
    """Yields the names of objects and of their classes, which stand in what Keras prints."""
    for node in _objects(config):
        inner = node.get("config")
        names = [node[key] for key in _NAMES if key in node]
        names += [inner["name"]] if isinstance(inner, dict) and "name" in inner else []
        yield from (name for name in names if isinstance(name, str))


def _objects(config: Any) -> Iterator[dict[str, Any]]:
    """Yields the parts of a config that have a class."""
    return (node for node in nested(config) if isinstance(node, dict) and "class_name" in node)
