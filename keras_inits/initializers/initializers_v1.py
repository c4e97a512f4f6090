"""The initializers of TensorFlow 1, which `tf.compat.v1.keras.initializers` names; Keras 3 has none.

They differ from those of Keras 2 and 3 in their signatures (`dtype` in the constructor, and
`partition_info` in the call), in their configs (which have the `dtype`), and in what a seed means: a
stream is made of two seeds, the graph's (`tf.compat.v1.set_random_seed`) and the initializer's own. In
every TF mode they give what a fresh graph and session of TensorFlow 1 gave. For a partitioned variable
they draw values of the shape they are called with, and `partition_info` gives only the fans, as it did then.

Stock Keras 2 loads a model that was saved with them; stock Keras 3 refuses it for the `dtype`, as it
refuses all that TensorFlow 1 wrote.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from keras_inits.drawing import (
    call_arguments,
    constants,
    draw_contexts,
    eras,
    formulas,
    identity_matrices,
    orthogonal_weights,
    streams,
)
from keras_inits.drawing.calls import Call
from keras_inits.drawing.formulas import Drawing
from keras_inits.drawing.streams import Part, Stream
from keras_inits.initializers.base import NULL_ARGUMENTS, Initializer, defaults_of, given_arguments
from keras_inits.initializers.registry import register_v1
from keras_inits.keras_compat.own import is_own_class

if TYPE_CHECKING:
    from typing_extensions import Self


class InitializerV1(Initializer):
    """Base class of TensorFlow 1's initializers.

    Args:
        dtype: The dtype if the call names none.
    """

    _prefix = "v1."

    def __init__(self, dtype: Any = tf.float32):
        self.dtype = call_arguments.dtype_of(dtype, self.dtypes)

    def __call__(  # type: ignore[override]  # As TensorFlow 1 had it, `partition_info` is the third.
        self,
        shape: Any,
        dtype: Any = None,
        partition_info: Any = None,
        partition_shape: Any = None,
        partition_offset: Any = None,
        layout: Any = None,
    ) -> tf.Tensor:
        """Returns a tensor initialized as specified by the initializer.

        Args:
            shape: Shape of the tensor: a tuple, a list, a `TensorShape`, or an integer tensor.
            dtype: Optional dtype of the tensor, the constructor's if not specified.
            partition_info: Optional object with `full_shape` and `var_offset`, as TensorFlow 1's
                partitioned variables pass it: the whole weight of which `shape` is a part.
            partition_shape: Optional shape of the part to return, as TensorFlow 2's partitioned
                variables pass it; `shape` is then the whole weight's.
            partition_offset: Optional offset of that part in the whole weight.
            layout: Optional layout over devices, as `keras_inits.Initializer` takes it.

        Returns:
            A tensor of Keras' backend, of `shape`, or of `partition_shape`.

        Raises:
            TypeError: If `layout` is not a layout.
            ValueError: If the shape, the dtype, the part or the layout is invalid.
        """
        shape = call_arguments.static_shape(shape)
        dtype = self.dtype if dtype is None else dtype
        dtype = call_arguments.dtype_of(dtype, self.dtypes)
        part = call_arguments.part_of(shape, partition_shape, partition_offset)
        call = self._call(shape, dtype, part)
        if partition_info is not None:
            call = self._as_part(call, partition_info)
        return self._called(call, layout)

    def _call(self, shape: Any, dtype: tf.DType, part: Part | None) -> Call:
        return Call(eras.TENSORFLOW_1, shape, dtype, part)

    def _as_part(self, call: Call, partition_info: Any) -> Call:
        """Returns a call for a part, as in TensorFlow 1, which knew of the whole weight only the fans."""
        return call._replace(shape_of_fans=call_arguments.static_shape(partition_info.full_shape))

    def get_config(self) -> dict[str, Any]:
        """Returns the initializer's configuration, as TensorFlow 1's class writes it.

        Returns:
            A dict; the `dtype` in it is a name.
        """
        cls = next(cls for cls in type(self).__mro__ if is_own_class(cls))
        return {name: self._saved(name) for name in defaults_of(cls)}

    def _saved(self, name: str) -> Any:
        return self.dtype.name if name == "dtype" else getattr(self, name)


@register_v1
class Zeros(InitializerV1):
    """Initializer that generates tensors initialized to 0.

    Args:
        dtype: The dtype if the call names none, numeric or boolean.

    Examples:

    >>> import keras_inits
    >>> keras_inits.v1.Zeros(dtype="float64").get_config()
    {'dtype': 'float64'}

    Source: TensorFlow 1, `tf.zeros_initializer`.
    """

    dtypes = call_arguments.NUMERIC_OR_BOOLEAN

    def _values(self, call: Call) -> tf.Tensor:
        return constants.constant(call, 0)


@register_v1
class Ones(InitializerV1):
    """Initializer that generates tensors initialized to 1.

    Args:
        dtype: The dtype if the call names none, numeric or boolean.

    Examples:

    >>> import keras_inits
    >>> keras_inits.v1.Ones()((2,)).numpy().tolist()
    [1.0, 1.0]

    Source: TensorFlow 1, `tf.ones_initializer`.
    """

    dtypes = call_arguments.NUMERIC_OR_BOOLEAN

    def _values(self, call: Call) -> tf.Tensor:
        return constants.constant(call, 1)


@register_v1
class Constant(InitializerV1):
    """Initializer that generates tensors with constant values.

    Args:
        value: A Python scalar, list or tuple of values, or a NumPy array. An array of fewer values
            than the shape has is filled up with its last value.
        dtype: The dtype if the call names none, numeric or boolean.
        verify_shape: Whether an array must have exactly the shape. It is not in the config.

    Raises:
        TypeError: If `value` is none of these.
        ValueError: On the call, if an array has more values than the shape, or, with
            `verify_shape`, another shape.

    Examples:

    >>> import keras_inits
    >>> keras_inits.v1.Constant([1, 2])((3,)).numpy().tolist()
    [1.0, 2.0, 2.0]

    Source: TensorFlow 1, `tf.constant_initializer`.
    """

    dtypes = call_arguments.NUMERIC_OR_BOOLEAN

    def __init__(self, value: Any = 0, dtype: Any = tf.float32, verify_shape: bool = False):
        if not (np.isscalar(value) or isinstance(value, (list, tuple, np.ndarray))):
            raise TypeError(
                "A constant must be a Python scalar, list or tuple of values, or numpy.ndarray. "
                f"Received: value={value!r} of type {type(value).__name__}"
            )
        super().__init__(dtype)
        self.value = value
        self.verify_shape = verify_shape

    def _values(self, call: Call) -> tf.Tensor:
        if np.ndim(self.value) == 0:
            return constants.constant(call, self.value)
        return constants.constant(call, self._filled_up(call.shape))

    def _filled_up(self, shape: tuple[int, ...]) -> np.ndarray:
        values, size = np.asarray(self.value), int(np.prod(shape))
        if self.verify_shape and values.shape != shape:
            raise ValueError(
                f"The constant's shape must be the tensor's. Received: a constant of shape "
                f"{values.shape} for shape={shape}"
            )
        if values.size > size:
            raise ValueError(
                f"A constant of {values.size} values does not fit a tensor of {size}. Received: shape={shape}"
            )
        flat = values.ravel()
        return np.concatenate([flat, np.repeat(flat[-1:], size - flat.size)]).reshape(shape)

    def get_config(self) -> dict[str, Any]:
        """Returns the initializer's configuration, as TensorFlow 1's class writes it."""
        return {"value": self.value, "dtype": self.dtype.name}


@register_v1
class Identity(InitializerV1):
    """Initializer that generates the identity matrix, times `gain`. Only use for 2D matrices.

    Args:
        gain: Multiplicative factor to apply to the identity matrix.
        {dtype_of_tensorflow_1}

    Raises:
        ValueError: On the call, if the shape does not have two axes.

    Examples:

    >>> import keras_inits
    >>> keras_inits.v1.Identity(gain=2.0)((2, 2)).numpy().tolist()
    [[2.0, 0.0], [0.0, 2.0]]

    Source: TensorFlow 1, `tf.initializers.identity`.
    """

    def __init__(self, gain: float = 1.0, dtype: Any = tf.float32):
        super().__init__(dtype)
        self.gain = gain

    def _values(self, call: Call) -> tf.Tensor:
        return identity_matrices.identity(call, self.gain)

    def _as_part(self, call: Call, partition_info: Any) -> Call:
        whole = call_arguments.static_shape(partition_info.full_shape)
        part = call_arguments.part_of(whole, call.shape, partition_info.var_offset)
        return call._replace(shape=whole, part=part)


class RandomInitializerV1(InitializerV1):
    """Base class of TensorFlow 1's initializers that draw."""

    def __new__(cls, *args: Any, **kwargs: Any) -> "Self":
        """Raises a `TypeError` for arguments that the class does not take."""
        given_arguments(cls, args, kwargs)
        return object.__new__(cls)

    def __init__(self, seed: int | None = None, dtype: Any = tf.float32):
        super().__init__(dtype)
        self.seed = seed

    def _call(self, shape: Any, dtype: tf.DType, part: Part | None) -> Call:
        return super()._call(shape, dtype, part)._replace(stream=lambda *_: self._stream(part))

    def _stream(self, part: Part | None) -> Stream:
        """Returns the stream of TensorFlow's two seeds; the parts of an unseeded weight share one."""
        context = draw_contexts.current()
        if self.seed is None:
            return streams.graph_stream(*context.of_weight(self, part, lambda: context.graph_seeds(None)))
        return streams.graph_stream(*context.graph_seeds(self.seed))


