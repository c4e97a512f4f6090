"""Reads an HDF5 file in the process that `guard` starts: a program of its own.

    trial.py LIBRARY FILE MEMORY SECONDS INFLATION SMALL_ARRAY all|head SYS_PATH...

`LIBRARY` is one that is linked with HDF5's. The exit code is 3, and the reason printed, where the HDF5
library says what is wrong.

Most files are sound, and HDF5 alone starts in 0.02 seconds, NumPy and h5py in 0.2. So its functions are
called without those first. Where that does not come to a good end, h5py reads the file, and says why.
Even `contextlib`, `json` and `typing` would take as long as all the rest, and are not imported.
"""

import ctypes
import os
import sys

TYPE_CHECKING = False  # As `typing` has it, which is not imported.
if TYPE_CHECKING:
    from typing import Any

# The types of HDF5's functions, as `int`, `hid_t`, `const char *`, a pointer, `unsigned` and `hsize_t`.
_INT, _ID, _TEXT, _POINTER, _UNSIGNED, _SIZE = (
    ctypes.c_int, ctypes.c_int64, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint64,
)  # fmt: skip
# What HDF5 calls with each object, link or attribute that it comes to; a negative number ends it.
_VISIT = ctypes.CFUNCTYPE(_INT, _ID, _TEXT, _POINTER, _POINTER)
# The functions that read a file, with their results and their arguments, in HDF5 1.12 and later.
_FUNCTIONS = {
    "H5Aclose": (_INT, _ID),
    "H5Aget_space": (_ID, _ID),
    "H5Aget_type": (_ID, _ID),
    "H5Aiterate2": (_INT, _ID, _INT, _INT, _POINTER, _VISIT, _POINTER),
    "H5Aopen": (_ID, _ID, _TEXT, _ID),
    "H5Aread": (_INT, _ID, _ID, _POINTER),
    "H5Dget_create_plist": (_ID, _ID),
    "H5Dget_space": (_ID, _ID),
    "H5Dget_storage_size": (_SIZE, _ID),
    "H5Dget_type": (_ID, _ID),
    "H5Dread": (_INT, _ID, _ID, _ID, _ID, _ID, _POINTER),
    "H5Eset_auto2": (_INT, _ID, _POINTER, _POINTER),
    "H5Fclose": (_INT, _ID),
    "H5Fopen": (_ID, _TEXT, _UNSIGNED, _ID),
    "H5Iget_type": (_INT, _ID),
    "H5Literate2": (_INT, _ID, _INT, _INT, _POINTER, _VISIT, _POINTER),
    "H5Oclose": (_INT, _ID),
    "H5Oopen": (_ID, _ID, _TEXT, _ID),
    "H5Ovisit3": (_INT, _ID, _INT, _INT, _VISIT, _POINTER, _UNSIGNED),
    "H5Pget_external_count": (_INT, _ID),
    "H5Pget_layout": (_INT, _ID),
    "H5Pclose": (_INT, _ID),
    "H5Sclose": (_INT, _ID),
    "H5Sget_simple_extent_npoints": (_ID, _ID),
    "H5Tclose": (_INT, _ID),
    "H5Tget_class": (_INT, _ID),
    "H5Tget_size": (_SIZE, _ID),
    "H5Tis_variable_str": (_INT, _ID),
}
# Numbers of HDF5's headers.
_BY_NAME, _NATIVE_ORDER, _BASIC_INFO, _DEFAULT, _ALL = 0, 2, 1, 0, 0
_A_DATASET, _CHUNKED, _VIRTUAL, _PLAIN_NUMBERS, _A_TEXT = 5, 2, 3, (0, 1), 3


