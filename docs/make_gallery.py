"""Makes the gallery: docs/gallery.md and its pictures in docs/gallery, one for each initializer and more.

`python docs/make_gallery.py`, with Keras 3 and matplotlib, from the repository's root.
"""

import inspect
import pathlib
import re
import shutil
from typing import Any, NamedTuple

import keras_inits
from keras_inits.initializers import registry
from keras_inits.summaries import describing, plotting, shown_defaults

FOLDER = pathlib.Path(__file__).parent
PAGE, PICTURES = FOLDER / "gallery.md", FOLDER / "gallery"
# What is shown of a class besides its defaults: its arguments, and the shape and dtype if not the usual.
FURTHER: dict[str, tuple[dict[str, Any], ...]] = {
    "Constant": ({"value": 0.5},),
    "Orthogonal": ({"shape": (3, 3, 64, 128)},),
    "HeNormal": ({"shape": (3, 3, 64, 128)},),
    "RandomUniform": ({"minval": 0, "maxval": 10, "dtype": "int32"},),
    "TruncatedNormal": ({"lower": 0.0, "upper": 3.0},),
    "VarianceScaling": (
        {"mode": "fan_avg", "distribution": "uniform", "gain": "relu"},
        {"mode": "fan_out", "distribution": "untruncated_normal"},
        {"dtype": "complex64"},
    ),
}
_SECTION = r"^(?:Args|Raises|Returns|Examples?|Source):"
_SHORTCUT = r"Also available via the shortcut functions?\b.*?`\.\s+"
_HEAD = """\
# The initializers in pictures

What each initializer of `keras_inits` draws: on the left the values it drew (blue) and those that its formula
asks for (orange), on the right the singular values of the weight, seen as the matrix of all its axes but the
last against the last. The seed is 7 throughout, so that `keras-inits show NAME` gives the same picture in
letters, and `keras-inits show NAME --svg FILE` the same file.

This page and its pictures are made by `python docs/make_gallery.py`, out of the registry and the docstrings.

"""


class Picture(NamedTuple):
    """One picture of the gallery.

    Args:
        title: What stands above it.
        file: Its name.
        facts: What it shows.
    """

    title: str
    file: str
    facts: describing.Description


class Docstring(NamedTuple):
    """What the gallery says of an initializer.

    Args:
        summary: Its docstring's first line.
        description: What that says before its sections, the formula above all.
        source: Its source.
    """

    summary: str
    description: str
    source: str


def main() -> None:
    """Writes the page and its pictures."""
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir()
    classes = registered_classes()
    contents = " · ".join(f"[{name}](#{name.lower()})" for name in classes)
    sections = [_section(name, cls) for name, cls in classes.items()]
    PAGE.write_text("".join([f"{_HEAD}{contents}\n\n", *sections]).rstrip() + "\n", encoding="utf-8")


def registered_classes() -> dict[str, type]:
    """The initializers of the registry by their names, each once, in alphabetical order."""
    classes = {cls.__name__: cls for cls in registry.objects_of_mode(v2=True).values()}
    return {name: classes[name] for name in sorted(classes) if classes[name] is not keras_inits.Initializer}


def _section(name: str, cls: type) -> str:
    said = documented(cls)
    examples = enumerate(({}, *FURTHER.get(name, ())))
    pictures = [_picture(cls, number, **example) for number, example in examples]
    shown = [f"![{picture.title}](gallery/{picture.file})" for picture in pictures]
    parts = (f"## {name}", said.summary, said.description, *shown, said.source and f"Source: {said.source}")
    return "".join(f"{part}\n\n" for part in parts if part)


def _picture(cls: type, number: int, shape: Any = None, dtype: Any = None, **arguments: Any) -> Picture:
    initializer = shown_defaults.seeded(cls(**arguments))
    shape = shown_defaults.usual_shape(initializer) if shape is None else shape
    facts = describing.described(initializer, shape, dtype)
    title = f"{facts.name}: {describing.details_of(facts)}"
    file = f"{cls.__name__}{f'_{number}' if number else ''}.svg"
    plotting.save(plotting.figure_of(facts), PICTURES / file)
    return Picture(title, file, facts)


def documented(cls: type) -> Docstring:
    """What the gallery says of a class."""
    text = inspect.getdoc(cls)
    summary, _, rest = text.partition("\n\n")
    description = re.split(r"^(?:Args|Raises|Returns|Examples?|Source):", rest, maxsplit=1, flags=re.M)[0]
    description = re.sub(
        r"Also available via the shortcut functions?\b.*?`\.\s+", "", description, flags=re.S
    )
    _, _, source = text.partition("\nSource: ")
    return Docstring(summary, description.strip(), " ".join(source.split()))


if __name__ == "__main__":
    main()
