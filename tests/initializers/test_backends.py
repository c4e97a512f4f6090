"""What an initializer gives on the backend that Keras runs on: tensors of it, and the same numbers on each.

The digests were recorded on TensorFlow's backend by `python tests/initializers/test_backends.py`.
"""

import hashlib
import json
import pickle

import numpy as np
import pytest
import tensorflow as tf
from drawn_values import RANDOM, as_numpy, same_bits
from environments import has_complex_weights, keras_3_only, needs

import keras_inits
from keras_inits.keras_compat import backend, versions

K = tf.keras
on_jax = pytest.mark.skipif(backend.name() != "jax", reason="on JAX alone")
on_torch = pytest.mark.skipif(backend.name() != "torch", reason="on torch alone")
on_others = pytest.mark.skipif(backend.is_tensorflow(), reason="on other backends than TensorFlow's alone")

# Each is exact: of Keras' own formulas, without the matrices whose rounding depends on the processor.
DIGESTS = {
    "GlorotNormal": "bd0c689452a1b891",
    "GlorotUniform": "3c8e3337e966adde",
    "HeNormal": "24b4245f4028ce5b",
    "HeUniform": "d8d0053bf18aa32b",
    "LecunNormal": "de6d7289d54d6782",
    "LecunUniform": "f2f367319bb3413e",
    "RandomNormal": "3b553b229e4971e9",
    "RandomUniform": "21b985e84c1bf728",
    "TruncatedNormal": "cbb76573aaf072a0",
    "VarianceScaling": "de6d7289d54d6782",
}


def digest(name):
    values = as_numpy(getattr(keras_inits, name)(seed=7)((6, 5)))
    return hashlib.sha256(values.tobytes()).hexdigest()[:16]


def made_by_keras(shape=(2, 3), dtype="float32"):
    return K.initializers.Zeros()(shape, dtype)


@pytest.mark.parametrize("name", DIGESTS)
def test_the_numbers_are_the_same_on_each_backend(name):
    assert digest(name) == DIGESTS[name]


@pytest.mark.parametrize("name", [*RANDOM, "Zeros", "Ones", "Constant", "Identity"])
def test_it_gives_a_tensor_of_the_backend(name):
    given, own = getattr(keras_inits, name)()((2, 3)), made_by_keras()
    assert type(given) is type(own) and given.dtype == own.dtype


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64", "complex64", "int32", "bool"])
def test_the_dtype_is_that_which_keras_gives(dtype):
    if dtype == "complex64":
        needs(has_complex_weights)
    if dtype == "complex64" and backend.name() == "torch":
        given, own = keras_inits.Zeros()((2,), dtype).dtype, "torch.complex64"
        assert str(given) == own
        return
    assert keras_inits.Zeros()((2, 3), dtype).dtype == made_by_keras(dtype=dtype).dtype


def test_what_an_array_gives_does_not_share_its_memory():
    array = np.ones((512, 1024), "float32")
    given = as_numpy(keras_inits.Constant(array)((512, 1024)))
    assert not np.shares_memory(given, array)


@keras_3_only
def test_a_seed_generator_gives_the_same_and_moves_on():
    initializer = keras_inits.RandomNormal(seed=K.random.SeedGenerator(5))
    first, second = initializer((3, 4)), initializer((3, 4))
    again = keras_inits.RandomNormal(seed=K.random.SeedGenerator(5))
    assert same_bits(first, again((3, 4))) and not same_bits(first, second)


def test_a_copied_model_draws_the_same():
    layer = K.layers.Dense(3, kernel_initializer=keras_inits.HeNormal(seed=7))
    model = K.Sequential([K.Input((4,)), layer])
    copy = K.models.clone_model(model)
    assert np.array_equal(model.get_weights()[0], copy.get_weights()[0])


@on_others
def test_it_comes_back_as_itself():
    layer = K.layers.Dense(3, kernel_initializer=keras_inits.HeNormal(seed=7))
    again = type(layer).from_config(json.loads(json.dumps(layer.get_config())))
    assert type(again.kernel_initializer) is keras_inits.HeNormal
    assert type(pickle.loads(pickle.dumps(again.kernel_initializer))) is keras_inits.HeNormal


@on_others
def test_what_this_package_does_not_know_keras_reads_as_its_own():
    saved = json.loads(json.dumps(keras_inits.serialize(keras_inits.HeNormal(seed=7))))
    registered = K.utils.get_custom_objects()
    del registered[saved["registered_name"]]  # As where the package is not imported.
    read = K.initializers.get(saved)
    assert type(read) is K.initializers.HeNormal and read.seed == 7


@on_others
def test_what_is_saved_on_another_backend_is_read():
    saved = {"module": "keras_inits", "class_name": "HeNormal", "registered_name": "keras_inits>HeNormal"}
    assert keras_inits.get({**saved, "config": {"seed": 7}}).seed == 7


@on_others
def test_installing_puts_the_package_in_the_place_of_keras_own():
    saved = json.loads(json.dumps(K.initializers.serialize(K.initializers.HeNormal(seed=7))))
    assert type(K.initializers.get(saved)) is K.initializers.HeNormal
    keras_inits.install()
    assert type(K.initializers.get(saved)) is keras_inits.HeNormal
    keras_inits.uninstall()
    assert type(K.initializers.get(saved)) is K.initializers.HeNormal


