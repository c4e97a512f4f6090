"""The only door to Keras' own (de)serialization, whichever Keras `tf.keras` is.

`tf.keras` is one of two families: Keras 3, or Keras 2 (the packages `keras` 2.x and `tf_keras`). They
differ in how an object is named, written, read and seeded, and all of that is told here. A name that
is not public stands beside the versions it is for:

- Keras 3 writes a class under the public name that `api_export.REGISTERED_OBJS_TO_NAMES` has for it;
  Keras 2 under the one in the class's own `_keras_api_names`. With such a name a saved model loads
  where this package is not installed.
- Keras 3 keeps a thread's custom objects in `global_state`, Keras 2 in `object_registration`.
- Keras 2.10 and later draw unseeded initializers' seeds from `backend._SEED_GENERATOR` once
  `set_random_seed` was called; Keras 3 from Python's `random` always, by `make_default_seed`.
- A layer's sublayers are in its `_flatten_layers`, in Keras 2 and 3; the weights that are its own in
  `_trainable_weights` and `_non_trainable_weights` of Keras 2, in `..._variables` of Keras 3.
- Keras 3 keeps which layers are being built in `name_scope_stack`, and the numbers of the names that it
  gives in `object_name_uids`; Keras 2 these in `backend.get_default_graph_uid_map()`.
"""

from __future__ import annotations

import collections
import contextlib
import functools
import importlib
import inspect
import random
import re
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import tensorflow as tf

from keras_inits.keras_compat.own import PACKAGE, public

SCOPE = "custom_objects_scope_dict"
PUBLIC_MODULE = "keras.initializers"

# A config whose module is of none of these is a stranger's, whatever its class is called.
KERAS_PACKAGES = frozenset({"keras", "tf_keras", "tensorflow", "keras_inits", "builtins"})

# The objects that Keras writes into an initializer's arguments.
VALUE_CLASSES = frozenset({"__numpy__", "__tensor__", "SeedGenerator"})


@functools.cache
def keras_version() -> str:
    """The version of the Keras that `tf.keras` is."""
    return sys.modules[_package()].__version__


@functools.cache
def is_keras_3() -> bool:
    """Whether `tf.keras` is Keras 3."""
    return int(keras_version().split(".")[0]) >= 3


def _package() -> str:
    # `tf.keras` itself has no version in Keras 2, its classes tell their package.
    return tf.keras.initializers.Initializer.__module__.split(".")[0]


def _source(module: str) -> Any:
    """A module of Keras' own source: Keras 2.13 and later, tf_keras, Keras 3."""
    return importlib.import_module(f"{_package()}.src.{module}")


def floatx() -> str:
    """The dtype that weights have unless another is asked for, `tf.keras.backend.floatx()`."""
    return _floatx_of_keras()()


@functools.cache
def _floatx_of_keras() -> Callable[[], str]:
    # `tf.keras` is slow to look into.
    return tf.keras.backend.floatx


def to_snake_case(name: str) -> str:
    """`"HeNormal"` as `"he_normal"`, by the rule of Keras' own functional names; `2D` is a word."""
    words = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z]|\dD)", r"\1_\2", words).lower()


def publish(cls: type) -> type:
    """Lets Keras write a class under the name of its own class of that name.

    Args:
        cls: A class that is named as one of Keras' initializers.

    Returns:
        The class.
    """
    public_name = f"{PUBLIC_MODULE}.{_public_name(cls.__name__)}"
    if is_keras_3():
        _source("api_export").REGISTERED_OBJS_TO_NAMES[cls] = public_name
    else:
        cls._keras_api_names = (public_name,)
    return cls


def _public_name(name: str) -> str:
    """The name that Keras writes for its own class of that name, unless it reads this one alone.

    Keras 3.0 to 3.6 writes `OrthogonalInitializer`, and `IdentityInitializer`, which it does not read.
    """
    written = _written_name(name)
    is_read = written == name or _is_read(written, name) or not _is_read(name, name)
    return written if is_read else name


def _written_name(name: str) -> str:
    if not is_keras_3():
        return name
    names = _source("api_export").REGISTERED_OBJS_TO_NAMES
    return names.get(stock_class(name), name).rpartition(".")[2]


