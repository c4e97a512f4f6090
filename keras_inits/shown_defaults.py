"""The shape and the seed with which an initializer is shown where nobody says otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np

from keras_inits import initializers_of_convolutions

SEED = 7
# A matrix, kernels of convolutions along two, one and three axes, a Fourier kernel.
USUAL_SHAPES = ((256, 512), (3, 3, 64, 128), (3, 64, 128), (3, 3, 3, 16, 32), (256, 1, 129))


def usual_shape(initializer: Any) -> tuple[int, ...]:
    """The first of `USUAL_SHAPES` that an initializer takes; the matrix is not for one of kernels.

    Args:
        initializer: An initializer. Where its value is an array, the array's own shape is the first.

    Returns:
        A tuple of integers.

    Raises:
        ValueError: If it takes none of them.

    Example:

    >>> import keras_inits
    >>> usual_shape(keras_inits.HeNormal(seed=7))
    (256, 512)
    """
    of_array = np.shape(getattr(initializer, "value", None))
    is_of_kernels = type(initializer).__module__ == initializers_of_convolutions.__name__
    why = None
    for shape in filter(None, (of_array, *USUAL_SHAPES[is_of_kernels:])):
        try:
            initializer(shape)
            return shape
        except ValueError as error:
            why = why or error
    raise why


def seeded(initializer: Any, seed: int = SEED, over_own: bool = False) -> Any:
    """An initializer with a seed, and those within it, if they take one.

    Args:
        initializer: An initializer.
        seed: The seed.
        over_own: Whether it goes before a seed that they have.

    Returns:
        An initializer, the same one where none takes a seed.

    Example:

    >>> import keras_inits
    >>> seeded(keras_inits.HeNormal()).seed
    7
    """
    config = initializer.get_config() if hasattr(initializer, "get_config") else {}
    return initializer.from_config(_with_seeds(config, seed, over_own)) if takes_seed(config) else initializer


def takes_seed(config: Any) -> bool:
    """Whether there is a seed in an initializer's config, or in one within it."""
    return isinstance(config, dict) and ("seed" in config or any(map(takes_seed, config.values())))


def _with_seeds(config: Any, seed: int, over_own: bool) -> Any:
    if not isinstance(config, dict):
        return config
    return {
        name: seed if name == "seed" and (over_own or value is None) else _with_seeds(value, seed, over_own)
        for name, value in config.items()
    }
