import copy
import threading

import numpy as np
import pytest
import tensorflow as tf
from drawn_values import as_numpy
from environments import keras_2_only, keras_3_only

import keras_inits
from keras_inits.initializers import initializers_v1, initializers_v2, registry, scaled

STOCK = tf.keras.initializers

# The public names of `keras.initializers` in Keras 3.15, Keras 2.15 and tf.compat.v1.keras 2.15.
KERAS_3_NAMES = """
Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity IdentityInitializer Initializer
LecunNormal LecunUniform Ones Orthogonal OrthogonalInitializer RandomNormal RandomUniform STFT
STFTInitializer TruncatedNormal VarianceScaling Zeros constant glorot_normal glorot_uniform he_normal
he_uniform identity lecun_normal lecun_uniform normal one ones orthogonal random_normal random_uniform
stft truncated_normal uniform variance_scaling zero zeros
""".split()
KERAS_2_NAMES = """
Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity Initializer LecunNormal LecunUniform
Ones Orthogonal RandomNormal RandomUniform TruncatedNormal VarianceScaling Zeros constant glorot_normal
glorot_uniform he_normal he_uniform identity lecun_normal lecun_uniform ones orthogonal random_normal
random_uniform truncated_normal variance_scaling zeros normal uniform one zero
ConstantV2 GlorotNormalV2 GlorotUniformV2 HeNormalV2 HeUniformV2 IdentityV2 LecunNormalV2
LecunUniformV2 OnesV2 OrthogonalV2 RandomNormalV2 RandomUniformV2 TruncatedNormalV2 VarianceScalingV2
ZerosV2 glorot_normalV2 glorot_uniformV2 he_normalV2 he_uniformV2 lecun_normalV2 lecun_uniformV2
""".split()
V1_NAMES = """
Constant Identity Initializer Ones Orthogonal RandomNormal RandomUniform TruncatedNormal
VarianceScaling Zeros constant glorot_normal glorot_uniform he_normal he_uniform identity lecun_normal
lecun_uniform normal ones orthogonal random_normal random_uniform truncated_normal uniform zeros
""".split()
KERAS_1_NAMES = """
uniform lecun_uniform normal identity orthogonal zero one glorot_normal glorot_uniform he_normal he_uniform
""".split()
OTHER_NAMES = """
glorot_uniform_initializer zeros_initializer constant_initializer random_normal_initializer
variance_scaling_initializer glorotuniform henormal zeros randomuniform truncatednormal
""".split()


@pytest.mark.parametrize("name", sorted({*KERAS_3_NAMES, *KERAS_2_NAMES, *KERAS_1_NAMES, *OTHER_NAMES}))
def test_a_name_of_any_keras_resolves_and_is_one_of_the_package(name):
    initializer = registry.get(name)
    assert isinstance(initializer, getattr(keras_inits, name))
    assert name in dir(keras_inits)


@pytest.mark.parametrize("name", V1_NAMES)
def test_a_name_of_tensorflow_1_is_one_of_v1(name):
    assert issubclass(getattr(keras_inits.v1, name), STOCK.Initializer)


def public_names(module):
    return {name for name in vars(module) if not name.startswith("_")} - {"get", "serialize", "deserialize"}


def test_the_lists_above_have_all_that_the_installed_keras_names():
    assert public_names(STOCK) <= {*KERAS_3_NAMES, *KERAS_2_NAMES}


@keras_2_only
def test_the_list_of_v1_has_all_that_the_installed_keras_names():
    assert public_names(tf.compat.v1.keras.initializers) <= set(V1_NAMES)


def test_an_unknown_attribute_is_an_error():
    with pytest.raises(AttributeError, match="he_norml"):
        _ = keras_inits.he_norml


