"""Every name that any Keras gave an initializer, per thread and TF mode, and what it stands for.

Source: `keras.initializers` of Keras 2.15, extended by what Keras 3 and multi-backend Keras wrote.
"""

import functools
import inspect
import threading
from collections.abc import Callable
from typing import Any, TypeVar, overload

import numpy as np
import tensorflow as tf

from keras_inits.initializers import names_elsewhere, shared_docs
from keras_inits.initializers.base import Initializer
from keras_inits.keras_compat import (
    error_text,
    nearest,
    own,
    public_names,
    serialization,
    stock_initializers,
    third_party,
)
from keras_inits.keras_compat.own import public

_Class = TypeVar("_Class", bound=type)

LOCAL = threading.local()
"""The registry of the thread that asks, as two threads may be in different TF modes.

`LOCAL.ALL_OBJECTS`, a dict of classes by name, and `LOCAL.GENERATED_WITH_V2`, a boolean, are there after
`populate_deserializable_objects()`.

Source: `keras.initializers.LOCAL` of Keras 2.15.
"""

# The classes by their names, those of TensorFlow 1 apart; each enters itself with `register`.
CLASSES: dict[str, type] = {}
V1_CLASSES: dict[str, type] = {}
# The names under which Keras has no class.
NOT_IN_KERAS: set[str] = set()

