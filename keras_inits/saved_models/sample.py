"""Small models that old Keras versions saved, to try the loader on without a file of one's own."""

import pathlib

from keras_inits.keras_compat.own import public

_FOLDER = pathlib.Path(__file__).parent / "samples"
# By the version of Keras that saved it: the model, whose recorded input and predictions lie next to it.
_SAMPLES = {"1.2.2": "1.2.2-maxout_highway.h5", "2.10.0": "2.10.0-normalization_inside.h5"}


@public
def sample(version: str) -> str:
    """Returns the path of a small model that an old Keras saved.

    Next to the file is one that ends with `.npz` instead: an input `x`, and what that Keras predicted for
    it, `y`.

    Args:
        version: String, `"1.2.2"`: layers that today's Keras lacks, so that it refuses the file; or
            `"2.10.0"`: a `Normalization` in a model inside the model, which Keras 3 loads with other
            predictions.

    Returns:
        String, the path of an `.h5` file.

    Raises:
        ValueError: No sample is of that version.

    Examples:

    >>> import numpy as np
    >>> import keras_inits
    >>> path = keras_inits.sample("1.2.2")
    >>> model = keras_inits.load_model(path)
    >>> then = np.load(path.replace(".h5", ".npz"))
    >>> np.allclose(model.predict(then["x"], verbose=0), then["y"], atol=1e-5)
    True
    """
    known = ", ".join(map(repr, _SAMPLES))
    if not isinstance(version, str):
        raise ValueError(f"`version` must be a string, one of: {known}. Received: version={version!r}")
    if version not in _SAMPLES:
        raise ValueError(f"No sample is of Keras {version!r}. There is one of each of: {known}.")
    return str(_FOLDER / _SAMPLES[version])
