"""The weight initializers of every Keras, as a plugin on `tf.keras`.

Names are looked up when they are first used, so that the `keras-inits` command answers what needs no
TensorFlow without it. No submodule is called like a public name: its import would hide that name.
"""

import importlib
import importlib.util
from typing import Any

# Where a public name is; all others are initializers, by the names that the registry has for them.
_HOMES = {
    "DamagedFileError": "legacy.guard",
    "InitialWeights": "callbacks",
    "Initializer": "base",
    "LOCAL": "registry",
    "MissingClassesError": "legacy.context",
    "NotAModelError": "legacy.reading",
    "Note": "legacy.context",
    "StoredWeightsError": "legacy.stored",
    "UnsafeModelError": "legacy.context",
    "UpgradeError": "legacy.context",
    "WeightsError": "legacy.weights",
    "compute_fans": "fans",
    "custom_objects": "plugin",
    "deserialize": "registry",
    "diagnose": "diagnosis.diagnosing",
    "get": "registry",
    "install": "plugin",
    "load_model": "legacy.loading",
    "populate_deserializable_objects": "registry",
    "reinitialize": "reinitializing",
    "replay": "replaying",
    "scope": "plugin",
    "seeded": "seeding",
    "serialize": "registry",
    "uninstall": "plugin",
    "upgrade_config": "legacy.upgrade",
}


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "v1":
        value = importlib.import_module(f"{__name__}.initializers_v1")
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
    return importlib.import_module(f"{__name__}.registry").objects_of_mode(v2=True)
