"""Architectures in YAML, as `to_yaml` wrote them until Keras 2.6; nothing is made of them but plain values.

Keras wrote with `yaml.dump`, which has tags for Python's tuples, for the strings of Python 2 and, in
a hostile file, for anything else. Only the first two are known here; the others are errors.
"""

import json
import os
import re
from typing import Any

import yaml

from keras_inits.keras_compat.error_text import in_a_line
from keras_inits.saved_models.files import config_trees, limits
from keras_inits.saved_models.files.config_trees import Written

# Keras wrote the keys of an architecture in alphabetical order, `backend` and this first.
_KEY = re.compile(rb"^class_name:", re.M)

_YAML = "tag:yaml.org,2002:"
_PYTHON = f"{_YAML}python/"
# What libyaml tells of when a value or a key begins.
_VALUES = (yaml.ScalarEvent, yaml.AliasEvent, yaml.CollectionStartEvent)


# With libyaml, if PyYAML was built with it.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ArchitectureLoader(_Loader):
    """PyYAML's safe loader, with tuples as lists, the strings of Python 2, and without merge keys."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, Any]:
        """Makes a dict whose keys are texts, as JSON has them.

        Numbers can be chosen so that a dict takes the longer for each the more there are.
        """
        if not isinstance(node, yaml.MappingNode):
            raise yaml.constructor.ConstructorError(None, None, "not a mapping", node.start_mark)
        return {
            _text(self.construct_object(key, deep=True)): self.construct_object(value, deep)
            for key, value in node.value
        }

    def flatten_mapping(self, node: Any) -> None:
        """Leaves merge keys (`<<`) alone, which can double a mapping with each line: an error later."""


def recognizes(head: bytes, path: str) -> bool:
    """Returns whether a file's first bytes have a key of an architecture in YAML."""
    return bool(_KEY.search(head))


def read(path: str) -> Written:
    """Reads a model's version, backend and config out of what `to_yaml` wrote until Keras 2.6."""
    config_trees.check_size(os.path.getsize(path), "the YAML", limits.YAML_BYTES)
    with open(path, "rb") as file:
        data = file.read(limits.YAML_BYTES)
    try:
        value = _load(data)
        config_trees.check_tree(value)
        text = json.dumps(value)
    # PyYAML raises the last two for a value that is not what its tag says.
    except (yaml.YAMLError, ValueError, TypeError, OverflowError, IndexError, KeyError) as error:
        raise ValueError(f"not YAML, or more than plain values: {in_a_line(error)}") from error
    return config_trees.architecture(config_trees.parse(text.encode()), "YAML")


def _load(data: bytes) -> Any:
    """Reads YAML.

    Returns:
        Its lists, dicts and plain values; those that have several names are in several places.

    Raises:
        YAMLError: It is no YAML, or has values that are not plain.
        ValueError: It is not UTF-8, nested too deep, has directives, or a value is not what its tag says.
    """
    # Keras wrote none, and libyaml compares each with all before it.
    if any(line.lstrip("\ufeff").startswith("%") for line in data.decode().splitlines()):
        raise ValueError("a directive, a line that begins with '%'")
    # Looked at first, for libyaml crashes on what is nested too deep, and what is made takes far more memory.
    level = values = 0
    for event in yaml.parse(data, ArchitectureLoader):
        level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        values += isinstance(event, _VALUES)
        if level > limits.CONFIG_DEPTH:
            raise ValueError(f"nested deeper than {limits.CONFIG_DEPTH}")
        if values > limits.YAML_VALUES:
            raise ValueError(f"more than {limits.YAML_VALUES} values")
    return yaml.load(data, ArchitectureLoader)


def _text(key: Any) -> str:
    """Returns a mapping's key as JSON has it: `1` as `"1"`."""
    if isinstance(key, str):
        return key
    if key is not None and not isinstance(key, (bool, int, float)):
        raise ValueError(f"a key that is a {type(key).__name__}")
    return json.dumps(key)


def _whole_number(loader: Any, node: Any) -> int:
    digits = len(loader.construct_scalar(node))
    if digits > limits.YAML_DIGITS:
        raise ValueError(f"a number of {digits} digits")
    return loader.construct_yaml_int(node)


ArchitectureLoader.add_constructor(
    f"{_PYTHON}tuple", lambda loader, node: loader.construct_sequence(node, deep=True)
)
# Keras wrote no dates: what looks like one is a text.
for _tag in (f"{_PYTHON}unicode", f"{_PYTHON}str", f"{_YAML}timestamp"):
    ArchitectureLoader.add_constructor(_tag, ArchitectureLoader.construct_scalar)
for _tag in (f"{_PYTHON}int", f"{_PYTHON}long", f"{_YAML}int"):
    ArchitectureLoader.add_constructor(_tag, _whole_number)
# Nor any of these, which JSON does not have.
for _kind in ("pairs", "omap", "set", "binary"):
    ArchitectureLoader.add_constructor(f"{_YAML}{_kind}", ArchitectureLoader.construct_undefined)
