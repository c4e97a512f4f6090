"""Which Keras the tests run with, and what it can do: each is tried, none is told by a version."""

import functools
import tempfile

import numpy as np
import pytest
import tensorflow as tf

from keras_inits.keras_compat import backend, capabilities, layer_internals, versions

K, L = tf.keras, tf.keras.layers

keras_3_only = pytest.mark.skipif(not versions.is_keras_3(), reason="Keras 3 alone has it")
keras_2_only = pytest.mark.skipif(versions.is_keras_3(), reason="Keras 2 alone has it")
tensorflow_only = pytest.mark.skipif(not backend.is_tensorflow(), reason="on TensorFlow's backend alone")

needs_float64 = pytest.mark.skipif(
    backend.name() == "jax", reason="JAX has no float64 unless it is told to have it"
)

# `hard_sigmoid` of Keras 2 is a layer for an activation in Keras 3.
writes_hard_sigmoid = pytest.mark.skipif(
    versions.is_keras_3() and not capabilities.reads_layers_as_activations(),
    reason="this Keras alone reads no layer for an activation",
)


def _works(attempt):
    """Whether Keras can do something, tried when it is first asked."""

    @functools.cache
    @functools.wraps(attempt)
    def works():
        try:
            with layer_internals.names_given_back():
                attempt()
        except Exception:  # Keras raises errors of every class.
            return False
        return True

    return works


def needs(works):
    """Skips a test of what Keras cannot do."""
    if not works():
        pytest.skip(f"this Keras cannot: {works.__doc__}")


def _made_again(model):
    return type(model).from_config(model.get_config())


@_works
def wraps_models():
    """`TimeDistributed` takes a model: not in Keras 3.0 to 3.3."""
    L.TimeDistributed(K.Sequential([L.Dense(2)]))(K.Input((5, 4)))


@_works
def attends_to_masked():
    """`Attention` takes masked tensors: not in Keras 3.0 to 3.10."""
    start = K.Input((5,))
    words = L.Embedding(4, 2, mask_zero=True)(start)
    K.Model(start, L.Attention()([words, words]))(np.ones((3, 5)))


@_works
def concatenates_masked():
    """A model that concatenates masked tensors and heeds the mask can be called: not in Keras 3.4 to 3.10."""
    start = K.Input((5,))
    words = L.Embedding(4, 2, mask_zero=True)(start)
    both = L.Concatenate()([words, L.Embedding(4, 2)(start)])
    K.Model(start, L.GRU(2)(both))(np.ones((3, 5)))


@_works
def has_complex_weights():
    """A layer has a complex weight: not in Keras 3.0 to 3.3."""
    L.Layer().add_weight(name="w", shape=(1,), dtype="complex64", initializer="zeros")


@_works
def reads_slices():
    """A model that slices a tensor is made from its config: not in Keras 3.0."""
    start = K.Input((5, 4))
    _made_again(K.Model(start, start[:, 1:3]))


@_works
def slices_backwards():
    """A tensor is sliced with steps below zero: not on torch."""
    K.ops.convert_to_tensor(np.arange(3))[::-1]


@_works
def reads_models_in_models():
    """A layer after a model in a Sequential is made from its config: not in Keras 3.0."""
    start = K.Input((4,))
    inner = K.Model(start, L.Dense(2)(start))
    assert _made_again(K.Sequential([K.Input((4,)), inner, L.Dense(2)])).output_shape == (None, 2)


@_works
def returns_states_both_ways():
    """A `Bidirectional` layer of LSTMs returns its states: not in Keras 3.0."""
    L.Bidirectional(L.LSTM(2, return_state=True))(K.Input((5, 3)))


@_works
def finds_custom_initializers_in_h5():
    """`load_model` hands `custom_objects` on to what is in a layer of an HDF5 file: not in Keras 3.0."""
    custom = type("Custom", (K.initializers.Zeros,), {})
    with tempfile.TemporaryDirectory() as folder:
        K.Sequential([K.Input((2,)), L.Dense(2, kernel_initializer=custom())]).save(f"{folder}/m.h5")
        K.models.load_model(f"{folder}/m.h5", custom_objects={"Custom": custom})
