"""Damaged and hostile files: only clear errors, no hang, no code run.

`KERAS_INITS_FUZZ_SECONDS` says for how long (not at all unless set), `KERAS_INITS_FUZZ_SEED` where it
starts.
"""

import copy
import json
import os
import pathlib
import random
import time

import h5py
import pytest

from keras_inits.legacy import guard, loading, reading, stored, weights
from keras_inits.legacy.context import UpgradeError

DATA = pathlib.Path(__file__).parents[1] / "data" / "saved"
SECONDS = float(os.environ.get("KERAS_INITS_FUZZ_SECONDS", "0"))

pytestmark = pytest.mark.skipif(SECONDS == 0, reason="KERAS_INITS_FUZZ_SECONDS says for how long to fuzz")
SEED = int(os.environ.get("KERAS_INITS_FUZZ_SEED", "0"))
LONGEST = 30.0
CLEAR = (
    reading.NotAModelError,
    UpgradeError,
    weights.WeightsError,
    stored.StoredWeightsError,
    guard.DamagedFileError,
    OSError,
)
STRANGE = [
    None, True, -1, 0, 10**12, 2**70, 1.5, float("nan"), "", "relu", "../../x", "a/b", [], {},
    [None], [1, 2, 3], ["dense_1", 0, 0], ["dense_1", 99, 99], {"class_name": "Dense"},
    {"class_name": "Lambda", "config": {"function": ["4wEAAAA=", None, None]}},
    {"class_name": "TFSMLayer", "config": {"filepath": "/tmp"}},
    {"class_name": "function", "module": "os", "config": "system", "registered_name": "system"},
    {"class_name": "get_file", "module": "keras.utils", "config": {"origin": "http://x"}},
]  # fmt: skip


def files(*endings):
    return sorted(p for p in DATA.iterdir() if p.suffix in endings)


def attempt(path):
    """Loads a file; whatever is wrong with it must be said clearly, and soon."""
    start = time.monotonic()
    try:
        loading.load_model(path)
    except CLEAR as error:
        assert str(error)
    assert time.monotonic() - start < LONGEST


def for_a_while():
    """Yields generators of random choices until the time is over."""
    end = time.monotonic() + SECONDS
    number = SEED
    while time.monotonic() < end:
        yield random.Random(number)
        number += 1


@pytest.mark.slow
def test_flipped_and_missing_bytes(tmp_path):
    sources = files(".h5", ".keras")
    for choose in for_a_while():
        source = choose.choice(sources)
        data = bytearray(source.read_bytes())
        for _ in range(choose.choice((1, 1, 8, 64))):
            data[choose.randrange(len(data))] ^= 1 << choose.randrange(8)
        if choose.random() < 0.2:
            del data[choose.randrange(len(data)) :]
        path = tmp_path / f"damaged{source.suffix}"
        path.write_bytes(data)
        attempt(path)


def edited(config, choose):
    """Returns a config with one of its parts replaced, removed, or copied elsewhere."""
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
            node[key] = copy.deepcopy(choose.choice(STRANGE))
        elif how < 0.8:
            other, other_key = choose.choice(places)
            keys = range(len(other)) if isinstance(other, list) else other
            if other_key not in keys:
                continue
            node[key] = copy.deepcopy(other[other_key])
        elif isinstance(node, dict):
            node.pop(key, None)
    return config


@pytest.mark.slow
def test_edited_configs(tmp_path):
    sources = files(".h5")
    for choose in for_a_while():
        source = choose.choice(sources)
        config = edited(reading.read(source).config, choose)
        path = tmp_path / "edited.h5"
        path.write_bytes(source.read_bytes())
        with h5py.File(path, "r+") as file:
            file.attrs["model_config"] = json.dumps(config)
        attempt(path)
        architecture = tmp_path / "edited.json"
        architecture.write_text(json.dumps(config))
        attempt(architecture)
