"""What other libraries call their initializers, and what to write here for them.

Names that Keras has too, for the same, are not in here.
"""

from typing import NamedTuple


class Elsewhere(NamedTuple):
    """A name that another library has.

    Args:
        library: The libraries that have it, in the genitive.
        here: What to write here: an expression of this package.
        remark: What is different, if anything is; a clause.
    """

    library: str
    here: str
    remark: str = ""


_NOT_TRUNCATED = "torch's is not truncated: VarianceScaling({}, {!r}, 'untruncated_normal') is its law"
_HE_NORMAL = Elsewhere("torch's and JAX's", "HeNormal()", _NOT_TRUNCATED.format(2.0, "fan_in"))
_HE_UNIFORM = Elsewhere("torch's and JAX's", "HeUniform()")
_GLOROT_NORMAL = Elsewhere("torch's and JAX's", "GlorotNormal()", _NOT_TRUNCATED.format(1.0, "fan_avg"))
_GLOROT_UNIFORM = Elsewhere("torch's and JAX's", "GlorotUniform()")
# By the names in small letters. Where torch puts an underscore behind one and Keras has the name without
# it, it is with the underscore here, else without.
ELSEWHERE = {
    "kaiming_normal": _HE_NORMAL,
    "kaiming_uniform": _HE_UNIFORM,
    "xavier_normal": _GLOROT_NORMAL,
    "xavier_uniform": _GLOROT_UNIFORM,
    "trunc_normal": Elsewhere(
        "torch's",
        "TruncatedNormal(0.0, 1.0)",
        "torch's bounds are numbers; `lower` and `upper` here are in standard deviations from the mean",
    ),
    "normal_": Elsewhere("torch's", "RandomNormal(0.0, 1.0)", "Keras' default deviation is 0.05"),
    "uniform_": Elsewhere("torch's", "RandomUniform(0.0, 1.0)", "Keras' default is from -0.05 to 0.05"),
    "constant_": Elsewhere("torch's", "Constant(0.0)"),
    "ones_": Elsewhere("torch's", "Ones()"),
    "zeros_": Elsewhere("torch's", "Zeros()"),
    "eye": Elsewhere("torch's", "Identity()"),
    "dirac_": Elsewhere("torch's", "Dirac()"),
    "orthogonal_": Elsewhere("torch's", "Orthogonal()"),
    "sparse_": Elsewhere(
        "torch's", "Sparse(0.9)", "here each unit gets few inputs, in torch each input goes to few units"
    ),
    "calculate_gain": Elsewhere(
        "torch's", "LecunNormal(gain='relu')", "a gain is an argument here, by the activation's name"
    ),
    "ones_init": Elsewhere("Flax's", "Ones()"),
    "zeros_init": Elsewhere("Flax's", "Zeros()"),
    "xavier_initializer": Elsewhere("TensorFlow 1's contrib.layers'", "GlorotUniform()"),
    "xavier_initializer_conv2d": Elsewhere("TensorFlow 1's contrib.layers'", "GlorotUniform()"),
    "xavier": Elsewhere(
        "MXNet's", "GlorotUniform()", "Caffe's goes by the fan-in alone unless told: LecunUniform()"
    ),
    "msra": Elsewhere(
        "Caffe's",
        "HeNormal()",
        "Caffe's is not truncated: VarianceScaling(2.0, 'fan_in', 'untruncated_normal') is its law",
    ),
}


def hint_for(name: str) -> str | None:
    """Returns a sentence on what a name of another library is here, `None` where none has it.

    Example:

    >>> print(hint_for("xavier_uniform_"))
    It is torch's and JAX's name for what is here `GlorotUniform()`.
    """
    found = ELSEWHERE.get(name.lower()) or ELSEWHERE.get(name.lower().rstrip("_"))
    if found is None:
        return None
    remark = f" ({found.remark})" if found.remark else ""
    return f"It is {found.library} name for what is here `{found.here}`{remark}."