def _is_read(name: str, stock_name: str) -> bool:
    config = _seed_of_its_own(stock_class(stock_name))
    return stock_accepts({"class_name": name, "config": config}) is None


@functools.cache
def unpublished(cls: type) -> type:
    """A class that is a published one but for the public name: Keras writes it as this package's own.

    Keras' own class of that name would not take what is in its config.
    """
    own = {"__qualname__": cls.__qualname__, "__doc__": cls.__doc__, "published_class": cls}
    return public(type(cls.__name__, (cls,), own), cls.__module__)


@functools.cache
def stock_class(name: str) -> type | None:
    """The class of `tf.keras.initializers` of that name, `None` where it has none."""
    return getattr(tf.keras.initializers, name, None)


@functools.cache
def stock_arguments(name: str) -> frozenset[str] | None:
    """The arguments that Keras' own class of that name writes into its config, `None` without one.

    They may be fewer than it takes: the `Identity` of Keras 3 does not write its `gain`.
    """
    cls = stock_class(name)
    if cls is None:
        return None
    return frozenset(cls(**_seed_of_its_own(cls)).get_config())


def _seed_of_its_own(cls: type) -> dict[str, Any]:
    """An argument that keeps Keras 3 from drawing a seed, which would move its user's generator."""
    # 0 was none in Keras 3.0.
    return {"seed": 1} if "seed" in inspect.signature(cls).parameters else {}


def stock_accepts(identifier: Any) -> str | None:
    """Tells whether `tf.keras.initializers.get` takes a saved initializer.

    Args:
        identifier: A name or a config.

    Returns:
        `None` where it does, else why not, in a line.
    """
    stranger = foreign_module(identifier)
    if stranger:
        # Keras 2 would import it.
        return f"ValueError: the module {stranger!r} is not one of Keras'"
    if isinstance(identifier, dict) and is_of_this_package(identifier):
        return f"ValueError: {identifier.get('class_name')!r} is no initializer of Keras but of {PACKAGE}"
    stranger = foreign_object(identifier)
    if stranger:
        # Keras would make it, whatever it is.
        return f"ValueError: an object of class {stranger!r} has no place in an initializer"
    try:
        found = tf.keras.initializers.get(_copied(identifier))
    except Exception as error:  # Keras raises what its classes raise.
        return _reason(error)
    # Keras 2 returns an unknown name as it is.
    return None if callable(found) else f"ValueError: Unknown initializer: {identifier}"


def _reason(error: Exception) -> str:
    """What is wrong, which is the last line where Keras 3 wraps an error, else the first."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [""]
    wrapped = lines[-1].startswith("Exception encountered: ")
    reason = lines[-1].removeprefix("Exception encountered: ") if wrapped else lines[0]
    return f"{type(error).__name__}: {reason}"


def is_of_keras(obj: Any) -> bool:
    """Whether a class or a function is one of Keras', TensorFlow's or this package's own."""
    return str(getattr(obj, "__module__", "")).split(".")[0] in KERAS_PACKAGES


def is_of_this_package(config: dict[str, Any]) -> bool:
    """Whether a config says that its class is one of this package's alone."""
    return str(config.get("module")).split(".")[0] == PACKAGE


def foreign_module(config: Any) -> str | None:
    """The first module in a config, however deep, that is not one of Keras' or this package's."""
    if isinstance(config, dict):
        module = config.get("module")
        if module is not None and str(module).split(".")[0] not in KERAS_PACKAGES:
            return str(module)
        config = list(config.values())
    if isinstance(config, list):
        return next(filter(None, map(foreign_module, config)), None)
    return None


def foreign_object(config: Any) -> str | None:
    """The first class in a config, however deep, that has no place in an initializer's.

    Such is what lies in a module of no initializers, and what an argument holds besides initializers
    and plain values.
    """
    return _foreign_object(config, inside=False)


def _foreign_object(config: Any, inside: bool) -> str | None:
    if isinstance(config, dict):
        name = str(config.get("class_name"))
        module = config.get("module")
        known = module in (None, "builtins") or "initializers" in str(module).split(".")
        if inside and "class_name" in config:
            known &= stock_class(name) is not None
        if not known and name not in VALUE_CLASSES:
            return name
        config, inside = list(config.values()), True
    if isinstance(config, list):
        return next(filter(None, (_foreign_object(part, inside) for part in config)), None)
    return None


