import random
import warnings

import numpy as np
import pytest
import tensorflow as tf
from environments import keras_2_only, keras_3_only, tensorflow_only

import keras_inits
from keras_inits import reinitialize
from keras_inits.keras_compat import versions
from keras_inits.model_weights import weight_paths

K, L = tf.keras, tf.keras.layers


def network(**names):
    return K.Sequential(
        [
            K.Input((5, 4)),
            L.LSTM(3, **{"name": "recurrent", **names}),
            L.Dense(4, kernel_initializer="he_normal"),
            L.BatchNormalization(),
            L.Dense(2),
        ]
    )


def disturbed(model):
    for weight in model.weights:
        weight.assign(tf.fill(weight.shape, tf.cast(7, weight.dtype)))
    return model


def same(first, second):
    return [np.array_equal(a, b) for a, b in zip(first.get_weights(), second.get_weights(), strict=True)]


class Sevens(K.initializers.Initializer):
    """A user's initializer, which is not registered."""

    def __init__(self, seed=None):
        self.seed = seed

    def __call__(self, shape, dtype=None, **kwargs):
        return tf.fill(shape, tf.cast(7 if self.seed is None else self.seed, dtype or "float32"))

    def get_config(self):
        return {"seed": self.seed}


class Scale(L.Layer):
    """A user's layer with a weight of its own and a layer in it."""

    def __init__(self, units, initializer="random_normal", **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.initializer = K.initializers.get(initializer)
        self.inner = L.Dense(units)

    def build(self, shape):
        self.scale = self.add_weight(name="scale", shape=(self.units,), initializer=self.initializer)
        self.inner.build(shape)
        self.built = True

    def call(self, inputs):
        return self.inner(inputs) * self.scale

    def get_config(self):
        return {**super().get_config(), "units": self.units, "initializer": self.initializer}


# Without a seed


def test_unseeded_weights_get_new_values():
    model = network()
    kernel = model.get_weights()[0]
    reinitialize(model)
    assert not np.array_equal(kernel, model.get_weights()[0])


def test_it_returns_nothing():
    assert reinitialize(network()) is None


def test_a_seeded_initializer_gives_its_values_again():
    model = K.Sequential([K.Input((4,)), L.Dense(3, kernel_initializer=K.initializers.HeNormal(seed=3))])
    kernel = model.get_weights()[0]
    reinitialize(disturbed(model))
    assert np.array_equal(kernel, model.get_weights()[0])


@keras_3_only
def test_a_generator_gives_its_next_values():
    def kernels():
        initializer = K.initializers.HeNormal(seed=K.random.SeedGenerator(3))
        return initializer((4, 3)), initializer((4, 3))

    initializer = K.initializers.HeNormal(seed=K.random.SeedGenerator(3))
    model = K.Sequential([K.Input((4,)), L.Dense(3, kernel_initializer=initializer)])
    reinitialize(model)
    assert np.array_equal(model.get_weights()[0], kernels()[1])


def test_one_initializer_of_two_layers_draws_for_each():
    initializer = K.initializers.HeNormal()
    dense = {"kernel_initializer": initializer, "use_bias": False}
    model = K.Sequential([K.Input((4,)), L.Dense(4, **dense), L.Dense(4, **dense)])
    reinitialize(model)
    first, second = model.get_weights()
    assert not np.array_equal(first, second)


def test_the_same_process_seed_gives_the_same_values():
    model = network()
    kernels = []
    for _ in range(2):
        K.utils.set_random_seed(3)
        reinitialize(model)
        kernels.append(model.get_weights()[0])
    assert np.array_equal(*kernels)


def test_values_are_distributed_as_the_initializer_says():
    model = K.Sequential([K.Input((400,)), L.Dense(500, kernel_initializer="he_normal")])
    reinitialize(disturbed(model))
    assert model.get_weights()[0].std() == pytest.approx(np.sqrt(2 / 400), rel=0.01)


# Every kind of weight


def test_the_forget_gate_begins_with_ones():
    model = disturbed(network())
    reinitialize(model)
    assert model.get_weights()[2].tolist() == [0] * 3 + [1] * 3 + [0] * 6


def test_recurrent_kernels_are_orthogonal():
    model = disturbed(network())
    reinitialize(model)
    kernel = model.get_weights()[1]
    assert np.allclose(kernel @ kernel.T, np.eye(3), atol=1e-5)


def test_statistics_of_batches_begin_anew():
    model = disturbed(network())
    reinitialize(model)
    gamma, beta, mean, variance = model.layers[2].get_weights()
    assert (gamma == 1).all() and (beta == 0).all() and (mean == 0).all() and (variance == 1).all()


def test_attention_begins_anew():
    layer = L.MultiHeadAttention(2, 3)
    layer(tf.zeros((1, 2, 4)), tf.zeros((1, 2, 4)))
    reinitialize(disturbed(layer))
    assert not any((weight == 7).any() for weight in layer.get_weights())


def test_nested_models_begin_anew():
    model = K.Sequential([K.Input((5, 4)), network(), L.Dense(2)])
    reinitialize(disturbed(model))
    assert not any((weight == 7).any() for weight in model.get_weights())


def test_a_layer_alone_begins_anew():
    layer = L.Dense(3)
    layer.build((None, 4))
    reinitialize(disturbed(layer))
    assert not any((weight == 7).any() for weight in layer.get_weights())


def test_a_shared_layer_is_drawn_once():
    inputs, shared = K.Input((4,)), L.Dense(4, kernel_initializer="he_normal", name="shared")
    model = K.Model(inputs, L.Dense(2)(shared(shared(inputs))))
    alone = L.Dense(4, kernel_initializer="he_normal", name="shared")
    alone.build((None, 4))
    reinitialize(model, seed=3)
    reinitialize(alone, seed=3)
    assert np.array_equal(model.get_weights()[0], alone.get_weights()[0])


def test_a_users_layer_begins_anew():
    layer = Scale(3)
    layer(tf.zeros((1, 4)))
    reinitialize(disturbed(layer))
    assert not any((weight == 7).any() for weight in layer.get_weights())


def test_a_users_model_begins_anew():
    class Net(K.Model):
        def __init__(self):
            super().__init__()
            self.first, self.second = L.Dense(3), Scale(2)

        def call(self, inputs):
            return self.second(self.first(inputs))

    model = Net()
    model(tf.zeros((1, 4)))
    reinitialize(disturbed(model))
    assert not any((weight == 7).any() for weight in model.get_weights())


def test_a_users_initializer_is_asked():
    layer = Scale(3, initializer=Sevens())
    layer(tf.zeros((1, 4)))
    layer.scale.assign([1.0, 2.0, 3.0])
    reinitialize(layer)
    assert np.asarray(layer.scale).tolist() == [7, 7, 7]


def test_a_users_initializer_takes_a_seed_by_its_config():
    layer = Scale(3, initializer=Sevens(3), name="mine")
    layer(tf.zeros((1, 4)))
    reinitialize(layer, seed=5)
    expected = weight_paths.derived_seed(5, "mine/scale")
    assert np.asarray(layer.scale).tolist() == [np.float32(expected)] * 3


def test_a_function_is_asked():
    layer = Scale(3, initializer=lambda shape, dtype=None, **kwargs: tf.fill(shape, tf.cast(5, dtype)))
    layer(tf.zeros((1, 4)))
    reinitialize(layer, seed=5)
    assert np.asarray(layer.scale).tolist() == [5, 5, 5]


def test_what_was_adapted_is_left():
    layer = L.Normalization()
    layer.adapt(np.array([[1.0], [3.0]], "float32"))
    before = layer.get_weights()
    reinitialize(layer)
    assert all(map(np.array_equal, before, layer.get_weights()))


def test_weights_without_an_initializer_are_named_and_left():
    class Own(L.Layer):
        def __init__(self, size, **kwargs):
            super().__init__(**kwargs)
            make = K.Variable if versions.is_keras_3() else tf.Variable
            self.own = make(np.full(size, 3.0, "float32"), name="own")

        def call(self, inputs):
            return inputs * self.own

    model = K.Sequential([K.Input((4,)), Own(4, name="mine"), L.Dense(2)])
    with pytest.warns(UserWarning, match="leaves 1 weights as they are.*: mine/own[.]"):
        reinitialize(model)
    assert (model.get_weights()[0] == 3).all()


@keras_2_only
def test_the_weights_of_a_module_of_tensorflow_are_named_and_left():
    class Own(tf.Module):
        def __init__(self):
            super().__init__()
            self.scale = tf.Variable(3.0, name="scale")

    class Scaled(L.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.module = Own()

        def call(self, inputs):
            return inputs * self.module.scale

    model = K.Sequential([K.Input((4,)), Scaled(name="mine")])
    with pytest.warns(UserWarning, match="leaves 1 weights as they are.*: mine/scale[.]"):
        reinitialize(model)


@pytest.mark.skipif(not hasattr(K.Model, "quantize"), reason="Keras 3.4 and later have it")
def test_quantized_weights_are_named_and_left():
    model = K.Sequential([K.Input((4,)), L.Dense(2, name="small")])
    model.quantize("int8")
    before = model.get_weights()
    with pytest.warns(UserWarning, match="leaves 3 weights as they are.*small/kernel"):
        reinitialize(model)
    assert all(map(np.array_equal, before, model.get_weights()))


def test_mirrored_weights_begin_anew():
    def made():
        model = K.Sequential([K.Input((4,)), L.Dense(3, name="a")])
        reinitialize(model, seed=7)
        return model

    with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
        mirrored = made()
    assert all(same(mirrored, made()))


def test_nothing_is_said_where_nothing_is_left():
    model = network()
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        reinitialize(model)


def test_mixed_precision_keeps_the_weights_dtype():
    layer = L.Dense(3, dtype="mixed_float16")
    layer.build((None, 4))
    reinitialize(layer, seed=3)
    assert layer.get_weights()[0].dtype == "float32"


# With a seed

# Recorded on 2026-11-22 on Keras 3.15 by:
# model = network(); reinitialize(model, seed=7); print([w.ravel()[:2].tolist() for w in model.get_weights()])
RECORDED = {
    0: [-0.3183719217777252, -0.5707061290740967],
    3: [-0.26624995470046997, 0.7492954134941101],
    9: [0.19280600547790527, 0.7164711952209473],
}


@pytest.mark.parametrize("index", RECORDED)
def test_the_values_of_a_seed_are_the_recorded_ones_in_each_keras(index):
    model = network()
    reinitialize(model, seed=7)
    assert np.array_equal(model.get_weights()[index].ravel()[:2], np.float32(RECORDED[index]))


def test_a_seed_gives_the_same_again():
    first, second = network(), network()
    reinitialize(first, seed=7)
    reinitialize(second, seed=7)
    assert all(same(first, second))


def test_another_seed_gives_others():
    first, second = network(), network()
    reinitialize(first, seed=7)
    reinitialize(second, seed=8)
    assert not np.array_equal(first.get_weights()[0], second.get_weights()[0])


def test_a_seed_goes_before_an_initializers_own():
    model = K.Sequential([K.Input((4,)), L.Dense(3, kernel_initializer=K.initializers.HeNormal(seed=3))])
    kernel = model.get_weights()[0]
    reinitialize(model, seed=7)
    assert not np.array_equal(kernel, model.get_weights()[0])


def test_layers_of_the_same_kind_and_shape_get_others():
    model = K.Sequential([K.Input((4,)), L.Dense(4), L.Dense(4)])
    reinitialize(model, seed=7)
    assert not np.array_equal(model.get_weights()[0], model.get_weights()[2])


def test_another_layer_changes_no_other_weight():
    def made(*more):
        model = K.Sequential([K.Input((4,)), *more, L.Dense(4, name="a"), L.Dense(3, name="b")])
        reinitialize(model, seed=7)
        return [model.get_layer(name).get_weights()[0] for name in "ab"]

    assert all(map(np.array_equal, made(), made(L.Dense(4, name="new"))))


def test_a_nested_model_has_the_weights_that_it_has_alone():
    inner = network()
    reinitialize(inner, seed=7)
    alone = inner.get_weights()
    reinitialize(K.Sequential([K.Input((5, 4)), inner, L.Dense(2, name="end")]), seed=7)
    assert all(map(np.array_equal, alone, inner.get_weights()))


def test_the_bias_of_gates_takes_the_seed():
    def bias():
        layer = L.LSTM(3, bias_initializer="random_normal", name="gates")
        layer.build((None, 5, 4))
        reinitialize(layer, seed=7)
        return layer.get_weights()[2]

    first = bias()
    assert np.array_equal(first, bias()) and (first[3:6] == 1).all() and (first[:3] != 0).all()


# Some layers


def test_only_the_layers_that_were_named_are_drawn():
    model = disturbed(network())
    reinitialize(model, layers="recurrent")
    assert [bool((weight == 7).all()) for weight in model.get_weights()] == [False] * 3 + [True] * 8


def test_a_layer_may_be_given_itself():
    model = disturbed(network())
    reinitialize(model, layers=[model.layers[-1]])
    assert [bool((weight == 7).all()) for weight in model.get_weights()] == [True] * 9 + [False] * 2


def test_a_layers_part_is_found_by_name():
    layer = L.MultiHeadAttention(2, 3)
    layer(tf.zeros((1, 2, 4)), tf.zeros((1, 2, 4)))
    reinitialize(disturbed(layer), layers=["query"])
    assert [bool((weight == 7).all()) for weight in layer.get_weights()] == [False] * 2 + [True] * 6


def test_a_layer_has_the_weights_that_it_has_in_the_whole():
    whole, part = network(), network()
    reinitialize(whole, seed=7)
    reinitialize(part, seed=7, layers="recurrent")
    assert same(whole, part)[:3] == [True] * 3


def test_an_unknown_name_is_told_with_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'recurrent'.*Received: 'recurent'"):
        reinitialize(network(), layers=["recurent"])


@pytest.mark.parametrize("layers", [3, [3], [None]], ids=repr)
def test_what_is_neither_a_layer_nor_a_name_is_told(layers):
    with pytest.raises(TypeError, match=r"`layers` .*Received: layers=(3|\[3\]|\[None\])$"):
        reinitialize(network(), layers=layers)


def test_a_strange_layer_is_told():
    with pytest.raises(ValueError, match="layer that is not in"):
        reinitialize(network(), layers=[L.Dense(1, name="strange")])


# What is kept


def test_the_variables_are_kept():
    model = network()
    before = [id(weight) for weight in model.weights]
    reinitialize(model)
    assert before == [id(weight) for weight in model.weights]


@tensorflow_only
def test_compiled_functions_are_kept_and_see_the_new_weights():
    model = K.Sequential([K.Input((4,)), L.Dense(1, kernel_initializer="ones")])
    traced = []

    @tf.function
    def predict(inputs):
        traced.append(1)
        return model(inputs)

    predict(tf.ones((1, 4)))
    reinitialize(disturbed(model))
    assert float(predict(tf.ones((1, 4)))[0, 0]) == 4 and len(traced) == 1


def test_generators_are_left_where_there_is_a_seed():
    model = network()
    before = random.getstate(), np.random.get_state()[1].tolist()
    reinitialize(model, seed=7)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before


@pytest.mark.parametrize("initializer", ["glorot_uniform", keras_inits.HeNormal()], ids=["Keras'", "its own"])
def test_generators_are_left_by_a_layer_that_makes_an_initializer_of_its_own(initializer):
    model = K.Sequential([K.Input((4,)), L.EinsumDense("ab,bc->ac", 3, kernel_initializer=initializer)])
    before = random.getstate(), np.random.get_state()[1].tolist()
    reinitialize(model, seed=7)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before


def test_the_generators_of_a_replay_block_are_left_where_there_is_a_seed():
    class Building(L.Layer):
        def build(self, shape):
            initializer = keras_inits.HeNormal()
            self.kernel = self.add_weight(name="kernel", shape=(4, 3), initializer=initializer)

        def call(self, inputs):
            return inputs @ self.kernel

    model = K.Sequential([K.Input((4,)), Building()])
    drawn = []
    for look in (True, False):
        with keras_inits.replay("3.5.0", keras=3):
            if look:
                reinitialize(model, seed=7)
            drawn.append(keras_inits.HeNormal()((2, 2)))
    assert np.array_equal(*drawn)


def test_nothing_is_changed_when_an_initializer_fails():
    def failing(shape, dtype=None, **kwargs):
        if fails:
            raise RuntimeError("no values")
        return tf.ones(shape, dtype)

    fails = False
    model = K.Sequential([K.Input((4,)), L.Dense(3), L.Dense(2, kernel_initializer=failing)])
    before, fails = model.get_weights(), True
    with pytest.raises(RuntimeError, match="no values"):
        reinitialize(model)
    assert all(map(np.array_equal, before, model.get_weights()))


def test_values_of_another_shape_are_told():
    def changing(shape, dtype=None, **kwargs):
        return tf.ones((1, *shape) if changed else shape, dtype)

    changed = False
    model = K.Sequential([K.Input((4,)), L.Dense(2, kernel_initializer=changing, name="last")])
    changed = True
    with pytest.raises(ValueError, match=r"The initializer of 'last/kernel' gave values of another shape"):
        reinitialize(model)


# What cannot be


@pytest.mark.parametrize("layer", [L.Dense(3), K.Sequential([L.Dense(3)])], ids=["layer", "model"])
def test_what_is_not_built_is_told(layer):
    with pytest.raises(ValueError, match="is not built"):
        reinitialize(layer)


def test_what_is_no_model_is_told():
    with pytest.raises(
        TypeError, match="`model` must be a model or a layer of `tf.keras`. Received: model=3"
    ):
        reinitialize(3)


def test_a_seed_that_is_no_integer_is_told():
    with pytest.raises(TypeError, match="`seed` must be an integer. Received: seed='7'"):
        reinitialize(network(), seed="7")


def test_a_graph_is_told():
    model = network()
    with tf.Graph().as_default(), pytest.raises(ValueError, match="draws eagerly"):
        reinitialize(model)


# A large model


@pytest.fixture(scope="module")
def resnet():
    return K.applications.ResNet50(weights=None)


@pytest.mark.slow
def test_a_resnet_has_the_same_weights_built_in_a_seeded_block(resnet):
    reinitialize(resnet, seed=7)
    with keras_inits.seeded(7):
        built = K.applications.ResNet50(weights=None)
    assert all(same(resnet, built))


# Recorded on 2026-11-22 on Keras 3.15 by:
# reinitialize(ResNet50(weights=None), seed=7); print([float(w.ravel()[0]) for w in resnet.get_weights()])
RECORDED_RESNET = {0: -0.010087516158819199, 6: 0.03564883768558502, 318: -0.03937491029500961}


@pytest.mark.slow
@pytest.mark.parametrize("index", RECORDED_RESNET)
def test_a_resnet_has_the_recorded_weights_in_each_keras(resnet, index):
    reinitialize(resnet, seed=7)
    assert resnet.get_weights()[index].ravel()[0] == np.float32(RECORDED_RESNET[index])
