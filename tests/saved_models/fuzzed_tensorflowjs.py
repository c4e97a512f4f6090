"""Models of TensorFlow.js whose list of weights says what no converter writes."""

import json
import os

from saved_models.fuzzed_configs import CONTROL, edited, flipped, is_plain

_SCALES = (0, 0.0, -1, 1e308, -1e308, 1e-320, float("nan"), float("inf"), "1", None, [1], 10**400, True)
_DTYPES = (
    "string", "complex64", "float64", "float16", "bfloat16", "int32", "uint8", "uint16", "int8", "bool", "",
    None,
    1, ["float32"], CONTROL,
)  # fmt: skip
_SHAPES = (
    [], [0], [-1], [1], [2**39], [2**39] * 32, [0, 2**39, 2**39], [1] * 33, [True], [1.0], [None], None, "2",
    {},
)  # fmt: skip
_NAMES = (
    "", "/", "a/" * 400, CONTROL, "\ud800", "dense/kernel", "x" * 10**5, None, 1, ["a"], "/".join("abc" * 50),
)  # fmt: skip


def change(folder, choose, watch, strange):
    """Changes a `model.json`, and the files next to it."""
    path = folder / "model.json"
    value = json.loads(path.read_bytes())
    for _ in range(choose.choice((1, 1, 2, 4))):
        how = choose.random()
        if how < 0.15:
            value["modelTopology"] = edited(value["modelTopology"], choose, strange)
        elif how < 0.3:
            value = {**value, **edited({"weightsManifest": value["weightsManifest"]}, choose, strange)}
        elif how < 0.4:
            _change_file(folder, choose, watch)
        elif groups := _groups(value):
            choose.choice(_CHANGES)(choose.choice(groups), groups, choose, watch, folder)
        value.setdefault("weightsManifest", [])
    path.write_bytes(json.dumps(value).encode(errors="replace"))
    if choose.random() < 0.1:
        path.write_bytes(flipped(path.read_bytes(), choose))


def _groups(value):
    """Returns the groups that are still such, after what was changed before."""
    groups = value["weightsManifest"] if isinstance(value["weightsManifest"], list) else []
    return [
        one
        for one in groups
        if isinstance(one, dict)
        and isinstance(one.get("paths"), list)
        and isinstance(one.get("weights"), list)
        and one["weights"]
        and all(isinstance(weight, dict) for weight in one["weights"])
    ]


def _change_file(folder, choose, watch):
    path = choose.choice(sorted(folder.glob("*.bin")) or [folder / "weights-0.bin"])
    data = path.read_bytes() if is_plain(path) else b""
    path.unlink(missing_ok=True)
    how = choose.randrange(5)
    if how == 0:
        path.write_bytes(data[: len(data) // 2])
    elif how == 1:
        watch.link(path, choose)
    elif how == 2:
        os.mkfifo(path)
    elif how == 3:
        path.write_bytes(data * 1000)


def _paths(group, groups, choose, watch, folder):
    elsewhere = str(watch.elsewhere / "bait.txt")
    one = choose.choice(
        ("../elsewhere/bait.txt", elsewhere, f"file://{elsewhere}", ".", "..", "", "model.json", "a\0b",
        CONTROL,
         "nowhere", None, 3, [], "x/../../elsewhere/bait.txt", "link.bin", "~/x", "\\..\\x")
    )  # fmt: skip
    link = folder / "link.bin"
    if one == "link.bin" and not link.is_symlink():
        watch.link(link, choose)
    group["paths"] = choose.choice(([one], [*group["paths"], one], [one, *group["paths"]], one))


def _again(group, groups, choose, watch, folder):
    """Lists a file many times, as if it held so many numbers."""
    paths = [path for path in group["paths"][:2] if isinstance(path, str)] or ["weights-0.bin"]
    group["paths"] = paths * choose.choice((2, 1000, 100_000))
    weight = choose.choice(group["weights"])
    weight["shape"] = [choose.choice((10, 10**6, 10**9))]


def _of_another_group(group, groups, choose, watch, folder):
    """Lists a file in two groups, or an array."""
    other = choose.choice(groups)
    key = choose.choice(("paths", "weights"))
    group[key] = [*group[key], *other[key]]


def _weight(group, groups, choose, watch, folder):
    weight = choose.choice(group["weights"])
    key, values = choose.choice((("dtype", _DTYPES), ("shape", _SHAPES), ("name", _NAMES)))
    weight[key] = choose.choice(values)


def _quantization(group, groups, choose, watch, folder):
    weight = choose.choice(group["weights"])
    said = {"dtype": choose.choice(("uint8", "uint16", *_DTYPES)), "scale": choose.choice(_SCALES)}
    said["min"] = choose.choice(_SCALES)
    weight["quantization"] = choose.choice((said, said, said, {"dtype": "uint8"}, [], "uint8", 1))
    if choose.random() < 0.3:
        weight["dtype"] = choose.choice(("int32", "bool", "float16", "uint8"))


def _many(group, groups, choose, watch, folder):
    """Lists many arrays of nothing."""
    names = choose.choice(("n{}", "a/" * 30 + "{}", "x/{}/kernel"))
    group["weights"] += [
        {"name": names.format(number), "shape": [0], "dtype": "float32"}
        for number in range(choose.choice((10, 3000)))
    ]


_CHANGES = (_paths, _paths, _again, _of_another_group, _weight, _weight, _quantization, _quantization, _many)
