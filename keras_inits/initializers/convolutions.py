"""Initializers of convolution kernels that torch, JAX, TensorFlow 1 and keras-contrib have and Keras lacks.

A model saved with one names this package: plain Keras says that it does not know the class.
"""

import operator
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from keras_inits.drawing import convolution_kernels
from keras_inits.drawing.calls import Call
from keras_inits.drawing.streams import Part
from keras_inits.initializers.base import Initializer, parts_of
from keras_inits.initializers.random_initializer import RandomInitializer
from keras_inits.initializers.registry import get, register
from keras_inits.keras_compat import serialization


@register(in_keras=False)
class Dirac(Initializer):
    """Initializer of a convolution kernel that passes each channel on unchanged.

    With `n = filters / groups`, the value is 1 at `size // 2` of each of the window's axes where
    `filter % n == channel`, and 0 elsewhere: in each group, as many channels are passed on as there are
    filters for. With a window of odd sizes, `padding="same"` and strides of 1, output `f` is input `f`;
    with an even size, the 1 is one step after the window's center for `padding="same"`, and the output is
    the input moved by one.

    The shape is `(*window, channels, filters)` with a window of one to three axes, the channels being
    those of one group, as Keras' `Conv1D`, `Conv2D` and `Conv3D` have it. Any floating dtype.

    Args:
        groups: Number of groups of the convolution, a positive integer.

    Raises:
        ValueError: If `groups` is not a positive integer; on the call, if the shape is unknown or not such
            a kernel's, or the filters are not a multiple of the groups.

    Examples:

    >>> import keras_inits
    >>> keras_inits.Dirac()((3, 2, 2)).numpy().tolist()
    [[[0.0, 0.0], [0.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]], [[0.0, 0.0], [0.0, 0.0]]]

    Source: torch 2, `torch.nn.init.dirac_`, whose kernels are `(filters, channels, *window)`; Zagoruyko
    and Komodakis, "DiracNets: Training Very Deep Neural Networks Without Skip-Connections", 2017.
    """

    _is_for_convolutions = True

    def __init__(self, groups: int = 1):
        self.groups = _positive_integer("groups", groups)

    def _values(self, call: Call) -> tf.Tensor:
        return convolution_kernels.dirac(call, self.groups)


class _OrthogonalKernel(RandomInitializer):
    """Base class of the orthogonal kernels."""

    _is_for_convolutions = True
    _is_local = False

    def __init__(self, gain: float = 1.0, seed: Any = None):
        self.gain = gain
        super().__init__(seed)


@register(in_keras=False)
class DeltaOrthogonal(_OrthogonalKernel):
    """Initializer of a convolution kernel that is an orthogonal matrix in the middle of its window.

    At `(size - 1) // 2` of each of the window's axes is a matrix of orthonormal rows, drawn with equal
    chance from all such matrices, times `gain`; all else is 0. The convolution multiplies the 2-norm of an
    input by `gain`, so that of many layers is kept where `gain` is 1.

    The shape is `(*window, channels, filters)` with a window of one to three axes and no more channels
    than filters.
    {rounded}

    Args:
        gain: Multiplicative factor to apply to the orthogonal matrix.
        {seed}

    Raises:
        ValueError: On the call, if the shape is unknown or not such a kernel's.

    Examples:

    >>> import keras_inits
    >>> kernel = keras_inits.DeltaOrthogonal(seed=7)((3, 3, 4, 8)).numpy()
    >>> middle = kernel[1, 1]
    >>> bool(abs((middle @ middle.T) - [[float(i == j) for i in range(4)] for j in range(4)]).max() < 1e-5)
    True

    Source: Xiao et al., "Dynamical Isometry and a Mean Field Theory of CNNs", 2018, Algorithm 2;
    `jax.nn.initializers.delta_orthogonal`; TensorFlow 1, `tf.initializers.convolutional_delta_orthogonal`.
    """

    def _values(self, call: Call) -> tf.Tensor:
        return convolution_kernels.delta_orthogonal(call, self.gain)


class _ConvolutionOrthogonal(_OrthogonalKernel):
    """Base class of the kernels whose convolution is an isometry."""

    # How many axes the window has.
    _axes: int

    def _values(self, call: Call) -> tf.Tensor:
        return convolution_kernels.orthogonal(call, self.gain, self._axes)