class TestPopulate:
    def test_plain_names_are_version_2_in_v2_mode(self):
        registry.populate_deserializable_objects()
        assert registry.LOCAL.GENERATED_WITH_V2 is True
        assert registry.LOCAL.ALL_OBJECTS["he_normal"] is scaled.HeNormal

    def test_plain_names_are_version_1_in_v1_mode(self):
        objects = registry.objects_of_mode(v2=False)
        assert objects["he_normal"] is initializers_v1.HeNormal
        assert objects["he_normalV2"] is scaled.HeNormal

    def test_it_is_made_once_for_a_mode(self):
        registry.populate_deserializable_objects()
        objects = registry.LOCAL.ALL_OBJECTS
        registry.populate_deserializable_objects()
        assert registry.LOCAL.ALL_OBJECTS is objects

    def test_it_is_made_again_when_the_mode_changes(self, monkeypatch):
        registry.populate_deserializable_objects()
        monkeypatch.setattr(tf.__internal__.tf2, "enabled", lambda: False)
        registry.populate_deserializable_objects()
        assert registry.LOCAL.ALL_OBJECTS["Zeros"] is initializers_v1.Zeros
        monkeypatch.undo()
        registry.populate_deserializable_objects()
        assert registry.LOCAL.ALL_OBJECTS["Zeros"] is initializers_v2.Zeros

    def test_two_threads_in_two_modes_have_their_own(self, monkeypatch):
        mode = threading.local()
        monkeypatch.setattr(tf.__internal__.tf2, "enabled", lambda: getattr(mode, "v2", True))
        together, found = threading.Barrier(2), {}

        def populate(v2):
            mode.v2 = v2
            for _ in range(20):
                together.wait()
                registry.populate_deserializable_objects()
                found.setdefault(v2, set()).add(registry.LOCAL.ALL_OBJECTS["Zeros"])

        run_threads([lambda v2=v2: populate(v2) for v2 in (True, False)])
        assert found == {True: {initializers_v2.Zeros}, False: {initializers_v1.Zeros}}

    def test_32_threads_at_once(self):
        together, found = threading.Barrier(32), []

        def populate():
            together.wait()
            registry.populate_deserializable_objects()
            found.append(dict(registry.LOCAL.ALL_OBJECTS))

        run_threads([populate] * 32)
        assert found == [registry.objects_of_mode(v2=True)] * 32


def run_threads(functions):
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


MODULES = (
    None,
    "keras.initializers",
    "tensorflow.python.keras.initializers",
    "tensorflow.python.ops.init_ops",
    "keras.src.initializers.initializers_v2",
    "keras.initializers.initializers_v2",
    "tf_keras.initializers",
    "tf_keras.src.initializers.initializers",
)


@pytest.mark.parametrize(
    "value",
    [
        {"class_name": "__numpy__", "config": {}},
        {"class_name": "__tensor__", "config": {"value": 1}},
        {"class_name": "SeedGenerator", "config": {}},
    ],
    ids=lambda value: value["class_name"],
)
def test_arguments_that_keras_did_not_write_are_said(value):
    name = "seed" if value["class_name"] == "SeedGenerator" else "value"
    cls = "HeNormal" if name == "seed" else "Constant"
    with pytest.raises(ValueError, match=f"config of '{cls}' cannot be read"):
        keras_inits.get({"class_name": cls, "config": {name: value}})


def test_a_config_without_end_is_said():
    config = {"class_name": "Constant", "config": {}}
    config["config"]["value"] = config
    with pytest.raises(ValueError, match="nested too deep"):
        keras_inits.get(config)


def test_an_array_of_texts_is_no_argument():
    array = {"class_name": "__numpy__", "config": {"value": ["a"], "dtype": "U100000000"}}
    with pytest.raises(ValueError, match="are of numbers. Received: an array of the dtype 'U100000000'"):
        keras_inits.get({"class_name": "Constant", "config": {"value": array}})


@pytest.mark.parametrize("module", MODULES, ids=str)
@pytest.mark.parametrize("registered_name", [None, "HeNormal"])
def test_a_module_of_any_vintage_resolves(module, registered_name):
    config = {
        "module": module,
        "class_name": "HeNormal",
        "config": {"seed": 7, "dtype": "float32"},
        "registered_name": registered_name,
    }
    assert type(registry.deserialize(config)) is scaled.HeNormal


