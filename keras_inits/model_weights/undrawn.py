"""`uninitialized`: a block in which models are built without drawing their weights.

A weight that gets its values from a file, or from `reinitialize`, need not be drawn first. In the block it is
zeros, whose memory the system gives when something is written to it.
"""

import contextlib
import random
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from keras_inits.drawing import draw_contexts, layouts
from keras_inits.keras_compat import backend_tensors, lent_memory, seed_sources, third_party
from keras_inits.keras_compat.layer_hooks import Watcher, watched_layers
from keras_inits.keras_compat.own import public

_SYSTEM = random.SystemRandom()


@public
@contextlib.contextmanager
def uninitialized() -> Iterator[None]:
    """Opens a block in which models are built without drawing their weights, to be given them afterwards.

    It applies to each layer of `tf.keras` whose weights this thread makes in the block, whoever wrote the
    layer, and to every initializer that a layer gives a weight, Keras' own or of this package. The weights
    are made with their shapes and dtypes, and hold zeros, constants too. Nothing is drawn for them, no
    generator moves on, and large ones take no memory on the CPU before they are written to.

    Give them their values with `load_weights`, of the model or of this package, with `set_weights`, or with
    `reinitialize`, which draws what the block left out. Blocks nest, the innermost applies.

    The seeds of a `Dropout` and the like are drawn as ever. An initializer that is called in the block
    outside a layer's `add_weight` draws; without a seed, from one of the system's.

    A model that makes its weights when it is first called has to be called in the block.

    Raises:
        ValueError: In a graph of TensorFlow 1, or in its mode, where layers are others.

    Example:

    >>> import keras_inits
    >>> import tensorflow as tf
    >>> with keras_inits.uninitialized():
    ...     model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(3)])
    >>> bool((model.get_weights()[0] == 0).all())
    True
    >>> keras_inits.reinitialize(model)
    >>> bool((model.get_weights()[0] == 0).any())
    False

    Source: torch's `torch.nn.utils.skip_init`.
    """
    if not tf.compat.v1.executing_eagerly_outside_functions():
        raise ValueError("`uninitialized` makes weights eagerly: use it outside TensorFlow 1's graphs.")
    with undrawn(lambda layer: True):
        yield


def undrawn_but_foreign() -> contextlib.AbstractContextManager[None]:
    """Opens a block in which Keras' own layers are not drawn.

    What a user's own layer makes of its weights while it is built is not known.
    """
    return undrawn(lambda layer: third_party.is_of_keras(type(layer)))


@contextlib.contextmanager
def undrawn(is_meant: Callable[[Any], bool]) -> Iterator[None]:
    """Opens a block in which weights hold zeros rather than what their initializers give.

    Args:
        is_meant: Tells it of a layer whether its weights do.
    """

    def add_weight(layer: Any, arguments: dict[str, Any], make: Callable) -> Any:
        # What has no fixed shape, such as the summary of a Discretization, is as large as its values.
        if not is_meant(layer) or not tf.TensorShape(arguments.get("shape") or ()).is_fully_defined():
            return make(arguments)
        tf.keras.initializers.get(arguments.get("initializer"))  # One that is none is an error here too.
        return make({**arguments, "initializer": _Zeros()})

    watcher = Watcher(add_weight, _default_seed)
    with draw_contexts.entered(_Context()), watched_layers(watcher):
        yield


class _Zeros:
    """Makes the zeros of weights.

    It is no function: of one, Keras 3.14 can make no large weights on JAX.
    """

    def __call__(
        self, shape: Any, dtype: Any = None, partition_shape: Any = None, layout: Any = None, **kwargs: Any
    ) -> Any:
        """Returns the zeros of a weight, as its variable asks an initializer for its values."""
        shape = tuple(tf.TensorShape(shape if partition_shape is None else partition_shape))
        dtype = tf.as_dtype(dtype or tf.keras.backend.floatx())
        layout = layouts.layout_of(layout, shape, is_random=False)
        if layout is not None:
            return layouts.laid_out(lambda part: lent_memory.zeros_tensor(part.shape, dtype), layout, shape)
        symbolic = backend_tensors.symbolic_zeros(shape, dtype)
        if symbolic is not None:
            return symbolic
        return backend_tensors.of_backend(lent_memory.zeros_tensor(shape, dtype), is_fresh=True)


def _seed_of_system() -> int:
    return _SYSTEM.randint(1, 10**9)


def _default_seed(kind: str) -> int:
    return _seed_of_system() if kind == "initializers" else seed_sources.default_seed()


class _Context(draw_contexts.InstalledContext):
    """The context of the block: the installed Keras', with seeds that no generator of the program gives."""

    def default_seed(self, initializer: Any) -> int:
        """As `DrawContext.default_seed`."""
        return _seed_of_system()
