"""`VarianceScaling` and its named kinds, of Keras 2 and 3: their scale follows from the weight's shape."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from keras_inits.drawing import call_arguments, formulas, gains
from keras_inits.drawing.calls import Call
from keras_inits.drawing.formulas import Drawing
from keras_inits.initializers.random_initializer import RandomInitializer
from keras_inits.initializers.registry import register


@register
class VarianceScaling(RandomInitializer, tf.keras.initializers.VarianceScaling):
    """Initializer that adapts its scale to the shape of its input tensors.

    The values have mean 0 and variance `scale * gain^2 / n`, where n, at least 1, is the number of input
    units of the weight (`mode="fan_in"`), of its output units (`"fan_out"`), or the average of both
    (`"fan_avg"`). They are drawn from a truncated normal distribution, whose standard deviation is
    corrected for the truncation, from an untruncated one, or from a uniform distribution within
    `sqrt(3 * scale * gain^2 / n)`. Any floating dtype, complex64 or complex128.

    A complex weight has that variance as its mean of `|w|^2`, and every direction with equal chance: it is
    normal, normal within two standard deviations, or uniform in a disk.

    Axes say what counts as an input or an output. Some recipes:

    | kernel | shape | arguments |
    | --- | --- | --- |
    | depthwise convolution | `(*window, in, multiplier)` | `input_axes=[], batch_axes=[-2]` |
    | transposed convolution | `(*window, out, in)` | `input_axes=[-1], output_axes=[-2], batch_axes=[]` |
    | grouped convolution | `(*window, in / groups, out)` | none; with `"fan_out"` `scale=groups` |
    | query, key, value | `(in, heads, size)` | `input_axes=[0], output_axes=[1, 2]` |
    | attention's output | `(heads, size, out)` | `input_axes=[0, 1], output_axes=[2]` |
    | mixture of experts | `(experts, in, out)` | `batch_axes=[0]` |

    Args:
        scale: Scaling factor (positive float).
        mode: One of `"fan_in"`, `"fan_out"`, `"fan_avg"`.
        distribution: One of `"truncated_normal"`, `"untruncated_normal"` or `"uniform"`; `"normal"`
            means `"truncated_normal"`.
        {seed}
        input_axes: Optional axes of the shape that count as inputs, for a weight whose layout is not
            that of a dense or convolution kernel. Without `batch_axes` it is only used together with
            `output_axes`, and no other axis counts then.
        output_axes: Optional axes of the shape that count as outputs.
        batch_axes: Optional axes of the shape that count as neither, along which weights are stacked.
            If given, even as an empty list, every axis that is not listed belongs to the window of a
            convolution, which counts on both sides, and unless given, `input_axes` are `[-2]` and
            `output_axes` `[-1]`. See `keras_inits.compute_fans`.
        gain: Optional gain of the activation that follows: a positive number; the name of an activation,
            `"linear"`, `"sigmoid"`, `"tanh"` (5/3), `"relu"` (the root of 2), `"leaky_relu"`, `"selu"`
            (3/4), or a convolution such as `"conv2d"` (1); or `("leaky_relu", slope)`, which is the root
            of `2 / (1 + slope^2)`; the default slope is 0.01.

    Raises:
        TypeError: If `gain` is none of the above; on the call, if axes are not integers.
        ValueError: If `scale` is not positive, or `mode`, `distribution` or `gain` is none of the above; on
            the call, if axes lie outside the shape or, with `batch_axes`, are listed twice.

    Examples:

    >>> import keras_inits
    >>> initializer = keras_inits.VarianceScaling(2.0, "fan_out", "untruncated_normal", seed=7)
    >>> initializer((3, 3, 16, 32)).shape
    TensorShape([3, 3, 16, 32])
    >>> experts = keras_inits.VarianceScaling(gain="tanh", batch_axes=[0], seed=7)((8, 400, 300))
    >>> round(float(experts.numpy().std()) * 400**0.5, 2)
    1.67

    Source: Keras 2 and 3; `batch_axes` and complex dtypes: `jax.nn.initializers.variance_scaling` of
    JAX 0.10; gains: `torch.nn.init.calculate_gain` of torch 2.13.
    """

    # Also derived from Keras' own class, since `EinsumDense` of Keras 3.15 sets the axes of such.
    dtypes = call_arguments.FLOATING_OR_COMPLEX
    # The squared gain that the scale includes where none is given.
    _squared_gain_of_scale = 1.0

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: Any = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
        batch_axes: Sequence[int] | None = None,
        gain: Any = None,
    ):
        scale, mode, distribution = formulas.checked_scaling(scale, mode, distribution)
        self.scale = scale
        self.mode = mode
        self.distribution = distribution
        self.input_axes = input_axes
        self.output_axes = output_axes
        self.batch_axes = batch_axes
        self.gain = gains.checked_gain(gain)
        super().__init__(seed)

    def _drawing(self, call: Call) -> Drawing:
        scale = self.scale
        if self.gain is not None:
            scale *= gains.squared_gain(self.gain) / self._squared_gain_of_scale
        if self.input_axes is self.output_axes is self.batch_axes is None:
            return formulas.variance_scaling(call, scale, self.mode, self.distribution)
        axes = map(_hashable, (self.input_axes, self.output_axes, self.batch_axes))
        return formulas.variance_scaling(call, scale, self.mode, self.distribution, *axes)

    def _saved(self, name: str) -> Any:
        saved = super()._saved(name)
        # As JSON reads it back.
        return list(saved) if name == "gain" and isinstance(saved, tuple) else saved


def _hashable(axes: Any) -> Any:
    return tuple(axes) if axes is not None and isinstance(axes, (Sequence, np.ndarray)) else axes


class _NamedScaling(VarianceScaling):
    """Base class of the kinds of `VarianceScaling` that have a name, and so no `scale` to choose."""

    # The scale, the mode and the distribution.
    _scaling: tuple[float, str, str]

    def __init__(
        self,
        seed: Any = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
        batch_axes: Sequence[int] | None = None,
        gain: Any = None,
    ):
        super().__init__(*self._scaling, seed, input_axes, output_axes, batch_axes, gain)


@register
class GlorotUniform(_NamedScaling):
    """The Glorot uniform initializer, also called Xavier uniform initializer.

    Draws samples from a uniform distribution within [-limit, limit], with
    `limit = sqrt(6 / (fan_in + fan_out))`. Any floating dtype, complex64 or complex128.

    Args:
        {seed}
        {axes}
        {gain}

    {example}

    Source: Keras 2 and 3; Glorot and Bengio, "Understanding the difficulty of training deep feedforward
    neural networks", 2010.
    """

    _scaling = (1.0, "fan_avg", "uniform")


@register
class GlorotNormal(_NamedScaling):
    """The Glorot normal initializer, also called Xavier normal initializer.

    Draws samples from a truncated normal distribution centered on 0, with
    `stddev = sqrt(2 / (fan_in + fan_out))`. Any floating dtype, complex64 or complex128.

    Args:
        {seed}
        {axes}
        {gain}

    {example}

    Source: Keras 2 and 3; Glorot and Bengio, "Understanding the difficulty of training deep feedforward
    neural networks", 2010.
    """

    _scaling = (1.0, "fan_avg", "truncated_normal")


@register
class LecunNormal(_NamedScaling):
    """Lecun normal initializer.

    Draws samples from a truncated normal distribution centered on 0, with `stddev = sqrt(1 / fan_in)`. Any
    floating dtype, complex64 or complex128.

    Args:
        {seed}
        {axes}
        {gain}

    {example}

    Source: Keras 2 and 3; LeCun et al., "Efficient BackProp", 1998; Klambauer et al.,
    "Self-Normalizing Neural Networks", 2017.
    """

    _scaling = (1.0, "fan_in", "truncated_normal")


@register
class LecunUniform(_NamedScaling):
    """Lecun uniform initializer.

    Draws samples from a uniform distribution within [-limit, limit], with `limit = sqrt(3 / fan_in)`. Any
    floating dtype, complex64 or complex128.

    Args:
        {seed}
        {axes}
        {gain}

    {example}

    Source: Keras 2 and 3; LeCun et al., "Efficient BackProp", 1998; Klambauer et al.,
    "Self-Normalizing Neural Networks", 2017.
    """

    _scaling = (1.0, "fan_in", "uniform")


@register
class HeNormal(_NamedScaling):
    """He normal initializer.

    Draws samples from a truncated normal distribution centered on 0, with `stddev = sqrt(2 / fan_in)`. Any
    floating dtype, complex64 or complex128.

    Args:
        {seed}
        {axes}
        {gain_instead_of_relu}

    {example}

    Source: Keras 2 and 3; He et al., "Delving Deep into Rectifiers: Surpassing Human-Level Performance on
    ImageNet Classification", 2015.
    """

    _squared_gain_of_scale = gains.squared_gain("relu")
    _scaling = (2.0, "fan_in", "truncated_normal")


@register
class HeUniform(_NamedScaling):
    """He uniform variance scaling initializer.

    Draws samples from a uniform distribution within [-limit, limit], with `limit = sqrt(6 / fan_in)`. Any
    floating dtype, complex64 or complex128.

    Args:
        {seed}
        {axes}
        {gain_instead_of_relu}

    {example}

    Source: Keras 2 and 3; He et al., "Delving Deep into Rectifiers: Surpassing Human-Level Performance on
    ImageNet Classification", 2015.
    """

    _squared_gain_of_scale = gains.squared_gain("relu")
    _scaling = (2.0, "fan_in", "uniform")
