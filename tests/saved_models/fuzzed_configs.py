"""Configs with parts that no honest one has, and texts of which some bits are others."""

import base64
import copy
import marshal

# Characters that a terminal would obey, or show in another order.
CONTROL = "a\x1b[31m\u202e\r\n\x9bb"


def strange_values(watch):
    """Returns what no honest config holds, or not where it will be put."""
    source = f"lambda x: (open({str(watch.evidence)!r}, 'w'), x)[1]"
    text = base64.b64encode(marshal.dumps(eval(source).__code__)).decode()
    function = {"class_name": "function", "module": "os", "config": "system", "registered_name": "system"}
    download = {"class_name": "function", "module": "keras.datasets.mnist", "config": "load_data",
                "registered_name": "load_data"}  # fmt: skip
    dense = {"class_name": "Dense", "module": "keras.layers", "config": {"units": 2, "name": "strange"},
             "registered_name": None}  # fmt: skip
    bomb = {"class_name": "StringLookup", "module": "keras.layers", "registered_name": None,
            "config": {"num_oov_indices": 10**11, "vocabulary": ["a"]}}  # fmt: skip
    code_of_keras_3 = {
        "class_name": "__lambda__",
        "config": {"code": text, "defaults": None, "closure": None},
    }
    code = [text, None, None]
    bait = str(watch.bait)
    return [
        None, True, -1, 0, 1, 10**12, 2**70, 1.5, float("nan"), float("inf"), "", "relu", "../../x", "a/b",
        "9" * 5000, "\x00", CONTROL, "\ud800", "²", [], {}, [None], [1, 2, 3], [[[[]]]], [10**9] * 3, [-1, 0],
        ["dense_1", 0, 0], ["dense_1", 99, 99], {"class_name": "Dense"}, dense, bomb, function, download,
        bait,
        {"class_name": "Lambda", "config": {"name": "l", "function": code, "function_type": "lambda"}},
        {"class_name": "Lambda", "config": {"name": "l", "function": code_of_keras_3}},
        code_of_keras_3, code,
        {"class_name": "TFSMLayer", "config": {"filepath": "/tmp"}},
        {"class_name": "get_file", "module": "keras.utils", "config": {"origin": "http://localhost"}},
        {"class_name": "os.system", "config": f"touch {watch.evidence}"},
        ["_CONSTANT_VALUE", -1, function], ["_CONSTANT_VALUE", -1, download], ["_CONSTANT_VALUE", -1, 3],
        {"class_name": ["_CONSTANT_VALUE", -1, "function"], "config": ["_CONSTANT_VALUE", -1, "load_data"]},
        {"class_name": "__numpy__", "config": {"value": bomb}},
        {"class_name": "__numpy__", "config": {"value": bait}},
        {"class_name": "__tensor__", "config": {"value": [[1.0]], "dtype": "float32"}},
        {"class_name": "TensorShape", "items": bait}, {"class_name": "TensorShape", "items": [None, dense]},
        {"class_name": "__tuple__", "items": [1, dense]}, {"class_name": "slice", "config": dense},
        {"class_name": "VectorizedMap", "module": "keras.src.ops.core", "name": "v",
         "config": {"name": "v", "function": download}, "inbound_nodes": []},
        {"class_name": "Constant", "config": {"value": dense}},
        {"class_name": "StringLookup", "config": {"name": "s", "vocabulary": bait}},
        {"class_name": "TFOpLambda", "name": "t", "config": {"name": "t", "function": "io.write_file"},
         "inbound_nodes": []},
        {"class_name": "LSTM", "config": {"name": "n", "units": 4, "stateful": True}},
        {"class_name": "TimeDistributed", "config": {"name": "n", "layer": dense}},
    ]  # fmt: skip


# How a model was compiled, for the models here were not.
COMPILED = {
    "optimizer_config": {"class_name": "Adam", "config": {"lr": 0.01, "beta_1": 0.9, "decay": 0.0}},
    "optimizer": {"class_name": "SGD", "config": {"learning_rate": {
        "class_name": "ExponentialDecay",
        "config": {"initial_learning_rate": 0.1, "decay_steps": 3, "decay_rate": 0.9}}}},
    "loss": {"class_name": "MeanSquaredError", "config": {"reduction": "auto", "name": "mse"}},
    "metrics": ["acc", {"class_name": "AUC", "config": {"name": "auc", "num_thresholds": 200}}],
    "loss_weights": None, "weighted_metrics": None,
}  # fmt: skip


def edited(config, choose, strange):
    """Returns a config with some of its parts replaced, removed, or copied elsewhere."""
    config = copy.deepcopy(config)
    places = []

    def walk(node):
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            places.append((node, key))
            if isinstance(node[key], (dict, list)):
                walk(node[key])

    walk(config)
    for _ in range(choose.choice((1, 1, 2, 5))):
        node, key = choose.choice(places)
        how = choose.random()
        if how < 0.6:
            node[key] = copy.deepcopy(choose.choice(strange))
        elif how < 0.8:
            other, other_key = choose.choice(places)
            if other_key in (range(len(other)) if isinstance(other, list) else other):
                node[key] = copy.deepcopy(other[other_key])
        elif isinstance(node, dict):
            node.pop(key, None)
        elif key < len(node):
            node.insert(key, copy.deepcopy(node[key]))
    return config


def flipped(data, choose):
    """Returns bytes of which some bits are others, or the end is missing."""
    data = bytearray(data)
    for _ in range(choose.choice((1, 1, 8, 64))):
        data[choose.randrange(len(data))] ^= 1 << choose.randrange(8)
    if choose.random() < 0.2:
        del data[choose.randrange(len(data)) :]
    return bytes(data)


def is_plain(path):
    """Whether a path is a file that can be read, rather than what was put in its place before."""
    return path.is_file() and not path.is_symlink()