@on_jax
class TestTracedByJax:
    def test_a_traced_function_has_the_values_in_it(self):
        import jax

        initializer = keras_inits.HeNormal(seed=7)
        assert same_bits(jax.jit(lambda x: x + initializer((4, 3)))(0.0), initializer((4, 3)))

    def test_shapes_are_told_without_a_device(self):
        import jax

        spec = jax.eval_shape(lambda: keras_inits.HeNormal(seed=7)((4, 3), "bfloat16"))
        assert (spec.shape, spec.dtype.name) == ((4, 3), "bfloat16")

    def test_the_state_of_a_seed_generator_may_be_traced(self):
        import jax
        import keras

        generator = K.random.SeedGenerator(5)
        initializer = keras_inits.HeNormal(seed=generator)

        def drawn(state):
            with keras.StatelessScope(state_mapping=[(generator.state, state)]) as scope:
                values = initializer((4, 3)), initializer((4, 3))
            return values, scope.get_current_value(generator.state)

        (first, second), state = jax.jit(drawn)(generator.state.value)
        assert np.asarray(state).tolist() == [5, 2] and np.asarray(generator.state.value).tolist() == [5, 0]
        assert same_bits(first, initializer((4, 3))) and same_bits(second, initializer((4, 3)))

    def test_the_state_of_a_seed_generator_may_be_known_before_a_trace(self):
        import jax
        import keras

        generator = K.random.SeedGenerator(5)
        initializer = keras_inits.HeNormal(seed=generator)

        def drawn():
            with keras.StatelessScope():
                return initializer((4, 3))

        assert same_bits(jax.jit(drawn)(), initializer((4, 3)))

    def test_a_layer_may_draw_from_a_seed_generator_in_its_call(self):
        class Noise(K.layers.Layer):
            def __init__(self):
                super().__init__()
                self.generator = K.random.SeedGenerator(3)
                self.initializer = keras_inits.RandomNormal(seed=self.generator)

            def call(self, inputs):
                return inputs + self.initializer((4,))

        model = K.Sequential([K.Input((4,)), Noise()])
        expected = keras_inits.RandomNormal(seed=K.random.SeedGenerator(3))((4,))
        assert same_bits(model.predict(np.zeros((1, 4)), verbose=0)[0], expected)

    def test_a_seed_generator_inside_icnr_may_be_traced(self):
        import jax
        import keras

        generator = K.random.SeedGenerator(5)
        initializer = keras_inits.ICNR(keras_inits.HeNormal(seed=generator))

        def drawn(state):
            with keras.StatelessScope(state_mapping=[(generator.state, state)]):
                return initializer((3, 3, 4, 16))

        traced = jax.jit(drawn)(generator.state.value)
        assert same_bits(traced, initializer((3, 3, 4, 16)))

    def test_another_librarys_inside_icnr_is_refused_in_a_traced_function(self):
        import jax

        initializer = keras_inits.ICNR(K.initializers.HeNormal(seed=5))
        with pytest.raises(ValueError, match=r"has to be one of keras_inits. Received: initializer="):
            jax.jit(lambda x: x + initializer((3, 3, 4, 16)))(1.0)

    def test_the_states_of_seed_generators_may_be_mapped(self):
        import jax
        import keras

        generators = [K.random.SeedGenerator(seed) for seed in range(3)]
        initializer = keras_inits.HeNormal(seed=generators[0])

        def drawn(state):
            with keras.StatelessScope(state_mapping=[(generators[0].state, state)]):
                return initializer((4, 3))

        mapped = jax.vmap(drawn)(np.stack([generator.state.value for generator in generators]))
        each = [keras_inits.HeNormal(seed=generator)((4, 3)) for generator in generators]
        assert all(map(same_bits, mapped, each))

    def test_an_unseeded_weight_in_several_processes_needs_a_seed_of_all(self, monkeypatch):
        import jax

        layout = jax.sharding.SingleDeviceSharding(jax.devices()[0])
        rng_utils = versions.source("utils.rng_utils")
        monkeypatch.setattr(jax, "process_count", lambda: 2)
        monkeypatch.setattr(rng_utils, "get_random_seed", lambda: None)
        with pytest.raises(ValueError, match="of different draws. Call `keras.utils.set_random_seed`"):
            keras_inits.HeNormal()((4, 3), layout=layout)
        with keras_inits.seeded(1):
            keras_inits.HeNormal()((4, 3), layout=layout)
        monkeypatch.setattr(rng_utils, "get_random_seed", lambda: 1)
        assert keras_inits.HeNormal()((4, 3), layout=layout).shape == (4, 3)

    def test_what_is_drawn_goes_to_the_device_of_what_it_is_computed_with(self):
        assert not keras_inits.HeNormal(seed=7)((4, 3)).committed


@on_torch
class TestOnTorch:
    def test_nothing_is_drawn_on_the_device_meta(self):
        import keras

        with keras.device("meta"):
            drawn = keras_inits.HeNormal(seed=7)((4, 3))
        assert drawn.device.type == "meta" and tuple(drawn.shape) == (4, 3)

    def test_a_dtype_of_torchs_is_taken(self):
        import torch

        assert keras_inits.HeNormal(seed=7)((4, 3), torch.bfloat16).dtype == torch.bfloat16

    def test_a_layout_is_an_error(self):
        with pytest.raises(ValueError, match="spreads no weight over devices on its backend 'torch'"):
            keras_inits.HeNormal(seed=7)((4, 3), layout=object())


if __name__ == "__main__":
    for random in RANDOM:
        if random != "Orthogonal":
            print(f'    "{random}": "{digest(random)}",')
