"""The initializers of Keras 2 and 3, on whichever Keras `tf.keras` is."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow import executing_eagerly
from tensorflow.experimental.dtensor import get_default_mesh

from keras_inits import (
    arguments,
    eras,
    fourier_kernels,
    gains,
    generic_utils,
    random_streams,
    sessions,
    truncated_normals,
)
from keras_inits.initializer import NULL_ARGUMENTS, Initializer, current_arguments, defaults_of
from keras_inits.random_streams import Part


@generic_utils.publish
class Zeros(Initializer):
    """Initializer that generates tensors initialized to 0.

    Also available via the shortcut function `keras_inits.zeros`. Any numeric or boolean dtype.

    Examples:

    >>> import keras_inits
    >>> keras_inits.Zeros()((2, 2)).numpy().tolist()
    [[0.0, 0.0], [0.0, 0.0]]

    Source: Keras 2 and 3.
    """

    _dtypes = "a numeric or boolean"

    def _values(self, call: eras.Call) -> tf.Tensor:
        return tf.zeros(call.part.shape if call.part else call.shape, call.dtype)


@generic_utils.publish
class Ones(Initializer):
    """Initializer that generates tensors initialized to 1.

    Also available via the shortcut function `keras_inits.ones`. Any numeric or boolean dtype.

    Examples:

    >>> import keras_inits
    >>> keras_inits.Ones()((2, 2), dtype="int32").numpy().tolist()
    [[1, 1], [1, 1]]

    Source: Keras 2 and 3.
    """

    _dtypes = "a numeric or boolean"

    def _values(self, call: eras.Call) -> tf.Tensor:
        return tf.ones(call.part.shape if call.part else call.shape, call.dtype)


@generic_utils.publish
class Constant(Initializer):
    """Initializer that generates tensors with constant values.

    Also available via the shortcut function `keras_inits.constant`. Any numeric or boolean dtype.

    Args:
        value: A Python scalar, or an array, list or tensor, which must be of the tensor's shape,
            broadcast to it, or hold as many values.

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

    _dtypes = "a numeric or boolean"

    def __init__(self, value: Any = 0.0):
        self.value = value

    def _values(self, call: eras.Call) -> tf.Tensor:
        return eras.constant(call, self.value)

    def _saved(self, name: str) -> Any:
        return generic_utils.serialize(self.value) if generic_utils.is_keras_3() else self.value

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Constant:
        """Instantiates a `Constant`; its value may be an array as Keras wrote it."""
        values = current_arguments(cls, config)
        return cls(**{k: generic_utils.deserialize_value(v) for k, v in values.items()})


@generic_utils.publish
class Identity(Initializer):
    """Initializer that generates the identity matrix.

    Also available via the shortcut function `keras_inits.identity`. An oblong matrix has ones on its
    main diagonal. A shape of more than two axes, `(*batch, rows, columns)`, is a batch of identity
    matrices, which Keras' own refuses. Any floating dtype or integer.

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

    _dtypes = "a floating point or integer"

    def __init__(self, gain: float = 1.0):
        self.gain = gain

    def _values(self, call: eras.Call) -> tf.Tensor:
        return eras.identity(call, self.gain)


@generic_utils.publish
class STFT(Initializer):
    """Initializer of Conv kernels for Short-term Fourier Transformation (STFT).

    Also available via the shortcut function `keras_inits.stft`. The kernel holds the real or the
    imaginary side of the transform, and is primarily intended for Keras 3's `STFTSpectrogram`.

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

    def _values(self, call: eras.Call) -> tf.Tensor:
        kernel = fourier_kernels.kernel(
            call.shape, call.dtype, self.side, self.window, self.scaling, self.periodic
        )
        return kernel if call.part is None else tf.slice(kernel, call.part.offset, call.part.shape)


# The types of arguments that stay what they are.
_IMMUTABLE = frozenset({int, float, bool, str, tuple, type(None), np.float32, np.float64})


