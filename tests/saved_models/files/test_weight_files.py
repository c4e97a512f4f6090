"""Weights are opened by what is in the file."""

import pytest

from keras_inits.saved_models.files import weight_files
from keras_inits.saved_models.files.stored import StoredWeightsError
from saved_models import recorded_checkpoints, recorded_models


@pytest.mark.parametrize(
    "path, kind",
    [
        (recorded_models.FOLDER / "2.2.4-flatten_first.h5", "layers"),
        (recorded_models.FOLDER / "2.15.0-nested.keras", "tree"),
        (recorded_checkpoints.FOLDER / "sequential", "objects"),
        (recorded_checkpoints.FOLDER / "saver.index", "named"),
    ],
)
def test_arrays_stand_as_the_format_has_them(path, kind):
    with weight_files.opened(path) as saved:
        assert [
            name for name in ("layers", "tree", "objects", "named") if getattr(saved, name) is not None
        ] == [kind]
        assert saved.numbers > 0


def test_what_holds_no_weights_is_refused(tmp_path):
    path = tmp_path / "text"
    path.write_text("text")
    with pytest.raises(StoredWeightsError, match="holds no weights"), weight_files.opened(path):
        pass
