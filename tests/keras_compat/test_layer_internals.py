"""What is in a layer, and what Keras calls it."""

import tensorflow as tf

from keras_inits.keras_compat import layer_internals

K, L = tf.keras, tf.keras.layers


def test_names_that_are_given_back_are_given_again():
    with layer_internals.names_given_back():
        first = L.Dense(1).name
    assert L.Dense(1).name == first


def test_a_layer_that_is_held_twice_is_one_child():
    layer = L.Layer()
    layer.one = layer.other = L.Dense(1)
    assert layer_internals.children(layer) == [layer.one]
    assert layer_internals.sublayers(layer)[0] is layer


def test_the_weights_of_a_layer_s_own_are_those_to_train_and_the_others():
    layer = L.BatchNormalization()
    layer.build((None, 3))
    names = [[layer_internals.weight_name(w) for w in group] for group in layer_internals.own_weights(layer)]
    assert names == [["gamma", "beta"], ["moving_mean", "moving_variance"]]


def test_a_table_of_words_is_no_weight():
    assert layer_internals.own_weights(L.StringLookup(vocabulary=["a"])) == ([], [])


def test_the_name_that_keras_gives_has_no_number():
    assert layer_internals.name_given_by_keras(L.Conv2DTranspose(1, 1)) == "conv2d_transpose"


def test_a_placeholder_has_a_shape_and_a_dtype_and_no_values():
    stand_in = layer_internals.placeholder((2, 3), "float16", "kernel")
    assert tuple(stand_in.shape) == (2, 3) and tf.as_dtype(stand_in.dtype) == tf.float16


def test_a_tensor_without_a_mask_has_none():
    tensor = K.Input((4,))
    assert layer_internals.mask_of(tensor) is None
    assert layer_internals.mask_of(L.Embedding(3, 2, mask_zero=True)(tensor)) is not None
