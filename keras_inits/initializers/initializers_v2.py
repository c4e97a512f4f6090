"""The initializers of Keras 2 and 3, but for the scaled ones, on whichever Keras `tf.keras` is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

from keras_inits.drawing import (
    call_arguments,
    constants,
    formulas,
    fourier_kernels,
    identity_matrices,
    orthogonal_weights,
    truncated_normals,
)
from keras_inits.drawing.calls import Call, part_of
from keras_inits.drawing.formulas import Drawing
from keras_inits.initializers.base import NULL_ARGUMENTS, Initializer, current_arguments
from keras_inits.initializers.random_initializer import RandomInitializer
from keras_inits.initializers.registry import register
from keras_inits.keras_compat import serialization, versions

if TYPE_CHECKING:
    from typing_extensions import Self


@register
class Zeros(Initializer):
    """Initializer that generates tensors initialized to 0.

    Any numeric or boolean dtype.

    Examples:

    >>> import keras_inits
    >>> keras_inits.Zeros()((2, 2)).numpy().tolist()
    [[0.0, 0.0], [0.0, 0.0]]

    Source: Keras 2 and 3.
    """

    dtypes = call_arguments.NUMERIC_OR_BOOLEAN

    def _values(self, call: Call) -> tf.Tensor:
        return tf.zeros(call.part.shape if call.part else call.shape, call.dtype)


@register
class Ones(Initializer):
    """Initializer that generates tensors initialized to 1.

    Any numeric or boolean dtype.

    Examples:

    >>> import keras_inits
    >>> keras_inits.Ones()((2, 2), dtype="int32").numpy().tolist()
    [[1, 1], [1, 1]]

    Source: Keras 2 and 3.
    """

    dtypes = call_arguments.NUMERIC_OR_BOOLEAN

    def _values(self, call: Call) -> tf.Tensor:
        return tf.ones(call.part.shape if call.part else call.shape, call.dtype)


@register
class Constant(Initializer):
    """Initializer that generates tensors with constant values.

    Any numeric or boolean dtype.

    Args:
        value: A Python scalar, or an array, list or tensor, which must have the tensor's shape,
            broadcast to it, or have as many values.

    Raises:
        ValueError: On the call, if an array does not fit the shape.

    Examples:

    >>> import keras_inits
    >>> keras_inits.Constant(3.0)((2,)).numpy().tolist()
    [3.0, 3.0]
    >>> keras_inits.Constant([1.0, 2.0])((2, 2)).numpy().tolist()
    [[1.0, 2.0], [1.0, 2.0]]

    Source: Keras 2 and 3; arrays as TensorFlow 1 took them.
    """

    dtypes = call_arguments.NUMERIC_OR_BOOLEAN

    def __init__(self, value: Any = 0.0):
        self.value = value

    def _values(self, call: Call) -> tf.Tensor:
        return constants.constant(call, self.value)

    def _saved(self, name: str) -> Any:
        return serialization.serialize(self.value) if versions.is_keras_3() else self.value

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Instantiates a `Constant`; its value may be an array as Keras wrote it."""
        values = current_arguments(cls, config)
        return cls(**{k: serialization.deserialize_value(v) for k, v in values.items()})


@register
class Identity(Initializer):
    """Initializer that generates the identity matrix.

    A rectangular matrix has ones on its main diagonal. A shape of more than two axes,
    `(*batch, rows, columns)`, is a batch of identity matrices, which Keras' own refuses. Any floating dtype
    or integer.

    Args:
        gain: Multiplicative factor to apply to the identity matrix.

    Raises:
        ValueError: On the call, if the shape has fewer than two axes; in a `replay` block also if it has
            more.

    Examples:

    >>> import keras_inits
    >>> keras_inits.Identity(2.0)((2, 3)).numpy().tolist()
    [[2.0, 0.0, 0.0], [0.0, 2.0, 0.0]]
    >>> keras_inits.Identity()((2, 1, 2)).numpy().tolist()
    [[[1.0, 0.0]], [[1.0, 0.0]]]

    Source: Keras 2 and 3; Le et al., "A Simple Way to Initialize Recurrent Networks of Rectified
    Linear Units", 2015. Batches: `snt.initializers.Identity` of Sonnet 2.
    """

    dtypes = call_arguments.FLOATING_OR_INTEGER

    def __init__(self, gain: float = 1.0):
        self.gain = gain

    def _values(self, call: Call) -> tf.Tensor:
        return identity_matrices.identity(call, self.gain)


@register
class STFT(Initializer):
    """Initializer of Conv kernels for Short-term Fourier Transformation (STFT).

    The kernel holds the real or the imaginary side of the transform, and is primarily intended for Keras
    3's `STFTSpectrogram`.

    Args:
        side: String, `"real"` or `"imag"`: which side of the transform the kernel computes.
        window: String for a window of `scipy.signal.windows`, which needs SciPy; array-like for the
            window's values; or `None` for no windowing.
        scaling: `"density"` or `"spectrum"` for scaling the window by its L2 or L1 norm, or `None`.
        periodic: Boolean, whether the window is one period of a periodic function.

    Raises:
        ValueError: If an argument is none of these; on the call, if the shape is not
            `(frame_length, 1, fft_length // 2 + 1)`.

    Examples:

    >>> import keras_inits
    >>> keras_inits.STFT("real", window=None)((4, 1, 3)).shape
    TensorShape([4, 1, 3])

    Source: Keras 3.8 and later.
    """

    _is_local = False

    def __init__(
        self,
        side: str = "real",
        window: Any = "hann",
        scaling: str | None = "density",
        periodic: bool = False,
    ):
        fourier_kernels.check_arguments(side, window, scaling)
        self.side = side
        self.window = window
        self.scaling = scaling
        self.periodic = periodic

    def _values(self, call: Call) -> tf.Tensor:
        kernel = fourier_kernels.kernel(
            call.shape, call.dtype, self.side, self.window, self.scaling, self.periodic
        )
        return part_of(kernel, call.part)


