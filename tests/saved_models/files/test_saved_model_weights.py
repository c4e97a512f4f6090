"""The checkpoint in a SavedModel."""

import pytest

from keras_inits.saved_models.files import stored, weight_files
from saved_models.recorded_folders import FOLDER, unpacked


def test_of_a_folder_and_of_a_zip_file(tmp_path):
    for path in (unpacked("2.3-dense", tmp_path), FOLDER / "2.3-dense.zip"):
        with weight_files.opened(path) as found:
            shapes = {one.shape for each in found.objects for one in each.arrays.values()}
            assert {(6, 5), (5, 3)} <= shapes


def test_without_its_checkpoint(tmp_path):
    folder = unpacked("2.3-dense", tmp_path)
    (folder / "variables" / "variables.index").unlink()
    error = pytest.raises(stored.StoredWeightsError, match="no variables/variables.index")
    with error, weight_files.opened(folder):
        pass
