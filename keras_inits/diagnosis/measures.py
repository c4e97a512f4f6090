"""What is measured of a layer's activations: functions of NumPy arrays, whose first axis is the batch."""

import math

import numpy as np

# The effective rank is of at most so many rows and columns.
SAMPLED = 128


def mean_square(values: np.ndarray) -> float:
    """Returns the mean of the squares, `mean(values ** 2)`, added up in float64.

    Example:

    >>> mean_square(np.array([[3.0, 4.0]]))
    12.5
    """
    if values.size == 0:
        return math.nan
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.mean(np.square(values, dtype=np.float64)))


def dead_share(values: np.ndarray, axis: int = -1) -> float:
    """Returns the share of units that are zero for the whole batch.

    Args:
        values: An array of activations.
        axis: The axis of the units; the others are samples and positions.

    Returns:
        A number from 0 to 1.

    Example:

    >>> dead_share(np.array([[0.0, 2.0], [0.0, 0.0]]))
    0.5
    """
    others = tuple(i for i in range(values.ndim) if i != axis % values.ndim)
    return float(np.mean(~np.any(values, axis=others)))


def share(flags: np.ndarray) -> float:
    """Returns the share of flags that are set."""
    return float(np.mean(flags)) if flags.size else 0.0


def as_matrix(values: np.ndarray, axis: int = -1) -> np.ndarray:
    """Activations as a matrix of samples and positions by units, at most `SAMPLED` of each.

    The rows and columns of a larger one are taken at even distances.
    """
    if values.ndim < 2:
        values = values.reshape(-1, 1)
    matrix = np.moveaxis(values, axis, -1)
    matrix = matrix.reshape(-1, matrix.shape[-1])
    return matrix[np.ix_(_evenly(matrix.shape[0]), _evenly(matrix.shape[1]))]


def _evenly(count: int) -> np.ndarray:
    return np.linspace(0, count - 1, min(count, SAMPLED)).round().astype(int)


def effective_rank(matrix: np.ndarray) -> float:
    """Returns the effective rank `exp(-sum(p * log(p)))` of the normalized singular values `p = s / sum(s)`.

    It is 1 where all rows are multiples of one another, and the number of columns where these are orthogonal
    and equally long.

    Args:
        matrix: An array of two axes.

    Returns:
        A number from 1 to the smaller side of the matrix; 0 for a matrix of zeros, `nan` if a value is not
        finite.

    Example:

    >>> round(effective_rank(np.eye(5)), 6)
    5.0

    Source: Roy and Vetterli, "The effective rank: a measure of effective dimensionality", 2007.
    """
    if not np.isfinite(matrix).all():
        return math.nan
    # The squares of the largest float32 are no float32, and a common factor changes nothing.
    largest = float(np.abs(matrix).max(initial=0.0))
    if largest == 0.0:
        return 0.0
    matrix = matrix.astype(np.float64) / largest
    # The squares of the singular values are the eigenvalues of this, which take a fraction of the time.
    product = matrix.T @ matrix if matrix.shape[0] > matrix.shape[1] else matrix @ matrix.T
    singular_values = np.sqrt(np.maximum(np.linalg.eigvalsh(product), 0.0))
    shares = singular_values / singular_values.sum()
    shares = shares[shares > 0]
    return float(np.exp(-np.sum(shares * np.log(shares))))
