"""The room as a checker sees it, with the other names of each class, which `registry.py` makes by rules."""

from . import convolutions, initializers_v1, initializers_v2, others, scaled
from .base import Initializer as Initializer
from .convolutions import (
    ICNR,
    ConvolutionAware,
    ConvolutionOrthogonal1D,
    ConvolutionOrthogonal2D,
    ConvolutionOrthogonal3D,
    DeltaOrthogonal,
    Dirac,
)
from .initializers_v2 import (
    STFT,
    Constant,
    Identity,
    Ones,
    Orthogonal,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
    Zeros,
)
from .others import Sparse, UniformUnitScaling
from .registry import deserialize as deserialize, get as get, serialize as serialize
from .scaled import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    VarianceScaling,
)

__all__ = [
    "Initializer",
    "convolutions",
    "deserialize",
    "get",
    "initializers_v1",
    "initializers_v2",
    "others",
    "scaled",
    "serialize",
]

ConstantV2 = Constant
constant = Constant
constant_initializer = Constant
convolution_aware = ConvolutionAware
convolution_aware_initializer = ConvolutionAware
convolutionaware = ConvolutionAware
convolution_orthogonal_1d = ConvolutionOrthogonal1D
convolution_orthogonal_1d_initializer = ConvolutionOrthogonal1D
convolutional_orthogonal_1d = ConvolutionOrthogonal1D
convolutionorthogonal1d = ConvolutionOrthogonal1D
convolution_orthogonal_2d = ConvolutionOrthogonal2D
convolution_orthogonal_2d_initializer = ConvolutionOrthogonal2D
convolutional_orthogonal_2d = ConvolutionOrthogonal2D
convolutionorthogonal2d = ConvolutionOrthogonal2D
convolution_orthogonal_3d = ConvolutionOrthogonal3D
convolution_orthogonal_3d_initializer = ConvolutionOrthogonal3D
convolutional_orthogonal_3d = ConvolutionOrthogonal3D
convolutionorthogonal3d = ConvolutionOrthogonal3D
ConvolutionDeltaOrthogonal = DeltaOrthogonal
convolutional_delta_orthogonal = DeltaOrthogonal
delta_orthogonal = DeltaOrthogonal
delta_orthogonal_initializer = DeltaOrthogonal
deltaorthogonal = DeltaOrthogonal
dirac = Dirac
dirac_initializer = Dirac
GlorotNormalV2 = GlorotNormal
glorot_normal = GlorotNormal
glorot_normal_initializer = GlorotNormal
glorot_normalV2 = GlorotNormal
glorotnormal = GlorotNormal
GlorotUniformV2 = GlorotUniform
glorot_uniform = GlorotUniform
glorot_uniform_initializer = GlorotUniform
glorot_uniformV2 = GlorotUniform
glorotuniform = GlorotUniform
HeNormalV2 = HeNormal
he_normal = HeNormal
he_normal_initializer = HeNormal
he_normalV2 = HeNormal
henormal = HeNormal
HeUniformV2 = HeUniform
he_uniform = HeUniform
he_uniform_initializer = HeUniform
he_uniformV2 = HeUniform
heuniform = HeUniform
icnr = ICNR
icnr_initializer = ICNR
IdentityInitializer = Identity
IdentityV2 = Identity
identity = Identity
identity_initializer = Identity
initializer = Initializer
initializer_initializer = Initializer
LecunNormalV2 = LecunNormal
lecun_normal = LecunNormal
lecun_normal_initializer = LecunNormal
lecun_normalV2 = LecunNormal
lecunnormal = LecunNormal
LecunUniformV2 = LecunUniform
lecun_uniform = LecunUniform
lecun_uniform_initializer = LecunUniform
lecun_uniformV2 = LecunUniform
lecununiform = LecunUniform
OnesV2 = Ones
one = Ones
ones = Ones
ones_initializer = Ones
OrthogonalInitializer = Orthogonal
OrthogonalV2 = Orthogonal
orthogonal = Orthogonal
orthogonal_initializer = Orthogonal
RandomNormalV2 = RandomNormal
normal = RandomNormal
random_normal = RandomNormal
random_normal_initializer = RandomNormal
randomnormal = RandomNormal
RandomUniformV2 = RandomUniform
random_uniform = RandomUniform
random_uniform_initializer = RandomUniform
randomuniform = RandomUniform
uniform = RandomUniform
STFTInitializer = STFT
stft = STFT
stft_initializer = STFT
sparse = Sparse
sparse_initializer = Sparse
TruncatedNormalV2 = TruncatedNormal
truncated_normal = TruncatedNormal
truncated_normal_initializer = TruncatedNormal
truncatednormal = TruncatedNormal
UniformUnitScalingV2 = UniformUnitScaling
uniform_unit_scaling = UniformUnitScaling
uniform_unit_scaling_initializer = UniformUnitScaling
uniformunitscaling = UniformUnitScaling
VarianceScalingV2 = VarianceScaling
variance_scaling = VarianceScaling
variance_scaling_initializer = VarianceScaling
variancescaling = VarianceScaling
ZerosV2 = Zeros
zero = Zeros
zeros = Zeros
zeros_initializer = Zeros
