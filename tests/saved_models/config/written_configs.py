"""Configs of models, written by hand."""


def layer(class_name, **config):
    return {"class_name": class_name, "config": {"name": class_name.lower(), **config}}


def sequential(*layers, version="1.2.2"):
    return {"class_name": "Sequential", "config": list(layers), "keras_version": version}


DENSE = layer("Dense", output_dim=4, batch_input_shape=[None, 3], init="he_normal")


def found(config, name):
    return next(one for one in config["config"]["layers"] if one["config"]["name"] == name)
