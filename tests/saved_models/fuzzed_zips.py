"""`.keras` files with another config, other weights, or other members than Keras writes."""

import io
import json
import re
import struct
import warnings
import zipfile

from keras_inits.saved_models.files import hdf5_weights

_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_ENTRY, _DIRECTORY = b"PK\x03\x04", b"PK\x01\x02"
# Where the two sizes of an entry stand, in its head and in the directory.
_SIZES = {_ENTRY: 18, _DIRECTORY: 20}
_NAMES = (
    "../evidence", "/tmp/evidence", "model.weights.h5/x", "assets/../../evidence", "config.json\0x",
    "a\x1b[31m\nb",
    "saved_model.pb", "variables/variables.index", "layers.ckpt.h5", "x" * 60_000,
)  # fmt: skip


def zipped(source, config, inner):
    """Writes a `.keras` file with another config and other weights."""
    return _zip(members(source, config, inner), zipfile.ZIP_DEFLATED)


def members(source, config, inner):
    """Returns the names and contents of the members of a `.keras` file, with others of some of them."""
    with zipfile.ZipFile(source) as old:
        return [
            ("metadata.json", old.read("metadata.json")),
            ("config.json", json.dumps(config).encode(errors="surrogatepass")),
            (hdf5_weights.WEIGHTS_ENTRY, inner or old.read(hdf5_weights.WEIGHTS_ENTRY)),
        ]


def changed(found, choose):
    """Writes a zip file with members that are missing, twice there, too many, or otherwise compressed."""
    found = list(found)
    for _ in range(choose.choice((1, 1, 3))):
        how = choose.randrange(5)
        if how == 0 and found:
            del found[choose.randrange(len(found))]
        elif how == 1 and found:
            found.append(choose.choice(found))
        elif how == 2:
            found.append((choose.choice(_NAMES), choose.choice((b"", b"x", b"\0" * 10**6, b"{}"))))
        elif how == 3:
            found += [(f"{number}", b"") for number in range(choose.choice((10, 2000)))]
        elif found:
            at = choose.randrange(len(found))
            found[at] = (found[at][0], choose.choice((b"", b"null", b"[]", b"\0" * 10**7, b"\xff" * 99)))
    data = _zip(found, choose.choice(_COMPRESSIONS))
    return _with_other_sizes(data, choose) if choose.random() < 0.3 else data


def _zip(found, compression):
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", compression) as new, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Two members of one name are meant.
        for name, content in found:
            new.writestr(name, content)
    return memory.getvalue()


def _with_other_sizes(data, choose):
    """Lies about how large a member is, packed or not, in its head or in the directory."""
    data = bytearray(data)
    signature = choose.choice(sorted(_SIZES))
    places = [found.start() for found in re.finditer(re.escape(signature), data[:-46])]
    if places:
        at = choose.choice(places) + _SIZES[signature] + choose.choice((0, 4))
        data[at : at + 4] = struct.pack("<I", choose.choice((0, 1, 10**6, 2**31, 2**32 - 1)))
    return bytes(data)
