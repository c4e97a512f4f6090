import tempfile
import zipfile

import h5py
import numpy as np
import pytest
from environments import needs, wraps_models

from keras_inits.saved_models.files import hdf5_weights, limits, stored
from keras_inits.saved_models.load import load_model
from saved_models.recorded_models import FOLDER, predictions, recorded

SAVED = FOLDER / "2.2.4-flatten_first.h5"


@pytest.fixture
def copied(tmp_path):
    path = tmp_path / "model.h5"
    path.write_bytes(SAVED.read_bytes())
    return path


def first_array(file):
    group = file["model_weights"]
    layer = next(name for name in group if len(group[name].attrs["weight_names"]))
    weight = group[layer].attrs["weight_names"][0]
    return group[layer], weight.decode() if isinstance(weight, bytes) else weight


def test_external_links_are_not_followed(copied, tmp_path):
    with h5py.File(tmp_path / "secret.h5", "w") as other:
        other["secret"] = np.zeros((2, 2))
    with h5py.File(copied, "r+") as file:
        group, name = first_array(file)
        del group[name]
        group[name] = h5py.ExternalLink(str(tmp_path / "secret.h5"), "secret")
    with pytest.raises(stored.StoredWeightsError, match="link to elsewhere"):
        load_model(copied)


def test_arrays_larger_than_the_file_are_not_read(copied):
    with h5py.File(copied, "r+") as file:
        group, name = first_array(file)
        del group[name]
        group.create_dataset(name, (10**6, 10**6), "float32", chunks=(1000, 1000))
    with pytest.raises(stored.StoredWeightsError, match="says it has shape"):
        load_model(copied)


def rewritten(path, tmp_path, change):
    """Writes a `.keras` file again, its weights changed."""
    copy, inner = tmp_path / "model.keras", tmp_path / "weights.h5"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            if name == hdf5_weights.WEIGHTS_ENTRY:
                inner.write_bytes(source.read(name))
                with h5py.File(inner, "r+") as file:
                    change(file)
                target.write(inner, name)
            else:
                target.writestr(name, source.read(name))
    return copy


KERAS_3 = FOLDER / "2.15.0-nested.keras"


def first_layer(file):
    found = []
    file.visit(lambda name: found.append(name.removesuffix("/vars")) if name.endswith("/vars") else None)
    return file[found[0]]


def many_names(group):
    for _ in range(40):
        inner = group.create_group("a")
        group["b"] = inner
        group = inner


def circle(group):
    group["inside"] = group


@pytest.mark.parametrize("change", [many_names, circle])
def test_groups_with_two_names_are_refused(change, tmp_path):
    path = rewritten(KERAS_3, tmp_path, lambda file: change(first_layer(file)))
    with pytest.raises(stored.StoredWeightsError, match="another name of what has one already"):
        load_model(path)


def test_groups_that_are_nested_too_deep_are_refused(tmp_path):
    path = rewritten(KERAS_3, tmp_path, lambda file: first_layer(file).create_group("a/" * 150))
    with pytest.raises(stored.StoredWeightsError, match="nested deeper than"):
        load_model(path)


@pytest.mark.parametrize("place", ["vars", "."], ids=["an array's", "a group's"])
@pytest.mark.parametrize("name", ["\u00b2", "a\nb", "x_" + "1" * 5000])
def test_names_that_no_keras_gives_are_left_alone(tmp_path, place, name):
    load_model(rewritten(KERAS_3, tmp_path, lambda file: first_layer(file)[place].create_group(name)))


def test_an_array_in_a_groups_place(tmp_path):
    def change(file):
        group = first_layer(file)
        del group["vars"]
        group["vars"] = 1.0

    with pytest.raises(stored.StoredWeightsError, match="'vars' is not a group"):
        load_model(rewritten(KERAS_3, tmp_path, change))


def test_a_layer_that_is_listed_twice_is_refused(copied):
    with h5py.File(copied, "r+") as file:
        names = file["model_weights"].attrs["layer_names"]
        file["model_weights"].attrs["layer_names"] = [*names, *names]
    with pytest.raises(stored.StoredWeightsError, match="lists a layer twice"):
        load_model(copied)


def test_far_too_many_names_are_refused(copied, monkeypatch):
    monkeypatch.setattr(limits, "STORED_NAMES", 100)
    with h5py.File(copied, "r+") as file:
        group, name = first_array(file)
        group.attrs["weight_names"] = [name.encode()] * 99
    with pytest.raises(stored.StoredWeightsError, match="more than 100 layers and arrays"):
        load_model(copied)