class RandomInitializer(Initializer):
    """Base class of the initializers that draw.

    Args:
        seed: A Python integer, or, on Keras 3, a `keras.random.SeedGenerator`. An initializer with an
            integer or without a seed gives the same values on each call; one with a generator gives
            others each time. Without a seed, one is drawn as Keras draws it: on Keras 3 when the
            initializer is made, on Keras 2 when it is first called.

    Raises:
        ValueError: If `seed` is none of these.
    """

    _is_random = True
    # What was last drawn in eager mode: its shape, its dtype, and what draws it again.
    _kept = (None, None, None)

    def __init__(self, seed: Any = None):
        self._init_seed = _checked_seed(seed)
        self.seed = sessions.current().seed_at_construction(self._init_seed, self)

    # Where the class is an unpublished one, the one that it stands for.
    published_class = None

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if name != "_kept":
            self.__dict__.pop("_kept", None)
        lacking = _arguments_that_stock_lacks(type(self))
        if name in lacking and (self.published_class or not _is_same(value, lacking[name])):
            self._choose_class()

    def _choose_class(self) -> None:
        """Makes it of a class that Keras writes under its own name as long as Keras' own takes its config."""
        cls = self.published_class or type(self)
        defaults = _arguments_that_stock_lacks(cls)
        is_stock = all(_is_same(vars(self).get(name, value), value) for name, value in defaults.items())
        self.__class__ = cls if is_stock else generic_utils.unpublished(cls)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_kept"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)

    def __reduce__(self) -> tuple:
        return object.__new__, (self.published_class or type(self),), self.__getstate__()

    @property
    def is_unseeded(self) -> bool:
        """Whether it was made without a seed."""
        return self._init_seed is None

    @functools.cached_property
    def drawn_seed(self) -> int:
        """The seed that an unseeded one draws when it is first asked for it."""
        return sessions.current().default_seed(self)

    def __call__(
        self,
        shape: Any,
        dtype: Any = None,
        partition_shape: Any = None,
        partition_offset: Any = None,
        layout: Any = None,
    ) -> tf.Tensor:
        """Returns a tensor initialized as specified by the initializer.

        See `Initializer.__call__`.
        """
        is_whole = partition_shape is None and partition_offset is None and layout is None
        if is_whole and executing_eagerly() and get_default_mesh() is None and not sessions.replaying():
            dtype = dtype or generic_utils.floatx()
            known_shape, known_dtype, draw = self._kept
            if draw is None or type(shape) is not tuple or shape != known_shape or dtype != known_dtype:
                draw = self._keep_drawing(shape, dtype)
            if draw is not None:
                try:
                    return draw()
                except random_streams.undrawn_errors():
                    pass  # The other way says what is wrong.
        return super().__call__(shape, dtype, partition_shape, partition_offset, layout)

    def _keep_drawing(self, shape: Any, dtype: Any) -> Callable[[], tf.Tensor] | None:
        """What draws such a weight in eager mode; it is kept until the initializer is changed."""
        if not arguments.is_plain(shape) or not all(type(v) in _IMMUTABLE for v in vars(self).values()):
            return None
        if type(self.seed) is not int or (self.is_unseeded and generic_utils.warns_of_reuse(self)):
            return None
        checked = arguments.dtype_of(dtype, self._dtypes)
        draw = self._drawing(eras.Call(sessions.current().era, shape, checked, None))
        self._kept = (shape, dtype, draw)
        return draw

    def _drawing(self, call: eras.Call) -> Callable[[], tf.Tensor] | None:
        formula = self._formula()
        if not formula or call.dtype.is_integer:
            return None
        function, *values = formula
        drawing = function(call, *values)
        stream = random_streams.stateless_stream((call.era.fold_seed(self.seed), 0))
        if drawing.transform is not None:
            return functools.partial(eras.drawn, call._replace(stream=lambda *_: stream), drawing)
        factors = random_streams.factors_of(drawing.distribution, call.dtype, drawing.scale, drawing.shift)
        return random_streams.prepared(drawing.distribution, stream, call.shape, call.dtype, factors)

    def _formula(self) -> tuple:
        """A function of `eras` that gives a `Drawing`, and its arguments after the call."""
        return ()

    def _values(self, call: eras.Call) -> tf.Tensor:
        function, *values = self._formula()
        return eras.drawn(call, function(call, *values))

    def generated_seed(self, part: Part | None) -> Any:
        """The next seed of a generator; the parts of a weight share the one of its first part."""
        return self._of_first_part(part, self.seed.next)

    def _call(self, shape: Any, dtype: tf.DType, part: Part | None) -> eras.Call:
        return sessions.current().call(self, shape, dtype, part)

    def _saved(self, name: str) -> Any:
        if name == "seed":
            return generic_utils.serialize(self._init_seed)
        return super()._saved(name)


