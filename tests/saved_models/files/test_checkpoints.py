"""A checkpoint's arrays are those that TensorFlow reads, and a damaged one ends in an error."""

import os
import shutil

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.protobuf import tensor_bundle_pb2

from keras_inits.saved_models.files import checkpoints, limits
from keras_inits.saved_models.files.stored import Array, StoredWeightsError
from saved_models.recorded_checkpoints import FOLDER

v1 = tf.compat.v1
SHARD = ".data-00000-of-00001"


@pytest.fixture
def copied(tmp_path):
    """Copies a checkpoint to a folder of its own; its prefix."""
    for end in (".index", SHARD):
        shutil.copy(FOLDER / f"functional{end}", tmp_path / f"model{end}")
    return str(tmp_path / "model")


@pytest.mark.parametrize("name", ["functional", "sequential", "subclassed", "saver"])
def test_arrays_are_those_that_tensorflow_reads(name):
    reader = tf.train.load_checkpoint(str(FOLDER / name))
    arrays = checkpoints.arrays(str(FOLDER / name))
    assert {key: list(one.shape) for key, one in arrays.items()} == reader.get_variable_to_shape_map()
    for key, one in arrays.items():
        if key != checkpoints.OBJECT_GRAPH:
            np.testing.assert_array_equal(one.read(), reader.get_tensor(key))


@pytest.mark.parametrize(
    "dtype", ["bool", "int8", "uint16", "int64", "float16", "bfloat16", "float64", "complex64"]
)
def test_numbers_of_every_type(tmp_path, dtype):
    values = tf.cast(tf.constant([[0, 1, 2], [3, 4, 5]]), dtype)
    tf.raw_ops.SaveV2(
        prefix=str(tmp_path / "c"), tensor_names=["a"], shape_and_slices=[""], tensors=[values]
    ) if tf.executing_eagerly() else pytest.skip("runs an op")
    read = checkpoints.arrays(str(tmp_path / "c"))["a"].read()
    expected = tf.cast(values, "float32") if dtype == "bfloat16" else values
    np.testing.assert_array_equal(read, expected.numpy())
    assert read.dtype == expected.dtype.as_numpy_dtype


def test_parts_and_shards_are_put_together(tmp_path):
    with tf.Graph().as_default(), v1.Session() as session:
        rows = v1.get_variable("rows", (300, 7), partitioner=v1.fixed_size_partitioner(3))
        columns = v1.get_variable("scope/columns", (2, 70000), partitioner=v1.fixed_size_partitioner(4, 1))
        session.run(v1.global_variables_initializer())
        v1.train.Saver(sharded=True).save(session, str(tmp_path / "c"))
        expected = session.run([rows.as_tensor(), columns.as_tensor()])
    arrays = checkpoints.arrays(str(tmp_path / "c"))
    np.testing.assert_array_equal(arrays["rows"].read(), expected[0])
    np.testing.assert_array_equal(arrays["scope/columns"].read(), expected[1])


@pytest.mark.parametrize("path", ["", "model", "model.index", f"model{SHARD}", "checkpoint"])
@pytest.mark.parametrize(
    "said", ["model", "/where/it/was/trained/model", "C:\\\\there\\\\model", "../../etc/model"]
)
def test_it_is_found_by_prefix_index_shard_and_folder(copied, path, said):
    folder = os.path.dirname(copied)
    with open(os.path.join(folder, "checkpoint"), "w") as file:
        file.write(f'model_checkpoint_path: "{said}"\n')
    assert checkpoints.recognizes(os.path.join(folder, path))
    assert checkpoints.arrays(os.path.join(folder, path))


def test_the_graph_of_objects_has_names_arrays_and_slots(copied):
    objects = checkpoints.objects(checkpoints.arrays(copied))
    last = objects[objects[0].children["layer_with_weights-2"]]
    assert list(last.children) == ["kernel", "bias"]
    assert [one.shape for one in objects[last.children["kernel"]].arrays.values()] == [(4, 2)]
    assert "optimizer" in objects[0].children