@pytest.mark.parametrize(
    "config, expected",
    [
        ({"class_name": "Zeros", "config": {"dtype": "float32"}}, {}),
        ({"class_name": "Zeros", "config": None}, {}),
        ({"class_name": "Zeros"}, {}),
        ({"class_name": "Constant", "config": {"value": 1, "verify_shape": False}}, {"value": 1}),
        (
            {"class_name": "VarianceScaling", "config": {"mode": None, "distribution": None}},
            {"mode": "fan_in", "distribution": "truncated_normal"},
        ),
        (
            {"class_name": "VarianceScaling", "config": {"scale": 2, "distribution": "normal"}},
            {"scale": 2, "distribution": "truncated_normal"},
        ),
        ({"class_name": "RandomUniform", "config": {"minval": 0, "maxval": None}}, {"maxval": 1.0}),
        ({"class_name": "OrthogonalV2", "config": {"gain": 1, "seed": None}}, {"gain": 1}),
        ({"class_name": "function", "config": "zeros", "module": "builtins"}, {}),
        ({"class_name": "Ones", "config": {}, "__passive_serialization__": True}, {}),
        ({"class_name": "Ones", "config": {}, "shared_object_id": 3}, {}),
        ("glorot_uniform", {"seed": None}),
    ],
    ids=str,
)
def test_a_config_of_any_keras_resolves_and_stays_as_it_is(config, expected):
    saved = copy.deepcopy(config)
    initializer = registry.deserialize(config)
    assert expected.items() <= vars_of(initializer).items()
    assert config == saved


def vars_of(initializer):
    return {**vars(initializer), **initializer.get_config()}


def test_nothing_is_nothing():
    assert registry.get(None) is registry.deserialize(None) is registry.serialize(None) is None


def test_serialize_and_deserialize_are_inverse():
    config = registry.serialize(keras_inits.VarianceScaling(3.0, "fan_out", seed=7))
    assert registry.serialize(registry.deserialize(config)) == config


class Custom(STOCK.Initializer):
    def __call__(self, shape, dtype=None, **kwargs):
        return tf.fill(shape, 5.0)

    def get_config(self):
        return {}


def custom_function(shape, dtype=None):
    return tf.fill(shape, 6.0)


class ArrayOfAnother:
    """As JAX's and torch's arrays are read by NumPy."""

    shape = (2, 3)

    def __array__(self, dtype=None, copy=None):
        return np.ones(self.shape, dtype)


class TestGet:
    def test_a_class_is_made_one_of(self):
        assert type(registry.get(keras_inits.HeNormal)) is scaled.HeNormal

    def test_an_instance_of_a_given_class_need_not_be_callable(self):
        class Settings:
            pass

        assert isinstance(registry.get(Settings), Settings)

    @pytest.mark.parametrize(
        "identifier", [Custom(), custom_function, STOCK.HeNormal(7)], ids=["user's", "function", "stock"]
    )
    def test_a_callable_is_itself(self, identifier):
        assert registry.get(identifier) is identifier

    @pytest.mark.parametrize("array", [np.ones((2, 3)), tf.ones((2, 3)), ArrayOfAnother()], ids=type)
    def test_an_array_is_what_gives_it(self, array):
        assert as_numpy(registry.get(array)((2, 3), "float32")).tolist() == [[1.0] * 3] * 2

    def test_an_array_of_another_shape_is_an_error(self):
        with pytest.raises(ValueError, match=r"Expected `shape` to be \(2, 3\)"):
            registry.get(np.ones((2, 3)))((3, 2))

    @pytest.mark.parametrize("identifier", [5, ["zeros"], object()], ids=["number", "list", "object"])
    def test_what_is_none_of_these_is_an_error(self, identifier):
        with pytest.raises(
            ValueError, match="Could not interpret initializer identifier: .* It must be a name, "
        ):
            registry.get(identifier)


