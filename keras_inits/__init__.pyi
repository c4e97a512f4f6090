"""What the face gives, for type checkers, editors and the reference: `__init__.py` looks names up late."""

from keras_inits.diagnosis.callbacks import InitialWeights as InitialWeights
from keras_inits.diagnosis.diagnosing import diagnose as diagnose
from keras_inits.drawing.fans import compute_fans as compute_fans
from keras_inits.initializers import initializers_v1 as v1
from keras_inits.initializers.base import Initializer as Initializer
from keras_inits.initializers.convolutions import ICNR as ICNR
from keras_inits.initializers.convolutions import ConvolutionAware as ConvolutionAware
from keras_inits.initializers.convolutions import ConvolutionOrthogonal1D as ConvolutionOrthogonal1D
from keras_inits.initializers.convolutions import ConvolutionOrthogonal2D as ConvolutionOrthogonal2D
from keras_inits.initializers.convolutions import ConvolutionOrthogonal3D as ConvolutionOrthogonal3D
from keras_inits.initializers.convolutions import DeltaOrthogonal as DeltaOrthogonal
from keras_inits.initializers.convolutions import Dirac as Dirac
from keras_inits.initializers.initializers_v2 import STFT as STFT
from keras_inits.initializers.initializers_v2 import Constant as Constant
from keras_inits.initializers.initializers_v2 import Identity as Identity
from keras_inits.initializers.initializers_v2 import Ones as Ones
from keras_inits.initializers.initializers_v2 import Orthogonal as Orthogonal
from keras_inits.initializers.initializers_v2 import RandomNormal as RandomNormal
from keras_inits.initializers.initializers_v2 import RandomUniform as RandomUniform
from keras_inits.initializers.initializers_v2 import TruncatedNormal as TruncatedNormal
from keras_inits.initializers.initializers_v2 import Zeros as Zeros
from keras_inits.initializers.others import Sparse as Sparse
from keras_inits.initializers.others import UniformUnitScaling as UniformUnitScaling
from keras_inits.initializers.plugin import custom_objects as custom_objects
from keras_inits.initializers.plugin import install as install
from keras_inits.initializers.plugin import scope as scope
from keras_inits.initializers.plugin import uninstall as uninstall
from keras_inits.initializers.registry import LOCAL as LOCAL
from keras_inits.initializers.registry import deserialize as deserialize
from keras_inits.initializers.registry import get as get
from keras_inits.initializers.registry import (
    populate_deserializable_objects as populate_deserializable_objects,
)
from keras_inits.initializers.registry import serialize as serialize
from keras_inits.initializers.scaled import GlorotNormal as GlorotNormal
from keras_inits.initializers.scaled import GlorotUniform as GlorotUniform
from keras_inits.initializers.scaled import HeNormal as HeNormal
from keras_inits.initializers.scaled import HeUniform as HeUniform
from keras_inits.initializers.scaled import LecunNormal as LecunNormal
from keras_inits.initializers.scaled import LecunUniform as LecunUniform
from keras_inits.initializers.scaled import VarianceScaling as VarianceScaling
from keras_inits.model_weights.reinitializing import reinitialize as reinitialize
from keras_inits.model_weights.replaying import replay as replay
from keras_inits.model_weights.seeding import seeded as seeded
from keras_inits.saved_models.config.context import MissingClassesError as MissingClassesError
from keras_inits.saved_models.config.context import Note as Note
from keras_inits.saved_models.config.context import UnsafeModelError as UnsafeModelError
from keras_inits.saved_models.config.context import UpgradeError as UpgradeError
from keras_inits.saved_models.files.guard import DamagedFileError as DamagedFileError
from keras_inits.saved_models.files.reading import NotAModelError as NotAModelError
from keras_inits.saved_models.files.stored import StoredWeightsError as StoredWeightsError
from keras_inits.saved_models.load import load_model as load_model
from keras_inits.saved_models.upgrade import upgrade_config as upgrade_config
from keras_inits.saved_models.weights.moving import WeightsError as WeightsError

# A name that is not the module's own is exported so.
__all__ = ["v1"]

# Every other name is another name of an initializer: `he_normal`, `HeNormalV2`, `normal`.
def __getattr__(name: str) -> type[Initializer]: ...
