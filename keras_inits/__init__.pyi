"""What the face gives, and where each name is from: `__init__.py` reads this."""

from . import v1 as v1
from .diagnosis.callbacks import (
    InitialWeights as InitialWeights,
)
from .diagnosis.diagnosing import (
    diagnose as diagnose,
)
from .drawing.fans import (
    compute_fans as compute_fans,
)
from .initializers import (
    ConstantV2 as ConstantV2,
    ConvolutionDeltaOrthogonal as ConvolutionDeltaOrthogonal,
    GlorotNormalV2 as GlorotNormalV2,
    GlorotUniformV2 as GlorotUniformV2,
    HeNormalV2 as HeNormalV2,
    HeUniformV2 as HeUniformV2,
    IdentityInitializer as IdentityInitializer,
    IdentityV2 as IdentityV2,
    LecunNormalV2 as LecunNormalV2,
    LecunUniformV2 as LecunUniformV2,
    OnesV2 as OnesV2,
    OrthogonalInitializer as OrthogonalInitializer,
    OrthogonalV2 as OrthogonalV2,
    RandomNormalV2 as RandomNormalV2,
    RandomUniformV2 as RandomUniformV2,
    STFTInitializer as STFTInitializer,
    TruncatedNormalV2 as TruncatedNormalV2,
    UniformUnitScalingV2 as UniformUnitScalingV2,
    VarianceScalingV2 as VarianceScalingV2,
    ZerosV2 as ZerosV2,
    constant as constant,
    constant_initializer as constant_initializer,
    convolution_aware as convolution_aware,
    convolution_aware_initializer as convolution_aware_initializer,
    convolution_orthogonal_1d as convolution_orthogonal_1d,
    convolution_orthogonal_1d_initializer as convolution_orthogonal_1d_initializer,
    convolution_orthogonal_2d as convolution_orthogonal_2d,
    convolution_orthogonal_2d_initializer as convolution_orthogonal_2d_initializer,
    convolution_orthogonal_3d as convolution_orthogonal_3d,
    convolution_orthogonal_3d_initializer as convolution_orthogonal_3d_initializer,
    convolutional_delta_orthogonal as convolutional_delta_orthogonal,
    convolutional_orthogonal_1d as convolutional_orthogonal_1d,
    convolutional_orthogonal_2d as convolutional_orthogonal_2d,
    convolutional_orthogonal_3d as convolutional_orthogonal_3d,
    convolutionaware as convolutionaware,
    convolutionorthogonal1d as convolutionorthogonal1d,
    convolutionorthogonal2d as convolutionorthogonal2d,
    convolutionorthogonal3d as convolutionorthogonal3d,
    delta_orthogonal as delta_orthogonal,
    delta_orthogonal_initializer as delta_orthogonal_initializer,
    deltaorthogonal as deltaorthogonal,
    dirac as dirac,
    dirac_initializer as dirac_initializer,
    glorot_normal as glorot_normal,
    glorot_normal_initializer as glorot_normal_initializer,
    glorot_normalV2 as glorot_normalV2,
    glorot_uniform as glorot_uniform,
    glorot_uniform_initializer as glorot_uniform_initializer,
    glorot_uniformV2 as glorot_uniformV2,
    glorotnormal as glorotnormal,
    glorotuniform as glorotuniform,
    he_normal as he_normal,
    he_normal_initializer as he_normal_initializer,
    he_normalV2 as he_normalV2,
    he_uniform as he_uniform,
    he_uniform_initializer as he_uniform_initializer,
    he_uniformV2 as he_uniformV2,
    henormal as henormal,
    heuniform as heuniform,
    icnr as icnr,
    icnr_initializer as icnr_initializer,
    identity as identity,
    identity_initializer as identity_initializer,
    initializer as initializer,
    initializer_initializer as initializer_initializer,
    lecun_normal as lecun_normal,
    lecun_normal_initializer as lecun_normal_initializer,
    lecun_normalV2 as lecun_normalV2,
    lecun_uniform as lecun_uniform,
    lecun_uniform_initializer as lecun_uniform_initializer,
    lecun_uniformV2 as lecun_uniformV2,
    lecunnormal as lecunnormal,
    lecununiform as lecununiform,
    normal as normal,
    one as one,
    ones as ones,
    ones_initializer as ones_initializer,
    orthogonal as orthogonal,
    orthogonal_initializer as orthogonal_initializer,
    random_normal as random_normal,
    random_normal_initializer as random_normal_initializer,
    random_uniform as random_uniform,
    random_uniform_initializer as random_uniform_initializer,
    randomnormal as randomnormal,
    randomuniform as randomuniform,
    sparse as sparse,
    sparse_initializer as sparse_initializer,
    stft as stft,
    stft_initializer as stft_initializer,
    truncated_normal as truncated_normal,
    truncated_normal_initializer as truncated_normal_initializer,
    truncatednormal as truncatednormal,
    uniform as uniform,
    uniform_unit_scaling as uniform_unit_scaling,
    uniform_unit_scaling_initializer as uniform_unit_scaling_initializer,
    uniformunitscaling as uniformunitscaling,
    variance_scaling as variance_scaling,
    variance_scaling_initializer as variance_scaling_initializer,
    variancescaling as variancescaling,
    zero as zero,
    zeros as zeros,
    zeros_initializer as zeros_initializer,
)
from .initializers.base import (
    Initializer as Initializer,
)
from .initializers.convolutions import (
    ICNR as ICNR,
    ConvolutionAware as ConvolutionAware,
    ConvolutionOrthogonal1D as ConvolutionOrthogonal1D,
    ConvolutionOrthogonal2D as ConvolutionOrthogonal2D,
    ConvolutionOrthogonal3D as ConvolutionOrthogonal3D,
    DeltaOrthogonal as DeltaOrthogonal,
    Dirac as Dirac,
)
from .initializers.initializers_v2 import (
    STFT as STFT,
    Constant as Constant,
    Identity as Identity,
    Ones as Ones,
    Orthogonal as Orthogonal,
    RandomNormal as RandomNormal,
    RandomUniform as RandomUniform,
    TruncatedNormal as TruncatedNormal,
    Zeros as Zeros,
)
from .initializers.others import (
    Sparse as Sparse,
    UniformUnitScaling as UniformUnitScaling,
)
from .initializers.plugin import (
    custom_objects as custom_objects,
    install as install,
    scope as scope,
    uninstall as uninstall,
)
from .initializers.registry import (
    LOCAL as LOCAL,
    deserialize as deserialize,
    get as get,
    populate_deserializable_objects as populate_deserializable_objects,
    serialize as serialize,
)
from .initializers.scaled import (
    GlorotNormal as GlorotNormal,
    GlorotUniform as GlorotUniform,
    HeNormal as HeNormal,
    HeUniform as HeUniform,
    LecunNormal as LecunNormal,
    LecunUniform as LecunUniform,
    VarianceScaling as VarianceScaling,
)
from .model_weights.reinitializing import (
    reinitialize as reinitialize,
)
from .model_weights.replaying import (
    replay as replay,
)
from .model_weights.seeding import (
    seeded as seeded,
)
from .model_weights.undrawn import (
    uninitialized as uninitialized,
)
from .saved_models.config.context import (
    MissingClassesError as MissingClassesError,
    Note as Note,
    UnsafeModelError as UnsafeModelError,
    UpgradeError as UpgradeError,
)
from .saved_models.files.guard import (
    DamagedFileError as DamagedFileError,
)
from .saved_models.files.reading import (
    NotAModelError as NotAModelError,
)
from .saved_models.files.stored import (
    StoredWeightsError as StoredWeightsError,
)
from .saved_models.filling import (
    load_weights as load_weights,
)
from .saved_models.load import (
    load_model as load_model,
)
from .saved_models.sample import (
    sample as sample,
)
from .saved_models.upgrade import (
    upgrade_config as upgrade_config,
)
from .saved_models.weights.parts import (
    WeightsError as WeightsError,
)

__version__: str
__all__: list[str]
