"""The inputs: files of each format, made of honest ones by the choices of a generator of random numbers."""

import contextlib
import functools
import json
import pathlib
import shutil
import zipfile
from typing import Any, NamedTuple

import h5py
import yaml

from keras_inits.saved_models import load
from keras_inits.saved_models.files import hdf5_weights, reading
from saved_models import (
    fuzzed_checkpoints,
    fuzzed_folders,
    fuzzed_lambdas,
    fuzzed_tensorflowjs,
    fuzzed_zips,
    recorded_checkpoints,
    recorded_folders,
    recorded_models,
)
from saved_models.fuzzed_configs import COMPILED, edited, flipped, strange_values
from saved_models.fuzzed_hdf5 import changed_h5

_JAVASCRIPT = pathlib.Path(__file__).parents[1] / "data" / "tensorflowjs"
# An architecture alone may ask for as much as is allowed where no file of weights says how large it is; what
# has its weights may ask for a small multiple of these few kilobytes, next to what Keras itself takes.
_ALONE, _WITH_WEIGHTS = 4 * 2**30, 2**29


class Input(NamedTuple):
    """A file to try.

    Args:
        path: The file that `load_model` takes.
        arguments: The other arguments of `load_model`.
        weights: The file that `load_weights` takes.
        model: Makes a model that the honest file's weights fit; `None` where there is none.
        memory: How many bytes the process may take more than before.
        code: The code of a lambda in it.
    """

    path: pathlib.Path
    arguments: dict[str, Any]
    weights: pathlib.Path
    model: Any = None
    memory: int = _WITH_WEIGHTS
    code: bytes | None = None


@functools.lru_cache(maxsize=64)
def _honest(path):
    """Loads the model that a file had before it was changed."""
    own = {"Subclassed": recorded_folders.Subclassed}
    try:
        return load.load_model(path, custom_objects=own)
    except Exception:  # What this Keras cannot load at all is tried by `load_model` alone.
        return None


@functools.lru_cache(maxsize=8)
def _of_checkpoint(name):
    try:
        return recorded_checkpoints.MODELS[name]() if name in recorded_checkpoints.MODELS else None
    except BaseException:  # Skipped, as pytest says it.
        return None


