"""The initializers that `show` knows, a line each, and the dtypes: without TensorFlow, which takes seconds.

A test sees that none of the registry's is missing.
"""

from typing import NamedTuple

DTYPES = (
    "float32", "float64", "float16", "bfloat16", "complex64", "complex128",
    "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool",
)  # fmt: skip


class Listed(NamedTuple):
    """An initializer in the list.

    Args:
        name: What `show` and Keras' layers are given.
        class_name: Its class.
        summary: What it draws.
    """

    name: str
    class_name: str
    summary: str


LIST = (
    Listed("constant", "Constant", "one value everywhere, or a given array"),
    Listed("convolution_aware", "ConvolutionAware", "a kernel with filters orthogonal in Fourier space"),
    Listed("convolution_orthogonal_1d", "ConvolutionOrthogonal1D", "a 1D convolution that keeps norms"),
    Listed("convolution_orthogonal_2d", "ConvolutionOrthogonal2D", "a 2D convolution that keeps norms"),
    Listed("convolution_orthogonal_3d", "ConvolutionOrthogonal3D", "a 3D convolution that keeps norms"),
    Listed("delta_orthogonal", "DeltaOrthogonal", "an orthogonal matrix in the middle of a kernel"),
    Listed("dirac", "Dirac", "a kernel that passes each channel on unchanged"),
    Listed("glorot_normal", "GlorotNormal", "truncated normal, variance 2 / (fan-in + fan-out)"),
    Listed("glorot_uniform", "GlorotUniform", "uniform, variance 2 / (fan-in + fan-out)"),
    Listed("he_normal", "HeNormal", "truncated normal, variance 2 / fan-in"),
    Listed("he_uniform", "HeUniform", "uniform, variance 2 / fan-in"),
    Listed("icnr", "ICNR", "a kernel for depth_to_space without checkerboards"),
    Listed("identity", "Identity", "the identity matrix, times a gain"),
    Listed("lecun_normal", "LecunNormal", "truncated normal, variance 1 / fan-in"),
    Listed("lecun_uniform", "LecunUniform", "uniform, variance 1 / fan-in"),
    Listed("ones", "Ones", "1 everywhere"),
    Listed("orthogonal", "Orthogonal", "a random orthogonal matrix, times a gain"),
    Listed("random_normal", "RandomNormal", "normal, with the given mean and stddev"),
    Listed("random_uniform", "RandomUniform", "uniform, between the given bounds"),
    Listed("sparse", "Sparse", "few normal values for each unit, the others 0"),
    Listed("stft", "STFT", "a kernel that computes a short-time Fourier transform"),
    Listed("truncated_normal", "TruncatedNormal", "normal, drawn again beyond two stddevs"),
    Listed("uniform_unit_scaling", "UniformUnitScaling", "uniform, keeps the scale of the inputs"),
    Listed("variance_scaling", "VarianceScaling", "a scale and a distribution of your choice, by fans"),
    Listed("zeros", "Zeros", "0 everywhere"),
)
NAMES = tuple(one.name for one in LIST)
