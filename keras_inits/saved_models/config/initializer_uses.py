"""The initializers in a model's config, of whatever Keras: which layers draw how many weights from each.

What an initializer means is not decided here.
"""

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from keras_inits.saved_models.config.dropped_layers import DROPPED
from keras_inits.saved_models.files import limits
from keras_inits.saved_models.files.config_trees import children, cut, is_object, text_or_none

# A layer whose config says no to one of these has no such weight, though its initializer is saved.
_SWITCHES = {
    "bias_initializer": ("use_bias", "bias_axes"),
    "gamma_initializer": ("scale",),
    "beta_initializer": ("center",),
}
# Layers that draw several weights from one argument: attention has a query, a key, a value and an
# output; in Keras 1 each gate had a kernel of its own.
_ATTENTION = {"MultiHeadAttention": 4, "GroupedQueryAttention": 4}
_KERAS_1_COPIES = {
    "LSTM": 4,
    "GRU": 3,
    "ConvLSTM2D": 4,
    "SeparableConvolution2D": 2,
}


@dataclasses.dataclass(frozen=True)
class InitializerUse:
    """An initializer in a model's config.

    Attributes:
        layer: The layer's name, after the names of the models and wrappers around it:
            `"encoder/dense_1"`. The model itself is not named. Names that are far too long are cut.
        argument: The layer's argument, such as `"kernel_initializer"` or `"inner_init"`.
        saved: The initializer as it was saved: a config or a name.
        weights: How many weights the layer draws from it; 0 where `use_bias`, `scale` or `center`
            is off.
    """

    layer: str
    argument: str
    saved: Any
    weights: int


def initializers_of(config: Any) -> Iterator[InitializerUse]:
    """Finds the initializers in a model's config, of whatever Keras.

    Keras 2 and 3 name them `initializer` or `..._initializer`, Keras 1 `init` or `..._init`. A
    layer that the config holds in two places is one layer. An initializer inside another one
    belongs to that one.
    """
    seen = set()
    for identity, use in _uses_in_root(config):
        written = json.dumps([use.argument, use.saved], sort_keys=True, default=repr)
        # Kept is what tells it from others: what is written may be as long as the file.
        key = identity, hashlib.sha256(written.encode()).digest()
        if key not in seen:
            seen.add(key)
            yield use


class _Path(NamedTuple):
    """Where something is in a model.

    Attributes:
        model: The model's own name, which is shown only where there is no other.
        shown: The name, after those around it; both names are cut where they are far too long.
        identity: What tells it from others, some of which may be cut to the same.
    """

    model: str
    shown: str = ""
    identity: int = 0

    def to(self, name: str, place: str = "") -> "_Path":
        """Returns the path to what is inside, by its name, after which its place stands."""
        shown = f"{self.shown}/{cut(name)}{place}".removeprefix("/")
        return _Path(self.model, cut(shown, limits.MESSAGE), hash((self.identity, name, place)))


def _uses_in_root(config: Any) -> Iterator[tuple[Any, InitializerUse]]:
    """Returns each use with what identifies its layer; the model's own name is no part of a layer's."""
    if is_object(config):
        yield from _uses_in_object(config, _Path(cut(_name_of(config) or config["class_name"])))
    else:
        yield from _uses_in(config, _Path(""))


def _uses_in(node: Any, path: _Path, place: str = "") -> Iterator[Any]:
    """Returns the uses in any part of a config."""
    if isinstance(node, (list, tuple)):
        for index, item in enumerate(node):
            yield from _uses_in(item, path, f"[{index}]")
    elif is_object(node):
        name = _name_of(node)
        if name is not None:
            path = path.to(name)
        # Until Keras 2.2 a Sequential's config was the list of its layers and had no name; theirs
        # were unique without it.
        elif isinstance(node["config"], dict):
            path = path.to(node["class_name"], place)
        yield from _uses_in_object(node, path)
    elif isinstance(node, dict):
        yield from _uses_in_settings(node, {}, path)


def _uses_in_object(node: dict[str, Any], path: _Path) -> Iterator[Any]:
    """Returns the uses in an object's config; `path` ends in the object's own name."""
    settings = node["config"]
    if isinstance(settings, dict):
        yield from _uses_in_settings(settings, node, path)
    else:
        yield from _uses_in(settings, path)


def _uses_in_settings(
    settings: dict[str, Any], owner: dict[str, Any], path: _Path
) -> Iterator[tuple[Any, InitializerUse]]:
    """Returns the uses among the settings of `owner`, an object or, for a bare dict, `{}`."""
    shared = owner.get("shared_object_id")
    identity = ("shared", shared) if isinstance(shared, int) else path.identity
    layer = path.shown or path.model
    for key, value in settings.items():
        if _is_initializer(key, value):
            weights = _weights_drawn(owner.get("class_name"), settings, key)
            yield identity, InitializerUse(layer, cut(key), value, weights)
        else:
            for part in _copies(owner, key, value):
                yield from _uses_in(part, path)


def _is_initializer(key: str, value: Any) -> bool:
    if key == "initializer" or key.endswith("_initializer"):
        return value is not None
    # In Keras 1 these are names; numbers are ParametricSoftplus' first values.
    return (key == "init" or key.endswith("_init")) and isinstance(value, str)


def _weights_drawn(class_name: Any, settings: dict[str, Any], argument: str) -> int:
    """Returns how many weights a layer of these settings draws from an argument's initializer."""
    if any(not settings.get(switch, True) for switch in _SWITCHES.get(argument, ())):
        return 0
    if argument in ("init", "inner_init") and settings.get("consume_less") != "gpu":
        of_dropped = DROPPED[class_name].drawn if class_name in DROPPED else 1
        return _KERAS_1_COPIES.get(class_name, of_dropped)
    return _ATTENTION.get(class_name, 1)


def _copies(owner: dict[str, Any], key: str, value: Any) -> tuple[Any, ...]:
    """Returns a part of a config, twice where `Bidirectional` makes its backward layer out of it."""
    is_pattern = owner.get("class_name") == "Bidirectional" and key == "layer"
    if not is_pattern or owner["config"].get("backward_layer"):
        return (value,)
    if not is_object(value) or not isinstance(value["config"], dict) or _holds_a_pattern(value):
        return (value,)
    name = (_name_of(value) or value["class_name"]).removeprefix("forward_")
    return tuple(
        {"class_name": value["class_name"], "config": {**value["config"], "name": way + name}}
        for way in ("forward_", "backward_")
    )


def _holds_a_pattern(value: Any) -> bool:
    """Returns whether a `Bidirectional` is inside, which no Keras makes: each would double what is in it."""
    rest = [value]
    while rest:
        node = rest.pop()
        if isinstance(node, dict) and node.get("class_name") == "Bidirectional":
            return True
        rest.extend(children(node))
    return False


def _name_of(node: dict[str, Any]) -> str | None:
    """Returns a layer's name, from its config or, where that has none, from next to it."""
    settings = node["config"]
    inside = settings.get("name") if isinstance(settings, dict) else None
    return text_or_none(inside) or text_or_none(node.get("name"))