class TestCustomObjects:
    @pytest.mark.parametrize("name", ["Custom", "HeNormal"])
    def test_those_that_are_passed_are_found_first(self, name):
        config = {"class_name": name, "config": {}}
        assert type(registry.deserialize(config, {name: Custom})) is Custom

    @pytest.mark.parametrize("name", ["Custom", "HeNormal"])
    def test_those_of_a_scope_are_found_first(self, name):
        with tf.keras.utils.custom_object_scope({name: Custom}):
            assert type(registry.get(name)) is Custom

    @pytest.mark.parametrize("name", ["Custom", "HeNormal"])
    def test_those_that_are_process_wide_are_found_first(self, name):
        tf.keras.utils.get_custom_objects()[name] = Custom
        assert type(registry.get(name)) is Custom

    def test_a_registered_class_is_found_by_its_registered_name(self):
        registered = tf.keras.utils.register_keras_serializable("my")(type("HeNormal", (Custom,), {}))
        assert type(registry.deserialize(registry.serialize(registered()))) is registered

    def test_a_function_is_found(self):
        objects = {"custom_function": custom_function}
        assert registry.deserialize("custom_function", objects) is custom_function


def test_a_name_that_is_far_too_long_is_not_compared(monkeypatch):
    compared = []
    monkeypatch.setattr(registry.nearest, "hint", lambda name, known: compared.append(name))
    with pytest.raises(ValueError, match=r"Unknown initializer: 'q+\.") as raised:
        registry.get("q" * 10**6)
    assert compared == [""] and len(str(raised.value)) < 2000


def test_an_unknown_name_that_is_near_none_is_an_error_with_keras_own():
    with pytest.raises(ValueError, match="'kaiming'. No known name is near it; Keras' own are: Constant, "):
        keras_inits.get("kaiming")


def test_keras_own_names_are_those_of_the_installed_keras():
    with pytest.raises(ValueError, match="Keras' own are: ") as raised:
        keras_inits.get("kaiming")
    assert ("STFT" in str(raised.value)) == hasattr(STOCK, "STFT")


def test_a_config_in_json_is_told_how_to_read_it():
    with pytest.raises(ValueError, match=r"`json.loads\(text\)` makes a config of it"):
        keras_inits.get('{"class_name": "HeNormal", "config": {}}')


@pytest.mark.parametrize("name, nearest", [("glorot_unifrm", "glorot_uniform"), ("Zeroes", "Zeros")])
def test_an_unknown_name_is_an_error_with_the_nearest_known_ones(name, nearest):
    with pytest.raises(ValueError, match=f"Unknown initializer: '{name}'.*{nearest}"):
        registry.get(name)


def test_the_word_for_a_functions_config_is_no_name():
    with pytest.raises(ValueError, match="Unknown initializer: 'function'"):
        registry.get("function")


@pytest.mark.parametrize(
    "config",
    [
        {"class_name": "HeNormal", "config": {}, "module": "qkeras", "registered_name": "HeNormal"},
        {"class_name": "HeNormal", "config": {}, "module": None, "registered_name": "my>HeNormal"},
        {"class_name": "Constant", "config": {"value": {"class_name": "X", "config": {}, "module": "my"}}},
    ],
    ids=str,
)
def test_a_third_party_class_is_an_error_that_says_how_to_pass_it(config):
    with pytest.raises(ValueError, match="custom_objects="):
        registry.deserialize(config)


@pytest.mark.parametrize("config", [{}, {"config": {}}, {"class_name": 3}, 5], ids=str)
def test_what_is_no_config_is_an_error(config):
    with pytest.raises(ValueError, match="`class_name` and `config`"):
        registry.deserialize(config)


@pytest.mark.parametrize("arguments", [3, "", []], ids=repr)
def test_arguments_that_are_no_dict_are_an_error(arguments):
    with pytest.raises(ValueError, match="`config` of 'HeNormal' must be a dict"):
        registry.deserialize({"class_name": "HeNormal", "config": arguments})


@keras_3_only
def test_a_shared_object_is_one_object():
    from keras.src.saving.serialization_lib import ObjectSharingScope

    config = registry.serialize(keras_inits.HeNormal()) | {"shared_object_id": 3}
    with ObjectSharingScope():
        assert registry.deserialize(config) is registry.deserialize(config)
