"""Reads an HDF5 file in the process that `guard` starts: a program of its own, which imports h5py alone.

    trial.py SYS_PATH FILE MEMORY SECONDS INFLATION SMALL_ARRAY all|head

`SYS_PATH` is JSON. The exit code is 3, and the reason printed, where the HDF5 library says what is wrong.
"""

import json
import sys
from typing import Any


def main(path: str, memory: int, seconds: int, inflation: int, small_array: int, arrays: bool) -> None:
    """Reads a file's attributes, and what is in its groups too."""
    # By now there is a path to it.
    import h5py

    _bound("RLIMIT_AS", memory)
    _bound("RLIMIT_CPU", seconds)

    def visit(found: Any) -> None:
        for name in found.attrs if h5py.h5a.get_num_attrs(found.id) else ():
            found.attrs[name]
        if not isinstance(found, h5py.Dataset) or found.external or found.is_virtual:
            return
        # Numbers that lie in the file as they are cannot lead the library astray.
        if found.chunks is None and found.dtype.kind in "fiu":
            return
        # No array unpacks to more.
        if found.shape and found.nbytes <= inflation * found.id.get_storage_size() + small_array:
            found[()]

    with h5py.File(path, "r") as file:
        visit(file)
        if arrays:
            h5py.h5o.visit(file.id, lambda name: visit(_opened(h5py, h5py.h5o.open(file.id, name))))
        else:
            list(file)


def _opened(h5py: Any, found: Any) -> Any:
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


if __name__ == "__main__":
    sys.path[:] = json.loads(sys.argv[1])
    try:
        main(sys.argv[2], *map(int, sys.argv[3:7]), sys.argv[7] == "all")
    except ImportError:
        raise  # The trial itself does not work, which says nothing about the file.
    except Exception as error:
        print(str(error).splitlines()[0] if str(error) else type(error).__name__)
        sys.exit(3)
