"""Compiles a loaded model with the optimizer, loss and metrics that it was saved with."""

import json
from collections.abc import Mapping
from typing import Any

import h5py
import tensorflow as tf

from keras_inits.keras_compat import serialization, versions
from keras_inits.saved_models.build import bounds
from keras_inits.saved_models.config import values
from keras_inits.saved_models.config.context import Note, UpgradeError
from keras_inits.saved_models.files import hdf5, limits
from keras_inits.saved_models.files.reading import SavedModel

_OPTIMIZERS = {
    "SGD": ("momentum", "nesterov"),
    "RMSprop": ("rho", "momentum", "epsilon", "centered"),
    "Adagrad": ("epsilon", "initial_accumulator_value"),
    "Adadelta": ("rho", "epsilon"),
    "Adam": ("beta_1", "beta_2", "epsilon", "amsgrad"),
    "AdamW": ("weight_decay", "beta_1", "beta_2", "epsilon", "amsgrad"),
    "Adamax": ("beta_1", "beta_2", "epsilon"),
    "Nadam": ("beta_1", "beta_2", "epsilon"),
    "Ftrl": ("learning_rate_power", "initial_accumulator_value", "l1_regularization_strength",
             "l2_regularization_strength", "l2_shrinkage_regularization_strength", "beta"),
}  # fmt: skip
_COMMON = ("clipnorm", "clipvalue", "global_clipnorm")
# Losses and metrics under names that today's Keras does not know.
_FUNCTIONS = {
    "cosine_proximity": "cosine_similarity",
    "cosine": "cosine_similarity",
    "kullback_leibler_divergence": "kl_divergence",
    "log_cosh": "logcosh",
    "acc": "accuracy",
}
# Classes that tf.keras 2 made of a loss or metric that was given by name.
_WRAPPERS = ("MeanMetricWrapper", "LossFunctionWrapper")
_ARGUMENTS = ("loss", "metrics", "weighted_metrics", "loss_weights")
# Arguments of metrics of which Keras makes lists.
_COUNTS = {"num_classes", "num_thresholds"}
# Where the names in them are found, besides in `custom_objects`; `loss_weights` has numbers.
_RESOLVED = dict.fromkeys(("loss", "metrics", "weighted_metrics"), ("losses", "metrics"))
_NO_FUNCTIONS = ("get", "serialize", "deserialize")
# Names that every Keras takes, though not every one shows a function of that name.
_ALIASES = frozenset({
    "accuracy", "bce", "ce", "cosine_similarity", "crossentropy", "kl_divergence", "kld", "mae", "mape",
    "mean_absolute_error", "mean_absolute_percentage_error", "mean_squared_error",
    "mean_squared_logarithmic_error", "mse", "msle",
})  # fmt: skip
_SETTINGS = "training_config"


def compile_as_saved(
    model: Any, settings: Any, custom_objects: Mapping[str, Any], safe_mode: bool = True
) -> list[Note]:
    """Compiles a model as it was when it was saved; the optimizer starts over.

    Args:
        settings: How it was compiled, as the file has it.
    """
    if not settings or not isinstance(settings, dict):
        return [Note(model.name, "the file does not say how the model was compiled: it is not")]
    scope = tf.keras.utils.custom_object_scope(dict(custom_objects))
    try:
        with serialization.safe_mode_scope(safe_mode), scope, bounds.bounded_metrics():
            optimizer, note = _optimizer(
                settings.get("optimizer_config") or settings.get("optimizer"), custom_objects
            )
            arguments = {k: _today(settings.get(k), custom_objects, _RESOLVED.get(k)) for k in _ARGUMENTS}
            model.compile(optimizer=optimizer, **{k: v for k, v in arguments.items() if v})
    except UpgradeError:
        raise
    except Exception as error:  # Keras and TensorFlow raise errors of every class here.
        raise UpgradeError(
            f"the model cannot be compiled as it was: {str(error)[: limits.MESSAGE]}; "
            "load it with compile=False"
        ) from error
    return [Note(model.name, note)]


def settings_of(saved: SavedModel) -> Any:
    """Reads how a model was compiled, `None` if the file does not say."""
    found = saved.config.get("compile_config")
    if saved.kind == "h5":
        try:
            with h5py.File(saved.path, "r") as file:
                text = hdf5.attribute(file, _SETTINGS)
            found = json.loads(text or "{}")
        except (OSError, RuntimeError, ValueError, TypeError, RecursionError) as error:
            raise UpgradeError(f"{_SETTINGS} is damaged: {error}") from error
    return found


def _optimizer(saved: Any, custom_objects: Mapping[str, Any]) -> tuple[Any, str]:
    """Makes a new optimizer with the settings of the saved one."""
    if isinstance(saved, str):
        saved = {"class_name": saved, "config": {}}
    if not isinstance(saved, dict) or not isinstance(saved.get("config"), dict):
        raise UpgradeError(f"the optimizer {saved!r:.80} is not one that a Keras saves")
    names = {name.lower(): name for name in _OPTIMIZERS}
    # Keras 2.13 and later wrote its own optimizers into HDF5 as `Custom>Adam`.
    name = names.get(str(saved.get("class_name")).removeprefix("Custom>").lower())
    if name is None:
        raise UpgradeError(
            f"the optimizer {saved.get('class_name')!r} is none of {', '.join(_OPTIMIZERS)}; "
            "load the model with compile=False"
        )
    config = saved["config"]
    known = (*_OPTIMIZERS[name], *_COMMON)
    arguments = {k: config[k] for k in known if config.get(k) is not None}
    rate = config.get("learning_rate", config.get("lr"))
    decay = config.get("decay") or 0.0
    note = f"compiled with a new {name}: its settings are the saved one's, its state is not"
    if isinstance(rate, dict):
        rate = _schedule(rate, custom_objects)
    elif isinstance(rate, (int, float)) and decay:
        # `decay` is gone: the rate at step n was rate / (1 + decay * n).
        rate = tf.keras.optimizers.schedules.InverseTimeDecay(rate, 1, decay)
        note += f"; decay={decay} is now an InverseTimeDecay schedule"
    if rate is not None:
        arguments["learning_rate"] = rate
    return getattr(tf.keras.optimizers, name)(**arguments), note


