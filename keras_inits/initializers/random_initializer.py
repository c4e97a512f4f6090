"""What the initializers that draw share: a seed, and how a weight is drawn of it."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow import executing_eagerly
from tensorflow.experimental.dtensor import get_default_mesh

from keras_inits.drawing import call_arguments, draw_contexts, eras, streams
from keras_inits.drawing.streams import Part
from keras_inits.initializers.base import Initializer, defaults_of, is_same
from keras_inits.keras_compat import backend, public_names, seed_sources, serialization, stock_initializers
from keras_inits.keras_compat.own import is_own_class

# The types of arguments that stay what they are.
_IMMUTABLE = frozenset({int, float, bool, str, tuple, type(None), np.float32, np.float64})


class RandomInitializer(Initializer):
    """Base class of the initializers that draw.

    Args:
        seed: A Python integer, or, on Keras 3, a `keras.random.SeedGenerator`. An initializer with an
            integer or without a seed gives the same values on each call; one with a generator gives
            others each time. Without a seed, one is drawn as Keras draws it: on Keras 3 when the
            initializer is made, on Keras 2 when it is first called.

    Raises:
        ValueError: If `seed` is none of these.
    """

    _is_random = True
    # What was last drawn in eager mode: its shape, its dtype, and what draws it again.
    _kept = (None, None, None)

    def __init__(self, seed: Any = None):
        init_seed = _checked_seed(seed)
        # Past `__setattr__`, which is for what changes later: models make many initializers.
        vars(self).update(
            _init_seed=init_seed, seed=draw_contexts.current().seed_at_construction(init_seed, self)
        )

    # Where the class is an unpublished one, the one that it stands for.
    published_class = None

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if name != "_kept":
            self.__dict__.pop("_kept", None)
        lacking = _arguments_that_stock_lacks(type(self))
        if name in lacking and (self.published_class or not is_same(value, lacking[name])):
            self._choose_class()

    def _choose_class(self) -> None:
        """Makes it of a class that Keras writes under its own name as long as Keras' own takes its config."""
        cls = self.published_class or type(self)
        defaults = _arguments_that_stock_lacks(cls)
        is_stock = all(is_same(vars(self).get(name, value), value) for name, value in defaults.items())
        self.__class__ = cls if is_stock else public_names.unpublished(cls)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_kept"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)

    def __reduce__(self) -> tuple:
        return object.__new__, (self.published_class or type(self),), self.__getstate__()

    @property
    def is_unseeded(self) -> bool:
        """Whether it was made without a seed."""
        return self._init_seed is None

    @functools.cached_property
    def drawn_seed(self) -> int:
        """The seed that an unseeded one draws when it is first asked for it."""
        return draw_contexts.current().default_seed(self)

    def __call__(
        self,
        shape: Any,
        dtype: Any = None,
        partition_shape: Any = None,
        partition_offset: Any = None,
        layout: Any = None,
    ) -> tf.Tensor:
        """Returns a tensor initialized as specified by the initializer.

        See `Initializer.__call__`.
        """
        is_whole = partition_shape is None and partition_offset is None and layout is None
        if is_whole and executing_eagerly() and get_default_mesh() is None and not draw_contexts.replaying():
            dtype = dtype or backend.floatx()
            known_shape, known_dtype, draw = self._kept
            if draw is None or type(shape) is not tuple or shape != known_shape or dtype != known_dtype:
                draw = self._keep_drawing(shape, dtype)
            if draw is not None:
                try:
                    return draw()
                except streams.undrawn_errors():
                    pass  # The other way says what is wrong.
        return super().__call__(shape, dtype, partition_shape, partition_offset, layout)

    def _keep_drawing(self, shape: Any, dtype: Any) -> Callable[[], tf.Tensor] | None:
        """What draws such a weight in eager mode; it is kept until the initializer is changed."""
        if not call_arguments.is_plain(shape) or not all(type(v) in _IMMUTABLE for v in vars(self).values()):
            return None
        if type(self.seed) is not int or (self.is_unseeded and seed_sources.warns_of_reuse(self)):
            return None
        checked = call_arguments.dtype_of(dtype, self._dtypes)
        draw = self._drawing(eras.Call(draw_contexts.current().era, shape, checked, None))
        self._kept = (shape, dtype, draw)
        return draw

    def _drawing(self, call: eras.Call) -> Callable[[], tf.Tensor] | None:
        formula = self._formula()
        if not formula or call.dtype.is_integer:
            return None
        function, *values = formula
        drawing = function(call, *values)
        stream = streams.stateless_stream((call.era.fold_seed(self.seed), 0))
        if drawing.transform is not None:
            return functools.partial(eras.drawn, call._replace(stream=lambda *_: stream), drawing)
        factors = streams.factors_of(drawing.distribution, call.dtype, drawing.scale, drawing.shift)
        return streams.prepared(drawing.distribution, stream, call.shape, call.dtype, factors)

    def _formula(self) -> tuple:
        """A function of `eras` that gives a `Drawing`, and its arguments after the call."""
        return ()

    def _values(self, call: eras.Call) -> tf.Tensor:
        function, *values = self._formula()
        return eras.drawn(call, function(call, *values))

    def generated_seed(self, part: Part | None) -> Any:
        """The next seed of a generator; the parts of a weight share the one of its first part."""
        return self._of_first_part(part, self.seed.next)

    def _call(self, shape: Any, dtype: tf.DType, part: Part | None) -> eras.Call:
        return draw_contexts.current().call(self, shape, dtype, part)

    def _saved(self, name: str) -> Any:
        if name != "seed":
            return super()._saved(name)
        # Keras 2 serializes no integer where it writes a SavedModel, nor in TF 1 mode.
        is_object = seed_sources.is_seed_generator(self._init_seed)
        return serialization.serialize(self._init_seed) if is_object else self._init_seed


@functools.cache
def _arguments_that_stock_lacks(cls: type) -> dict[str, Any]:
    """The arguments that Keras' own class of that name lacks, each with its default."""
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
        raise ValueError(
            "`seed` argument should be an instance of `keras.random.SeedGenerator()` (Keras 3) or an "
            f"integer. Received: seed={seed!r}"
        ) from None