@functools.cache
def _arguments_that_stock_lacks(cls: type) -> dict[str, Any]:
    """The arguments that Keras' own class of that name lacks, each with its default."""
    stock = generic_utils.stock_arguments(cls.__name__) if cls.__module__ == __name__ else None
    return {} if stock is None else {k: v for k, v in defaults_of(cls).items() if k not in stock}


def _is_same(value: Any, default: Any) -> bool:
    # An array has no answer to whether it equals something else.
    return type(value) is type(default) and bool(value == default)


def _checked_seed(seed: Any) -> Any:
    if isinstance(seed, dict):
        seed = generic_utils.deserialize_value(seed)
    if seed is None or generic_utils.is_seed_generator(seed):
        return seed
    try:
        return operator.index(seed)
    except TypeError:
        raise ValueError(
            "`seed` argument should be an instance of `keras.random.SeedGenerator()` (Keras 3) or an "
            f"integer. Received: seed={seed!r}"
        ) from None


@generic_utils.publish
class RandomNormal(RandomInitializer):
    """Random normal initializer.

    Also available via the shortcut functions `keras_inits.random_normal` and `keras_inits.normal`.
    Draws samples from a normal distribution for given parameters. Any floating dtype.

    Args:
        mean: A Python scalar or a scalar tensor. Mean of the random values to generate.
        stddev: A Python scalar or a scalar tensor. Standard deviation of the random values.
        seed: A Python integer or, on Keras 3, a `keras.random.SeedGenerator`.

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

    def _formula(self) -> tuple:
        return eras.normal, self.mean, self.stddev


@generic_utils.publish
class TruncatedNormal(RandomInitializer):
    """Initializer that generates a truncated normal distribution.

    Also available via the shortcut function `keras_inits.truncated_normal`. The values are
    `mean + stddev * z` of a standard normal z between `lower` and `upper`. Any floating dtype.

    Between the bounds that Keras has, -2 and 2, they are Keras' own values. Between others, a value is the
    inverse distribution function of one uniform number, computed in float64:

        z = F^-1(F(lower) + u * (F(upper) - F(lower)))

    so that tails far out, such as from 40 to 41 deviations, take no longer than others. `trunc_normal_` of
    torch has absolute bounds instead, `a = mean + lower * stddev` and `b = mean + upper * stddev`.

    Args:
        mean: A Python scalar or a scalar tensor. Mean of the random values before truncation.
        stddev: A Python scalar or a scalar tensor. Standard deviation before truncation.
        seed: A Python integer or, on Keras 3, a `keras.random.SeedGenerator`.
        lower: A Python number. Lower bound, in standard deviations from the mean; may be `-inf`.
        upper: A Python number. Upper bound, in standard deviations from the mean; may be `inf`.

    Raises:
        TypeError: If a bound is no number.
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

    def _formula(self) -> tuple:
        if (self.lower, self.upper) == truncated_normals.STOCK_BOUNDS:
            return eras.normal, self.mean, self.stddev, "truncated_normal"
        return eras.truncated_normal, self.mean, self.stddev, self.lower, self.upper


@generic_utils.publish
class RandomUniform(RandomInitializer):
    """Random uniform initializer.

    Also available via the shortcut functions `keras_inits.random_uniform` and `keras_inits.uniform`.
    Draws samples from a uniform distribution for given parameters. Any floating dtype, int32 or int64.

    Args:
        minval: A Python scalar or a scalar tensor. Lower bound of the range (inclusive).
        maxval: A Python scalar or a scalar tensor. Upper bound of the range (exclusive); `None` is 1.
        seed: A Python integer or, on Keras 3, a `keras.random.SeedGenerator`.

    Raises:
        ValueError: On the call, if the dtype is an integer and a bound is not.

    Examples:

    >>> import keras_inits
    >>> values = keras_inits.RandomUniform(0, 10, seed=7)((1000,), dtype="int32")
    >>> int(values.numpy().min()), int(values.numpy().max())
    (0, 9)

    Source: Keras 2 and 3.
    """

    _dtypes = "a floating point, int32 or int64"

    def __init__(self, minval: Any = -0.05, maxval: Any = 0.05, seed: Any = None):
        self.minval = minval
        self.maxval = NULL_ARGUMENTS["maxval"] if maxval is None else maxval
        super().__init__(seed)

    def _formula(self) -> tuple:
        return eras.uniform, self.minval, self.maxval