class _Normal(RandomInitializerV1):
    """Base class of the two normal distributions."""

    _distribution: str

    def __init__(
        self,
        mean: Any = 0.0,
        stddev: Any = 0.05,
        seed: int | None = None,
        dtype: Any = tf.float32,
    ):
        super().__init__(seed, dtype)
        self.mean = mean
        self.stddev = stddev

    def _drawing(self, call: Call) -> Drawing:
        return formulas.normal(call, self.mean, self.stddev, self._distribution)


@register_v1
class RandomNormal(_Normal):
    """Initializer that generates tensors with a normal distribution, `mean + stddev * z`.

    Args:
        mean: A Python scalar or a scalar tensor. Mean of the random values to generate.
        stddev: A Python scalar or a scalar tensor. Standard deviation of the random values.
        {seed_of_tensorflow_1}
        {dtype_of_tensorflow_1}

    {example}

    Source: tf.keras in TensorFlow 1.
    """

    _distribution = "normal"


@register_v1
class TruncatedNormal(_Normal):
    """Initializer that generates a truncated normal distribution.

    The values are `mean + stddev * z`, where each z of a normal distribution that is not within -2 and 2 is
    drawn again. So their standard deviation is 0.8796 times `stddev`.

    Args:
        mean: A Python scalar or a scalar tensor. Mean of the random values to generate.
        stddev: A Python scalar or a scalar tensor. Standard deviation before truncation.
        {seed_of_tensorflow_1}
        {dtype_of_tensorflow_1}

    {example}

    Source: tf.keras in TensorFlow 1.
    """

    _distribution = "truncated_normal"


