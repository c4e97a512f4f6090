"""A model's config as any format has it: plain values, within bounds, and who wrote it."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeGuard

from keras_inits.keras_compat.error_text import first_line
from keras_inits.saved_models.files import limits

_MODEL_CLASSES = ("Sequential", "Model", "Functional", "Graph")


class Written(NamedTuple):
    """What a file says: the Keras that wrote it, that Keras' backend, and the model's config."""

    keras_version: Any
    backend: Any
    config: dict[str, Any]


class OwnClass(NamedTuple):
    """What a file says of a model of a class that is neither Keras' nor in the file.

    Attributes:
        class_name: The class' name.
        config: Its own config, empty where it gave none.
        inputs: The shapes and dtypes that it was called with, in lists and dicts; `None` if not known.
        keras_version: The Keras that wrote the file.
        compile_config: How it was compiled, `None` if the file does not say.
    """

    class_name: str
    config: dict[str, Any]
    inputs: Any
    keras_version: Any
    compile_config: Any


class WithoutConfigError(ValueError):
    """The file holds a model without a config; `own` says what is known of its class, if it has one."""

    def __init__(self, message: str, own: OwnClass | None = None):
        super().__init__(message)
        self.own = own


class TooLargeError(ValueError):
    """Something in the file is larger than what is read of it."""


def check_size(size: int, what: str, largest: int | None = None) -> None:
    """Raises a `TooLargeError` for more bytes than `largest`, which is `limits.CONFIG_BYTES` unless given."""
    largest = limits.CONFIG_BYTES if largest is None else largest
    if size > largest:
        raise TooLargeError(f"{what} is larger than {largest} bytes")


def parse(data: bytes) -> Any:
    """Parses JSON; a ValueError says in one line what is wrong with it."""
    check_size(len(data), "the model's config")
    # Each value but the first has a comma before it, or a bracket: counted before any is made.
    branches = data.count(b"[") + data.count(b"{")
    if data.count(b",") + limits.VALUES_PER_BRANCH * branches > limits.CONFIG_VALUES:
        raise TooLargeError(f"JSON, but more than {limits.CONFIG_VALUES} values")
    try:
        value = json.loads(data)
    except RecursionError:
        raise ValueError(f"JSON, but nested deeper than {limits.CONFIG_DEPTH}") from None
    except ValueError as error:
        raise ValueError(f"not JSON, or truncated: {first_line(error)}") from error
    try:
        check_tree(value)
    except ValueError as error:
        raise ValueError(f"JSON, but {error}") from None
    return value


def check_tree(value: Any) -> None:
    """Refuses a config that is too deep or too large for the functions that walk through it.

    Aliases in YAML, or one list in two places, make it larger than what is written of it.

    Raises:
        ValueError: It is nested too deep, has too many values, or texts that are too long.
    """
    level = [value]
    values, characters = 1, 0
    for _ in range(limits.CONFIG_DEPTH):
        # Counted before they are collected, for one level may stand for any number in the next.
        values += sum(map(_values, level))
        if values > limits.CONFIG_VALUES:
            raise ValueError(f"more than {limits.CONFIG_VALUES} values")
        characters += sum(map(_characters, level))
        if characters > limits.CONFIG_BYTES:
            raise ValueError(f"texts of more than {limits.CONFIG_BYTES} characters")
        level = [child for node in level for child in children(node)]
        if not level:
            return
    raise ValueError(f"nested deeper than {limits.CONFIG_DEPTH}")


def check_words(words: list[Any]) -> None:
    """Refuses a vocabulary with a word so long that NumPy, which gives each the same room, needs too much.

    Raises:
        TooLargeError: It has one.
    """
    longest = max((len(word) for word in words if isinstance(word, str)), default=0)
    if longest * len(words) > limits.VOCABULARY_CHARACTERS:
        raise TooLargeError(
            f"a vocabulary of {len(words)} words, the longest of {longest} characters, takes the room of "
            f"{longest * len(words)} characters in Keras, and there may be {limits.VOCABULARY_CHARACTERS}"
        )


def children(node: Any) -> Any:
    """Returns what is directly in a part of a config; of a dict, its values."""
    if isinstance(node, dict):
        return node.values()
    return node if isinstance(node, (list, tuple)) else ()


def _values(node: Any) -> int:
    """Counts the values in a part of a config; a list or a dict is as many as take its memory."""
    return len(children(node)) + limits.VALUES_PER_BRANCH * isinstance(node, (dict, list, tuple))


def nested(value: Any) -> Iterator[Any]:
    """Yields a config and every part of it."""
    rest = [value]
    while rest:
        node = rest.pop()
        yield node
        rest.extend(children(node))


def _characters(node: Any) -> int:
    """Counts the characters of a text, or of a dict's keys."""
    if isinstance(node, dict):
        return sum(len(key) for key in node if isinstance(key, str))
    return len(node) if isinstance(node, (str, bytes)) else 0


def cut(text: str, length: int = limits.TEXT) -> str:
    """Returns a text of a file as a name in a report or an error, for it may be as long as the file."""
    return text if len(text) <= length else f"{text[:length]}..."


def model_config(value: Any, written_in: str = "JSON") -> dict[str, Any]:
    """Returns a parsed config, if it is an object's `{"class_name": ..., "config": ...}`."""
    if not is_object(value):
        raise ValueError(f"{written_in}, but no Keras model (no class_name and config)")
    return value


def architecture(value: Any, written_in: str) -> Written:
    """Returns the version, backend and config of an architecture that was saved alone.

    The config of a tokenizer or a layer, which is refused, looks much the same.
    """
    config = model_config(value, written_in)
    is_model = (
        config["class_name"] in _MODEL_CLASSES
        or "keras_version" in config
        or isinstance(config["config"], list)
        or "layers" in config["config"]
        or "compile_config" in config
    )
    if not is_model:
        raise ValueError(f"{written_in} of a Keras {config['class_name']!r:.200}, which is not a model")
    return Written(config.get("keras_version"), config.get("backend"), config)


def is_object(node: Any) -> TypeGuard[dict[str, Any]]:
    """Returns whether a part of a config is what Keras saves for an object: its class and its config."""
    return (
        isinstance(node, dict)
        and isinstance(node.get("class_name"), str)
        and isinstance(node.get("config"), (dict, list))
    )


def text_or_none(value: Any) -> str | None:
    """Returns an attribute of an HDF5 file as text; `None` where it is empty or no text."""
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return value if isinstance(value, str) and value else None
