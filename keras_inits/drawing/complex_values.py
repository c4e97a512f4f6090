"""Standard complex random numbers, of pairs of a kernel's real ones.

Source: `jax.nn.initializers.variance_scaling` of JAX 0.10. Its deviation of a truncated normal, 0.95311, is
the root of 1 - 5 exp(-4): it leaves out that the density within the disk is greater by 1 / (1 - exp(-4)).
Here it is 0.96196, so that a weight has the requested variance.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

# The modulus at which the truncated normal ends, in deviations.
TRUNCATION = 2.0
_INSIDE = -math.expm1(-(TRUNCATION**2))


class ComplexDistribution(NamedTuple):
    """A distribution on the complex plane that is the same in all directions.

    Args:
        kernel: What is drawn in pairs, as in `streams.draw`.
        function: Gives the real and the imaginary parts, of pairs of the kernel's numbers.
        stddev: The root of the mean squared modulus.
    """

    kernel: str
    function: Callable[[tf.Tensor], tf.Tensor]
    stddev: float


def _in_polar_coordinates(radii: Callable[[tf.Tensor], tf.Tensor]) -> Callable[[tf.Tensor], tf.Tensor]:
    """Returns a function of pairs of uniform numbers: the first gives the radius, the second the angle."""

    def pairs(uniforms: tf.Tensor) -> tf.Tensor:
        radius, turn = tf.unstack(uniforms, axis=-1)
        radius, angle = radii(radius), 2.0 * math.pi * turn
        return tf.stack([radius * tf.cos(angle), radius * tf.sin(angle)], axis=-1)

    return pairs


# By the distribution of a real weight; the mean squared modulus of the truncated one is that of an
# exponentially distributed number below TRUNCATION^2.
COMPLEX_DISTRIBUTIONS = {
    "untruncated_normal": ComplexDistribution("normal", tf.identity, math.sqrt(2.0)),
    "truncated_normal": ComplexDistribution(
        "uniform",
        _in_polar_coordinates(lambda u: tf.sqrt(-tf.math.log1p(-_INSIDE * u))),
        math.sqrt(1.0 - TRUNCATION**2 * math.exp(-(TRUNCATION**2)) / _INSIDE),
    ),
    "uniform": ComplexDistribution("uniform", _in_polar_coordinates(tf.sqrt), math.sqrt(0.5)),
}