def test_a_shard_that_is_a_link_to_elsewhere_is_not_followed(copied, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.move(copied + SHARD, elsewhere / "secret")
    os.symlink(elsewhere / "secret", copied + SHARD)
    with pytest.raises(StoredWeightsError, match="link to elsewhere"):
        checkpoints.arrays(copied)


def test_a_checkpoint_that_is_linked_whole_is_followed(copied, tmp_path):
    (tmp_path / "links").mkdir()
    for end in (".index", SHARD):
        os.symlink(copied + end, tmp_path / "links" / f"model{end}")
    assert checkpoints.arrays(str(tmp_path / "links" / "model"))


def test_a_missing_shard_is_named(copied):
    os.remove(copied + SHARD)
    with pytest.raises(StoredWeightsError, match=r"model\.data-00000-of-00001' is missing"):
        checkpoints.arrays(copied)


def test_a_short_shard_is_refused(copied):
    with open(copied + SHARD, "r+b") as file:
        file.truncate(1000)
    with pytest.raises(StoredWeightsError, match="beyond the end|larger than its shards"):
        checkpoints.arrays(copied)


def test_any_damaged_byte_of_the_index_ends_in_arrays_or_an_error(copied):
    with open(copied + ".index", "rb") as file:
        index = file.read()
    held = os.path.getsize(copied + SHARD)
    for place in range(0, len(index), 7):
        with open(copied + ".index", "wb") as file:
            file.write(index[:place] + bytes([index[place] ^ 0x55]) + index[place + 1 :])
        try:
            found = checkpoints.arrays(copied)
            assert sum(one.read().nbytes for key, one in found.items() if "ATTRIBUTES" in key) <= held
        except StoredWeightsError:
            pass


def test_a_large_index_is_refused(copied, monkeypatch):
    monkeypatch.setattr(limits, "INDEX_BYTES", 100)
    with pytest.raises(StoredWeightsError, match="more than 100"):
        checkpoints.arrays(copied)


def test_a_large_graph_is_refused(copied, monkeypatch):
    monkeypatch.setattr(limits, "OBJECTS", 3)
    with pytest.raises(StoredWeightsError, match="objects"):
        checkpoints.objects(checkpoints.arrays(copied))


def in_table(entries, monkeypatch):
    """Has an index say this of arrays."""
    entries = {b"": tensor_bundle_pb2.BundleHeaderProto(num_shards=1), **entries}
    table = {key: value.SerializeToString() for key, value in entries.items()}
    monkeypatch.setattr(checkpoints.sorted_tables, "read", lambda data: table)


def key_of_part(name, extents):
    return checkpoints._slice_key(checkpoints._ordered_text(name), extents)


def test_a_part_that_is_named_twice_counts_once(copied, monkeypatch):
    part = tensor_bundle_pb2.BundleEntryProto(dtype=1, size=40)
    part.shape.dim.add(size=10)
    whole = tensor_bundle_pb2.BundleEntryProto(dtype=1)
    whole.shape.dim.add(size=10_000)
    for _ in range(2):
        whole.slices.add().extent.add(start=0, length=10)
    in_table({b"a": whole, key_of_part("a", [(0, 10)]): part}, monkeypatch)
    with pytest.raises(StoredWeightsError, match="are not the whole of it"):
        checkpoints.arrays(copied)


def test_more_parts_than_the_index_lists_are_not_looked_for(copied, monkeypatch):
    entries = {name.encode(): tensor_bundle_pb2.BundleEntryProto(dtype=1) for name in "abc"}
    for entry in entries.values():
        entry.slices.add()
        entry.slices.add()
    in_table(entries, monkeypatch)
    monkeypatch.setattr(checkpoints, "_sliced", None)
    with pytest.raises(StoredWeightsError, match="its arrays have more parts than it lists"):
        checkpoints.arrays(copied)


@pytest.mark.parametrize("axes", [33, 600_000])
def test_too_many_axes_are_refused_in_a_few_words(copied, monkeypatch, axes):
    entry = tensor_bundle_pb2.BundleEntryProto(dtype=1)
    for _ in range(axes):
        entry.shape.dim.add()
    in_table({b"a": entry}, monkeypatch)
    with pytest.raises(StoredWeightsError, match="more than") as error:
        checkpoints.arrays(copied)
    assert len(str(error.value)) < 300


@pytest.mark.parametrize(
    "graph", [b"\x0a\x00" * 4, b"\x0a\x08" + b"\x0a\x00" * 4, b""], ids=["nodes", "edges", ""]
)
def test_objects_are_counted_before_they_are_parsed(monkeypatch, graph):
    monkeypatch.setattr(limits, "OBJECTS", 3)
    monkeypatch.setattr(limits, "OBJECT_EDGES", 3)
    monkeypatch.setattr(checkpoints, "_message", None)
    array = Array("graph", (), lambda: np.array(graph, object))
    with pytest.raises(StoredWeightsError, match="more than 3|no objects"):
        checkpoints.objects({checkpoints.OBJECT_GRAPH: array})