# The classes whose functional names have the suffix of version 2 as well.
SUFFIXED = ("GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "LecunNormal", "LecunUniform")

# No name that is longer is near one of the registry's.
_LONGEST_COMPARED = 100

# Other names, and the name that each stands for.
ALIASES = {
    "normal": "random_normal",  # Keras 1 and later
    "uniform": "random_uniform",  # Keras 1 and later
    "one": "ones",  # Keras 1 and later
    "zero": "zeros",  # Keras 1 and later
    "IdentityInitializer": "Identity",  # Keras 3
    "OrthogonalInitializer": "Orthogonal",  # Keras 3
    "STFTInitializer": "STFT",  # Keras 3
    "ConvolutionDeltaOrthogonal": "DeltaOrthogonal",  # TensorFlow 1
    "convolutional_delta_orthogonal": "DeltaOrthogonal",  # TensorFlow 1
    "convolutional_orthogonal_1d": "ConvolutionOrthogonal1D",  # TensorFlow 1
    "convolutional_orthogonal_2d": "ConvolutionOrthogonal2D",  # TensorFlow 1
    "convolutional_orthogonal_3d": "ConvolutionOrthogonal3D",  # TensorFlow 1
}


@overload
def register(cls: _Class) -> _Class: ...
@overload
def register(*, in_keras: bool) -> Callable[[_Class], _Class]: ...
def register(cls: Any = None, *, in_keras: bool = True) -> Any:
    """Enters a class into the registry, puts it under the package's name, and fills in its docstring.

    Args:
        cls: The class.
        in_keras: Whether Keras has a class of that name too, under which a model saves this one.
    """
    if cls is None:
        return functools.partial(register, in_keras=in_keras)
    if cls.__doc__:  # There is none under `python -OO`.
        functional = functional_name(cls.__name__)
        names = [functional, *(alias for alias, name in ALIASES.items() if name == functional)]
        cls.__doc__ = shared_docs.with_shortcuts(cls.__doc__, [f"{own.PACKAGE}.{name}" for name in names])
    return _entered(cls, CLASSES, own.PACKAGE, own.PACKAGE, in_keras)


@overload
def register_v1(cls: _Class) -> _Class: ...
@overload
def register_v1(*, in_keras: bool) -> Callable[[_Class], _Class]: ...
def register_v1(cls: Any = None, *, in_keras: bool = True) -> Any:
    """Enters a class of TensorFlow 1, as `register` does."""
    if cls is None:
        return functools.partial(register_v1, in_keras=in_keras)
    return _entered(cls, V1_CLASSES, f"{own.PACKAGE}.initializers_v1", f"{own.PACKAGE}.v1", in_keras)


def _entered(cls: type, classes: dict[str, type], module: str, path: str, in_keras: bool) -> type:
    classes[cls.__name__] = own.public(cls, module)
    if cls.__doc__:
        cls.__doc__ = shared_docs.filled_in(cls.__doc__, f"{path}.{cls.__name__}")
    if in_keras:
        return public_names.publish(cls, path)
    NOT_IN_KERAS.add(cls.__name__)
    return cls


@public
def populate_deserializable_objects() -> None:
    """Fills `LOCAL.ALL_OBJECTS` for this thread and the current TF mode.

    It is filled once, and again when the mode has changed (`LOCAL.GENERATED_WITH_V2`): in V2 mode plain
    names stand for the classes of Keras 2 and 3, in V1 mode for those of TensorFlow 1.

    Example:

    >>> import keras_inits
    >>> keras_inits.populate_deserializable_objects()
    >>> keras_inits.LOCAL.ALL_OBJECTS["glorot_uniform"].__name__
    'GlorotUniform'

    Source: `keras.initializers.populate_deserializable_objects` of Keras 2.15.
    """
    mode = tf.__internal__.tf2.enabled()
    if getattr(LOCAL, "ALL_OBJECTS", None) and mode == LOCAL.GENERATED_WITH_V2:
        return
    LOCAL.ALL_OBJECTS = objects_of_mode(mode)
    LOCAL.GENERATED_WITH_V2 = mode


def functional_name(name: str) -> str:
    """Returns the functional name of a class: `"he_normal"` for `"HeNormal"`; its dimensions are a word.

    Example:

    >>> functional_name("ConvolutionOrthogonal2D")
    'convolution_orthogonal_2d'
    """
    dimensions = name[-2:] if name.endswith("D") and name[-2:-1].isdecimal() else ""
    words = public_names.to_snake_case(name.removesuffix(dimensions))
    return f"{words}_{dimensions.lower()}" if dimensions else words


def objects_of_mode(v2: bool) -> dict[str, type]:
    """Returns the registry of one TF mode."""
    plain = dict(CLASSES, Initializer=Initializer) if v2 else {**CLASSES, **V1_CLASSES}
    objects = {f"{name}V2": CLASSES[name] for name in V1_CLASSES}
    objects |= {f"{functional_name(name)}V2": CLASSES[name] for name in SUFFIXED}
    for name, cls in plain.items():
        snake_case = functional_name(name)
        # TensorFlow 1 called its functions `..._initializer`.
        for key in (name, snake_case, name.lower(), f"{snake_case}_initializer"):
            objects[key] = cls
    return objects | {alias: objects[name] for alias, name in ALIASES.items()}


def own_class(initializer: Any) -> type[Any]:
    """Returns the package's class for one of Keras' own, else the class that the initializer is of."""
    if not stock_initializers.is_stock(initializer):
        return type(initializer)
    return objects_of_mode(v2=True)[type(initializer).__name__]


def all_objects() -> dict[str, type]:
    """Returns the registry of this thread and the current TF mode."""
    populate_deserializable_objects()
    return LOCAL.ALL_OBJECTS


@public
def serialize(initializer: Any) -> Any:
    """Returns the initializer configuration as Keras writes it.

    An initializer of this package is written as Keras' own class of that name, so that plain Keras reads it.

    Args:
        initializer: An initializer, or `None`.

    Returns:
        A dict of `module`, `class_name`, `config` and `registered_name`, in TF 1 mode of
        `class_name` and `config`; `None` for `None`.

    Example:

    >>> import keras_inits
    >>> keras_inits.serialize(keras_inits.HeNormal(seed=7))["class_name"]
    'HeNormal'

    Source: `keras.initializers.serialize` of Keras 2 and 3.
    """
    return serialization.serialize(initializer)


@public
def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Returns an initializer from the configuration that any Keras wrote.

    Args:
        config: A dict with `class_name` and `config`, or a name. It is left as it is.
        custom_objects: Optional dict of a user's classes and functions by name. They, and those of
            custom object scopes, take precedence over the package's own.

    Returns:
        An initializer, or `None` for `None`.

    Raises:
        ValueError: If no Keras and no custom object has that name, or its class has no such argument.

    Example:

    >>> import keras_inits
    >>> config = {"class_name": "GlorotUniformV2", "config": {"seed": 7, "dtype": "float32"}}
    >>> keras_inits.deserialize(config).seed
    7

    Source: `keras.initializers.deserialize` of Keras 2 and 3.
    """
    try:
        return _deserialized(config, custom_objects or {})
    except RecursionError:
        raise ValueError("An initializer's config is nested too deep to be read.") from None


def _deserialized(config: Any, custom_objects: dict[str, Any]) -> Any:
    """Does what `deserialize` says."""
    if config is None:
        return None
    if isinstance(config, str):
        return _named(config, custom_objects)
    if not isinstance(config, dict) or not isinstance(config.get("class_name"), str):
        raise ValueError(
            f"An initializer's config is a dict of `class_name` and `config`, or a name. Received: {config!r}"
        )
    if _is_custom(config, custom_objects):
        return serialization.deserialize(config, custom_objects)
    name: Any = config.get("config" if config["class_name"] == "function" else "class_name")
    _check_arguments(config, name)
    known: dict[str, Any] = {**custom_objects, name: _class_of(name)}
    arguments = {} if config["class_name"] == "function" else config.get("config")
    arguments = {} if arguments is None else arguments
    if not isinstance(arguments, dict):
        raise ValueError(
            f"The `config` of {name!r} must be a dict of its arguments. Received: config={config}"
        )
    renamed = {**config, "class_name": name, "registered_name": name, "config": arguments}
    try:
        return serialization.deserialize(renamed, known)
    except (AttributeError, KeyError, TypeError) as error:
        # What is in the arguments is Keras' to read, which takes it for its own writing.
        raise ValueError(
            f"The config of {name!r} cannot be read: {type(error).__name__}: {error_text.first_line(error)} "
            f"Received: config={config}"
        ) from error


def _named(name: str, custom_objects: dict[str, Any]) -> Any:
    """Returns an initializer of that name, with its defaults."""
    found = serialization.custom_object(name, custom_objects)
    if found is None or own.is_own_class(found):
        return _class_of(name)()
    return found() if inspect.isclass(found) else found


def _is_custom(config: dict[str, Any], custom_objects: dict[str, Any]) -> bool:
    names = [config.get("registered_name"), config["class_name"]]
    if config["class_name"] == "function":
        names = [config.get("config")]
    found = (serialization.custom_object(name, custom_objects) for name in names if name)
    return any(obj is not None and not own.is_own_class(obj) for obj in found)


def _check_arguments(config: dict[str, Any], name: Any) -> None:
    """Sees that a config is one of Keras', with nothing in it but numbers."""
    registered = config.get("registered_name") or name
    is_foreign = ">" in str(registered) and not third_party.is_registered_initializer(registered)
    if third_party.foreign_module(config) or is_foreign:
        raise ValueError(
            f"{registered!r} of the module {config.get('module')!r} is no initializer of Keras. Pass "
            f"its class as `custom_objects={{{registered!r}: ...}}`. Received: config={config}"
        )
    dtype = third_party.dtype_of_no_numbers(config)
    if dtype is not None:
        raise ValueError(
            "The arrays in an initializer's config are of numbers. "
            f"Received: an array of the dtype {dtype!r:.80}"
        )


def _class_of(name: Any) -> type:
    """Returns the registry's class of that name, or raises an error with the nearest names."""
    objects = all_objects()
    if isinstance(name, str) and name in objects:
        return objects[name]
    compared = str(name) if len(str(name)) <= _LONGEST_COMPARED else ""
    if isinstance(name, str) and name.lstrip().startswith("{"):
        raise ValueError(
            f"Unknown initializer: {name!r:.200}. If it is JSON, `json.loads(text)` makes a config of it."
        )
    hint = names_elsewhere.hint_for(compared)
    if hint is not None:
        raise ValueError(f"Unknown initializer: {name!r}. {hint}")
    near = nearest.hint(compared, objects)
    if not near:
        stock = sorted(name for name in CLASSES.keys() - NOT_IN_KERAS if stock_initializers.stock_class(name))
        near = f". No known name is near it; Keras' own are: {', '.join(stock)}."
    raise ValueError(
        f"Unknown initializer: {name!r:.200}{near} A custom "
        "one must be passed in `custom_objects` or a `custom_object_scope`."
    )


@overload
def get(identifier: None) -> None: ...
@overload
def get(identifier: Any) -> Callable[..., Any]: ...
@public
def get(identifier: Any) -> Callable | None:
    """Retrieves an initializer by its identifier.

    Args:
        identifier: `None`; a string, the name of an initializer; a dict, its config; a class; an
            instance or any other callable with a signature like `initializer(shape, dtype=None)`; or
            an array or tensor of TensorFlow, NumPy, JAX, torch or anything else that NumPy reads, whose
            values the initializer then gives.

    Returns:
        An initializer, or `None` for `None`.

    Raises:
        ValueError: If there is no initializer of that name, or the identifier is none of the above.

    Example:

    >>> import numpy as np
    >>> import keras_inits
    >>> keras_inits.get("he_normal").get_config()["seed"] is None
    True
    >>> keras_inits.get({"class_name": "RandomUniform", "config": {"minval": 0, "maxval": 2}}).maxval
    2
    >>> keras_inits.get([[1.0, 2.0]])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: Could not interpret initializer identifier: [[1.0, 2.0]]. It must be a name, ...
    >>> keras_inits.get(np.array([[1.0, 2.0]]))((1, 2)).numpy().tolist()
    [[1.0, 2.0]]

    Source: `keras.initializers.get` of Keras 2 and 3.
    """
    if identifier is None:
        return None
    if isinstance(identifier, (str, dict)):
        identifier = deserialize(identifier)
    elif _is_array(identifier):
        return _initializer_of_array(identifier)
    if isinstance(identifier, type):
        return identifier()
    if callable(identifier):
        return identifier
    raise ValueError(
        f"Could not interpret initializer identifier: {identifier!r}. It must be a name, a config (a dict of "
        "`class_name` and `config`), an initializer or its class, a function, an array or None."
    )


def _is_array(identifier: Any) -> bool:
    """Returns whether it has values: a tensor, or an array of NumPy, JAX, torch or any other library."""
    is_array = hasattr(identifier, "__array__") and hasattr(identifier, "shape")
    return tf.is_tensor(identifier) or (is_array and not inspect.isclass(identifier))


def _initializer_of_array(array: Any) -> Callable:
    def initialize(shape: Any, dtype: Any = None) -> tf.Tensor:
        if tuple(shape) != tuple(array.shape):
            raise ValueError(
                f"Expected `shape` to be {tuple(array.shape)} for an array as initializer. "
                f"Received: shape={shape}"
            )
        values = array if tf.is_tensor(array) else np.asarray(array)
        return CLASSES["Constant"](values)(shape, dtype)

    return initialize
