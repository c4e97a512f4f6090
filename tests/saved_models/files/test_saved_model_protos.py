"""What is read of a `saved_model.pb`, and within which bounds."""

import pytest
from tensorflow.core.protobuf import saved_model_pb2

from keras_inits.saved_models.files import limits, saved_model_protos


def written(objects=1, child=None):
    """Writes a SavedModel with objects, the first of which has a child."""
    model = saved_model_pb2.SavedModel(saved_model_schema_version=1)
    graph = model.meta_graphs.add()
    graph.meta_info_def.tensorflow_version = "2.8.0"
    for _ in range(objects):
        graph.object_graph_def.nodes.add().user_object.identifier = "_tf_keras_layer"
    if child is not None:
        graph.object_graph_def.nodes[0].children.add(local_name="inner", node_id=child)
    return memoryview(model.SerializeToString())


def test_objects_and_version():
    found = saved_model_protos.graph(written(2, child=1))
    assert (found.tensorflow_version, len(found.nodes)) == ("2.8.0", 2)
    assert found.nodes[0].children == {"inner": 1}
    assert found.nodes[1].identifier == "_tf_keras_layer"


def test_an_object_inside_itself():
    assert saved_model_protos.graph(written(1, child=0)).nodes[0].children == {"inner": 0}


@pytest.mark.parametrize("child", [1, -1, 2**31 - 1])
def test_an_edge_to_nothing(child):
    with pytest.raises(ValueError, match="leads to none"):
        saved_model_protos.graph(written(1, child=child))


def test_too_many_objects(monkeypatch):
    monkeypatch.setattr(limits, "OBJECTS", 3)
    with pytest.raises(ValueError, match="more than 3 objects"):
        saved_model_protos.graph(written(4))


def test_no_model_in_it():
    with pytest.raises(ValueError, match="without a model"):
        saved_model_protos.graph(memoryview(b"\x08\x01"))


@pytest.mark.parametrize("empty", [b"\x12\x00", b"\x12\x04\x2a\x00\x2a\x00"], ids=["models", "signatures"])
def test_too_many_empty_parts(empty, monkeypatch):
    monkeypatch.setattr(limits, "STORED_NAMES", 1)
    with pytest.raises(ValueError, match="more than 1"):
        saved_model_protos.graph(memoryview(empty * 2))


def test_too_many_objects_with_metadata(monkeypatch):
    monkeypatch.setattr(limits, "OBJECTS", 3)
    data = b"".join(bytes([10, 2, 16, number]) for number in range(5))
    with pytest.raises(ValueError, match="more than 3 objects"):
        saved_model_protos.metadata(memoryview(data))
