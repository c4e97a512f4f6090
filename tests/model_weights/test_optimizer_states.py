import numpy as np
import pytest
import tensorflow as tf
from drawn_values import as_numpy
from environments import keras_2_only

from keras_inits import reinitialize
from keras_inits.keras_compat import optimizer_internals

K = tf.keras
OPTIMIZERS = {
    "sgd": lambda: K.optimizers.SGD(0.5, momentum=0.9),
    "adam": lambda: K.optimizers.Adam(0.5, amsgrad=True),
    "adagrad": lambda: K.optimizers.Adagrad(0.5),
    "nadam": lambda: K.optimizers.Nadam(0.5),
    "rmsprop": lambda: K.optimizers.RMSprop(0.5, centered=True),
}


def compiled(optimizer):
    model = K.Sequential([K.Input((4,)), K.layers.Dense(3), K.layers.Dense(1)])
    model.compile(optimizer, "mse")
    return model


def trained(model, steps=2):
    for _ in range(steps):
        model.train_on_batch(np.ones((2, 4)), np.zeros((2, 1)))
    return model


def copied(layer):
    return type(layer).from_config(layer.get_config())


def state(model):
    return [np.asarray(variable) for variable in optimizer_internals.optimizer_variables(model.optimizer)]


def state_before_any_step(make):
    model = compiled(make())
    model.optimizer.build(model.trainable_variables)
    return state(model)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_begins_anew(name):
    model = trained(compiled(OPTIMIZERS[name]()))
    reinitialize(model, reset_optimizer=True)
    expected = state_before_any_step(OPTIMIZERS[name])
    assert all(map(np.array_equal, state(model), expected)) and len(state(model)) == len(expected)


def test_an_optimizer_is_left_unless_it_is_asked_for():
    model = trained(compiled(OPTIMIZERS["adam"]()))
    before = state(model)
    reinitialize(model)
    assert all(map(np.array_equal, state(model), before))


def test_the_learning_rate_is_left():
    model = trained(compiled(OPTIMIZERS["adam"]()))
    model.optimizer.learning_rate = 0.25
    reinitialize(model, reset_optimizer=True)
    assert as_numpy(model.optimizer.learning_rate) == 0.25


def test_training_after_it_is_training_from_the_beginning():
    first = trained(compiled(OPTIMIZERS["adam"]()), steps=3)
    reinitialize(first, seed=3, reset_optimizer=True)
    second = compiled(OPTIMIZERS["adam"]())
    reinitialize(second, seed=3)
    for model in (first, second):
        trained(model, steps=2)
    assert all(map(np.array_equal, first.get_weights(), second.get_weights()))


def test_the_product_that_nadam_keeps_beside_its_variables_begins_anew():
    def losses(model):
        reinitialize(model, seed=7, reset_optimizer=True)
        arrays = np.ones((4, 4), "float32"), np.ones((4, 1), "float32")
        return model.fit(*arrays, batch_size=2, epochs=2, shuffle=False, verbose=0).history["loss"]

    model = compiled(K.optimizers.Nadam(0.5))
    assert losses(model) == losses(model)


def test_averages_of_weights_begin_anew():
    def made(model):
        reinitialize(model, seed=3, reset_optimizer=True)
        trained(model, steps=2)
        return state(model)

    def optimizer():
        return K.optimizers.SGD(0.5, use_ema=True, ema_momentum=0.5)

    assert all(map(np.array_equal, made(trained(compiled(optimizer()))), made(compiled(optimizer()))))


@pytest.mark.parametrize("compile", [True, False], ids=["compiled only", "not compiled"])
def test_a_model_that_was_not_trained_has_nothing_to_reset(compile):
    model = compiled("adam") if compile else K.Sequential([K.Input((4,)), K.layers.Dense(1)])
    reinitialize(model, seed=3, reset_optimizer=True)
    expected = K.Sequential([K.Input((4,)), *map(copied, model.layers)])
    reinitialize(expected, seed=3)
    assert all(map(np.array_equal, model.get_weights(), expected.get_weights()))


def test_a_layer_has_no_optimizer():
    layer = K.layers.Dense(3)
    layer.build((None, 4))
    reinitialize(layer, reset_optimizer=True)


def test_an_optimizer_of_other_weights_is_told_before_anything_is_changed():
    model = trained(compiled(OPTIMIZERS["adam"]()))
    model.layers[0].trainable = False
    before = model.get_weights()
    with pytest.raises(ValueError, match="was built for other weights"):
        reinitialize(model, reset_optimizer=True)
    assert all(map(np.array_equal, before, model.get_weights()))


@keras_2_only
def test_an_optimizer_of_old_keras_begins_anew():
    model = trained(compiled(K.optimizers.legacy.Adam(0.5)))
    reinitialize(model, reset_optimizer=True)
    assert all((values == 0).all() for values in state(model)) and len(state(model)) == 9
