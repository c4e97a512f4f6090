"""Gives layers that look up words the vocabularies that they learnt, which a `.keras` file keeps apart."""

import contextlib
import dataclasses
import functools
import os
import zipfile
from collections.abc import Iterator
from typing import Any

import h5py

from keras_inits.saved_models.config.origin import Origin
from keras_inits.saved_models.config.plans import Plan
from keras_inits.saved_models.files import config_trees, limits, stored, zip_entries
from keras_inits.saved_models.weights import moving


def restore(model: Any, plan: Plan, origin: Origin, weights: stored.Stored, path: Any) -> None:
    """Gives a model the vocabularies of a file."""
    saved: dict[tuple[str, str], list[str]] = {}
    with _opened(path) as archive:
        for place, (child, layer) in _lookups(plan, model, origin, archive):
            entry = f"assets/{place}/vocabulary.txt"
            if archive.entries is not None and entry in archive.entries.names:
                with stored.reading(f"{os.fsdecode(path)}: {entry}"):
                    saved[child.identity] = _words(
                        child, archive.entries.read(entry, limits.VOCABULARY_BYTES)
                    )
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


def _words(plan: Plan, content: bytes | None) -> list[Any]:
    """Reads a vocabulary: an entry in each line."""
    if content is None:
        raise stored.StoredWeightsError(
            f"the vocabulary of layer {plan.saved_name!r} has more than {limits.VOCABULARY_BYTES} bytes"
        )
    try:
        words = content.decode().split("\n")
        config_trees.check_words(words)
        return [int(word) for word in words] if plan.class_name == "IntegerLookup" else words
    except config_trees.TooLargeError as error:
        raise stored.StoredWeightsError(f"layer {plan.saved_name!r}: {error}") from None
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


@dataclasses.dataclass(frozen=True)
class _Archive:
    """The files in a `.keras` file.

    Attributes:
        entries: What is in it; `None` of another file.
    """

    entries: zip_entries.Entries | None

    @functools.cached_property
    def _folders(self) -> frozenset[str]:
        names = self.entries.names if self.entries is not None else ()
        folders = {f"{name.rpartition('/')[0]}/" for name in names}
        return frozenset(
            folder[: end + 1] for folder in folders for end, sign in enumerate(folder) if sign == "/"
        )

    def has(self, place: str) -> bool:
        """Returns whether there are files of a layer, or of the layers inside it."""
        return f"assets/{place}/" in self._folders


@contextlib.contextmanager
def _opened(path: Any) -> Iterator[_Archive]:
    """Opens a file whose vocabularies stand next to the weights, if it is one."""
    if h5py.is_hdf5(path) or not zipfile.is_zipfile(path):
        yield _Archive(None)
        return
    with zip_entries.opened(path) as entries:
        yield _Archive(entries)