@register(in_keras=False)
class ConvolutionOrthogonal1D(_ConvolutionOrthogonal):
    """Initializer of a kernel whose convolution keeps the 2-norm of what it is given, of one dimension.

    The kernel is, as a polynomial in the shift z, `gain * H * (P1 + (1 - P1) z) * (P2 + (1 - P2) z) ...`,
    one factor less than the window is wide: H is a matrix of orthonormal rows, each P a projection on a
    random half of the columns of a random orthogonal matrix. Norms are kept up to rounding if the input is
    padded circularly; with other paddings, except at the borders.

    The shape is `(size, channels, filters)`, no more channels than filters.
    {rounded}

    Args:
        gain: Multiplicative factor to apply to the kernel.
        {seed}

    Raises:
        ValueError: On the call, if the shape is unknown or not such a kernel's.

    Examples:

    >>> import tensorflow as tf
    >>> import keras_inits
    >>> kernel = keras_inits.ConvolutionOrthogonal1D(seed=7)((3, 4, 8))
    >>> signal = tf.random.stateless_normal((1, 10, 4), [7, 0])
    >>> circular = tf.concat([signal, signal[:, :2]], axis=1)
    >>> ratio = tf.norm(tf.nn.conv1d(circular, kernel, 1, "VALID")) / tf.norm(signal)
    >>> bool(abs(ratio - 1.0) < 1e-5)
    True

    Source: Xiao et al., "Dynamical Isometry and a Mean Field Theory of CNNs", 2018, Algorithm 1; Kautsky
    and Turcajova, "A matrix approach to discrete wavelets", 1994; TensorFlow 1,
    `tf.initializers.convolutional_orthogonal_1d`.
    """

    _axes = 1


@register(in_keras=False)
class ConvolutionOrthogonal2D(_ConvolutionOrthogonal):
    """Initializer of a kernel whose convolution keeps the 2-norm of what it is given, of two dimensions.

    As `ConvolutionOrthogonal1D`, with a factor for each axis in turn:
    `gain * H * (P1 + (1 - P1) z1) * (Q1 + (1 - Q1) z2) * (P2 + (1 - P2) z1) ...`

    The shape is `(size, size, channels, filters)`, no more channels than filters.
    {rounded}

    Args:
        gain: Multiplicative factor to apply to the kernel.
        {seed}

    Raises:
        ValueError: On the call, if the shape is unknown or not such a kernel's.

    Examples:

    >>> import keras_inits
    >>> kernel = keras_inits.ConvolutionOrthogonal2D(gain=2.0, seed=7)((3, 3, 4, 8)).numpy()
    >>> bool(abs((kernel**2).sum() - 4 * 2.0**2) < 1e-4)
    True

    Source: as `ConvolutionOrthogonal1D`; TensorFlow 1, `tf.initializers.convolutional_orthogonal_2d`.
    """

    _axes = 2


@register(in_keras=False)
class ConvolutionOrthogonal3D(_ConvolutionOrthogonal):
    """Initializer of a kernel whose convolution keeps the 2-norm of what it is given, of three dimensions.

    As `ConvolutionOrthogonal2D`, with a third axis.

    The shape is `(size, size, size, channels, filters)`, no more channels than filters.
    {rounded}

    Args:
        gain: Multiplicative factor to apply to the kernel.
        {seed}

    Raises:
        ValueError: On the call, if the shape is unknown or not such a kernel's.

    Examples:

    >>> import keras_inits
    >>> keras_inits.ConvolutionOrthogonal3D(seed=7)((3, 3, 3, 4, 8)).shape
    TensorShape([3, 3, 3, 4, 8])

    Source: as `ConvolutionOrthogonal1D`; TensorFlow 1, `tf.initializers.convolutional_orthogonal_3d`.
    """

    _axes = 3


