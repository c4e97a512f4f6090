"""What all initializers of the package share: how one is called, and how its config is made and read."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from keras_inits.drawing import call_arguments, draw_contexts, formulas, layouts, streams
from keras_inits.drawing.calls import Call
from keras_inits.drawing.eras import SeedMeaning
from keras_inits.drawing.formulas import Drawing
from keras_inits.drawing.streams import Part
from keras_inits.keras_compat import backend_tensors, jax_shardings, seed_sources, stock_initializers
from keras_inits.keras_compat.own import is_own_class, public

if TYPE_CHECKING:
    from typing_extensions import Self

# What older Keras wrote into an initializer's config and no class takes any more.
DROPPED_ARGUMENTS = frozenset({"dtype", "verify_shape"})
# What a null means where it does not mean the default: TensorFlow 1 wrote it for "up to 1", and in `STFT` it
# means no scaling and no window.
NULL_ARGUMENTS = {"maxval": 1.0, "scaling": None, "window": None}
# Of how many values at most all are in an initializer's text.
_SHOWN_WHOLE = 8


@public
class Initializer(tf.keras.initializers.Initializer):
    """Base class of this package's initializers, itself an initializer of `tf.keras`.

    A class of your own defines `__call__` and `get_config`, as with Keras' base class. If it draws with an
    initializer of this package and passes on all arguments of the call, its parts are those of the whole.

    Example:

    >>> import keras_inits
    >>> class HalfOfHe(keras_inits.Initializer):
    ...     def __init__(self, seed=None):
    ...         self.he = keras_inits.HeNormal(seed)
    ...
    ...     def __call__(self, shape, dtype=None, **part):
    ...         return self.he(shape, dtype, **part) / 2
    ...
    ...     def get_config(self):
    ...         return {"seed": self.he.get_config()["seed"]}
    >>> HalfOfHe(seed=7)((100, 8), partition_shape=(2, 8), partition_offset=(50, 0)).shape
    TensorShape([2, 8])

    Source: `keras.initializers.Initializer` of Keras 2 and 3; parts as the partitioned variables of
    TensorFlow ask for them.
    """

    # The package's own classes say what they draw in `_drawing(call)`, or return their values in
    # `_values(call)`; their constructors' arguments are attributes of the same names, and make their configs.
    dtypes = call_arguments.FLOATING
    # Whether a value depends only on its own place in the weight.
    _is_local = True
    # Whether it is only for the kernels of convolutions.
    _is_for_convolutions = False
    _is_random = False
    # What stands before a class's name where `keras_inits` has the class.
    _prefix = ""

    def __call__(
        self,
        shape: Any,
        dtype: Any = None,
        partition_shape: Any = None,
        partition_offset: Any = None,
        layout: Any = None,
    ) -> tf.Tensor:
        """Returns a tensor initialized as specified by the initializer.

        Args:
            shape: Shape of the tensor: a tuple, a list, a `TensorShape`, or an integer tensor.
            dtype: Optional dtype of the tensor. If not specified, `tf.keras.backend.floatx()` is
                used, which is `float32` unless it was set otherwise.
            partition_shape: Optional shape of the part to return, as TensorFlow's partitioned
                variables pass it. `shape` is still that of the whole weight.
            partition_offset: Optional offset of that part in the whole weight.
            layout: Optional `tf.experimental.dtensor.Layout`, on JAX a `jax.sharding.Sharding`, on Keras 3
                also a `keras.distribution.TensorLayout`: how the whole weight is spread over devices.

        Returns:
            A tensor of Keras' backend, of `shape`, or of `partition_shape`, which is then
            `whole[offset : offset + partition_shape]` bit for bit; with a layout, a DTensor or an array of
            JAX's of the same values, each part of it made for its device.

        Raises:
            TypeError: If `layout` is not a layout.
            ValueError: If the shape, the dtype, the part or the layout is invalid. Where a layout is given,
                the initializer draws, and `tf.keras.utils.set_random_seed` was not called: on Keras 2, and
                in several processes of JAX's if it has no seed.
        """
        shape = call_arguments.static_shape(shape)
        dtype = call_arguments.dtype_of(dtype, self.dtypes)
        part = call_arguments.part_of(shape, partition_shape, partition_offset)
        return self._called(self._call(shape, dtype, part), layout)

    def _called(self, call: Call, layout: Any) -> Any:
        """Returns the values that a call asks for, as a tensor of Keras' backend."""
        layout = layouts.layout_of(layout, call.shape, self._is_random)
        if layout is None:
            return self._on_one_device(call)
        if call.part is not None:
            raise ValueError(
                f"A part has no layout. Received: partition_shape={call.part.shape}, layout={layout}"
            )
        return layouts.laid_out(self._parts(call), layout, call.shape)

    def _on_one_device(self, call: Call) -> Any:
        shape, generator = call.part.shape if call.part else call.shape, self._seed_generator
        # Where JAX traces a function, the state of a generator is known once that function runs.
        if generator is not None and seed_sources.is_next_traced(generator):
            return jax_shardings.called_back(self._seeded_values(call), generator.next(), shape, call.dtype)
        symbolic = backend_tensors.without_values(shape, call.dtype)
        if symbolic is not None:
            return symbolic
        return backend_tensors.of_backend(self._asked(call), is_fresh=self._is_random)

    @property
    def _seed_generator(self) -> Any:
        """The `SeedGenerator` that it draws from, `None` if there is none."""
        return None

    def _seeded_values(self, call: Call) -> Callable[[np.ndarray], np.ndarray]:
        """Returns what gives the values of a call for the state of a `SeedGenerator`."""

        def values(state: np.ndarray) -> np.ndarray:
            seed = call.era.fold_seed(tf.constant(state, tf.int64))
            seeded = call._replace(stream=lambda *_: streams.stateless_stream(seed))
            return backend_tensors.array(self._asked(seeded))

        return values

    def _asked(self, call: Call) -> tf.Tensor:
        """Returns the whole, or the part that a call asks for."""
        return self._values(call) if call.part is None else self._parts(call)(call.part)

    def _drawing(self, call: Call) -> Drawing | None:
        """Returns what it draws for a call; `None` if its values are made in another way."""
        return None

    def _values(self, call: Call) -> tf.Tensor:
        drawing = self._drawing(call)
        if drawing is None:
            raise NotImplementedError("Initializer subclasses must implement the `__call__()` method.")
        return formulas.drawn(call, drawing)

    def _parts(self, call: Call) -> Callable[[Part], tf.Tensor]:
        """Returns what gives any part of the values of one call, all of one stream."""
        if streams.is_tensor(call.shape):
            return lambda part: self._values(call._replace(part=part))
        if call.stream is not None:
            call = call._replace(stream=functools.cache(call.stream))
        if not self._is_local or (self._is_random and call.era.seed_means is SeedMeaning.VALUES):
            # Each part needs the whole, which is computed once.
            whole = functools.cache(lambda: self._values(call._replace(part=None)))
            return lambda part: tf.slice(whole(), part.offset, part.shape)

        def values(part: Part) -> tf.Tensor:
            return self._values(call._replace(part=part))

        return functools.partial(layouts.in_blocks, values) if self._is_random else values

    def _call(self, shape: Any, dtype: tf.DType, part: Part | None) -> Call:
        return Call(draw_contexts.current().era, shape, dtype, part)

    def get_config(self) -> dict[str, Any]:
        """Returns the initializer's configuration as a JSON-serializable dict.

        It is what Keras' own class of that name writes; an argument that Keras' own lacks is in it
        if it is not its default.
        """
        cls = next(cls for cls in type(self).__mro__ if is_own_class(cls))
        standard = stock_initializers.stock_arguments(cls.__name__)
        return {
            name: self._saved(name)
            for name, default in defaults_of(cls).items()
            if standard is None or name in standard or not is_same(getattr(self, name), default)
        }

    def _saved(self, name: str) -> Any:
        """Returns an argument as the config has it."""
        return getattr(self, name)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Instantiates an initializer from a configuration that any Keras wrote.

        Args:
            config: A dict, the output of `get_config()` of this or an older Keras. It is not changed.

        Returns:
            An initializer.

        Raises:
            ValueError: If the config has an argument that no Keras ever wrote for this class.
        """
        cls = getattr(cls, "published_class", None) or cls
        return cls(**current_arguments(cls, config))

    def __repr__(self) -> str:
        """Returns what makes it again: its class with the arguments that are not the defaults."""
        given = ", ".join(f"{name}={_shown(value)}" for name, value in self._given().items())
        return f"{self._prefix}{type(self).__name__}({given})"

    def _given(self) -> dict[str, Any]:
        """Returns the arguments that are not the defaults; of a class of a user's, what its config has."""
        cls: type = type(self)
        if not _is_made_by_package(cls):
            try:
                return dict(self.get_config())
            except Exception:  # A debugger shows what is half made, too.
                return {}
        defaults = defaults_of(cls)
        arguments = {name: self._argument(name) for name in defaults}
        return {name: value for name, value in arguments.items() if not is_same(value, defaults[name])}

    def _argument(self, name: str) -> Any:
        """Returns an argument as it was given."""
        return getattr(self, name)

    def clone(self) -> Self:
        """Returns an initializer of the same config."""
        return self.from_config(self.get_config())