def reads_all(library: str, path: str, inflation: int, small_array: int, arrays: bool) -> bool:
    """Returns whether HDF5 itself reads a file's attributes, and what is in its groups too."""
    name = path.encode(sys.getfilesystemencoding(), "surrogateescape")
    texts = _Texts(path)
    try:
        hdf5 = _functions(library)
        hdf5["H5Eset_auto2"](_DEFAULT, None, None)  # It would print what is wrong.
        with _Open(hdf5, "H5F", hdf5["H5Fopen"](name, 0, _DEFAULT)) as file:

            def visit(_: int, name: bytes, *rest: object) -> None:
                with _Open(hdf5, "H5O", hdf5["H5Oopen"](file, name, _DEFAULT)) as found:
                    _read_attributes(hdf5, found, texts)
                    if hdf5["H5Iget_type"](found) == _A_DATASET:
                        _read_array(hdf5, found, inflation, small_array)

            if arrays:
                hdf5["H5Ovisit3"](file, _BY_NAME, _NATIVE_ORDER, _visitor(visit), None, _BASIC_INFO)
            else:
                _read_attributes(hdf5, file, texts)
                hdf5["H5Literate2"](file, _BY_NAME, _NATIVE_ORDER, None, _visitor(lambda *_: None), None)
    except (AttributeError, MemoryError, OSError, ValueError):
        if texts.are_shared:  # Which no exception says that has come through C.
            texts.count(0)
        return False
    return True


class SharedTexts(Exception):
    """A file's texts have more bytes than the file: many are one, which each reader would copy."""