class Inputs:
    """Makes the inputs, each out of the choices of a generator of its own."""

    def __init__(self, watch, folder):
        self.watch, self.folder = watch, folder
        self.strange = strange_values(watch)
        self.models = sorted(p for p in recorded_models.FOLDER.iterdir() if p.suffix in (".h5", ".keras"))
        self.formats = {
            "h5": self.h5, "keras": self.keras, "json": self.json, "yaml": self.yaml,
            "saved_model": self.saved_model, "checkpoint": self.checkpoint,
            "tensorflow.js": self.tensorflow_js,
            "lambda": self.of_lambda, "zip": self.zip,
        }  # fmt: skip

    def make(self, choose, name):
        """Writes the files of an input of a format, and nothing else, into the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        return self.formats[name](choose)

    def _source(self, choose, *suffixes):
        """Returns an honest file, and its config with or without changes."""
        source = choose.choice([path for path in self.models if path.suffix in (suffixes or (path.suffix,))])
        config = reading.read(source).config
        return source, edited(config, choose, self.strange) if choose.random() < 0.7 else config

    def h5(self, choose):
        source, config = self._source(choose)
        path = self._written("model.h5", self._weights(choose, source))
        if choose.random() < 0.7:
            self._give_config(choose, path, config)
        if choose.random() < 0.3:
            self._written("model.h5", flipped(path.read_bytes(), choose))
        return self._with_weights(path, source, choose)

    def _give_config(self, choose, path, config):
        with contextlib.suppress(OSError, KeyError, RuntimeError, ValueError), h5py.File(path, "r+") as file:
            file.attrs["model_config"] = self._json(choose, config)
            settings = edited(COMPILED, choose, self.strange) if choose.random() < 0.5 else COMPILED
            file.attrs["training_config"] = self._json(choose, settings)

    def keras(self, choose):
        source, config = self._source(choose, ".keras")
        config["compile_config"] = edited(COMPILED, choose, self.strange)
        inner = self._weights(choose, source) if choose.random() < 0.5 else None
        data = fuzzed_zips.zipped(source, config, inner)
        if choose.random() < 0.3:
            data = flipped(data, choose)
        return self._with_weights(self._written("model.keras", data), source, choose)

    def zip(self, choose):
        source = choose.choice([path for path in self.models if path.suffix == ".keras"])
        found = fuzzed_zips.members(source, reading.read(source).config, None)
        data = fuzzed_zips.changed(found, choose)
        return self._with_weights(self._written("model.keras", data), source, choose)

    def json(self, choose):
        source, config = self._source(choose)
        if choose.random() < 0.2:
            topology = {"keras_version": "2.2.4", "backend": "tensorflow", "model_config": config}
            manifest = [{"paths": ["../x"], "weights": []}]
            config = {"modelTopology": topology, "weightsManifest": manifest}
        text = self._json(choose, config)
        if choose.random() < 0.2:
            text = json.dumps(text)
        return self._architecture(choose, source, "model.json", text)

    def yaml(self, choose):
        source, config = self._source(choose)
        if isinstance(config, dict):
            config.pop("keras_version", None)
        text = yaml.dump(config)
        if choose.random() < 0.3:
            word = choose.choice(
                ("&a [*a]", "!!python/name:os.system", "!!pairs [a: 1]", "1:1:1:1", "2001-01-01")
            )
            text = text.replace(choose.choice(text.split()), word, 1)
        return self._architecture(choose, source, "model.yaml", text)

    def of_lambda(self, choose):
        code = fuzzed_lambdas.code(choose)
        path = self._written("model.json", fuzzed_lambdas.model(code, choose, self.strange).encode())
        return Input(path, {}, path, code=code)

    def saved_model(self, choose):
        source = choose.choice(sorted(recorded_folders.FOLDER.glob("*.zip")))
        folder = recorded_folders.unpacked(source.stem, self.folder / "model")
        fuzzed_folders.change(folder, choose, self.watch, self.strange)
        path = folder
        if choose.random() < 0.2:
            path = fuzzed_folders.zipped(folder, self.folder / "model.zip")
        arguments = {"compile": choose.random() < 0.3}
        if choose.random() < 0.5:
            arguments["custom_objects"] = {"Subclassed": recorded_folders.Subclassed}
        return Input(path, arguments, path, functools.partial(_honest, source))

    def checkpoint(self, choose):
        name = choose.choice(("functional", "sequential", "subclassed", "saver"))
        for one in recorded_checkpoints.FOLDER.glob(f"{name}.*"):
            shutil.copy(one, self.folder)
        prefix = self.folder / name
        fuzzed_checkpoints.change(prefix, choose, self.watch)
        state = choose.choice(
            ("", name, "../elsewhere/bait.txt", str(self.watch.elsewhere / name), "x" * 5000)
        )
        if state:
            self._written("checkpoint", f'model_checkpoint_path: "{state}"\n'.encode())
        weights = choose.choice((prefix, prefix, self.folder, self.folder / f"{name}.index"))
        architecture = recorded_checkpoints.FOLDER / f"{name}.json"
        if not architecture.is_file():
            return Input(weights, {}, weights, functools.partial(_of_checkpoint, name))
        model = functools.partial(_honest, architecture)
        return Input(architecture, {"weights": str(weights)}, weights, model)

    def tensorflow_js(self, choose):
        source = choose.choice(sorted(path for path in _JAVASCRIPT.iterdir() if path.is_dir()))
        folder = self.folder / "model"
        shutil.copytree(source, folder)
        fuzzed_tensorflowjs.change(folder, choose, self.watch, self.strange)
        path = folder / "model.json"
        return Input(path, {}, path, functools.partial(_honest, source / "model.json"))

    def _with_weights(self, path, source, choose):
        return Input(path, {"compile": choose.random() < 0.5}, path, functools.partial(_honest, source))

    def _architecture(self, choose, source, name, text):
        data = text.encode(errors="surrogatepass")
        if choose.random() < 0.15:
            data = flipped(data, choose)
        arguments, memory = {"compile": choose.random() < 0.3}, _ALONE
        if choose.random() < 0.3:
            memory = _WITH_WEIGHTS
            content = source.read_bytes() if choose.random() < 0.5 else self._weights(choose, source)
            arguments["weights"] = str(self._written("weights", content))
        path = self._written(name, data)
        weights = pathlib.Path(arguments.get("weights", path))
        return Input(path, arguments, weights, functools.partial(_honest, source), memory)

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