def default_seed() -> int:
    """A seed for an initializer that was given none, drawn as the installed Keras draws it."""
    if not is_keras_3():
        generator = getattr(_source("backend")._SEED_GENERATOR, "generator", None)
        if generator:
            return generator.randint(1, int(1e9))
    return random.randint(1, int(1e9))


def seed_makers() -> dict[str, Any]:
    """The modules of Keras 3 in which `make_default_seed` is looked up, and by whom; Keras 2 has none."""
    if not is_keras_3():
        return {}
    return {
        "seed_generators": _source("random.seed_generator"),
        "initializers": _source("backend.tensorflow.random"),
    }


@contextlib.contextmanager
def seeds_drawn_from(draw: Callable[[], int]) -> Iterator[None]:
    """Has Keras 2 draw the seeds of what is unseeded from `draw` for a block; Keras 3 has `seed_makers`."""
    if is_keras_3():
        yield
        return
    holder = _source("backend")._SEED_GENERATOR
    before = getattr(holder, "generator", None)
    holder.generator = _Drawing(draw)
    try:
        yield
    finally:
        holder.generator = before


class _Drawing:
    """What Keras 2 draws seeds from, in the place of a `random.Random`."""

    def __init__(self, draw: Callable[[], int]):
        self._draw = draw

    def randint(self, low: int, high: int) -> int:
        return self._draw()


@contextlib.contextmanager
def names_given_back() -> Iterator[None]:
    """Takes back the numbers of the names that Keras gives to layers in a block."""
    if is_keras_3():
        state = _source("backend.common.global_state")
        fresh = collections.defaultdict(int)
        numbers = state.get_global_attribute("object_name_uids", fresh, set_to_default=True)
    else:
        numbers = _source("backend").get_default_graph_uid_map()
    before = dict(numbers)
    try:
        yield
    finally:
        numbers.clear()
        numbers.update(before)


def is_stock(initializer: Any) -> bool:
    """Whether an initializer is of a class of `tf.keras.initializers`."""
    return stock_class(type(initializer).__name__) is type(initializer)


def sublayers(layer: Any) -> list[Any]:
    """A layer and the layers in it, as Keras 2 and 3 list them."""
    return list(layer._flatten_layers())


def children(layer: Any) -> list[Any]:
    """The layers that a layer holds itself, each once."""
    found = layer._flatten_layers(recursive=False, include_self=False)
    return list({id(child): child for child in found}.values())


def own_weights(layer: Any) -> tuple[list[Any], list[Any]]:
    """The weights that a layer holds itself: those made to be trained, and the others.

    The states of random generators are none. Those of a `tf.Module` in it are its own, in Keras 2.
    """
    if is_keras_3():
        return list(layer._trainable_variables), list(layer._non_trainable_variables)
    held = layer._flatten_modules(recursive=False, include_self=False)
    modules = [module for module in held if not isinstance(module, tf.keras.layers.Layer)]
    trained = [weight for module in modules for weight in module.trainable_variables]
    others = [weight for module in modules for weight in module.non_trainable_variables]
    return [*layer._trainable_weights, *trained], [*layer._non_trainable_weights, *others]


def weight_name(variable: Any) -> str:
    """The name that a variable has in its layer; Keras 2 puts scopes before it and `:0` behind."""
    return variable.name.split("/")[-1].split(":")[0]


def name_given_by_keras(layer: Any) -> str:
    """The name that Keras gives to the first layer of this class that has none."""
    module = _source("utils.naming" if is_keras_3() else "utils.generic_utils")
    return module.to_snake_case(type(layer).__name__)


def layers_in_scope() -> list[Any]:
    """The layers that Keras 3 is building or calling, from the outermost on; Keras 2 does not tell."""
    if not is_keras_3():
        return []
    stack = _source("backend.common.global_state").get_global_attribute("name_scope_stack") or []
    return [scope.caller for scope in stack if isinstance(scope.caller, tf.keras.layers.Layer)]


def weight_arguments() -> tuple[str, ...]:
    """The arguments that `Layer.add_weight` takes by place, Keras 3.15, tf_keras 2.21 and Keras 2.15."""
    if is_keras_3():
        return ("shape", "initializer", "dtype")
    return (
        *("name", "shape", "dtype", "initializer", "regularizer", "trainable", "constraint"),
        *("use_resource", "synchronization", "aggregation"),
    )