@register_v1
class RandomUniform(RandomInitializerV1):
    """Initializer that generates tensors with a uniform distribution over `[minval, maxval)`.

    Args:
        minval: A Python scalar or a scalar tensor. Lower bound of the range (inclusive).
        maxval: A Python scalar or a scalar tensor. Upper bound of the range (exclusive); `None` is 1,
            for floating dtypes.
        {seed_of_tensorflow_1}
        dtype: The dtype if the call names none; floating, int32 or int64.

    Raises:
        ValueError: On the call, if the dtype is an integer and a bound is not.

    {example}

    Source: tf.keras in TensorFlow 1.
    """

    dtypes = call_arguments.FLOATING_INT32_OR_INT64

    def __init__(
        self,
        minval: Any = -0.05,
        maxval: Any = 0.05,
        seed: int | None = None,
        dtype: Any = tf.float32,
    ):
        super().__init__(seed, dtype)
        self.minval = minval
        self.maxval = maxval

    def _drawing(self, call: Call) -> Drawing:
        maxval = NULL_ARGUMENTS["maxval"] if self.maxval is None else self.maxval
        return formulas.uniform(call, self.minval, maxval)


@register_v1(in_keras=False)
class UniformUnitScaling(RandomInitializerV1):
    """Initializer that keeps the scale of the inputs, drawn from a uniform distribution.

    Draws samples within [-limit, limit], with `limit = factor * sqrt(3 / n)` and n the product of all
    axes but the last. Keras never had it, so no stock Keras loads a model that was saved with it.

    Args:
        factor: Multiplicative factor of the limit.
        {seed_of_tensorflow_1}
        {dtype_of_tensorflow_1}

    {example}

    Source: TensorFlow 1, `tf.uniform_unit_scaling_initializer`.
    """

    def __init__(self, factor: float = 1.0, seed: int | None = None, dtype: Any = tf.float32):
        super().__init__(seed, dtype)
        self.factor = factor

    def _drawing(self, call: Call) -> Drawing:
        return formulas.uniform_unit_scaling(call, self.factor)


