"""What each Keras did to draw a weight: a row of `ERAS` for each range of versions that draw alike.

A row is data, read from those versions' own source; `formulas` and `draw_contexts` act on it, and
`docs/eras.md` is the table as a page. A Keras that draws otherwise than the one before gets a row of
`_CHANGES`.
"""

import enum
import functools
import itertools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import tensorflow as tf

from keras_inits.drawing.streams import is_tensor
from keras_inits.keras_compat import keras_versions, versions
from keras_inits.keras_compat.keras_versions import KerasVersion


class SeedSource(enum.Enum):
    """Whose generator an unseeded draw takes its seed from."""

    NUMPY = "`numpy.random.randint({below})`"
    TENSORFLOW = "`tf.random.set_seed`"
    PYTHON = "`keras.utils.set_random_seed`"
    NONE = "nothing that can be reproduced"


class SeedTime(enum.Enum):
    """When an unseeded draw takes its seed."""

    EACH_CALL = "each call"
    FIRST_CALL = "first call"
    CONSTRUCTION = "construction"


class SeedMeaning(enum.Enum):
    """What a seed stands for."""

    OPERATION = "key = graph's seed, counter = (0, seed)"
    STATELESS = "stateless seed [seed, 0]"
    VALUES = "NumPy draws the values"


class SecondCall(enum.Enum):
    """What a seeded initializer does when it is called again."""

    REPEATS = "repeats"
    NEXT_SEED = "next seed"


class Fans(enum.Enum):
    """How fans are computed; `formulas.FANS` has the functions."""

    KERAS = "Keras"
    KERAS_1 = "Keras 1"
    KERAS_1_ON_ONE_SIDE = "Keras 1, window on one side"
    KERAS_1_BUT_CONV1D = "Keras 1, Conv1D as Theano"
    THEANO = "Theano"
    THEANO_ON_ONE_SIDE = "Theano, window on one side"
    MULTI_BACKEND = "multi-backend"
    MULTI_BACKEND_TWO_AXES = "multi-backend, window of two axes"


class ScaledNormal(enum.Enum):
    """The distribution that `"normal"` means in variance scaling."""

    NOT_TRUNCATED = "not truncated"
    TRUNCATED = "truncated"
    CORRECTED = "truncated, corrected"


class Orthogonal(enum.Enum):
    """How an orthogonal matrix is made; `orthogonal_weights.WAYS` has the functions."""

    QR = "QR"
    SVD = "SVD"
    SVD_OF_KERAS_1 = "SVD of Keras 1"


class Identity(enum.Enum):
    """What becomes of a rectangular identity matrix; `identity_matrices.WAYS` has the functions."""

    PADDED = "padded"
    REFUSED = "refused"
    TILED = "tiled"


class Era(NamedTuple):
    """What a range of Keras versions did.

    Args:
        since: The first version; `None` for TensorFlow 1.
        seeds_from: Whose generator an unseeded draw takes its seed from.
        seeds_below: NumPy's generator gives seeds below this number.
        seed_drawn_at: When an unseeded draw takes its seed.
        seed_means: What an initializer's seed stands for.
        drawn_seed_means: The same of an unseeded draw's seed.
        fold_seed: Gives a seed, an integer or an integer tensor, as it enters a stateless seed.
        second_call: What a seeded initializer does when it is called again.
        kernels_go_on: Whether a draw goes on where the last one of the same kernel and seed ended.
        fans: How fans are computed.
        layer_fans: The same inside a layer.
        least_fan: What a fan is at least.
        scaled_normal: The distribution that `"normal"` means in variance scaling.
        orthogonal: How `Orthogonal` is made.
        orthogonal_gain: The gain where none is given.
        orthogonal_seed_is_global: Whether a seeded `Orthogonal` reseeds NumPy's generator.
        identity: What becomes of a rectangular `Identity`.
        numbers_as_float32: Whether a Python number (a bound, a constant) is rounded to float32 before
            it becomes the weight's dtype. It shows in float64.
        zero_is_a_seed: Whether `seed=0` is one; else a seed is drawn for it as for none.
        axes: Whether `input_axes` and `output_axes` are known.
        identity_axes: How many axes an `Identity` may have at most.
    """

    since: KerasVersion | None
    seeds_from: SeedSource
    seeds_below: int = 0
    seed_drawn_at: SeedTime = SeedTime.EACH_CALL
    seed_means: SeedMeaning = SeedMeaning.OPERATION
    drawn_seed_means: SeedMeaning = SeedMeaning.OPERATION
    fold_seed: Callable[[Any], Any] = lambda seed: seed
    second_call: SecondCall = SecondCall.REPEATS
    kernels_go_on: bool = False
    fans: Fans = Fans.KERAS
    layer_fans: Fans = Fans.KERAS
    least_fan: float = 1.0
    scaled_normal: ScaledNormal = ScaledNormal.CORRECTED
    orthogonal: Orthogonal = Orthogonal.QR
    orthogonal_gain: float = 1.0
    orthogonal_seed_is_global: bool = False
    identity: Identity = Identity.PADDED
    numbers_as_float32: bool = False
    zero_is_a_seed: bool = True
    axes: bool = False
    identity_axes: float = 2

    def __hash__(self) -> int:
        # That of all fields takes as long as drawing a small weight.
        return hash(self.since)

    def is_seed(self, seed: Any) -> bool:
        """Returns whether an initializer that was given this has a seed of its own."""
        return seed is not None and (self.zero_is_a_seed or seed != 0)