def optimizer_variables(optimizer: Any) -> list[Any]:
    """All that an optimizer keeps, in the order in which it made it; those of Keras 2.10 and before, too."""
    return list(optimizer.weights if _is_old_optimizer(optimizer) else optimizer.variables)


def reset_product(optimizer: Any) -> None:
    """Makes the product anew that the `Nadam` of Keras 2.11 to 2.15 and tf_keras has beside its variables."""
    for part in (optimizer, getattr(optimizer, "inner_optimizer", None)):
        if hasattr(part, "_u_product_counter"):
            part._u_product.assign(1)
            part._u_product_counter = 1


def built_optimizer(optimizer: Any, variables: list[Any]) -> Any:
    """An optimizer of the same config that was built for variables, and made no step yet."""
    fresh = type(optimizer).from_config(optimizer.get_config())
    build = fresh._create_all_weights if _is_old_optimizer(fresh) else fresh.build
    build(variables)
    return fresh


def averages(optimizer: Any) -> list[Any]:
    """The averages that an optimizer of Keras 2 begins with the weights' values; Keras 3 begins with none."""
    return [] if is_keras_3() else getattr(optimizer, "_model_variables_moving_average", [])


def _is_old_optimizer(optimizer: Any) -> bool:
    return not is_keras_3() and hasattr(optimizer, "_create_all_weights")


def placeholder(shape: Any, dtype: Any, name: str | None) -> Any:
    """What stands for a weight that is not made."""
    spec = tf.TensorSpec(shape, dtype, name)
    return tf.keras.KerasTensor(tuple(spec.shape), spec.dtype.name) if is_keras_3() else spec


def is_seed_generator(seed: Any) -> bool:
    """Whether a seed is a `keras.random.SeedGenerator`, which only Keras 3 has."""
    # An integer is told first, as most seeds are one and `tf.keras` is slow to look into.
    return type(seed) is not int and is_keras_3() and isinstance(seed, tf.keras.random.SeedGenerator)


def warns_of_reuse(initializer: Any) -> bool:
    """Whether Keras warns of a second call of an unseeded initializer: Keras 2.10 and later."""
    return hasattr(initializer, "_warn_reuse")


def warn_of_reuse(initializer: Any) -> None:
    """Warns of a second call of an unseeded initializer, where Keras does."""
    if warns_of_reuse(initializer):
        initializer._warn_reuse()


def ensure_seeded() -> None:
    """Keeps the rule of Keras 2.10 and later that what draws a DTensor was seeded process-wide.

    Raises:
        ValueError: If it was not; Keras 3 has no such rule.
    """
    if not is_keras_3():
        _source("initializers.initializers")._ensure_keras_seeded()


def layout_of_layout_map() -> Any:
    """The layout that Keras 2's `LayoutMap` has for the weight being made, `None` without one.

    The `dtensor.utils.call_with_layout` of Keras 2.10 and later, which makes such a weight, tells its
    layout to no initializer: each device would make the whole weight to keep its part.
    """
    if is_keras_3():
        return None
    code = _source("dtensor.utils").call_with_layout.__code__
    frame = inspect.currentframe()
    while frame and frame.f_code is not code:
        frame = frame.f_back
    return frame and frame.f_locals.get("layout")


def dtensor_layout(layout: Any) -> Any:
    """A layout of TensorFlow's or of Keras 3's as a `tf.experimental.dtensor.Layout`.

    Raises:
        TypeError: If it is neither.
        ValueError: If Keras 3 cannot turn its own into TensorFlow's.
    """
    if isinstance(layout, tf.experimental.dtensor.Layout):
        return layout
    if not is_keras_3() or not isinstance(layout, tf.keras.distribution.TensorLayout):
        raise TypeError(
            "`layout` must be a `tf.experimental.dtensor.Layout` or, on Keras 3, a "
            f"`keras.distribution.TensorLayout`. Received: layout={layout!r}"
        )
    try:
        return layout.backend_layout
    except (ValueError, TypeError, AttributeError, tf.errors.OpError) as error:
        raise ValueError(
            f"Keras {keras_version()} on TensorFlow cannot make a mesh of this `TensorLayout`: {error} "
            "Its layers ignore `keras.distribution`, too: `ModelParallel` leaves each weight whole on one "
            "device. Pass a `tf.experimental.dtensor.Layout`, or use tf_keras "
            f"(`TF_USE_LEGACY_KERAS=1`). Received: layout={layout!r}"
        ) from None