@register_v1
class VarianceScaling(RandomInitializerV1):
    """Initializer capable of adapting its scale to the shape of weights tensors.

    The values have mean 0 and variance `scale / n`, where n, at least 1, is `fan_in`, `fan_out` or the
    average of both; see `keras_inits.compute_fans`. A uniform distribution is within `sqrt(3 * scale / n)`
    of 0.

    Args:
        scale: Scaling factor (positive float).
        mode: One of `"fan_in"`, `"fan_out"`, `"fan_avg"`.
        distribution: One of `"normal"` or `"truncated_normal"`, which are the same,
            `"untruncated_normal"` or `"uniform"`.
        {seed_of_tensorflow_1}
        {dtype_of_tensorflow_1}

    Raises:
        ValueError: If `scale` is not positive, or `mode` or `distribution` is none of the above.

    Examples:

    >>> import keras_inits
    >>> keras_inits.v1.VarianceScaling(distribution="normal").get_config()["distribution"]
    'normal'

    Source: TensorFlow 1, `tf.variance_scaling_initializer`.
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: int | None = None,
        dtype: Any = tf.float32,
    ):
        formulas.checked_scaling(scale, mode, distribution)
        super().__init__(seed, dtype)
        self.scale = scale
        self.mode = mode
        self.distribution = distribution.lower()

    def _drawing(self, call: Call) -> Drawing:
        scaling = formulas.checked_scaling(self.scale, self.mode, self.distribution)
        return formulas.variance_scaling(call, *scaling)


class _NamedScaling(VarianceScaling):
    """Base class of the kinds of `VarianceScaling` that have a name, and so no `scale` to choose."""

    # The scale, the mode and the distribution.
    _scaling: tuple[float, str, str]

    def __init__(self, seed: int | None = None):
        super().__init__(*self._scaling, seed)


@register_v1
class GlorotUniform(_NamedScaling):
    """The Glorot uniform initializer, also called Xavier uniform initializer.

    Draws from a uniform distribution within `sqrt(6 / (fan_in + fan_out))` of 0.

    Args:
        {seed_of_tensorflow_1}
        {unused_dtype}

    {example}

    Source: tf.keras in TensorFlow 1; Glorot and Bengio, "Understanding the difficulty of training deep
    feedforward neural networks", 2010.
    """

    _scaling = (1.0, "fan_avg", "uniform")

    def __init__(self, seed: int | None = None, dtype: Any = tf.float32):
        super().__init__(seed)


@register_v1
class GlorotNormal(_NamedScaling):
    """The Glorot normal initializer, also called Xavier normal initializer.

    Draws from a truncated normal distribution of standard deviation `sqrt(2 / (fan_in + fan_out))` around 0.

    Args:
        {seed_of_tensorflow_1}
        {unused_dtype}

    {example}

    Source: tf.keras in TensorFlow 1; Glorot and Bengio, "Understanding the difficulty of training deep
    feedforward neural networks", 2010.
    """

    _scaling = (1.0, "fan_avg", "truncated_normal")

    def __init__(self, seed: int | None = None, dtype: Any = tf.float32):
        super().__init__(seed)


@register_v1
class HeNormal(_NamedScaling):
    """He normal initializer.

    Draws from a truncated normal distribution of standard deviation `sqrt(2 / fan_in)` around 0.

    Args:
        {seed_of_tensorflow_1}

    {example}

    Source: tf.keras in TensorFlow 1; He et al., "Delving Deep into Rectifiers: Surpassing
    Human-Level Performance on ImageNet Classification", 2015.
    """

    _scaling = (2.0, "fan_in", "truncated_normal")


@register_v1
class HeUniform(_NamedScaling):
    """He uniform variance scaling initializer.

    Draws from a uniform distribution within `sqrt(6 / fan_in)` of 0.

    Args:
        {seed_of_tensorflow_1}

    {example}

    Source: tf.keras in TensorFlow 1; He et al., "Delving Deep into Rectifiers: Surpassing
    Human-Level Performance on ImageNet Classification", 2015.
    """

    _scaling = (2.0, "fan_in", "uniform")


@register_v1
class LecunNormal(_NamedScaling):
    """LeCun normal initializer.

    Draws from a truncated normal distribution of standard deviation `sqrt(1 / fan_in)` around 0.

    Args:
        {seed_of_tensorflow_1}

    {example}

    Source: tf.keras in TensorFlow 1; LeCun et al., "Efficient BackProp", 1998.
    """

    _scaling = (1.0, "fan_in", "truncated_normal")


@register_v1
class LecunUniform(_NamedScaling):
    """LeCun uniform initializer.

    Draws from a uniform distribution within `sqrt(3 / fan_in)` of 0.

    Args:
        {seed_of_tensorflow_1}

    {example}

    Source: tf.keras in TensorFlow 1; LeCun et al., "Efficient BackProp", 1998.
    """

    _scaling = (1.0, "fan_in", "uniform")


@register_v1
class Orthogonal(RandomInitializerV1):
    """Initializer that generates an orthogonal matrix.

    A weight of two axes has orthonormal rows or columns, whichever are fewer, times `gain`. A weight of more
    axes is that matrix, `(product of all but the last, last)`, reshaped.

    Args:
        gain: Multiplicative factor to apply to the orthogonal matrix.
        {seed_of_tensorflow_1}
        {dtype_of_tensorflow_1}

    Raises:
        ValueError: On the call, if the shape has fewer than two axes.

    {example}

    Source: TensorFlow 1, `tf.orthogonal_initializer`; Saxe et al., "Exact solutions to the nonlinear dynamics
    of learning in deep linear neural networks", 2014.
    """

    def __init__(self, gain: float = 1.0, seed: int | None = None, dtype: Any = tf.float32):
        super().__init__(seed, dtype)
        self.gain = gain

    def _values(self, call: Call) -> tf.Tensor:
        return orthogonal_weights.orthogonal(call, self.gain)


# The functional names.
constant = Constant
glorot_normal = GlorotNormal
glorot_uniform = GlorotUniform
he_normal = HeNormal
he_uniform = HeUniform
identity = Identity
lecun_normal = LecunNormal
lecun_uniform = LecunUniform
ones = Ones
orthogonal = Orthogonal
random_normal = RandomNormal
random_uniform = RandomUniform
truncated_normal = TruncatedNormal
uniform_unit_scaling = UniformUnitScaling
variance_scaling = VarianceScaling
zeros = Zeros
normal = RandomNormal
uniform = RandomUniform