def elsewhere(group):
    group.create_dataset("x", (10**6, 10**7), "f4", external=[("nowhere.bin", 0, h5py.h5f.UNLIMITED)])


def virtual(group):
    layout = h5py.VirtualLayout((10**6, 10**7), "f4")
    layout[:] = h5py.VirtualSource("nowhere.h5", "x", (10**6, 10**7))
    group.create_virtual_dataset("x", layout)


def zeros(group):
    group.create_dataset("x", (10**4, 10**3), "i1", data=np.zeros((10**4, 10**3)), compression="gzip")


def many_without_storage(group):
    for number in range(100):
        group.create_dataset(f"x{number}", (2**16,), "f4")


@pytest.mark.parametrize("add", [elsewhere, virtual, zeros, many_without_storage])
def test_arrays_that_take_no_room_allow_no_larger_model(copied, add):
    with h5py.File(copied, "r+") as file:
        before = hdf5_weights.numbers(file)
        add(file["model_weights"])
        assert hdf5_weights.numbers(file) <= before + 2**18


@pytest.mark.parametrize("add", [elsewhere, virtual])
def test_arrays_in_other_files_are_not_read(copied, add):
    with h5py.File(copied, "r+") as file:
        group, name = first_array(file)
        del group[name]
        add(group)
        group.move("x", name)
    with pytest.raises(stored.StoredWeightsError, match="lies in another file"):
        load_model(copied)


def test_a_soft_link_is_not_followed(copied):
    with h5py.File(copied, "r+") as file:
        group, name = first_array(file)
        file["other"] = group[name][()]
        del group[name]
        group[name] = h5py.SoftLink("/other")
    with pytest.raises(stored.StoredWeightsError, match="link to elsewhere"):
        load_model(copied)


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_weights_that_unpack_to_far_too_much(tmp_path, compression):
    with (
        zipfile.ZipFile(KERAS_3) as source,
        zipfile.ZipFile(tmp_path / "m.keras", "w", compression) as target,
    ):
        target.writestr("config.json", source.read("config.json"), zipfile.ZIP_STORED)
        target.writestr(hdf5_weights.WEIGHTS_ENTRY, bytes(100 * 2**20))
    with pytest.raises(stored.StoredWeightsError, match="unpacks to too much|compressed in no way"):
        load_model(tmp_path / "m.keras")


def test_weights_for_which_there_is_no_room_are_not_damaged(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(OSError) as raised:
        load_model(KERAS_3)
    assert raised.value.filename == str(tmp_path / "missing")


def test_damaged_weights_in_an_archive_are_told_by_its_name(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with zipfile.ZipFile(KERAS_3) as source, zipfile.ZipFile(tmp_path / "m.keras", "w") as target:
        target.writestr("config.json", source.read("config.json"))
        target.writestr(hdf5_weights.WEIGHTS_ENTRY, source.read(hdf5_weights.WEIGHTS_ENTRY)[:1000])
    with pytest.raises(ValueError, match="damaged") as raised:
        load_model(tmp_path / "m.keras")
    assert str(tmp_path / "m.keras") in str(raised.value) and "weights.h5" not in str(raised.value)


@pytest.mark.parametrize(
    "name", ["2.12.0-twice_counted", "2.15.0-nested", "2.15.0-shared_layer", "2.15.0-frozen"]
)
def test_groups_named_by_whole_paths_as_on_windows(name, tmp_path):
    if name == "2.12.0-twice_counted":
        needs(wraps_models)
    path = FOLDER / f"{name}.keras"

    def change(file):
        groups = []
        file.visit(groups.append)
        groups = [place[: -len("/vars")] for place in groups if place.endswith("/vars")]
        for place in sorted(groups, key=len, reverse=True):
            file.move(place, place.replace("/", "\\"))
        for place in list(file):
            if place in ("layers", "_layer_checkpoint_dependencies"):
                del file[place]

    copy = rewritten(path, tmp_path, change)
    inputs, outputs = recorded(path)
    for output, expected in zip(predictions(load_model(copy), inputs), outputs, strict=True):
        np.testing.assert_allclose(output, expected, rtol=1e-4, atol=1e-5)


def test_groups_that_such_paths_name_are_counted_together(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "STORED_NAMES", 10)
    with h5py.File(tmp_path / "m.weights.h5", "w") as file:
        for name in ("a", "b"):
            file["\\".join([name] * 5)] = h5py.SoftLink("/elsewhere")
        assert hdf5_weights._of_windows(file).names == {"a": None, "b": None}
        file["a\\b"] = h5py.SoftLink("/elsewhere")
        with pytest.raises(stored.StoredWeightsError, match="names more than 10 groups"):
            hdf5_weights._of_windows(file)
