"""SavedModel folders whose files are others than TensorFlow and Keras write, or lie elsewhere."""

import json
import zipfile

from saved_models import fuzzed_checkpoints
from saved_models.fuzzed_configs import edited, flipped, is_plain
from saved_models.fuzzed_messages import changed, fields, replaced

# Where in a `saved_model.pb` something is: in the graph of objects, the signatures, the files of words, the
# graph's operations and functions, and what is said of the whole.
_PLACES = (
    (2, 7), (2, 7, 1), (2, 7, 1), (2, 7, 1, 1), (2, 7, 1, 1), (2, 7, 1, 4), (2, 7, 1, 5), (2, 7, 2), (2, 5),
    (2, 5, 2), (2, 5, 2, 1), (2, 6), (2, 2, 1), (2, 2, 2, 1), (2, 2, 1, 5), (2, 1), (2,), (),
)  # fmt: skip
_METADATA_IN_MODEL, _METADATA_ALONE = (2, 7, 1, 4, 3), (1, 5)
_ASSET_NAME = (2, 6, 2)
_NAMES = (b"../../elsewhere/bait.txt", b"..", b"", b"/etc/hostname", b"words\0.txt", b"a/b", b"\xff")


def change(folder, choose, watch, strange):
    """Changes the files of a SavedModel."""
    for _ in range(choose.choice((1, 1, 2, 4))):
        choose.choice(_CHANGES)(folder, choose, watch, strange)


def zipped(folder, path):
    """Writes a SavedModel as one zip file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in sorted(folder.rglob("*")):
            if is_plain(one):
                archive.write(one, str(one.relative_to(folder.parent)))
    return path


def _model(folder, choose, watch, strange):
    path = folder / "saved_model.pb"
    path.write_bytes(changed(path.read_bytes(), choose, choose.choice(_PLACES)))


def _config(folder, choose, watch, strange):
    """Changes what Keras wrote of an object, in the file that has it."""

    def change(text):
        try:
            value = json.loads(text)
        except ValueError:
            return text
        value = {"metadata": value}
        return json.dumps(edited(value, choose, strange).get("metadata")).encode(errors="replace")

    path = folder / "keras_metadata.pb"
    place = _METADATA_ALONE
    if not is_plain(path):
        path, place = folder / "saved_model.pb", _METADATA_IN_MODEL
    data = path.read_bytes()
    try:
        path.write_bytes(replaced(data, choose, place, change))
    except ValueError:
        path.write_bytes(flipped(data, choose) if data else data)


def _metadata(folder, choose, watch, strange):
    path = folder / "keras_metadata.pb"
    if is_plain(path):
        path.write_bytes(changed(path.read_bytes(), choose, choose.choice(((1,), ()))))


def _asset(folder, choose, watch, strange):
    """Names a file of words that lies elsewhere, or makes one a link."""
    path = folder / "saved_model.pb"
    try:
        fields(path.read_bytes())
        path.write_bytes(replaced(path.read_bytes(), choose, _ASSET_NAME, lambda _: choose.choice(_NAMES)))
    except ValueError:
        return


def _link(folder, choose, watch, strange):
    """Puts a link to elsewhere in the place of a file."""
    # Those two say where the others are: they may be links, as in some stores of models.
    files = [one for one in _files(folder) if one.name != "variables.index"]
    path = choose.choice(files or [folder / "keras_metadata.pb"])
    path.unlink(missing_ok=True)
    watch.link(path, choose)


def _missing(folder, choose, watch, strange):
    if files := _files(folder):
        choose.choice(files).unlink()


def _files(folder):
    """Lists the files next to the `saved_model.pb`, without those that are links by now."""
    return sorted(one for one in folder.rglob("*") if is_plain(one) and one.name != "saved_model.pb")


def _words(folder, choose, watch, strange):
    for path in (folder / "assets").glob("*"):
        if is_plain(path):
            path.write_bytes(choose.choice((b"", b"\xff\xfe", b"\n" * 1000, b"a\na\n", b"\0\n\x1b[31m\n")))


def _checkpoint(folder, choose, watch, strange):
    if is_plain(folder / "variables" / "variables.index"):
        fuzzed_checkpoints.change(folder / "variables" / "variables", choose, watch)


_CHANGES = (
    _model, _model, _model, _config, _config, _config, _metadata, _asset, _link, _missing, _words,
    _checkpoint,
    _checkpoint,
)  # fmt: skip