def drawing_of(initializer: Initializer, shape: tuple[int, ...], dtype: Any = None) -> Drawing | None:
    """Returns what an initializer of this package draws for a weight; nothing is drawn."""
    dtype = call_arguments.dtype_of(dtype, initializer.dtypes)
    return initializer._drawing(initializer._call(shape, dtype, None))


def parts_of(
    initializer: Any, shape: tuple[int, ...], dtype: tf.DType, first: Part | None, stream: Any = None
) -> Callable[[Part], tf.Tensor]:
    """Returns what gives any part of a weight, all of one call of an initializer.

    Args:
        stream: As a `Call` has it, if the initializer is not to draw from its own.

    Raises:
        ValueError: Where JAX traces a function, of an initializer that is not of this package.
    """
    if isinstance(initializer, Initializer):
        # Not by a call, which would ask for a layout.
        call = initializer._call(shape, dtype, first)
        return initializer._parts(call if stream is None else call._replace(stream=stream))
    whole = functools.cache(lambda: _whole_of_foreign(initializer, shape, dtype))
    return lambda part: tf.slice(whole(), part.offset, part.shape)


def _whole_of_foreign(initializer: Any, shape: tuple[int, ...], dtype: tf.DType) -> tf.Tensor:
    """Returns the values of an initializer that is not of this package."""
    values = initializer(shape, dtype=dtype.name)
    if backend_tensors.is_traced(values):
        raise ValueError(
            "Where JAX traces a function, an initializer inside another one has to be one of keras_inits. "
            f"Received: initializer={initializer!r}"
        )
    return backend_tensors.as_tensorflow(values)