class _Texts:
    """Counts the bytes of texts in attributes, which are all in the file."""

    def __init__(self, path: str) -> None:
        self._left = os.path.getsize(path)
        self.are_shared = False

    def count(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            self.are_shared = True
            raise SharedTexts("the texts in its attributes have more bytes than the file")


class _Open:
    """Closes what HDF5 opened: where it ends with something open, it may crash."""

    def __init__(self, hdf5: dict, kind: str, opened: int) -> None:
        self._close, self._opened = hdf5[f"{kind}close"], opened

    def __enter__(self) -> int:
        return self._opened

    def __exit__(self, *error: object) -> None:
        self._close(self._opened)


def _functions(library: str) -> dict:
    """Returns HDF5's functions, which raise an `OSError` where they fail."""
    loaded = ctypes.CDLL(library)

    def checked(result: int, function: "Any", arguments: tuple) -> int:
        if result < 0:
            raise OSError(function.__name__)
        return result

    functions = {}
    for name, (result, *arguments) in _FUNCTIONS.items():
        function = getattr(loaded, name)
        function.restype, function.argtypes, function.errcheck = result, arguments, checked
        functions[name] = function
    return functions


def _visitor(visit: "Any") -> "Any":
    """Returns a function for HDF5 to call, which ends the visits where one fails."""

    def called(*arguments: object) -> int:
        try:
            visit(*arguments)
        except Exception:  # None would reach the caller through C.
            return -1
        return 0

    return _VISIT(called)


def _read_attributes(hdf5: dict, found: int, texts: _Texts) -> None:
    def visit(_: int, name: bytes, *rest: object) -> None:
        with (
            _Open(hdf5, "H5A", hdf5["H5Aopen"](found, name, _DEFAULT)) as attribute,
            _Open(hdf5, "H5T", hdf5["H5Aget_type"](attribute)) as kind,
            _Open(hdf5, "H5S", hdf5["H5Aget_space"](attribute)) as space,
        ):
            values = _room(hdf5, kind, space)
            hdf5["H5Aread"](attribute, kind, values)
            if hdf5["H5Tget_class"](kind) == _A_TEXT and hdf5["H5Tis_variable_str"](kind):
                count = hdf5["H5Sget_simple_extent_npoints"](space)
                for text in (_TEXT * count).from_buffer(values):
                    texts.count(len(text or b""))

    hdf5["H5Aiterate2"](found, _BY_NAME, _NATIVE_ORDER, None, _visitor(visit), None)


def _read_array(hdf5: dict, found: int, inflation: int, small_array: int) -> None:
    with (
        _Open(hdf5, "H5P", hdf5["H5Dget_create_plist"](found)) as plan,
        _Open(hdf5, "H5T", hdf5["H5Dget_type"](found)) as kind,
    ):
        layout = hdf5["H5Pget_layout"](plan)
        # To find a virtual array's shape, HDF5 would open the other files.
        if layout == _VIRTUAL or hdf5["H5Pget_external_count"](plan):
            return
        # Numbers that lie in the file as they are cannot lead the library astray.
        if layout != _CHUNKED and hdf5["H5Tget_class"](kind) in _PLAIN_NUMBERS:
            return
        with _Open(hdf5, "H5S", hdf5["H5Dget_space"](found)) as space:
            size = _size(hdf5, kind, space)
            # No array unpacks to more.
            if size <= inflation * hdf5["H5Dget_storage_size"](found) + small_array:
                hdf5["H5Dread"](found, kind, _ALL, _ALL, _DEFAULT, _room(hdf5, kind, space))


def _size(hdf5: dict, kind: int, space: int) -> int:
    """Returns how many bytes values take in memory, but for texts of any length."""
    return hdf5["H5Sget_simple_extent_npoints"](space) * hdf5["H5Tget_size"](kind)


def _room(hdf5: dict, kind: int, space: int) -> "Any":
    """Returns the memory that values are read into."""
    return ctypes.create_string_buffer(max(_size(hdf5, kind, space), 1))


def read_with_h5py(path: str, inflation: int, small_array: int, arrays: bool) -> None:
    """Reads a file's attributes, and what is in its groups too, as the package will."""
    # By now there is a path to it.
    import h5py

    texts = _Texts(path)

    def visit(found: "Any") -> None:
        for name in found.attrs if h5py.h5a.get_num_attrs(found.id) else ():
            value = found.attrs[name]
            if h5py.check_string_dtype(found.attrs.get_id(name).dtype):
                texts.count(sum(map(len, value.ravel() if hasattr(value, "ravel") else [value])))
        if not isinstance(found, h5py.Dataset) or found.external or found.is_virtual:
            return
        if found.chunks is None and found.dtype.kind in "fiu":
            return
        if found.shape and found.nbytes <= inflation * found.id.get_storage_size() + small_array:
            found[()]

    with h5py.File(path, "r") as file:
        visit(file)
        if arrays:
            h5py.h5o.visit(file.id, lambda name: visit(_opened(h5py, h5py.h5o.open(file.id, name))))
        else:
            list(file)


def _opened(h5py: "Any", found: "Any") -> "Any":
    """Returns what the library has opened as h5py shows it."""
    kinds = {h5py.h5g.GroupID: h5py.Group, h5py.h5d.DatasetID: h5py.Dataset}
    return kinds.get(type(found), h5py.Datatype)(found)


def _bound(name: str, limit: int) -> None:
    try:
        import resource

        kind = getattr(resource, name)
        # The hard limit stays: reaching it is another signal.
        resource.setrlimit(kind, (limit, resource.getrlimit(kind)[1]))
    except (ImportError, AttributeError, ValueError, OSError):
        pass  # Windows can bound nothing, and macOS no memory.


def main(
    library: str, path: str, memory: int, seconds: int, inflation: int, small_array: int, *, arrays: bool
) -> None:
    """Reads a file within bounds of memory and of time on a processor."""
    _bound("RLIMIT_AS", memory)
    _bound("RLIMIT_CPU", seconds)
    if not reads_all(library, path, inflation, small_array, arrays):
        read_with_h5py(path, inflation, small_array, arrays)


if __name__ == "__main__":
    library, file, *numbers, which = sys.argv[1:8]
    sys.path[:] = sys.argv[8:]
    try:
        main(library, file, *map(int, numbers), arrays=which == "all")
    except ImportError:
        raise  # The trial itself does not work, which says nothing about the file.
    except Exception as error:
        print(str(error).splitlines()[0] if str(error) else type(error).__name__)
        sys.exit(3)