@register(in_keras=False)
class ConvolutionAware(RandomInitializer):
    """Initializer of a convolution kernel whose filters are orthogonal in Fourier space.

    For each filter, the real half-spectra of its channels are rows of random orthogonal matrices, as many
    as it takes. Their inverse real FFT over the window, plus normal noise of standard deviation `eps_std`,
    is the kernel, which is then scaled so that the variance of its values is `2 / fan_in`, the fan being
    the window's size times the channels.

    It differs from that of keras-contrib: keras-contrib draws with NumPy, so its values cannot be
    reproduced; its matrices are the eigenvectors of random symmetric matrices, nearly uniform among the
    orthogonal ones, while these are uniform; and its kernels of two and three dimensions have their axes in
    another order than Keras', while these have Keras'.

    The shape is `(*window, channels, filters)` with a window of one to three axes; a weight of any other
    rank is an orthogonal matrix, as `Orthogonal` makes it.
    {rounded}

    Args:
        eps_std: Standard deviation of the noise, before scaling; not negative.
        {seed}

    Raises:
        ValueError: If `eps_std` is negative; on the call, if the shape has fewer than two axes.

    Examples:

    >>> import keras_inits
    >>> kernel = keras_inits.ConvolutionAware(seed=7)((3, 3, 16, 32)).numpy()
    >>> bool(abs(kernel.var() - 2 / (3 * 3 * 16)) < 1e-6)
    True

    Source: keras-contrib 2.0.8; Aghajanyan, "Convolution Aware Initialization", 2017.
    """

    _is_for_convolutions = True
    _is_local = False

    def __init__(self, eps_std: float = 0.05, seed: Any = None):
        if not eps_std >= 0:
            raise ValueError(f"`eps_std` must not be negative. Received: eps_std={eps_std}")
        self.eps_std = eps_std
        super().__init__(seed)

    def _values(self, call: Call) -> tf.Tensor:
        return convolution_kernels.aware(call, self.eps_std)


@register(in_keras=False)
class ICNR(Initializer):
    """Initializer of a convolution before `tf.nn.depth_to_space`, free of checkerboard patterns.

    Another initializer makes a small kernel of `filters / scale**axes` filters, where axes is the number of
    the window's axes; the kernel is `scale**axes` copies of it, one after another. So before training,
    `tf.nn.depth_to_space(outputs, scale)` of the convolution's outputs equals the small kernel's outputs
    upsampled to the nearest neighbour. (torch's `PixelShuffle` has its channels in another order.)

    The shape is `(*window, channels, filters)` with a window of one to three axes. Any floating dtype.

    Args:
        initializer: What makes the small kernel: a name, a config, a class or an initializer.
        scale: How many times larger the upsampled image is along each axis, a positive integer.

    Raises:
        ValueError: If `initializer` is none of these, or `scale` is not a positive integer; on the call, if
            the shape is unknown or not such a kernel's, or its filters are not a multiple of `scale**axes`.

    Examples:

    >>> import tensorflow as tf
    >>> import keras_inits
    >>> kernel = keras_inits.ICNR("he_normal", scale=2)((3, 3, 4, 8))
    >>> image = tf.nn.conv2d(tf.ones((1, 5, 5, 4)), kernel, 1, "VALID")
    >>> large = tf.nn.depth_to_space(image, 2)
    >>> bool(tf.reduce_all(large[:, ::2, ::2] == large[:, 1::2, 1::2]))
    True

    Source: Aitken et al., "Checkerboard artifact free sub-pixel convolution", 2017.
    """

    _is_for_convolutions = True

    def __init__(self, initializer: Any = "he_normal", scale: int = 2):
        self.initializer = _initializer_of(initializer)
        self.scale = _positive_integer("scale", scale)

    @property
    def _is_random(self) -> bool:  # type: ignore[override]  # Nobody sets it.
        return getattr(self.initializer, "_is_random", True)

    @property
    def _seed_generator(self) -> Any:
        return getattr(self.initializer, "_seed_generator", None)

    def _values(self, call: Call) -> tf.Tensor:
        return self._parts(call)(call.part or Part(call.shape, (0,) * len(call.shape)))

    def _parts(self, call: Call) -> Callable[[Part], tf.Tensor]:
        small = convolution_kernels.shape_of_copied(call, self.scale)
        of_small = parts_of(self.initializer, small, call.dtype, call.part, call.stream)

        def values(part: Part) -> tf.Tensor:
            if 0 in part.shape:
                return tf.zeros(part.shape, call.dtype)
            copied = of_small(Part((*part.shape[:-1], small[-1]), (*part.offset[:-1], 0)))
            filters = (tf.range(part.shape[-1]) + part.offset[-1]) % small[-1]
            return tf.gather(copied, filters, axis=-1)

        return values

    def _saved(self, name: str) -> Any:
        if name == "initializer":
            return serialization.serialize(self.initializer)
        return super()._saved(name)


def _initializer_of(identifier: Any) -> Any:
    if not isinstance(identifier, str | dict) and not callable(identifier):
        raise ValueError(
            "`initializer` must be the name or config of an initializer, or an initializer. "
            f"Received: initializer={identifier!r}"
        )
    return get(identifier)


def _positive_integer(name: str, value: Any) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        number = 0
    if number < 1:
        raise ValueError(f"`{name}` must be a positive integer. Received: {name}={value!r}")
    return number
