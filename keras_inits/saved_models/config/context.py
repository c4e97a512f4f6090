"""What one upgrade knows and collects: where from, where to, what was changed, what is missing."""

import dataclasses
import keyword
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from keras_inits.keras_compat.error_text import PrintableError, printable
from keras_inits.keras_compat.own import public
from keras_inits.saved_models.config.origin import Origin
from keras_inits.saved_models.files import limits
from keras_inits.saved_models.files.config_trees import cut


@public
class UpgradeError(PrintableError):
    """A saved model cannot be upgraded; the message says which layer, why, and what helps."""


@public
class MissingClassesError(UpgradeError):
    """The model has layers or functions that neither Keras nor `custom_objects` has.

    Attributes:
        names: The names that are missing.
        uses: The same, each with the layers that need it, in words.
        unsafe: What `UnsafeModelError` would say besides; its `uses`.
    """

    def __init__(self, uses: Mapping[str, list[str]], unsafe: Mapping[str, list[str]] | None = None):
        self.names = sorted(uses)
        self.uses = _in_words(uses)
        self.unsafe = _in_words(unsafe or {})
        lines = [f"  {name!r} (in {places})" for name, places in self.uses.items()]
        entries = ", ".join(f"{name!r}: {_variable(name)}" for name in map(_short, self.names))
        also = f"\n{UnsafeModelError(unsafe)}" if unsafe else ""
        super().__init__(
            "The model needs classes or functions that Keras does not have:\n"
            + "\n".join(lines)
            + "\nImport them from where the model was made, and pass them in:\n"
            + f"  load_model(path, custom_objects={{{entries}}})"
            + also
        )


@public
class UnsafeModelError(UpgradeError):
    """The model holds Python code, which is run only with `safe_mode=False`.

    Attributes:
        uses: What is refused, each with the layers that hold it, in words.
    """

    def __init__(self, uses: Mapping[str, list[str]]):
        self.uses = _in_words(uses)
        lines = [f"  {what} (in {places})" for what, places in self.uses.items()]
        super().__init__(
            "The model holds what could run or read on your machine, which is refused:\n"
            + "\n".join(lines)
            + "\nIf you trust the file, load it with safe_mode=False. A lambda was compiled by the "
            "Python that saved it and seldom runs on another one: a layer or a function may be given in "
            "its place, custom_objects={'name of the Lambda': layer}."
        )


@public
@dataclasses.dataclass(frozen=True)
class Note:
    """What was changed in one layer, in words.

    Attributes:
        layer: The layer's name.
        text: What was changed.
    """

    layer: str
    text: str

    def __str__(self) -> str:
        return printable(f"{self.layer}: {self.text}")


class Upgraders(NamedTuple):
    """The functions that call each other: a layer may hold a model, and a model layers.

    Args:
        layer: Upgrades a layer's config; returns the config and its `Plan`.
        model: Upgrades a model's config; returns the same two.
        users_object: Upgrades the config of an object of the user's own.
        build: Builds a layer or a model from its upgraded config.
    """

    layer: Callable[["Context", dict[str, Any]], tuple[dict[str, Any], Any]]
    model: Callable[["Context", dict[str, Any]], tuple[dict[str, Any], Any]]
    users_object: Callable[["Context", Any], Any]
    build: Callable[["Context", dict[str, Any]], Any]


class Input(NamedTuple):
    """The shape and the dtype of a tensor that reaches a layer."""

    shape: list[int | None]
    dtype: str


@dataclasses.dataclass
class Context:
    """The state of one upgrade.

    Attributes:
        origin: The Keras that wrote the model.
        keras_3: Whether the upgraded model is for Keras 3, else for tf.keras 2.
        custom_objects: The user's own classes and functions, by name.
        upgraders: What upgrades a part that this one holds.
        safe_mode: Whether Python code in the file is refused.
        data_format: What the model's layers say, for those that forgot to; `None` if they disagree.
        data_format_said: Whether any of them says it.
        layer: The name of the layer at work.
        class_name: Its class, in the words of Keras 2.
        calls: Its calls.
        input_shape: The shape of its input, where that is needed and known.
        inputs: The tensors of its first input, and whether it is a list of them, where known.
        channels_last_inside: Convolutions that today's Keras gets wrong with the channels first.
        largest: The largest number of units, filters and the like.
        places_left: Places that patches of locally connected layers may still have.
        notes: What was changed.
        missing: Names that nothing here knows, with the layers that need them.
        unsafe: What holds Python code, with the layers that do.
    """

    origin: Origin
    keras_3: bool
    custom_objects: Mapping[str, Any]
    upgraders: Upgraders
    safe_mode: bool = True
    data_format: str | None = "channels_last"
    data_format_said: bool = True
    layer: str = ""
    class_name: str = ""
    calls: list[Any] = dataclasses.field(default_factory=list)
    input_shape: list[int | None] | None = None
    inputs: tuple[list[Input], bool] | None = None
    channels_last_inside: frozenset[str] = frozenset()
    largest: float = 0
    places_left: int = limits.LOCAL_PLACES
    notes: list[Note] = dataclasses.field(default_factory=list)
    missing: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    unsafe: dict[str, list[str]] = dataclasses.field(default_factory=dict)

    def note(self, text: str) -> None:
        """Records a change in the layer at work."""
        self.notes.append(Note(self.layer, text))

    def need(self, name: str) -> None:
        """Records a name that nothing here knows."""
        self.missing.setdefault(name, []).append(self.layer)

    def refuse(self, what: str) -> None:
        """Records Python code in the layer at work."""
        self.unsafe.setdefault(what, []).append(self.layer)

    def error(self, text: str) -> UpgradeError:
        """Returns an error about the layer at work, or about the model where that is none."""
        text = cut(text, limits.MESSAGE)
        return UpgradeError(f"layer {_short(self.layer)!r}: {text}" if self.layer else text)

    def check(self) -> None:
        """Raises what was collected."""
        if self.missing:
            raise MissingClassesError(self.missing, self.unsafe)
        if self.unsafe:
            raise UnsafeModelError(self.unsafe)


def _in_words(uses: Mapping[str, list[str]]) -> dict[str, str]:
    """Returns what is used, in order, each with the layers that use it."""
    return {_short(what): _few(places) for what, places in sorted(uses.items())}


def _few(names: list[str], most: int = 4) -> str:
    """Lists the first few names."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(dict.fromkeys(map(_short, names[:most]))) + more


def _variable(name: str) -> str:
    """Returns what a missing class may be called in Python; a file's own words are not to be pasted."""
    plain = name.rpartition(">")[2]
    return plain if plain.isidentifier() and not keyword.iskeyword(plain) else "..."


def _short(text: str) -> str:
    """Cuts a text of a file, which may be as long as the file."""
    return printable(cut(text))