def operation(module: str, name: str) -> type | None:
    """The operation of that name that a module of Keras 3 defines, `None` where it defines none.

    Args:
        module: The module's full name, which is imported; the Keras that is installed may lack it.
        name: The name of the class.
    """
    try:
        found = getattr(importlib.import_module(module), name, None)
    except ModuleNotFoundError:
        return None
    is_operation = isinstance(found, type) and issubclass(found, tf.keras.Operation)
    return found if is_operation and found.__module__ == module else None


@functools.cache
def arguments(cls: type) -> frozenset[str]:
    """The arguments that a class of Keras names, its own and those that it hands on to its bases."""
    found: set[str] = set()
    for base in cls.__mro__:
        if "__init__" not in vars(base):
            continue
        parameters = inspect.signature(base.__init__).parameters.values()
        found.update(parameter.name for parameter in parameters)
        if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
            break
    return frozenset(found)


@functools.cache
def reads_layers_as_activations() -> bool:
    """Whether Keras reads an activation that is a layer's config: Keras 3.10 and later."""
    layer = {"module": "keras.layers", "class_name": "ReLU", "config": {}, "registered_name": None}
    try:
        with names_given_back():
            return callable(tf.keras.activations.get(layer))
    except (TypeError, ValueError):
        return False


@functools.cache
def reads_single_ends() -> bool:
    """Whether a functional model of Keras 3 may have one input or output outside a list: not up to 3.3."""
    try:
        return _makes_model(_small_model() | {"output_layers": ["layer", 0, 0]})
    except (TypeError, ValueError):
        return False


@functools.cache
def counts_ends_from_one() -> bool:
    """Whether Keras 3 counts the calls of a model inside a model from 1 where they are outputs: not 3.0."""
    outer = _small_model()
    inner = _node("keras.src.models.functional", "Functional", _small_model() | {"name": "inner"}, "start")
    try:
        return _makes_model(outer | {"layers": [*outer["layers"], inner], "output_layers": [["inner", 1, 0]]})
    except IndexError:
        return False


def _makes_model(config: dict[str, Any]) -> bool:
    with names_given_back():
        return isinstance(tf.keras.Model.from_config(config), tf.keras.Model)


def _small_model() -> dict[str, Any]:
    """The config of a functional model of Keras 3: one layer, called on an input."""
    start = {"name": "start", "batch_shape": [None, 1], "dtype": "float32"}
    layers = [
        _node("keras.layers", "InputLayer", start),
        _node("keras.layers", "Flatten", {"name": "layer"}, "start"),
    ]
    ends = {"input_layers": [["start", 0, 0]], "output_layers": [["layer", 0, 0]]}
    return {"name": "model", "layers": layers, **ends}


def _node(module: str, class_name: str, config: dict[str, Any], *inputs: str) -> dict[str, Any]:
    """A layer of such a model, called on what comes out of others."""
    tensors = [{"shape": [None, 1], "dtype": "float32", "keras_history": [name, 0, 0]} for name in inputs]
    args = [{"class_name": "__keras_tensor__", "config": tensor} for tensor in tensors]
    return {
        "module": module,
        "class_name": class_name,
        "registered_name": None,
        "config": config,
        "name": config["name"],
        "inbound_nodes": [{"args": args, "kwargs": {}}] if args else [],
    }


@functools.cache
def takes_output_padding_of_zero() -> bool:
    """Whether a transposed convolution may be told to pad its output by nothing: not Keras 3.0 to 3.10."""
    try:
        with names_given_back():
            return bool(tf.keras.layers.Conv1DTranspose(1, 1, output_padding=0))
    except ValueError:
        return False


@functools.cache
def keeps_masks_of_several() -> bool:
    """Whether Keras sees the masks of several tensors that a layer is called on: not Keras 3.0 to 3.3."""
    with names_given_back():
        words = _masked_words()
        return mask_of(tf.keras.layers.Add()([words, words])) is not None


