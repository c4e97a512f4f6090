"""griffe's extension that reads docstrings as Keras writes them.

Keras does not indent what is under `Example:` and `Examples:`, and ends with a line `Source: ...`; griffe
takes neither for a section. What several docstrings say alike is filled in here too, as the registry does it.
"""

import re

import griffe

from keras_inits.initializers.shared_docs import filled_in

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
        if obj.docstring:
            obj.docstring.value = with_sections(filled_in(obj.docstring.value))
