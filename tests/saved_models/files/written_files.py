"""Files such as each Keras writes, made without Keras."""

import json
import zipfile

import h5py
import pytest

from keras_inits.saved_models.files import reading

ZEROS = {"class_name": "Zeros", "config": {"dtype": "float32"}}
HE_NORMAL = {"class_name": "HeNormal", "config": {"seed": None}}


def layer(class_name, name, **settings):
    return {"class_name": class_name, "config": {"name": name, **settings}}


def model(*layers, name="model_1"):
    return {"class_name": "Functional", "config": {"name": name, "layers": list(layers)}}


def keras_1_model(*layers):
    return {"class_name": "Sequential", "config": list(layers)}


DENSE = layer("Dense", "dense_1", kernel_initializer=HE_NORMAL, bias_initializer=ZEROS)
MODEL = model(DENSE)


def write_h5(path, **attributes):
    with h5py.File(path, "w") as file:
        file.create_group("model_weights")
        file.attrs.update(attributes)
    return path


def write_layers(path, groups):
    """Writes a file of weights: the arrays of each layer by the layer's name."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [name.encode() for name in groups]
        for name, arrays in groups.items():
            group = file.create_group(name)
            group.attrs["weight_names"] = [f"{number}".encode() for number in range(len(arrays))]
            for number, array in enumerate(arrays):
                group[f"{number}"] = array


def write_zip(path, **entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in entries.items():
            archive.writestr(f"{name}.json", json.dumps(value))
    return path


def write_text(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def write_json(path, value):
    return write_text(path, json.dumps(value))


def cut_in_half(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def refused(path):
    """The reason `read` gives; it is one line that names the file first."""
    with pytest.raises(reading.NotAModelError) as caught:
        reading.read(path)
    message = str(caught.value)
    assert "\n" not in message
    name, reason = message.split(": ", 1)
    assert name == str(path)
    return reason