@functools.cache
def passes_given_masks_on() -> bool:
    """Whether what a layer gives has the mask that the layer was given by name: Keras 3.11 and later."""
    with names_given_back():
        layer = tf.keras.layers.TimeDistributed(tf.keras.layers.Identity())
        return mask_of(layer(tf.keras.Input((2, 1)), mask=mask_of(_masked_words()))) is not None


def _masked_words() -> Any:
    return tf.keras.layers.Embedding(2, 1, mask_zero=True)(tf.keras.Input((2,)))


def mask_of(tensor: Any) -> Any:
    """The mask that Keras put on a tensor, `None` on one without."""
    return getattr(tensor, "_keras_mask", None)


def layers_found_by_name() -> Collection[str]:
    """The names of which Keras 2 makes a layer without being told a module; Keras 3 makes none."""
    if is_keras_3():
        return ()
    serialization = _source("layers.serialization")
    serialization.populate_deserializable_objects()
    return serialization.LOCAL.ALL_OBJECTS


def safe_mode_scope(safe_mode: bool) -> Any:
    """A block in which Keras refuses Python code in configs, or runs it: Keras 2.13 and later."""
    return _source("saving.serialization_lib").SafeModeScope(safe_mode)


def scope_objects() -> dict[str, Any]:
    """The custom objects of this thread's `custom_object_scope`."""
    if is_keras_3():
        return _source("backend.common.global_state").get_global_attribute(SCOPE, {})
    return _source("saving.object_registration")._THREAD_LOCAL_CUSTOM_OBJECTS.__dict__


def registered_objects() -> dict[str, Any]:
    """The custom objects that Keras finds by itself: process-wide ones, and before them the scope's."""
    return {**tf.keras.utils.get_custom_objects(), **scope_objects()}


@contextlib.contextmanager
def before_process_wide(custom_objects: Mapping[str, Any]) -> Iterator[None]:
    """A block in which process-wide custom objects that have one of these names are set aside.

    Keras 3 looks at process-wide ones first where it reads what is inside of an object.
    """
    objects = tf.keras.utils.get_custom_objects()
    aside = {k: v for k, v in objects.items() if custom_objects.get(k, v) is not v}
    for name in aside:
        del objects[name]
    try:
        yield
    finally:
        objects.update(aside)


def custom_object(name: str | None, custom_objects: dict[str, Any]) -> Any:
    """The object that a user gave a name: in `custom_objects`, a scope, or process-wide."""
    if name in custom_objects:
        return custom_objects[name]
    return _registered_object()(name)


@functools.cache
def _registered_object() -> Callable[[str | None], Any]:
    # `tf.keras` is slow to look into.
    return tf.keras.utils.get_registered_object


def serialize(value: Any) -> Any:
    """What Keras writes for an object or a value."""
    return tf.keras.utils.serialize_keras_object(value)


def deserialize_value(value: Any) -> Any:
    """An argument as Keras wrote it: an array or a `SeedGenerator` from its config, others as is.

    Raises:
        ValueError: If it is the config of something else, which might run a stranger's code.
    """
    if not isinstance(value, dict):
        return value
    if value.get("class_name") not in VALUE_CLASSES or foreign_module(value):
        raise ValueError(
            f"An initializer's argument may be one of {', '.join(sorted(VALUE_CLASSES))} or a plain "
            f"value. Received: {value}"
        )
    return tf.keras.utils.deserialize_keras_object(value)


def deserialize(config: dict[str, Any], objects: dict[str, Any]) -> Any:
    """Reads a config by Keras' own deserialization.

    Args:
        config: Dict with `class_name` and `config`; it is left as it is.
        objects: The classes and functions that names in it stand for, before any other.

    Returns:
        The object.
    """
    config = _copied(config)
    with tf.keras.utils.custom_object_scope({**scope_objects(), **objects}):
        if is_keras_3() or "module" in config:
            return tf.keras.utils.deserialize_keras_object(config)
        return tf.keras.utils.legacy.deserialize_keras_object(config, module_objects={})


def _copied(config: Any) -> Any:
    """A config's own dicts and lists anew; what they hold may be arrays, and is kept."""
    if isinstance(config, dict):
        return {key: _copied(value) for key, value in config.items()}
    return [_copied(value) for value in config] if isinstance(config, list) else config
