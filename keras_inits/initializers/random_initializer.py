"""What the initializers that draw share: a seed, and the class as which a model saves them."""

from __future__ import annotations

import functools
import operator
from typing import TYPE_CHECKING, Any

import tensorflow as tf

from keras_inits.drawing import draw_contexts
from keras_inits.drawing.calls import Call
from keras_inits.drawing.streams import Part
from keras_inits.initializers.base import Initializer, defaults_of, given_arguments, is_same
from keras_inits.keras_compat import (
    public_names,
    seed_sources,
    serialization,
    stock_initializers,
    versions,
)
from keras_inits.keras_compat.own import is_own_class

if TYPE_CHECKING:
    from typing_extensions import Self


class RandomInitializer(Initializer):
    """Base class of the initializers that draw; `shared_docs` says what their `seed` means."""

    _is_random = True
    # For an unpublished class, the one that it stands for.
    published_class: type[RandomInitializer] | None = None

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Makes an instance of an unpublished class if Keras' own class would not take its config.

        Raises:
            TypeError: If the class has no such argument.
        """
        given = given_arguments(cls, args, kwargs)
        if cls.published_class is None and _gives_what_stock_lacks(cls, given):
            # To mypy, a class has the `__hash__` of its instances.
            cls = public_names.unpublished(cls)  # type: ignore[arg-type]
        return object.__new__(cls)

    def __init__(self, seed: Any = None):
        self._init_seed = _checked_seed(seed)
        self.seed = draw_contexts.current().seed_at_construction(self._init_seed, self)

    @property
    def is_unseeded(self) -> bool:
        """Whether it was made without a seed."""
        return self._init_seed is None

    @functools.cached_property
    def drawn_seed(self) -> int:
        """The seed that an unseeded one draws when it is first asked for it."""
        return draw_contexts.current().default_seed(self)

    def _call(self, shape: Any, dtype: tf.DType, part: Part | None) -> Call:
        return draw_contexts.current().call(self, shape, dtype, part)

    def _called(self, call: Call, layout: Any) -> Any:
        if layout is not None and self.is_unseeded and not draw_contexts.is_in_block():
            seed_sources.ensure_shared_by_processes()
        return super()._called(call, layout)

    @property
    def _seed_generator(self) -> Any:
        return self.seed if seed_sources.is_seed_generator(self.seed) else None

    def _argument(self, name: str) -> Any:
        # Keras 3 draws the seed of an unseeded one when it is made.
        return self._init_seed if name == "seed" else super()._argument(name)

    def _saved(self, name: str) -> Any:
        if name != "seed":
            return super()._saved(name)
        # Keras 2 serializes no integer where it writes a SavedModel, nor in TF 1 mode.
        is_object = seed_sources.is_seed_generator(self._init_seed)
        return serialization.serialize(self._init_seed) if is_object else self._init_seed


def _gives_what_stock_lacks(cls: Any, given: dict[str, Any]) -> bool:
    """Returns whether an argument is given that Keras' own class lacks, and is not its default."""
    lacking = _arguments_that_stock_lacks(cls)
    return any(name in given and not is_same(given[name], default) for name, default in lacking.items())


@functools.cache
def _arguments_that_stock_lacks(cls: type) -> dict[str, Any]:
    """Returns the arguments that Keras' own class of that name lacks, each with its default."""
    stock = stock_initializers.stock_arguments(cls.__name__) if is_own_class(cls) else None
    return {} if stock is None else {k: v for k, v in defaults_of(cls).items() if k not in stock}


def _checked_seed(seed: Any) -> Any:
    if isinstance(seed, dict):
        seed = serialization.deserialize_value(seed)
    if seed is None or seed_sources.is_seed_generator(seed):
        return seed
    try:
        return operator.index(seed)
    except TypeError:
        generator = "an instance of `keras.random.SeedGenerator()` or " if versions.is_keras_3() else ""
        is_shape = isinstance(seed, (tuple, list))
        advice = f". A shape goes to the initializer: he_normal()({seed!r})" if is_shape else ""
        raise ValueError(
            f"`seed` argument should be {generator}an integer. Received: seed={seed!r}{advice}"
        ) from None
