"""`replay`: a block in which models are built with the initial weights that an older Keras gave them.

The initializers draw in the block's context (see `draw_contexts`), and layers find the package's initializers
by the plugin. That is not all: other parts of a layer drew from the same generators while a model was
built, and whatever came after them depended on it. `LAYER_DRAWS` says which, and `REFUSED_LAYERS` which
layers drew in a way that a layer of today cannot.
"""

import contextlib
import functools
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from keras_inits.drawing import draw_contexts, eras
from keras_inits.drawing.draw_contexts import ReplayContext
from keras_inits.drawing.eras import SeedSource, SeedTime
from keras_inits.initializers import plugin, registry
from keras_inits.keras_compat import keras_versions, layer_internals, stock_initializers, versions
from keras_inits.keras_compat.layer_hooks import Watcher, watched_layers
from keras_inits.keras_compat.own import public
from keras_inits.model_weights.blocks import Block


class LayerDraw(NamedTuple):
    """What else a call of a layer drew from NumPy's generator.

    Args:
        since: The first Keras version that did.
        before: The first that did not.
        layers: The layers' classes.
        count: Gives how many numbers a layer drew.
        below: The numbers are below this one; with another one, drawing might take more of the generator.
    """

    since: tuple[int, ...]
    before: tuple[int, ...]
    layers: tuple[str, ...]
    count: Callable[[Any], int]
    below: int


def _once_unless_seeded(layer: Any) -> int:
    return int(getattr(layer, "seed", None) is None)


def _once_if_it_drops(layer: Any) -> int:
    return int(0 < layer.rate < 1) * _once_unless_seeded(layer)


def _masks(per_dropout: int) -> Callable[[Any], int]:
    """Returns the count of a recurrent layer: a mask for each gate, `per_dropout` times for the inputs."""

    def count(layer: Any) -> int:
        masks = per_dropout * (0 < layer.dropout < 1) + (0 < layer.recurrent_dropout < 1)
        return GATES[type(layer).__name__] * masks

    return count


GATES = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}
DROPOUTS = ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D")
LAYER_DRAWS = (
    LayerDraw((1, 0), (2, 4), (*DROPOUTS, "GaussianDropout", "AlphaDropout"), _once_if_it_drops, 10**7),
    LayerDraw((1, 0), (2, 4), ("GaussianNoise",), _once_unless_seeded, 10**7),
    LayerDraw((1, 0), (2, 0, 9), tuple(GATES), _masks(2), 10**7),
    LayerDraw((2, 0, 9), (2, 4), tuple(GATES), _masks(1), 10**7),
    # For the name of an operation.
    LayerDraw((2, 3), (2, 4), ("Flatten",), lambda layer: 1, 10**4),
)


class RefusedLayer(NamedTuple):
    """Layers whose weights a layer of today cannot draw as that Keras did.

    Args:
        since: The first Keras version of those.
        before: The first Keras version after those.
        layers: The layers' classes.
        reason: Why.
    """

    since: tuple[int, ...]
    before: tuple[int, ...]
    layers: tuple[str, ...]
    reason: str


RANDOM_PREPROCESSING = (
    *("RandomBrightness", "RandomContrast", "RandomCrop", "RandomFlip", "RandomHeight"),
    *("RandomRotation", "RandomTranslation", "RandomWidth", "RandomZoom"),
)
REFUSED_LAYERS = (
    RefusedLayer(
        *((1, 0), (2, 0), ("LSTM", "GRU", "ConvLSTM2D")),
        "it drew the weights of each gate on their own, in turn with the recurrent ones",
    ),
    RefusedLayer((1, 0), (1, 1), ("Conv1D",), "its kernel was laid out as (outputs, inputs, length, 1)"),
    RefusedLayer((2, 10), (3, 0), RANDOM_PREPROCESSING, "it drew a seed of its own from the same generator"),
)
# Layers that make a SeedGenerator in Keras 3, which draws from the same generator as weights do.
SEEDED_IN_KERAS_3 = (*DROPOUTS, "GaussianDropout", "GaussianNoise", "AlphaDropout", *GATES)