@register
class RandomNormal(RandomInitializer):
    """Random normal initializer.

    Draws samples from a normal distribution for given parameters. Any floating dtype.

    Args:
        mean: A Python scalar or a scalar tensor. Mean of the random values to generate.
        stddev: A Python scalar or a scalar tensor. Standard deviation of the random values.
        {seed}

    Examples:

    >>> import keras_inits
    >>> initializer = keras_inits.RandomNormal(mean=0.0, stddev=1.0, seed=7)
    >>> initializer((2, 2)).shape
    TensorShape([2, 2])

    Source: Keras 2 and 3.
    """

    def __init__(self, mean: Any = 0.0, stddev: Any = 0.05, seed: Any = None):
        self.mean = mean
        self.stddev = stddev
        super().__init__(seed)

    def _drawing(self, call: Call) -> Drawing:
        return formulas.normal(call, self.mean, self.stddev)


@register
class TruncatedNormal(RandomInitializer):
    """Initializer that generates a truncated normal distribution.

    The values are `mean + stddev * z` of a standard normal z between `lower` and `upper`. Any floating
    dtype.

    With Keras' bounds, -2 and 2, the values are Keras' own. With others, a value is the inverse distribution
    function of one uniform number, computed in float64:

        z = F^-1(F(lower) + u * (F(upper) - F(lower)))

    so that far tails, such as from 40 to 41 standard deviations, take no longer than others.
    `trunc_normal_` of torch has absolute bounds instead, `a = mean + lower * stddev` and
    `b = mean + upper * stddev`.

    Args:
        mean: A Python scalar or a scalar tensor. Mean of the random values before truncation.
        stddev: A Python scalar or a scalar tensor. Standard deviation before truncation.
        {seed}
        lower: A Python number. Lower bound, in standard deviations from the mean; may be `-inf`.
        upper: A Python number. Upper bound, in standard deviations from the mean; may be `inf`.

    Raises:
        TypeError: If a bound is not a number.
        ValueError: If `lower` is not less than `upper`.

    Examples:

    >>> import keras_inits
    >>> values = keras_inits.TruncatedNormal(mean=0.0, stddev=1.0, seed=7)((1000,))
    >>> bool(abs(values.numpy()).max() <= 2.0)
    True
    >>> values = keras_inits.TruncatedNormal(stddev=0.1, seed=7, lower=0.0, upper=float("inf"))((1000,))
    >>> bool(values.numpy().min() >= 0.0)
    True

    Source: Keras 2 and 3; the bounds: `jax.nn.initializers.truncated_normal` of JAX 0.10.
    """

    def __init__(
        self,
        mean: Any = 0.0,
        stddev: Any = 0.05,
        seed: Any = None,
        lower: float = -2.0,
        upper: float = 2.0,
    ):
        self.lower, self.upper = truncated_normals.checked_bounds(lower, upper)
        self.mean = mean
        self.stddev = stddev
        super().__init__(seed)

    def _drawing(self, call: Call) -> Drawing:
        bounds = truncated_normals.checked_bounds(self.lower, self.upper)
        return formulas.bounded_normal(call, self.mean, self.stddev, *bounds)


@register
class RandomUniform(RandomInitializer):
    """Random uniform initializer.

    Draws samples from a uniform distribution for given parameters. Any floating dtype, int32 or int64.

    Args:
        minval: A Python scalar or a scalar tensor. Lower bound of the range (inclusive).
        maxval: A Python scalar or a scalar tensor. Upper bound of the range (exclusive); `None` is 1.
        {seed}

    Raises:
        ValueError: On the call, if the dtype is an integer and a bound is not.

    Examples:

    >>> import keras_inits
    >>> values = keras_inits.RandomUniform(0, 10, seed=7)((1000,), dtype="int32")
    >>> int(values.numpy().min()), int(values.numpy().max())
    (0, 9)

    Source: Keras 2 and 3.
    """

    dtypes = call_arguments.FLOATING_INT32_OR_INT64

    def __init__(self, minval: Any = -0.05, maxval: Any = 0.05, seed: Any = None):
        self.minval = minval
        self.maxval = NULL_ARGUMENTS["maxval"] if maxval is None else maxval
        super().__init__(seed)

    def _drawing(self, call: Call) -> Drawing:
        return formulas.uniform(call, self.minval, self.maxval)


@register
class Orthogonal(RandomInitializer):
    """Initializer that generates an orthogonal matrix.

    A weight of two axes has orthonormal rows or columns, whichever are fewer, and is one of all such
    matrices with equal chance. A weight of more axes is such a matrix, `(product of all but the last, last)`,
    reshaped.
    {rounded}

    Args:
        gain: Multiplicative factor to apply to the orthogonal matrix.
        {seed}

    Raises:
        ValueError: On the call, if the shape has fewer than two axes.

    Examples:

    >>> import keras_inits
    >>> weight = keras_inits.Orthogonal(seed=7)((3, 3)).numpy()
    >>> bool(abs(weight.T @ weight - [[1, 0, 0], [0, 1, 0], [0, 0, 1]]).max() < 1e-5)
    True

    Source: Keras 2 and 3; Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep
    linear neural networks", 2014.
    """

    _is_local = False

    def __init__(self, gain: float = 1.0, seed: Any = None):
        self.gain = gain
        super().__init__(seed)

    def _values(self, call: Call) -> tf.Tensor:
        return orthogonal_weights.orthogonal(call, self.gain)