def _as_it_is(seed: int) -> int:
    if not -(2**63) <= seed < 2**63:
        raise ValueError(f"`seed` must be from {-(2**63)} to {2**63 - 1}. Received: seed={seed}")
    return seed


def _as_signed(seed: Any) -> Any:
    # Keras 3.0 to 3.4 cast a seed to uint32 and that to int32 for TensorFlow, which wraps.
    if is_tensor(seed):
        return tf.cast(seed, tf.int32)
    return (_as_it_is(seed) + 2**31) % 2**32 - 2**31


def _as_remainder(seed: Any) -> Any:
    return (seed if is_tensor(seed) else _as_it_is(seed)) % (2**31 - 2)


_FIRST = Era(
    since=KerasVersion(1, 0, 0),
    seeds_from=SeedSource.NUMPY,
    seeds_below=10**9,
    seed_means=SeedMeaning.VALUES,
    drawn_seed_means=SeedMeaning.VALUES,
    fans=Fans.KERAS_1_ON_ONE_SIDE,
    layer_fans=Fans.THEANO_ON_ONE_SIDE,
    least_fan=0.0,
    scaled_normal=ScaledNormal.NOT_TRUNCATED,
    orthogonal=Orthogonal.SVD_OF_KERAS_1,
    orthogonal_gain=1.1,
    identity=Identity.REFUSED,
)
# What each version changed.
_CHANGES: dict[tuple[int, int, int], dict[str, Any]] = {
    (1, 0, 4): {"fans": Fans.KERAS_1, "layer_fans": Fans.THEANO},
    (1, 0, 7): {
        "seeds_from": SeedSource.NONE,
        "seed_means": SeedMeaning.OPERATION,
        "drawn_seed_means": SeedMeaning.OPERATION,
    },
    (1, 0, 8): {"seeds_from": SeedSource.NUMPY},
    (1, 2, 1): {"layer_fans": Fans.KERAS_1_BUT_CONV1D},
    (2, 0, 0): {
        "seeds_below": 10**7,
        "fans": Fans.MULTI_BACKEND_TWO_AXES,
        "layer_fans": Fans.MULTI_BACKEND_TWO_AXES,
        "least_fan": 1.0,
        "scaled_normal": ScaledNormal.TRUNCATED,
        "orthogonal": Orthogonal.SVD,
        "orthogonal_gain": 1.0,
        "orthogonal_seed_is_global": True,
    },
    (2, 0, 6): {"fans": Fans.MULTI_BACKEND, "layer_fans": Fans.MULTI_BACKEND},
    (2, 2, 0): {"scaled_normal": ScaledNormal.CORRECTED},
    (2, 2, 3): {"identity": Identity.TILED},
    (2, 2, 5): {"identity": Identity.PADDED, "orthogonal_seed_is_global": False},
    (2, 3, 0): {"second_call": SecondCall.NEXT_SEED},
    (2, 4, 0): {
        "seeds_from": SeedSource.TENSORFLOW,
        "seed_means": SeedMeaning.STATELESS,
        "fold_seed": _as_it_is,
        "second_call": SecondCall.REPEATS,
        "fans": Fans.KERAS,
        "layer_fans": Fans.KERAS,
        "orthogonal": Orthogonal.QR,
    },
    (2, 7, 0): {
        "seed_means": SeedMeaning.OPERATION,
        "second_call": SecondCall.NEXT_SEED,
        "kernels_go_on": True,
    },
    (2, 10, 0): {
        "seeds_from": SeedSource.PYTHON,
        "seed_drawn_at": SeedTime.FIRST_CALL,
        "seed_means": SeedMeaning.STATELESS,
        "drawn_seed_means": SeedMeaning.STATELESS,
        "second_call": SecondCall.REPEATS,
        "kernels_go_on": False,
    },
    (3, 0, 0): {
        "seed_drawn_at": SeedTime.CONSTRUCTION,
        "fold_seed": _as_signed,
        "numbers_as_float32": True,
        "zero_is_a_seed": False,
    },
    (3, 2, 0): {"zero_is_a_seed": True},
    (3, 5, 0): {"fold_seed": _as_remainder},
    (3, 15, 0): {"axes": True},
}


def _changed(era: Era, row: tuple[tuple[int, int, int], dict[str, Any]]) -> Era:
    since, changes = row
    return era._replace(since=KerasVersion(*since), **changes)


ERAS = tuple(itertools.accumulate(_CHANGES.items(), _changed, initial=_FIRST))
TENSORFLOW_1 = Era(since=None, seeds_from=SeedSource.NONE)
# How TensorFlow 1 is asked for.
TENSORFLOW_1_NAME = "tf1"


def era_of(version: str) -> Era:
    """Returns the row of a Keras version.

    Args:
        version: What `keras.__version__` said, or `"tf1"`. A series such as `"2.2"` or `"3"` means its newest
            release.

    Raises:
        ValueError: If there is no such version.
    """
    if version == TENSORFLOW_1_NAME:
        return TENSORFLOW_1
    asked = keras_versions.released(version)
    return [era for era in ERAS if era.since is not None and era.since <= asked][-1]


@functools.cache
def installed() -> Era:
    """Returns the row of the installed Keras; what this package adds to Keras is known in it."""
    return era_of(versions.keras_version())._replace(axes=True, identity_axes=math.inf)
