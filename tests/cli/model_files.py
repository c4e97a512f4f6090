"""Model files, made without Keras or recorded."""

import json
import pathlib

DATA = pathlib.Path(__file__).parents[1] / "data" / "saved"
ZEROS = {"class_name": "Zeros", "config": {}}
ALIAS = {"class_name": "HeNormalV2", "config": {"seed": 7}}
STRANGE = {"class_name": "QInitializer", "config": {"initializer": ZEROS, "use_scale": True}}


def dense(name="dense_1", kernel=ALIAS, **settings):
    settings = {"kernel_initializer": kernel, "bias_initializer": ZEROS, **settings}
    return {"class_name": "Dense", "config": {"name": name, **settings}}


def model(*layers):
    return {"class_name": "Functional", "config": {"name": "model_1", "layers": list(layers)}}


def saved(tmp_path, *layers, name="m.json", **written_by):
    path = tmp_path / name
    path.write_text(json.dumps({**model(*layers), **written_by}))
    return str(path)
