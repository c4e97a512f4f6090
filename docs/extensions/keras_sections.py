"""griffe's extension that reads docstrings as Keras writes them.

Keras does not indent what is under `Example:` and `Examples:`, and ends with a line `Source: ...`; griffe
takes neither for a section. An initializer's docstring is that of its class at run time: what several say
alike is filled in when a class is registered.
"""

import inspect
import re

import griffe

EXAMPLE = re.compile(r"^Examples?:\n\n((?:.+\n|\n(?=>>> ))+)", re.M)
SOURCE = re.compile(r"^Source: ", re.M)


def with_sections(docstring):
    """A docstring whose examples are indented under `Examples:`, and whose source stands out."""

    def indented(match):
        lines = match[1].rstrip().splitlines()
        return "Examples:\n" + "\n".join(f"    {line}".rstrip() for line in lines) + "\n"

    return SOURCE.sub("**Source:** ", EXAMPLE.sub(indented, f"{docstring}\n")).strip()


class KerasSections(griffe.Extension):
    """Rewrites the docstring of each object that is read."""

    def on_object(self, *, obj, **_):
        """Is called by griffe with each object."""
        if not obj.docstring:
            return
        if obj.is_class and obj.path.startswith("keras_inits.initializers."):
            obj.docstring.value = inspect.getdoc(griffe.dynamic_import(obj.path))
        obj.docstring.value = with_sections(obj.docstring.value)
