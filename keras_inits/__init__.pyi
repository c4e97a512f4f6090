"""What the face gives, and where each name is from: `__init__.py` reads this."""

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
    ICNR as ICNR,
)
from .initializers import (
    STFT as STFT,
)
from .initializers import (
    Constant as Constant,
)
from .initializers import (
    ConstantV2 as ConstantV2,
)
from .initializers import (
    ConvolutionAware as ConvolutionAware,
)
from .initializers import (
    ConvolutionDeltaOrthogonal as ConvolutionDeltaOrthogonal,
)
from .initializers import (
    ConvolutionOrthogonal1D as ConvolutionOrthogonal1D,
)
from .initializers import (
    ConvolutionOrthogonal2D as ConvolutionOrthogonal2D,
)
from .initializers import (
    ConvolutionOrthogonal3D as ConvolutionOrthogonal3D,
)
from .initializers import (
    DeltaOrthogonal as DeltaOrthogonal,
)
from .initializers import (
    Dirac as Dirac,
)
from .initializers import (
    GlorotNormal as GlorotNormal,
)
from .initializers import (
    GlorotNormalV2 as GlorotNormalV2,
)
from .initializers import (
    GlorotUniform as GlorotUniform,
)
from .initializers import (
    GlorotUniformV2 as GlorotUniformV2,
)
from .initializers import (
    HeNormal as HeNormal,
)
from .initializers import (
    HeNormalV2 as HeNormalV2,
)
from .initializers import (
    HeUniform as HeUniform,
)
from .initializers import (
    HeUniformV2 as HeUniformV2,
)
from .initializers import (
    Identity as Identity,
)
from .initializers import (
    IdentityInitializer as IdentityInitializer,
)
from .initializers import (
    IdentityV2 as IdentityV2,
)
from .initializers import (
    Initializer as Initializer,
)
from .initializers import (
    LecunNormal as LecunNormal,
)
from .initializers import (
    LecunNormalV2 as LecunNormalV2,
)
from .initializers import (
    LecunUniform as LecunUniform,
)
from .initializers import (
    LecunUniformV2 as LecunUniformV2,
)
from .initializers import (
    Ones as Ones,
)
from .initializers import (
    OnesV2 as OnesV2,
)
from .initializers import (
    Orthogonal as Orthogonal,
)
from .initializers import (
    OrthogonalInitializer as OrthogonalInitializer,
)
from .initializers import (
    OrthogonalV2 as OrthogonalV2,
)
from .initializers import (
    RandomNormal as RandomNormal,
)
from .initializers import (
    RandomNormalV2 as RandomNormalV2,
)
from .initializers import (
    RandomUniform as RandomUniform,
)
from .initializers import (
    RandomUniformV2 as RandomUniformV2,
)
from .initializers import (
    Sparse as Sparse,
)
from .initializers import (
    STFTInitializer as STFTInitializer,
)
from .initializers import (
    TruncatedNormal as TruncatedNormal,
)
from .initializers import (
    TruncatedNormalV2 as TruncatedNormalV2,
)
from .initializers import (
    UniformUnitScaling as UniformUnitScaling,
)
from .initializers import (
    UniformUnitScalingV2 as UniformUnitScalingV2,
)
from .initializers import (
    VarianceScaling as VarianceScaling,
)
from .initializers import (
    VarianceScalingV2 as VarianceScalingV2,
)
from .initializers import (
    Zeros as Zeros,
)
from .initializers import (
    ZerosV2 as ZerosV2,
)
from .initializers import (
    constant as constant,
)
from .initializers import (
    constant_initializer as constant_initializer,
)
from .initializers import (
    convolution_aware as convolution_aware,
)
from .initializers import (
    convolution_aware_initializer as convolution_aware_initializer,
)
from .initializers import (
    convolution_orthogonal_1d as convolution_orthogonal_1d,
)
from .initializers import (
    convolution_orthogonal_1d_initializer as convolution_orthogonal_1d_initializer,
)
from .initializers import (
    convolution_orthogonal_2d as convolution_orthogonal_2d,
)
from .initializers import (
    convolution_orthogonal_2d_initializer as convolution_orthogonal_2d_initializer,
)
from .initializers import (
    convolution_orthogonal_3d as convolution_orthogonal_3d,
)
from .initializers import (
    convolution_orthogonal_3d_initializer as convolution_orthogonal_3d_initializer,
)
from .initializers import (
    convolutional_delta_orthogonal as convolutional_delta_orthogonal,
)
from .initializers import (
    convolutional_orthogonal_1d as convolutional_orthogonal_1d,
)
from .initializers import (
    convolutional_orthogonal_2d as convolutional_orthogonal_2d,
)
from .initializers import (
    convolutional_orthogonal_3d as convolutional_orthogonal_3d,
)
from .initializers import (
    convolutionaware as convolutionaware,
)
from .initializers import (
    convolutionorthogonal1d as convolutionorthogonal1d,
)
from .initializers import (
    convolutionorthogonal2d as convolutionorthogonal2d,
)
from .initializers import (
    convolutionorthogonal3d as convolutionorthogonal3d,
)
from .initializers import (
    delta_orthogonal as delta_orthogonal,
)
from .initializers import (
    delta_orthogonal_initializer as delta_orthogonal_initializer,
)
from .initializers import (
    deltaorthogonal as deltaorthogonal,
)
from .initializers import (
    dirac as dirac,
)
from .initializers import (
    dirac_initializer as dirac_initializer,
)
from .initializers import (
    glorot_normal as glorot_normal,
)
from .initializers import (
    glorot_normal_initializer as glorot_normal_initializer,
)
from .initializers import (
    glorot_normalV2 as glorot_normalV2,
)
from .initializers import (
    glorot_uniform as glorot_uniform,
)
from .initializers import (
    glorot_uniform_initializer as glorot_uniform_initializer,
)
from .initializers import (
    glorot_uniformV2 as glorot_uniformV2,
)
from .initializers import (
    glorotnormal as glorotnormal,
)
from .initializers import (
    glorotuniform as glorotuniform,
)
from .initializers import (
    he_normal as he_normal,
)
from .initializers import (
    he_normal_initializer as he_normal_initializer,
)
from .initializers import (
    he_normalV2 as he_normalV2,
)
from .initializers import (
    he_uniform as he_uniform,
)
from .initializers import (
    he_uniform_initializer as he_uniform_initializer,
)
from .initializers import (
    he_uniformV2 as he_uniformV2,
)
from .initializers import (
    henormal as henormal,
)
from .initializers import (
    heuniform as heuniform,
)
from .initializers import (
    icnr as icnr,
)
from .initializers import (
    icnr_initializer as icnr_initializer,
)
from .initializers import (
    identity as identity,
)
from .initializers import (
    identity_initializer as identity_initializer,
)
from .initializers import (
    initializer as initializer,
)
from .initializers import (
    initializer_initializer as initializer_initializer,
)
from .initializers import (
    lecun_normal as lecun_normal,
)
from .initializers import (
    lecun_normal_initializer as lecun_normal_initializer,
)
from .initializers import (
    lecun_normalV2 as lecun_normalV2,
)
from .initializers import (
    lecun_uniform as lecun_uniform,
)
from .initializers import (
    lecun_uniform_initializer as lecun_uniform_initializer,
)
from .initializers import (
    lecun_uniformV2 as lecun_uniformV2,
)
from .initializers import (
    lecunnormal as lecunnormal,
)
from .initializers import (
    lecununiform as lecununiform,
)
from .initializers import (
    normal as normal,
)
from .initializers import (
    one as one,
)
from .initializers import (
    ones as ones,
)
from .initializers import (
    ones_initializer as ones_initializer,
)
from .initializers import (
    orthogonal as orthogonal,
)
from .initializers import (
    orthogonal_initializer as orthogonal_initializer,
)
from .initializers import (
    random_normal as random_normal,
)
from .initializers import (
    random_normal_initializer as random_normal_initializer,
)
from .initializers import (
    random_uniform as random_uniform,
)
from .initializers import (
    random_uniform_initializer as random_uniform_initializer,
)
from .initializers import (
    randomnormal as randomnormal,
)
from .initializers import (
    randomuniform as randomuniform,
)
from .initializers import (
    sparse as sparse,
)
from .initializers import (
    sparse_initializer as sparse_initializer,
)
from .initializers import (
    stft as stft,
)
from .initializers import (
    stft_initializer as stft_initializer,
)
from .initializers import (
    truncated_normal as truncated_normal,
)
from .initializers import (
    truncated_normal_initializer as truncated_normal_initializer,
)
from .initializers import (
    truncatednormal as truncatednormal,
)
from .initializers import (
    uniform as uniform,
)
from .initializers import (
    uniform_unit_scaling as uniform_unit_scaling,
)
from .initializers import (
    uniform_unit_scaling_initializer as uniform_unit_scaling_initializer,
)
from .initializers import (
    uniformunitscaling as uniformunitscaling,
)
from .initializers import (
    v1 as v1,
)
from .initializers import (
    variance_scaling as variance_scaling,
)
from .initializers import (
    variance_scaling_initializer as variance_scaling_initializer,
)
from .initializers import (
    variancescaling as variancescaling,
)
from .initializers import (
    zero as zero,
)
from .initializers import (
    zeros as zeros,
)
from .initializers import (
    zeros_initializer as zeros_initializer,
)
from .initializers.plugin import (
    custom_objects as custom_objects,
)
from .initializers.plugin import (
    install as install,
)
from .initializers.plugin import (
    scope as scope,
)
from .initializers.plugin import (
    uninstall as uninstall,
)
from .initializers.registry import (
    LOCAL as LOCAL,
)
from .initializers.registry import (
    deserialize as deserialize,
)
from .initializers.registry import (
    get as get,
)
from .initializers.registry import (
    populate_deserializable_objects as populate_deserializable_objects,
)
from .initializers.registry import (
    serialize as serialize,
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
from .saved_models.config.context import (
    MissingClassesError as MissingClassesError,
)
from .saved_models.config.context import (
    Note as Note,
)
from .saved_models.config.context import (
    UnsafeModelError as UnsafeModelError,
)
from .saved_models.config.context import (
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
from .saved_models.load import (
    load_model as load_model,
)
from .saved_models.upgrade import (
    upgrade_config as upgrade_config,
)
from .saved_models.weights.moving import (
    WeightsError as WeightsError,
)
