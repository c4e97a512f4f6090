"""What several docstrings of initializers say alike: written once, filled in when a class is registered."""

import re
import textwrap

PARAGRAPHS = {
    "seed": "seed: A Python integer or, on Keras 3, a `keras.random.SeedGenerator`.",
    "seed_of_tensorflow_1": """\
seed: A Python integer, the operation's seed next to the graph's, which `tf.compat.v1.set_random_seed`
    sets. Without one it is what TensorFlow makes of the graph's; without either, no two calls
    are alike.""",
    "dtype_of_tensorflow_1": "dtype: The dtype where the call names none; a floating one.",
    "unused_dtype": "dtype: Taken and not used, as in TensorFlow 1: float32 unless the call says otherwise.",
    "axes": """\
input_axes: Optional axes of the shape that count as inputs, see `VarianceScaling`.
output_axes: Optional axes of the shape that count as outputs.
batch_axes: Optional axes of the shape that count as neither, see `VarianceScaling`.""",
    "gain": """\
gain: Optional gain of the activation that follows, see `VarianceScaling`; it multiplies the
    deviation.""",
    "gain_instead_of_relu": """\
gain: Optional gain of the activation that follows, instead of relu's, the root of 2: with
    `("leaky_relu", 0.2)` the variance is `2 / (1 + 0.2^2) / fan_in`. See `VarianceScaling`.""",
}


def filled_in(docstring: str) -> str:
    """Returns a docstring in which a line `{name}` is that paragraph, indented as the line was.

    Example:

    >>> filled_in("Args:\\n    {seed}")
    'Args:\\n    seed: A Python integer or, on Keras 3, a `keras.random.SeedGenerator`.'
    """
    return re.sub(
        r"^( *)\{(\w+)\}$", lambda line: textwrap.indent(PARAGRAPHS[line[2]], line[1]), docstring, flags=re.M
    )