@public
def replay(
    version: str, numpy: int | None = None, tensorflow: int | None = None, keras: int | None = None
) -> Block:
    """Opens a block in which initializers draw as an older Keras did, in a process that just started.

    It applies to every initializer of the package and every layer of `tf.keras` that is built in the
    block, in this thread. The block's generators are its own: those of NumPy, Python and TensorFlow
    are left as they were. Blocks nest, the innermost applies.

    Args:
        version: String, what `keras.__version__` said, 1.0 to 1.2 or 2.0 to 2.3 on TensorFlow, 2.4 to 2.15,
            or 3; `"tf1"` for tf.keras and tf.compat.v1 in TensorFlow 1. `"2.2"` is the newest 2.2. A Keras 3
            that is newer than this package knows draws as the newest that it knows, with a `UserWarning`.
        numpy: Integer, what `numpy.random.seed` was given.
        tensorflow: Integer, what `tf.set_random_seed` or `tf.random.set_seed` was given.
        keras: Integer, what `keras.utils.set_random_seed` was given.

    Raises:
        ValueError: If there is no such version; in the block, if a draw takes its seed from a generator
            that was not seeded, or if a layer drew as none of today's can.

    Example:

    >>> import numpy as np
    >>> import keras_inits
    >>> with keras_inits.replay("2.2.4", numpy=7):  # after numpy.random.seed(7) in Keras 2.2.4
    ...     kernel = keras_inits.HeNormal()((3, 3, 2, 5))
    >>> with keras_inits.replay("2.2.4", numpy=7):
    ...     bool(np.array_equal(kernel, keras_inits.HeNormal()((3, 3, 2, 5))))
    True

    Source: the Keras versions' own source; see `docs/eras.md`.
    """
    for name, seed in {"numpy": numpy, "tensorflow": tensorflow, "keras": keras}.items():
        if seed is not None and not isinstance(seed, int):
            raise ValueError(f"A seed of a replay block is an integer. Received: {name}={seed!r}")
        # Keras' own seeds NumPy's generator, too.
        if seed is not None and name != "tensorflow" and not 0 <= seed < 2**32:
            raise ValueError(f"A seed of NumPy's is from 0 to 2**32 - 1. Received: {name}={seed}")
    eras.era_of(version)  # Raises an error for a version that is none, as soon as it is asked for.
    if keras_versions.is_beyond_compared(version):
        warnings.warn(
            f"Keras {version} is newer than {keras_versions.NEWEST_COMPARED}, the newest whose draws were "
            "compared: it is replayed as that.",
            stacklevel=2,
        )
    return _replayed(version, numpy, tensorflow, keras)


@contextlib.contextmanager
def _replayed(version: str, numpy: int | None, tensorflow: int | None, keras: int | None) -> Iterator[None]:
    context = ReplayContext(version, numpy, tensorflow, keras)
    watcher = Watcher(
        functools.partial(_add_weight, context),
        functools.partial(_default_seed, context),
        functools.partial(_check_replayable, context),
        functools.partial(_draw_the_rest, context),
    )
    with draw_contexts.entered(context), plugin.scope(), watched_layers(watcher):
        yield


def _add_weight(context: ReplayContext, layer: Any, arguments: dict[str, Any], make: Callable) -> Any:
    if "initializer" in arguments:
        arguments = {**arguments, "initializer": _weight_initializer(context, arguments["initializer"])}
    with draw_contexts.inside_layer():
        return make(arguments)


def _weight_initializer(context: ReplayContext, initializer: Any) -> Any:
    """Returns the package's own initializer for one of Keras', which a layer was given or has copied."""
    if not stock_initializers.is_stock(initializer):
        return initializer
    if initializer not in context.twins:
        config = initializer.get_config()
        drawn = getattr(initializer, "seed", None)
        if context.era.seed_drawn_at is SeedTime.CONSTRUCTION and "seed" in config and isinstance(drawn, int):
            config["seed"] = drawn
        context.twins[initializer] = registry.own_class(initializer).from_config(config)
    return context.twins[initializer]


def _check_replayable(context: ReplayContext, layer: Any) -> None:
    """Raises an error for a layer that drew as no layer of today does."""
    for part in layer_internals.sublayers(layer):
        name = type(part).__name__
        for row in REFUSED_LAYERS:
            if name in row.layers and _is_of(row, context):
                raise ValueError(
                    f"The layer {part.name!r} cannot be replayed as Keras {context.version} built a "
                    f"{name}: {row.reason}."
                )
        draws_when_made = name in SEEDED_IN_KERAS_3 and context.era.seed_drawn_at is SeedTime.CONSTRUCTION
        if draws_when_made and not versions.is_keras_3():
            raise ValueError(
                f"The layer {part.name!r} can be replayed as Keras {context.version} on Keras 3 alone: a "
                f"{name} draws a seed there when it is made, before the weights that follow."
            )


def _draw_the_rest(context: ReplayContext, layer: Any) -> None:
    """Draws what a call of a layer drew besides its weights."""
    for part in layer_internals.sublayers(layer):
        for row in LAYER_DRAWS:
            if type(part).__name__ in row.layers and _is_of(row, context):
                for _ in range(row.count(part)):
                    context.generator(SeedSource.NUMPY).randint(row.below)


def _default_seed(context: ReplayContext, kind: str) -> int:
    """Returns the seed of what Keras 3 makes without one."""
    if context.era.seed_drawn_at is SeedTime.CONSTRUCTION and context.is_seeded():
        return context.default_seed()
    return context.other_seeds.randint(1, 10**9)


def _is_of(row: LayerDraw | RefusedLayer, context: ReplayContext) -> bool:
    if context.era is eras.TENSORFLOW_1:
        return False
    return row.since <= keras_versions.released(context.version) < row.before
