"""Reads YAML as Keras 1 and 2 wrote it, and makes nothing of it but plain values.

Keras wrote with `yaml.dump`, which has tags for Python's tuples, for the strings of Python 2 and, in
a hostile file, for anything else. Only the first two are known here; the others are errors.
"""

from typing import Any

import yaml

from keras_inits.saved_models.files import limits

_YAML = "tag:yaml.org,2002:"
_PYTHON = f"{_YAML}python/"


class ArchitectureLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """PyYAML's safe loader, with tuples as lists, the strings of Python 2, and without merge keys."""

    def flatten_mapping(self, node: Any) -> None:
        """Leaves merge keys (`<<`) alone, which can double a mapping with each line: an error later."""


def load(data: bytes) -> Any:
    """Reads YAML.

    Returns:
        Its lists, dicts and plain values; those that have several names are in several places.

    Raises:
        YAMLError: It is no YAML, or has values that are not plain.
        ValueError: It is nested too deep, or a value is not what its tag says.
    """
    # Looked at first, for libyaml crashes on what is nested too deep.
    level = 0
    for event in yaml.parse(data, ArchitectureLoader):
        level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if level > limits.CONFIG_DEPTH:
            raise ValueError(f"nested deeper than {limits.CONFIG_DEPTH}")
    return yaml.load(data, ArchitectureLoader)


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