@generic_utils.publish
class VarianceScaling(RandomInitializer, tf.keras.initializers.VarianceScaling):
    """Initializer that adapts its scale to the shape of its input tensors.

    Also available via the shortcut function `keras_inits.variance_scaling`. The values have mean 0
    and variance `scale * gain^2 / n`, where n is the number of input units of the weight
    (`mode="fan_in"`), of its output units (`"fan_out"`) or their average (`"fan_avg"`), and at least 1.
    They are drawn from a truncated normal distribution, whose deviation is corrected for what truncation
    takes off, from an untruncated one, or from a uniform distribution within
    `sqrt(3 * scale * gain^2 / n)`. Any floating dtype, complex64 or complex128.

    A complex weight has that mean of `|w|^2`, and all directions alike: it is normal, normal within two
    deviations, or uniform in a disk.

    What counts as an input or an output is told by axes. Some recipes:

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
        seed: A Python integer or, on Keras 3, a `keras.random.SeedGenerator`.
        input_axes: Optional axes of the shape that count as inputs, for a weight that is laid out
            otherwise than a dense or convolution kernel. Without `batch_axes` only used together with
            `output_axes`, and no other axis counts then.
        output_axes: Optional axes of the shape that count as outputs.
        batch_axes: Optional axes of the shape that count as neither, along which weights lie side by
            side. Where they are given, an empty list too, every axis that is not listed is the window of
            a convolution, which counts on both sides, and `input_axes` are `[-2]` and `output_axes`
            `[-1]` unless given. See `keras_inits.compute_fans`.
        gain: Optional gain of the activation that follows: a positive number; the name of an activation,
            `"linear"`, `"sigmoid"`, `"tanh"` (5/3), `"relu"` (the root of 2), `"leaky_relu"`, `"selu"`
            (3/4), or a convolution such as `"conv2d"` (1); or `("leaky_relu", slope)`, which is the root
            of `2 / (1 + slope^2)`, the slope being 0.01 otherwise.

    Raises:
        TypeError: If `gain` is none of the above; on the call, if axes are no integers.
        ValueError: If `scale` is not positive, `mode`, `distribution` or `gain` none of the above; on the
            call, if axes lie outside the shape or, with `batch_axes`, are listed twice.

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

    # It is one of Keras' own class too, which `EinsumDense` of Keras 3.15 tells its axes.
    _dtypes = "a floating point or complex"

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
        self.scale, self.mode, self.distribution = eras.checked_scaling(scale, mode, distribution)
        self.input_axes = input_axes
        self.output_axes = output_axes
        self.batch_axes = batch_axes
        self.gain = gains.checked_gain(gain)
        super().__init__(seed)

    def _formula(self) -> tuple:
        scaling = (self.scale * gains.squared_gain(self.gain), self.mode, self.distribution)
        axes = (self.input_axes, self.output_axes, self.batch_axes)
        return eras.variance_scaling, *scaling, *map(_hashable, axes)

    def _saved(self, name: str) -> Any:
        saved = super()._saved(name)
        # As JSON gives it back.
        return list(saved) if name == "gain" and isinstance(saved, tuple) else saved


def _hashable(axes: Any) -> Any:
    return tuple(axes) if isinstance(axes, Sequence) else axes


@generic_utils.publish
class GlorotUniform(VarianceScaling):
    """The Glorot uniform initializer, also called Xavier uniform initializer.

    Also available via the shortcut function `keras_inits.glorot_uniform`. Draws samples from
    a uniform distribution within [-limit, limit], with `limit = sqrt(6 / (fan_in + fan_out))`. Any
    floating dtype, complex64 or complex128.

    Args:
        seed: A Python integer or, on Keras 3, a `keras.random.SeedGenerator`.
        input_axes: Optional axes of the shape that count as inputs, see `VarianceScaling`.
        output_axes: Optional axes of the shape that count as outputs.
        batch_axes: Optional axes of the shape that count as neither, see `VarianceScaling`.
        gain: Optional gain of the activation that follows, see `VarianceScaling`; it multiplies the
            deviation.

    Examples:

    >>> import keras_inits
    >>> keras_inits.GlorotUniform(seed=7)((2, 2)).shape
    TensorShape([2, 2])

    Source: Keras 2 and 3; Glorot and Bengio, "Understanding the difficulty of training deep feedforward
    neural networks", 2010.
    """

    def __init__(
        self,
        seed: Any = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
        batch_axes: Sequence[int] | None = None,
        gain: Any = None,
    ):
        super().__init__(1.0, "fan_avg", "uniform", seed, input_axes, output_axes, batch_axes, gain)


@generic_utils.publish
class GlorotNormal(VarianceScaling):
    """The Glorot normal initializer, also called Xavier normal initializer.

    Also available via the shortcut function `keras_inits.glorot_normal`. Draws samples from
    a truncated normal distribution centered on 0, with `stddev = sqrt(2 / (fan_in + fan_out))`. Any
    floating dtype, complex64 or complex128.

    Args:
        seed: A Python integer or, on Keras 3, a `keras.random.SeedGenerator`.
        input_axes: Optional axes of the shape that count as inputs, see `VarianceScaling`.
        output_axes: Optional axes of the shape that count as outputs.
        batch_axes: Optional axes of the shape that count as neither, see `VarianceScaling`.
        gain: Optional gain of the activation that follows, see `VarianceScaling`; it multiplies the
            deviation.

    Examples:

    >>> import keras_inits
    >>> keras_inits.GlorotNormal(seed=7)((2, 2)).shape
    TensorShape([2, 2])

    Source: Keras 2 and 3; Glorot and Bengio, "Understanding the difficulty of training deep feedforward
    neural networks", 2010.
    """

    def __init__(
        self,
        seed: Any = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
        batch_axes: Sequence[int] | None = None,
        gain: Any = None,
    ):
        super().__init__(1.0, "fan_avg", "truncated_normal", seed, input_axes, output_axes, batch_axes, gain)


@generic_utils.publish
class LecunNormal(VarianceScaling):
    """Lecun normal initializer.

    Also available via the shortcut function `keras_inits.lecun_normal`. Draws samples from
    a truncated normal distribution centered on 0, with `stddev = sqrt(1 / fan_in)`. Any
    floating dtype, complex64 or complex128.

    Args:
        seed: A Python integer or, on Keras 3, a `keras.random.SeedGenerator`.
        input_axes: Optional axes of the shape that count as inputs, see `VarianceScaling`.
        output_axes: Optional axes of the shape that count as outputs.
        batch_axes: Optional axes of the shape that count as neither, see `VarianceScaling`.
        gain: Optional gain of the activation that follows, see `VarianceScaling`; it multiplies the
            deviation.

    Examples:

    >>> import keras_inits
    >>> keras_inits.LecunNormal(seed=7)((2, 2)).shape
    TensorShape([2, 2])

    Source: Keras 2 and 3; LeCun et al., "Efficient BackProp", 1998; Klambauer et al.,
    "Self-Normalizing Neural Networks", 2017.
    """

    def __init__(
        self,
        seed: Any = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
        batch_axes: Sequence[int] | None = None,
        gain: Any = None,
    ):
        super().__init__(1.0, "fan_in", "truncated_normal", seed, input_axes, output_axes, batch_axes, gain)


@generic_utils.publish
class LecunUniform(VarianceScaling):
    """Lecun uniform initializer.

    Also available via the shortcut function `keras_inits.lecun_uniform`. Draws samples from
    a uniform distribution within [-limit, limit], with `limit = sqrt(3 / fan_in)`. Any
    floating dtype, complex64 or complex128.

    Args:
        seed: A Python integer or, on Keras 3, a `keras.random.SeedGenerator`.
        input_axes: Optional axes of the shape that count as inputs, see `VarianceScaling`.
        output_axes: Optional axes of the shape that count as outputs.
        batch_axes: Optional axes of the shape that count as neither, see `VarianceScaling`.
        gain: Optional gain of the activation that follows, see `VarianceScaling`; it multiplies the
            deviation.

    Examples:

    >>> import keras_inits
    >>> keras_inits.LecunUniform(seed=7)((2, 2)).shape
    TensorShape([2, 2])

    Source: Keras 2 and 3; LeCun et al., "Efficient BackProp", 1998; Klambauer et al.,
    "Self-Normalizing Neural Networks", 2017.
    """

    def __init__(
        self,
        seed: Any = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
        batch_axes: Sequence[int] | None = None,
        gain: Any = None,
    ):
        super().__init__(1.0, "fan_in", "uniform", seed, input_axes, output_axes, batch_axes, gain)


@generic_utils.publish
class HeNormal(VarianceScaling):
    """He normal initializer.

    Also available via the shortcut function `keras_inits.he_normal`. Draws samples from
    a truncated normal distribution centered on 0, with `stddev = sqrt(2 / fan_in)`. Any
    floating dtype, complex64 or complex128.

    Args:
        seed: A Python integer or, on Keras 3, a `keras.random.SeedGenerator`.
        input_axes: Optional axes of the shape that count as inputs, see `VarianceScaling`.
        output_axes: Optional axes of the shape that count as outputs.
        batch_axes: Optional axes of the shape that count as neither, see `VarianceScaling`.
        gain: Optional gain of the activation that follows, instead of relu's, the root of 2:
            `HeNormal(gain=("leaky_relu", 0.2))` has the variance `2 / (1 + 0.2^2) / fan_in`. See
            `VarianceScaling`.

    Examples:

    >>> import keras_inits
    >>> keras_inits.HeNormal(seed=7)((2, 2)).shape
    TensorShape([2, 2])

    Source: Keras 2 and 3; He et al., "Delving Deep into Rectifiers: Surpassing Human-Level Performance on
    ImageNet Classification", 2015.
    """

    def __init__(
        self,
        seed: Any = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
        batch_axes: Sequence[int] | None = None,
        gain: Any = None,
    ):
        scale = 2.0 if gain is None else 1.0
        super().__init__(scale, "fan_in", "truncated_normal", seed, input_axes, output_axes, batch_axes, gain)


@generic_utils.publish
class HeUniform(VarianceScaling):
    """He uniform variance scaling initializer.

    Also available via the shortcut function `keras_inits.he_uniform`. Draws samples from
    a uniform distribution within [-limit, limit], with `limit = sqrt(6 / fan_in)`. Any
    floating dtype, complex64 or complex128.

    Args:
        seed: A Python integer or, on Keras 3, a `keras.random.SeedGenerator`.
        input_axes: Optional axes of the shape that count as inputs, see `VarianceScaling`.
        output_axes: Optional axes of the shape that count as outputs.
        batch_axes: Optional axes of the shape that count as neither, see `VarianceScaling`.
        gain: Optional gain of the activation that follows, instead of relu's, the root of 2:
            `HeUniform(gain=("leaky_relu", 0.2))` has the variance `2 / (1 + 0.2^2) / fan_in`. See
            `VarianceScaling`.

    Examples:

    >>> import keras_inits
    >>> keras_inits.HeUniform(seed=7)((2, 2)).shape
    TensorShape([2, 2])

    Source: Keras 2 and 3; He et al., "Delving Deep into Rectifiers: Surpassing Human-Level Performance on
    ImageNet Classification", 2015.
    """

    def __init__(
        self,
        seed: Any = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
        batch_axes: Sequence[int] | None = None,
        gain: Any = None,
    ):
        scale = 2.0 if gain is None else 1.0
        super().__init__(scale, "fan_in", "uniform", seed, input_axes, output_axes, batch_axes, gain)


@generic_utils.publish
class Orthogonal(RandomInitializer):
    """Initializer that generates an orthogonal matrix.

    Also available via the shortcut function `keras_inits.orthogonal`. A weight of two axes has
    orthonormal rows or columns, whichever are fewer, and is one of all such matrices with equal
    chance. A weight of more axes is that matrix, `(product of all but the last, last)`, reshaped.
    Float16 and bfloat16 are computed in float32 and rounded.

    Args:
        gain: Multiplicative factor to apply to the orthogonal matrix.
        seed: A Python integer or, on Keras 3, a `keras.random.SeedGenerator`.

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

    def _values(self, call: eras.Call) -> tf.Tensor:
        return eras.orthogonal(call, self.gain)
