"""HDF5 files with other links, attributes and arrays than Keras writes."""

import contextlib

import h5py
import numpy as np

from saved_models.fuzzed_configs import CONTROL


def changed_h5(data, choose, folder):
    """Returns an HDF5 file with another structure: other links, attributes and arrays."""
    path = folder / "change.h5"
    path.write_bytes(data)
    with h5py.File(path, "r+") as file:
        groups, arrays = [file], []
        file.visititems(lambda _, found: (groups if isinstance(found, h5py.Group) else arrays).append(found))
        for _ in range(choose.choice((1, 1, 3))):
            group = choose.choice(groups)
            with contextlib.suppress(RuntimeError, ValueError, LookupError, TypeError, OSError):
                choose.choice(CHANGES)(choose, group, groups, arrays)
    return path.read_bytes()


def _other_name(choose, group, groups, arrays):
    group[choose.choice(("a", "vars", "cell", "layers", "0"))] = choose.choice(groups + arrays)


def _link(choose, group, groups, arrays):
    name = choose.choice(list(group))
    del group[name]
    links = (h5py.SoftLink("/"), h5py.SoftLink("/nowhere"), h5py.ExternalLink("other.h5", "/"))
    group[name] = choose.choice(links)


def _removed(choose, group, groups, arrays):
    del group[choose.choice(list(group))]


def _moved(choose, group, groups, arrays):
    name = choose.choice(list(group))
    # `Group.move` crashes on links that another change has put there.
    group[choose.choice(("x", "²", "a\nb", "vars", "0"))] = group[name]
    del group[name]


def _replaced(choose, group, groups, arrays):
    array = choose.choice(arrays)
    name, parent = array.name, array.parent
    del parent[name]
    how = choose.randrange(7)
    if how == 0:
        parent.create_dataset(name, (10**6, 10**6), "f4", chunks=(1000, 1000))
    elif how == 1:
        parent.create_dataset(name, (10**6, 10**7), "f4", external=[("no.bin", 0, h5py.h5f.UNLIMITED)])
    elif how == 2:
        parent.create_dataset(name, (10**4, 10**3), "i1", data=np.zeros((10**4, 10**3)), compression="gzip")
    else:
        parent[name] = (b"text", "text", np.float64(1), np.array([b"ab"]), np.zeros((3, 0)))[
            choose.randrange(5)
        ]


def _attribute(choose, group, groups, arrays):
    group = choose.choice([one for one in groups if len(one.attrs)])
    name = choose.choice(list(group.attrs))
    value = np.asarray(group.attrs[name])
    del group.attrs[name]
    others = (
        b"x",
        "9" * 5000,
        1,
        -1,
        2.5,
        [1, 2],
        [b"a"] * 1000,
        b"\xff",
        h5py.Empty("f4"),
        value[::-1],
        value,
    )
    group.attrs[choose.choice((name, name, f"{name}0", "nb_layers", "layer_names"))] = choose.choice(others)


def _attributes(choose, group, groups, arrays):
    group.attrs[choose.choice(("nb_layers", "nb_params", "layer_names", "weight_names"))] = choose.choice(
        (1, 10**5, 10**12, -1, [b"vars"] * 5, "x")
    )


def _names(choose, group, groups, arrays):
    """Lists other layers or weights: some twice, in another order, that are not there, or too many."""
    lists = [(one, key) for one in groups for key in one.attrs if key in ("layer_names", "weight_names")]
    group, key = choose.choice(lists)
    names = list(np.ravel(group.attrs[key]))
    others = (
        names * 2, names[::-1], names[1:], [*names, b"nowhere"], [*names, b".."], [*names, b"/"], names * 300,
        [b"\xff"], [CONTROL.encode()], [[b"a"], [b"b"]], np.zeros(3), [*names, b""], [b"../" * 50],
    )  # fmt: skip
    del group.attrs[key]
    group.attrs[key] = choose.choice(others)


def _pieces(choose, group, groups, arrays):
    """Cuts an attribute as Keras does a long one, into pieces of which some are missing or no text."""
    file = group.file
    key, holder = choose.choice((("model_config", file), ("layer_names", file.get("model_weights", file))))
    value = holder.attrs[key]
    del holder.attrs[key]
    text = value.encode() if isinstance(value, str) else value
    pieces = np.array_split(text, 3) if isinstance(text, np.ndarray) else [text[:50], text[50:90], text[90:]]
    pieces[choose.randrange(3)] = choose.choice(
        (pieces[0], b"", 3, np.zeros(2), [b"x", b"y"], h5py.Empty("f4"))
    )
    for number, piece in enumerate(pieces):
        holder.attrs[f"{key}{number + choose.choice((0, 0, 0, 1))}"] = piece


CHANGES = (
    _other_name, _link, _removed, _moved, _replaced, _attribute, _attributes, _names, _names, _pieces,
)  # fmt: skip
