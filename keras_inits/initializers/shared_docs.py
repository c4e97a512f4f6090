"""What several docstrings of initializers say alike: written once, filled in when a class is registered."""

import re
import textwrap

PARAGRAPHS = {
    "seed": """\
seed: A Python integer or, on Keras 3, a `keras.random.SeedGenerator`; a `ValueError` if it is neither.
    With an integer, or without a seed, each call gives the same values; with a generator, each call
    gives others. If no seed is given, one is drawn as Keras draws it: on Keras 3 when the initializer
    is made, on Keras 2 when it is first called.""",
    "seed_of_tensorflow_1": """\
seed: A Python integer, used together with the graph's seed, which `tf.compat.v1.set_random_seed`
    sets. Without one, TensorFlow makes one from the graph's seed; without either, no two calls are
    alike.""",
    "dtype_of_tensorflow_1": "dtype: The dtype if the call names none; a floating one.",
    "unused_dtype": "dtype: Accepted but unused, as in TensorFlow 1: float32 unless the call names another.",
    "axes": """\
input_axes: Optional axes of the shape that count as inputs, see `VarianceScaling`.
output_axes: Optional axes of the shape that count as outputs.
batch_axes: Optional axes of the shape that count as neither, see `VarianceScaling`.""",
    "gain": """\
gain: Optional gain of the activation that follows, see `VarianceScaling`; it multiplies the
    standard deviation.""",
    "gain_instead_of_relu": """\
gain: Optional gain of the activation that follows, instead of relu's, the root of 2: with
    `("leaky_relu", 0.2)` the variance is `2 / (1 + 0.2^2) / fan_in`. See `VarianceScaling`.""",
    "rounded": "Any floating dtype; float16 and bfloat16 are computed in float32 and rounded.",
    "example": """\
Examples:

>>> import keras_inits
>>> {path}(seed=7)((2, 2)).shape
TensorShape([2, 2])""",
}


def filled_in(docstring: str, path: str = "") -> str:
    """Returns a docstring in which a line `{name}` is that paragraph, indented as the line was.

    Args:
        docstring: The docstring; braces elsewhere in it are left as they are.
        path: What users type for the object.

    Raises:
        KeyError: If there is no paragraph of that name.

    Example:

    >>> filled_in("Args:\\n    {dtype_of_tensorflow_1}")
    'Args:\\n    dtype: The dtype if the call names none; a floating one.'
    """

    def paragraph(line: re.Match[str]) -> str:
        indent, name = line.groups()
        return textwrap.indent(PARAGRAPHS[name].replace("{path}", path), indent)

    return re.sub(r"^( *)\{(\w+)\}$", paragraph, docstring, flags=re.M)


def with_shortcuts(docstring: str, shortcuts: list[str]) -> str:
    """Returns a docstring that says, after its summary, which functions are shortcuts for the class.

    Example:

    >>> with_shortcuts("Gives ones.\\n\\nSource: Keras.", ["ones", "one"])
    'Gives ones.\\n\\nAlso available via the shortcut functions `ones` and `one`.\\n\\nSource: Keras.'
    """
    functions = "functions" if len(shortcuts) > 1 else "function"
    said = f"Also available via the shortcut {functions} {' and '.join(f'`{name}`' for name in shortcuts)}."
    # Python 3.13 takes a docstring's indentation away, earlier versions keep it.
    return re.sub(r"\n\n( *)", rf"\n\n\1{said}\n\n\1", docstring, count=1)
