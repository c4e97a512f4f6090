"""Loads damaged and hostile files one after another, until one is not refused as it should be.

    fuzzing.py SEED INPUTS FOLDER

It prints each input before it is tried, so that the last line is the one that a crash, a hang or the
system's memory ended on, and leaves that input's files in FOLDER. Run by `test_fuzz.py`.
"""

import base64
import contextlib
import copy
import faulthandler
import io
import json
import marshal
import os
import pathlib
import random
import resource
import sys
import tempfile
import zipfile

import h5py
import numpy as np
import yaml

from keras_inits import cli
from keras_inits.saved_models import load, upgrade
from keras_inits.saved_models.config.context import UpgradeError
from keras_inits.saved_models.files import guard, hdf5_weights, reading, stored
from keras_inits.saved_models.weights import moving

DATA = pathlib.Path(__file__).parents[1] / "data" / "saved"
# Of wall-clock time: far more than any takes, for the machine may be busy.
LONGEST = 90.0
MOST_MEMORY = 6 * 2**30
CLEAR = (
    reading.NotAModelError,
    UpgradeError,
    moving.WeightsError,
    stored.StoredWeightsError,
    guard.DamagedFileError,
    OSError,
)
# What a file must not make a process do, as Python's audit hooks call it.
FORBIDDEN = (
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "subprocess.Popen",
    "socket.getaddrinfo",
    "socket.connect",
    "pickle.find_class",
)


class Unsafe(BaseException):
    """The file made the process do something."""


def starts_the_guards_trial(event, args):
    """Whether an event is the start of the process in which the guard tries a file."""
    # Which of the two events there are depends on the version of Python.
    starts = event in ("subprocess.Popen", "os.posix_spawn")
    return starts and list(args[1][: len(guard.TRIAL)]) == guard.TRIAL


class Watch:
    """Sees what the process does: code that is run, files that are read or written, addresses looked up."""

    def __init__(self, folder):
        self.folder = folder
        # Code that a file holds would make this file; who reads that one waits until the time is over.
        self.evidence = folder / "evidence"
        self.bait = folder / "bait"
        os.mkfifo(self.bait)
        self.seen = []
        sys.addaudithook(self.hook)

    def hook(self, event, args):
        if event in FORBIDDEN and not starts_the_guards_trial(event, args):
            self.seen.append(f"{event}{args}")
            raise Unsafe(event)
        if event == "open" and isinstance(args[0], (str, bytes)):
            path, _, flags = args
            inside = os.path.abspath(os.fsdecode(path)).startswith((str(self.folder), "/dev/", "/proc/"))
            if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and not inside:
                self.seen.append(f"writes {path}")
                raise Unsafe(path)

    def check(self):
        assert not self.evidence.exists(), "code of the file was run"
        assert not self.seen, f"the file made the process do this: {self.seen}"


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
        "9" * 5000, "\x00", "\ud800", "²", [], {}, [None], [1, 2, 3], [[[[]]]], [10**9] * 3, [-1, 0],
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


def zipped(source, config, inner):
    """Writes a `.keras` file with another config and other weights."""
    memory = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("metadata.json", old.read("metadata.json"))
        new.writestr("config.json", json.dumps(config))
        new.writestr(hdf5_weights.WEIGHTS_ENTRY, inner or old.read(hdf5_weights.WEIGHTS_ENTRY))
    return memory.getvalue()


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
    group.move(choose.choice(list(group)), choose.choice(("x", "²", "a\nb", "vars", "0")))


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


CHANGES = (_other_name, _link, _removed, _moved, _replaced, _attribute, _attributes)


