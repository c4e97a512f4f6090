"""The weight initializers of every Keras, as a plugin on `tf.keras`.

Names are looked up when they are first used, so that the `keras-inits` command answers what needs no
TensorFlow without it. No submodule is called like a public name: its import would hide that name.
"""

import importlib
import importlib.util
from typing import Any

# Where a public name is; all others are initializers, by the names that the registry has for them.
_HOMES = {
    "DamagedFileError": "saved_models.files.guard",
    "InitialWeights": "diagnosis.callbacks",
    "Initializer": "initializers.base",
    "LOCAL": "initializers.registry",
    "MissingClassesError": "saved_models.config.context",
    "NotAModelError": "saved_models.files.reading",
    "Note": "saved_models.config.context",
    "StoredWeightsError": "saved_models.files.stored",
    "UnsafeModelError": "saved_models.config.context",
    "UpgradeError": "saved_models.config.context",
    "WeightsError": "saved_models.weights.moving",
    "compute_fans": "drawing.fans",
    "custom_objects": "initializers.plugin",
    "deserialize": "initializers.registry",
    "diagnose": "diagnosis.diagnosing",
    "get": "initializers.registry",
    "install": "initializers.plugin",
    "load_model": "saved_models.load",
    "populate_deserializable_objects": "initializers.registry",
    "reinitialize": "model_weights.reinitializing",
    "replay": "model_weights.replaying",
    "scope": "initializers.plugin",
    "seeded": "model_weights.seeding",
    "serialize": "initializers.registry",
    "uninstall": "initializers.plugin",
    "upgrade_config": "saved_models.upgrade",
}


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "v1":
        value = importlib.import_module(f"{__name__}.initializers.initializers_v1")
    elif name in _HOMES:
        value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    elif importlib.util.find_spec(f"{__name__}.{name}"):
        # `from keras_inits import fans` asks here first, in the midst of what the registry itself imports.
        value = importlib.import_module(f"{__name__}.{name}")
    else:
        value = _initializers().get(name)
        if value is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*_HOMES, *_initializers(), "v1"})


def _initializers() -> dict[str, type]:
    return importlib.import_module(f"{__name__}.initializers.registry").objects_of_mode(v2=True)