def _schedule(saved: dict[str, Any], custom_objects: Mapping[str, Any]) -> Any:
    """Makes a learning rate schedule, of Keras' own classes or the user's."""
    name, config = str(saved.get("class_name")), saved.get("config")
    found = getattr(tf.keras.optimizers.schedules, name, None)
    base = tf.keras.optimizers.schedules.LearningRateSchedule
    is_schedule = isinstance(found, type) and issubclass(found, base)
    users = values.users_name(custom_objects, saved) if isinstance(saved.get("class_name"), str) else None
    cls = custom_objects[users] if users else (found if is_schedule else None)
    if cls is None or not isinstance(config, dict):
        raise UpgradeError(
            f"the learning rate schedule {name!r:.80} is unknown: pass it in custom_objects, "
            "or load the model with compile=False"
        )
    return cls.from_config(_plain(name, config))


def _plain(name: str, config: dict[str, Any]) -> dict[str, Any]:
    """Returns a config that holds no other object, which Keras would make as it reads it."""
    rest = list(config.values())
    while rest:
        part = rest.pop()
        if isinstance(part, dict):
            raise UpgradeError(
                f"{name!r} has a setting that is an object itself; load the model with compile=False"
            )
        if isinstance(part, list) and len(part) > limits.METRIC_LIST:
            raise UpgradeError(
                f"{name!r} has a list of {len(part)}, of which there may be {limits.METRIC_LIST}; load the "
                "model with compile=False"
            )
        rest.extend(part if isinstance(part, list) else ())
    return config


def _today(value: Any, custom_objects: Mapping[str, Any], modules: tuple[str, ...] | None) -> Any:
    """Upgrades losses, metrics or weights, in whatever lists and dicts they stand.

    Where there are `modules`, a name is one that they have.
    """
    if isinstance(value, str) and modules:
        users = values.users_function(custom_objects, value)
        return custom_objects[users] if users else _named(value, modules)
    if isinstance(value, list):
        return [_today(v, custom_objects, modules) for v in value]
    if isinstance(value, dict) and isinstance(value.get("class_name"), str):
        return _object(value, custom_objects, modules)
    if isinstance(value, dict):
        return {k: _today(v, custom_objects, modules) for k, v in value.items()}
    return value


def _named(saved: str, modules: tuple[str, ...]) -> str:
    """Finds the name that a loss or metric has today; Keras itself would find any name in its module."""
    name = _FUNCTIONS.get(saved, saved)
    found = [getattr(getattr(tf.keras, module), name, None) for module in modules]
    known = any(callable(one) for one in found) and name not in _NO_FUNCTIONS
    if name.lower() not in _ALIASES and (not known or name.startswith("_")):
        raise UpgradeError(
            f"the loss or metric {saved!r:.80} is unknown: pass it in custom_objects, "
            "or load the model with compile=False"
        )
    return name


def _object(value: dict[str, Any], custom_objects: Mapping[str, Any], modules: tuple[str, ...] | None) -> Any:
    """Makes a loss or a metric that was saved as an object, from Keras' own or the user's."""
    name, config = value["class_name"], value.get("config")
    users = values.users_name(custom_objects, value)
    if name == "function":
        return custom_objects[users] if users else _today(config, custom_objects, modules)
    if name in _WRAPPERS and isinstance(config, dict) and isinstance(config.get("fn"), str):
        return _today(config["fn"], custom_objects, modules)
    cls = custom_objects[users] if users else None
    for module in (tf.keras.losses, tf.keras.metrics):
        found = getattr(module, name, None)
        cls = cls or (found if isinstance(found, type) and not name.startswith("_") else None)
    if cls is None or not isinstance(config, dict):
        raise UpgradeError(
            f"the loss or metric {name!r} is unknown: pass it in custom_objects, "
            "or load the model with compile=False"
        )
    is_policy = isinstance(config.get("dtype"), dict)
    left_out = ("fn", "dtype") if is_policy else ("fn",)
    plain = _plain(name, {k: v for k, v in config.items() if k not in left_out})
    for key in _COUNTS & plain.keys():
        if isinstance(plain[key], int) and plain[key] > limits.METRIC_LIST:
            raise UpgradeError(
                f"{name} with {key}={plain[key]!r:.80}, which may be {limits.METRIC_LIST} at most; "
                "load the model with compile=False"
            )
    if not users:
        # A newer Keras writes what an older one does not take: its default is null.
        taken = serialization.arguments(cls)
        plain = {key: value for key, value in plain.items() if value is not None or key in taken}
    # Keras 3 has no such word for its default.
    if versions.is_keras_3() and plain.get("reduction") == "auto":
        del plain["reduction"]
    return cls.from_config(plain)