class Inputs:
    """Makes the inputs, each out of the choices of a generator of its own."""

    def __init__(self, watch):
        self.watch = watch
        self.folder = watch.folder
        self.strange = strange_values(watch)
        self.models = sorted(p for p in DATA.iterdir() if p.suffix in (".h5", ".keras"))
        self.kinds = (self.h5, self.keras, self.json, self.json, self.yaml, self.tensorflow_js, self.json)

    def make(self, choose):
        """Writes a file, and returns its path and the arguments to load it with."""
        source = choose.choice(self.models)
        config = reading.read(source).config
        if choose.random() < 0.7:
            config = edited(config, choose, self.strange)
        return choose.choice(self.kinds)(choose, source, config)

    def h5(self, choose, source, config):
        data = self._weights(choose, source)
        path = self._written("model.h5", data)
        with contextlib.suppress(OSError, KeyError, RuntimeError, ValueError), h5py.File(path, "r+") as file:
            file.attrs["model_config"] = self._json(choose, config)
            settings = edited(COMPILED, choose, self.strange) if choose.random() < 0.5 else COMPILED
            file.attrs["training_config"] = self._json(choose, settings)
        if choose.random() < 0.3:
            self._written("model.h5", flipped(path.read_bytes(), choose))
        return path, {"compile": choose.random() < 0.5}

    def keras(self, choose, source, config):
        source = choose.choice([path for path in self.models if path.suffix == ".keras"])
        config = reading.read(source).config
        if choose.random() < 0.7:
            config = edited(config, choose, self.strange)
        config["compile_config"] = edited(COMPILED, choose, self.strange)
        data = zipped(source, config, self._weights(choose, source) if choose.random() < 0.5 else None)
        if choose.random() < 0.3:
            data = flipped(data, choose)
        return self._written("model.keras", data), {"compile": choose.random() < 0.5}

    def json(self, choose, source, config):
        text = self._json(choose, config)
        if choose.random() < 0.2:
            text = json.dumps(text)
        return self._architecture(choose, source, "model.json", text)

    def tensorflow_js(self, choose, source, config):
        topology = {"keras_version": "2.2.4", "backend": "tensorflow", "model_config": config}
        manifest = {"modelTopology": topology, "weightsManifest": [{"paths": ["../x"], "weights": []}]}
        return self._architecture(choose, source, "model.json", self._json(choose, manifest))

    def yaml(self, choose, source, config):
        if isinstance(config, dict):
            config.pop("keras_version", None)
        text = yaml.dump(config)
        if choose.random() < 0.3:
            word = choose.choice(
                ("&a [*a]", "!!python/name:os.system", "!!pairs [a: 1]", "1:1:1:1", "2001-01-01")
            )
            text = text.replace(choose.choice(text.split()), word, 1)
        return self._architecture(choose, source, "model.yaml", text)

    def _architecture(self, choose, source, name, text):
        data = text.encode(errors="surrogatepass")
        if choose.random() < 0.15:
            data = flipped(data, choose)
        arguments = {"compile": choose.random() < 0.3}
        if choose.random() < 0.3:
            arguments["weights"] = str(self._written("weights", self._file_of_weights(choose, source)))
        return self._written(name, data), arguments

    def _file_of_weights(self, choose, source):
        return source.read_bytes() if choose.random() < 0.5 else self._weights(choose, source)

    def _weights(self, choose, source):
        """Returns a file of weights, with another structure or as it is."""
        data = source.read_bytes()
        if source.suffix == ".keras":
            with zipfile.ZipFile(source) as archive:
                data = archive.read(hdf5_weights.WEIGHTS_ENTRY)
        return changed_h5(data, choose, self.folder) if choose.random() < 0.5 else data

    def _json(self, choose, config):
        text = json.dumps(config)
        if choose.random() < 0.1:
            text = flipped(text.encode(), choose).decode(errors="replace").replace("\x00", " ")
        return text

    def _written(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return path


def clear(action):
    """Does something that may fail, but only with an error that says why."""
    try:
        return action()
    except CLEAR as error:
        assert str(error).strip(), "an error without a word"


def attempt(path, arguments):
    """Reads, inspects and loads a file."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        cli.main(["inspect", "--json", str(path)])
    clear(lambda: load.load_model(path, **arguments))
    if path.suffix != ".h5":  # Which is not read in this process before it was tried in another.
        clear(lambda: upgrade.upgrade_config(reading.read(path).config))


def main(first, count, folder):
    os.chdir(folder)
    tempfile.tempdir = str(folder)
    load.load_model(next(DATA.glob("*.keras")))  # Keras and TensorFlow import more as they go.
    soft = resource.getrlimit(resource.RLIMIT_AS)[1]
    now = int(pathlib.Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + MOST_MEMORY, soft))
    watch = Watch(pathlib.Path(folder))
    inputs = Inputs(watch)
    for seed in range(first, first + count):
        faulthandler.dump_traceback_later(LONGEST, exit=True)
        path, arguments = inputs.make(random.Random(seed))
        print(f"KERAS_INITS_FUZZ_SEED={seed} load_model({str(path)!r}, **{arguments})", flush=True)
        attempt(path, arguments)
        watch.check()
    faulthandler.cancel_dump_traceback_later()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
