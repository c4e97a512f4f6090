"""Gives layers that look up words the vocabularies that they learnt, which a `.keras` file keeps apart."""

import os
import zipfile
from collections.abc import Iterator
from typing import Any

import h5py

from keras_inits.saved_models.config.origin import Origin
from keras_inits.saved_models.config.plans import Plan
from keras_inits.saved_models.files import limits, stored
from keras_inits.saved_models.weights import moving


def restore(model: Any, plan: Plan, origin: Origin, weights: stored.Stored, path: Any) -> None:
    """Gives a model the vocabularies of a file."""
    archive = _Archive(path)
    saved: dict[tuple[str, str], list[str]] = {}
    for place, (child, layer) in _lookups(plan, model, origin, archive):
        entry = f"assets/{place}/vocabulary.txt"
        if entry in archive.entries:
            saved[child.identity] = _words(child, archive.read(entry))
        if child.identity not in saved:
            raise moving.WeightsError(
                f"layer {child.saved_name!r}: the vocabulary that it learnt is neither in its config nor "
                "next to the weights; make the layer again with it"
            )
        _set(layer, saved[child.identity], place, weights.tree)


def _lookups(
    plan: Plan, model: Any, origin: Origin, archive: "_Archive"
) -> Iterator[tuple[str | None, tuple[Plan, Any]]]:
    """Finds the layers whose vocabulary is not in their config."""
    for place, part in moving.paths(plan, model, origin, archive.has):
        if part[0].class_name in moving.LOOKUPS and part[0].config.get("vocabulary") is None:
            yield place, part


def _words(plan: Plan, content: bytes) -> list[Any]:
    """Reads a vocabulary: an entry in each line."""
    try:
        words = content.decode().split("\n")
        return [int(word) for word in words] if plan.class_name == "IntegerLookup" else words
    except ValueError as error:
        raise stored.StoredWeightsError(f"the vocabulary of layer {plan.saved_name!r} is damaged") from error


def _set(layer: Any, words: list[Any], place: str | None, tree: stored.Group | None) -> None:
    """Sets a vocabulary, with its words' weights where it has them."""
    lookup = getattr(layer, "_lookup_layer", layer)
    frequencies = f"{place}/vars/idf_weights"
    if (
        lookup.output_mode == "tf_idf"
        and tree is not None
        and place is not None
        and stored.has(tree, frequencies)
    ):
        found = stored.array(tree, frequencies).read()
        lookup.set_vocabulary(words, found[: len(words)])
    else:
        lookup.set_vocabulary(words)


class _Archive:
    """The files in a `.keras` file; none in any other."""

    def __init__(self, path: Any):
        self._path = path
        self.entries: frozenset[str] = frozenset()
        if not h5py.is_hdf5(path) and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                self.entries = frozenset(archive.namelist())
        folders = {f"{entry.rpartition('/')[0]}/" for entry in self.entries}
        self._folders = frozenset(
            folder[: end + 1] for folder in folders for end, sign in enumerate(folder) if sign == "/"
        )

    def has(self, place: str) -> bool:
        """Returns whether there are files of a layer, or of the layers inside it."""
        return f"assets/{place}/" in self._folders

    def read(self, entry: str) -> bytes:
        """Reads a file, of a bounded size."""
        with zipfile.ZipFile(self._path) as archive, archive.open(entry) as file:
            content = file.read(limits.VOCABULARY_BYTES + 1)
        if len(content) > limits.VOCABULARY_BYTES:
            raise stored.StoredWeightsError(f"{os.fsdecode(self._path)}: {entry} unpacks to too much")
        return content
