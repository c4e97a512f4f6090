"""Which Keras wrote a model, and which Keras it is upgraded for."""

import dataclasses
from typing import Any

from keras_inits.keras_compat import keras_versions
from keras_inits.keras_compat.keras_versions import KerasVersion

# Arguments and classes that only Keras 1 wrote: they date a config that names no version.
_KERAS_1_WORDS = frozenset({
    "nb_filter", "border_mode", "dim_ordering", "inner_init", "W_regularizer", "b_regularizer",
    "consume_less", "pool_length", "nb_row", "init", "p", "sigma", "input_dtype",
})  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Origin:
    """The Keras that wrote a file.

    Attributes:
        version: Its version, as a `KerasVersion` or its first numbers.
        backend: `"tensorflow"`, `"theano"`, …, or `None` where the file does not say.
        in_tensorflow: Whether it was the `tf.keras` of a TensorFlow, whose version ends in `-tf`.
    """

    version: KerasVersion | tuple[int, ...]
    backend: str | None = None
    in_tensorflow: bool = False

    @property
    def resizes_by_corners(self) -> bool:
        """Whether bilinear resizing aligned pixels' corners, as TensorFlow 1 did."""
        return self.version < ((2, 2) if self.in_tensorflow else (2, 4))

    @property
    def reverses_states(self) -> bool:
        """Whether the states of stacked cells were listed from the last cell to the first."""
        return self.major == 2 and self.version < (2, 2, 4)

    @property
    def multiplies_matrices_in_dot(self) -> bool:
        """Whether `Dot` over more than three axes multiplied the last two of them as matrices."""
        return self.version < ((2, 3) if self.in_tensorflow else (2, 2, 5))

    @property
    def counts_layers_twice(self) -> bool:
        """Whether a `.keras` file's paths count a model's layer with weights as two."""
        return (2, 12) <= self.version < (2, 14)

    @property
    def counts_shared_layers_once(self) -> bool:
        """Whether a `.keras` file's paths leave out layers that another model has saved."""
        return (2, 14) <= self.version < (3,)

    @property
    def major(self) -> int:
        """The version's first number: 1, 2 or 3."""
        return self.version[0]


def origin_of(config: Any, version: str | None = None, backend: str | None = None) -> Origin:
    """Finds which Keras wrote a model's config, by what it says or else by its words.

    Args:
        version: What the file says besides the config, if anything.
        backend: The same for the backend.

    Returns:
        The origin; a config that says nothing is Keras 1's if it has a word that only Keras 1
        wrote, Keras 3's if its objects have modules, and Keras 2's otherwise.
    """
    said = version or config.get("keras_version")
    backend = backend or config.get("backend")
    written = keras_versions.as_written(said) if isinstance(said, str) else None
    if written:
        return Origin(written, backend, "-tf" in said)
    words = _words(config)
    if words & _KERAS_1_WORDS:
        return Origin((1, 0), backend)
    return Origin((3, 0) if "batch_shape" in words or "module" in config else (2, 0), backend)


def _words(node: Any) -> set[str]:
    """Collects every key of a config."""
    words: set[str] = set()
    rest = [node]
    while rest:
        node = rest.pop()
        if isinstance(node, dict):
            words.update(node)
            rest.extend(v for k, v in node.items() if k != "arguments")  # Of a Lambda: the user's words.
        elif isinstance(node, list):
            rest.extend(node)
    return words
