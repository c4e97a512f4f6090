"""Initializers of any weights that torch and TensorFlow 1 have and Keras lacks.

A model saved with one names this package: plain Keras says that it does not know the class.
"""

from typing import Any

import tensorflow as tf

from keras_inits.drawing import formulas, sparse_matrices
from keras_inits.drawing.calls import Call
from keras_inits.drawing.formulas import Drawing
from keras_inits.initializers.random_initializer import RandomInitializer
from keras_inits.initializers.registry import register


@register(in_keras=False)
class Sparse(RandomInitializer):
    """Initializer that gives each unit few inputs: most of its weights are 0, the others normal.

    Of each column, `ceil(sparsity * rows)` entries, chosen with equal chance, are 0, and the others are
    drawn from a normal distribution of mean 0. The columns are the last axis; all other axes together are
    the rows: in Keras' layout, `(inputs, units)` or `(*window, channels, filters)`, a column is what one
    unit or filter gets.

    This is as in Martens' paper, where each unit has 15 inputs. torch's `sparse_` does the same to its own
    weights, which are `(units, inputs)`: there, each input goes to few units.

    The shape has at least two axes, all of known size.
    {rounded}

    Args:
        sparsity: The share of zeros in each column, from 0 to 1.
        stddev: Standard deviation of the other values, not negative.
        {seed}

    Raises:
        ValueError: If `sparsity` or `stddev` is none of these; on the call, if the shape has fewer than
            two axes or is unknown.

    Examples:

    >>> import keras_inits
    >>> weight = keras_inits.Sparse(sparsity=0.75, seed=7)((8, 3)).numpy()
    >>> (weight == 0).sum(axis=0).tolist()
    [6, 6, 6]

    Source: torch 2, `torch.nn.init.sparse_`; Martens, "Deep learning via Hessian-free optimization", 2010.
    """

    _is_local = False

    def __init__(self, sparsity: float = 0.9, stddev: float = 0.01, seed: Any = None):
        if not 0 <= sparsity <= 1:
            raise ValueError(f"`sparsity` must be from 0 to 1. Received: sparsity={sparsity}")
        if not stddev >= 0:
            raise ValueError(f"`stddev` must not be negative. Received: stddev={stddev}")
        self.sparsity = sparsity
        self.stddev = stddev
        super().__init__(seed)

    def _values(self, call: Call) -> tf.Tensor:
        return sparse_matrices.sparse_columns(call, self.sparsity, self.stddev)


@register(in_keras=False)
class UniformUnitScaling(RandomInitializer):
    """Initializer that keeps the scale of the inputs, drawn from a uniform distribution.

    Draws samples within [-limit, limit], with `limit = factor * sqrt(3 / n)` and n the product of all axes
    but the last: the number of inputs of a unit. It equals `VarianceScaling(factor**2, "fan_in", "uniform")`,
    except for a vector, for which n is 1. Any floating dtype.

    Args:
        factor: Multiplicative factor of the limit: 1 for linear layers, about 1.43 for relu and 1.15
            for tanh.
        {seed}

    Examples:

    >>> import keras_inits
    >>> weight = keras_inits.UniformUnitScaling(factor=2.0, seed=7)((3, 1000)).numpy()
    >>> bool(1.99 < abs(weight).max() < 2.0)
    True

    Source: TensorFlow 1, `tf.uniform_unit_scaling_initializer`, whose exact values are those of
    `keras_inits.v1.UniformUnitScaling`; Sussillo and Abbott, "Random Walk Initialization for Training
    Very Deep Feedforward Networks", 2014.
    """

    def __init__(self, factor: float = 1.0, seed: Any = None):
        self.factor = factor
        super().__init__(seed)

    def _drawing(self, call: Call) -> Drawing:
        return formulas.uniform_unit_scaling(call, self.factor)
