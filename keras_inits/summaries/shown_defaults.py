"""The shape and the seed with which an initializer is shown where nobody says otherwise."""

from typing import Any

import numpy as np

from keras_inits.model_weights import reseeding

SEED = 7
# A matrix, kernels of convolutions along two, one and three axes, a Fourier kernel.
USUAL_SHAPES = ((256, 512), (3, 3, 64, 128), (3, 64, 128), (3, 3, 3, 16, 32), (256, 1, 129))


def usual_shape(initializer: Any) -> tuple[int, ...]:
    """Returns the first of `USUAL_SHAPES` that an initializer takes; the matrix is not for one of kernels.

    Args:
        initializer: An initializer. Where its value is an array, the array's own shape is the first.

    Raises:
        ValueError: If it takes none of them.

    Example:

    >>> import keras_inits
    >>> usual_shape(keras_inits.HeNormal(seed=7))
    (256, 512)
    """
    of_array = np.shape(getattr(initializer, "value", None))
    errors: list[ValueError] = []
    for shape in filter(
        None, (of_array, *USUAL_SHAPES[getattr(initializer, "_is_for_convolutions", False) :])
    ):
        try:
            initializer(shape)
            return shape
        except ValueError as error:
            errors.append(error)
    raise errors[0]


def seeded(initializer: Any, seed: int = SEED, over_own: bool = False) -> Any:
    """Returns an initializer with a seed, and those within it, if they take one.

    Example:

    >>> import keras_inits
    >>> seeded(keras_inits.HeNormal()).seed
    7
    """
    if over_own:
        return reseeding.reseeded(initializer, seed)
    return reseeding.with_missing_seed(initializer, seed)