def is_same(value: Any, default: Any) -> bool:
    """Returns whether an argument is its default; an array never is, as it compares value by value."""
    return value is default or (np.ndim(value) == 0 and bool(value == default))


def _is_made_by_package(cls: type) -> bool:
    """Returns whether a class has a constructor of this package, whose arguments are attributes."""
    constructing = next(base for base in cls.__mro__ if "__init__" in vars(base))
    return constructing.__module__.partition(".")[0] == __name__.partition(".")[0]


def given_arguments(cls: Any, args: tuple, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Returns the arguments that a class is called with, by their names.

    Raises:
        TypeError: If the class does not take them; of `__init__`, which may be a base class', Python would
            name that one.
    """
    if not (args or kwargs):
        return {}
    try:
        return _signature_of(cls).bind(None, *args, **kwargs).arguments
    except TypeError as error:
        names = ", ".join(defaults_of(cls))
        raise TypeError(f"{cls.__name__}: {error}. Its arguments are: {names}") from None


def _shown(value: Any) -> str:
    if np.size(value) > _SHOWN_WHOLE:
        return f"<values of shape {np.shape(value)}>"
    return repr(value.tolist() if isinstance(value, np.ndarray) else value)


@functools.cache
def _signature_of(cls: Any) -> inspect.Signature:
    return inspect.signature(cls.__init__)


@functools.cache
def defaults_of(cls: Any) -> dict[str, Any]:
    """Returns the arguments of a class, each with its default."""
    return {
        name: parameter.default
        for name, parameter in _signature_of(cls).parameters.items()
        if name != "self" and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    }


def current_arguments(cls: type, config: dict[str, Any]) -> dict[str, Any]:
    """Returns the arguments of a class as it takes them now, out of a config of any Keras.

    Raises:
        ValueError: If an argument was never one of the class.
    """
    defaults = defaults_of(cls)
    values = {k: v for k, v in config.items() if k in defaults or k not in DROPPED_ARGUMENTS}
    unknown = [name for name in values if name not in defaults]
    if unknown:
        raise ValueError(
            f"{cls.__name__} got an unknown argument {unknown[0]!r}. Its arguments are: "
            f"{', '.join(defaults) or 'none'}. Received: config={config}"
        )
    return {
        name: NULL_ARGUMENTS.get(name, defaults[name]) if value is None else value
        for name, value in values.items()
    }
