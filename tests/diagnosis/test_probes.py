"""Batches that are made for models."""

import numpy as np
import pytest
import tensorflow as tf
from environments import keras_2_only

from diagnosis import models
from keras_inits.diagnosis import probes
from keras_inits.keras_compat import backend, backend_tensors

layers = tf.keras.layers


def made(*inputs, batch=None):
    """The batch that is made for a model of these inputs."""
    outputs = layers.Concatenate()([layers.Flatten()(layers.Lambda(_as_float)(one)) for one in inputs])
    model = tf.keras.Model(list(inputs), outputs)
    return probes.made_for(model, batch, np.random.default_rng(0))


def _as_float(tensor):
    return models.ops.cast(tensor, "float32")


def dtype_of(tensor):
    return backend_tensors.as_numpy(tensor).dtype.name


class TestMadeFor:
    def test_floats_are_standard_normal(self):
        batch, _ = made(layers.Input((1000,)), layers.Input((1,)))
        assert dtype_of(batch) == "float32"
        values = backend_tensors.as_numpy(batch)
        assert abs(np.mean(values)) < 0.02 and abs(np.std(values) - 1) < 0.02

    def test_integers_are_0_or_1(self):
        batch, _ = made(layers.Input((100,), dtype="int32"), layers.Input((1,)))
        assert set(backend_tensors.as_numpy(batch).ravel()) == {0, 1}

    def test_booleans_are_true(self):
        batch, _ = made(layers.Input((100,), dtype="bool"), layers.Input((1,)))
        assert dtype_of(batch) == "bool" and backend_tensors.as_numpy(batch).all()

    @pytest.mark.parametrize(("shape", "samples"), [((8,), 32), ((200, 200), 13), ((400, 400, 3), 4)])
    def test_fewer_samples_of_large_inputs(self, shape, samples):
        assert made(layers.Input(shape), layers.Input((1,)))[0].shape == (samples, *shape)

    def test_as_many_samples_as_asked_for(self):
        assert made(layers.Input((4,)), layers.Input((2,)), batch=7)[1].shape == (7, 2)

    def test_as_many_samples_as_the_model_has(self):
        model = models.recurrent()
        assert probes.made_for(model, 9, np.random.default_rng(0)).shape == (4, 6, 3)

    def test_an_open_axis(self):
        inputs = layers.Input((None, 3))
        model = tf.keras.Model(inputs, layers.Dense(1)(inputs))
        assert probes.made_for(model, 2, np.random.default_rng(0)).shape == (2, probes.OPEN_AXIS, 3)

    def test_for_inputs_by_name(self):
        batch = probes.made_for(models.text(), 2, np.random.default_rng(0))
        assert {name: tensor.shape for name, tensor in batch.items()} == {"words": (2, 8), "numbers": (2, 5)}

    def test_for_a_subclassed_model(self):
        assert probes.made_for(models.subclassed(), 2, np.random.default_rng(0)).shape == (2, 16)

    def test_for_text_there_is_none(self):
        text = layers.Input((1,), dtype="string")
        model = tf.keras.Model(text, layers.StringLookup(vocabulary=["a"])(text))
        why = "pass one as `x`" if backend.is_tensorflow() else "the model reads text, .*=tensorflow"
        with pytest.raises(ValueError, match=f"No batch can be made for an input of dtype string: {why}"):
            probes.made_for(model, 2, np.random.default_rng(0))

    @keras_2_only
    def test_an_input_of_unknown_rank(self):
        with pytest.raises(ValueError, match="does not tell the shapes of its inputs: pass a batch as `x`"):
            probes.made_for(of_unknown_rank(), 2, np.random.default_rng(0))

    def test_a_model_that_does_not_tell(self):
        class Sum(tf.keras.layers.Layer):
            def get_build_config(self):
                return None

        with pytest.raises(ValueError, match="does not tell the shapes of its inputs: pass a batch as `x`"):
            probes.made_for(Sum(), 2, np.random.default_rng(0))


class TestTakenFrom:
    def test_keeps_the_structure(self):
        taken = probes.taken_from({"a": np.ones((2, 3)), "b": (np.zeros(2, "int64"),)}, models.subclassed())
        assert dtype_of(taken["a"]) == "float32"
        # JAX has no integers of 64 bits.
        assert dtype_of(taken["b"][0]) == ("int32" if backend.name() == "jax" else "int64")

    @pytest.mark.parametrize(
        "make", [tf.constant, lambda values: backend_tensors.of_array(values, "float16")]
    )
    def test_takes_tensors(self, make):
        taken = probes.taken_from(make(np.ones((2, 3), "float16")), models.subclassed())
        assert backend_tensors.is_backends(taken) and dtype_of(taken) == "float16"

    @pytest.mark.skipif(backend.is_tensorflow(), reason="on other backends than TensorFlow's alone")
    @pytest.mark.parametrize("text", [np.array(["a"]), np.array(["a"], object), tf.constant(["a"])])
    def test_text_is_told_to_need_tensorflow(self, text):
        with pytest.raises(ValueError, match="reads text, .* KERAS_BACKEND=tensorflow"):
            probes.taken_from([np.ones((1, 3)), text], models.subclassed())

    def test_nested_lists_are_no_arrays(self):
        with pytest.raises(TypeError, match=r"of nested lists of numbers, numpy.array\(x\) makes an array"):
            probes.taken_from([[1.0, 2.0]], models.subclassed())

    @pytest.mark.parametrize("shape", [(2, 7), (2,), (2, 8, 1, 1)])
    def test_another_shape_than_the_model_takes(self, shape):
        with pytest.raises(ValueError, match=r"takes, shape \(None, 8\), .* Received: x of shape \(2,"):
            probes.taken_from(np.ones(shape), dense_model())

    def test_another_number_of_inputs_than_the_model_takes(self):
        with pytest.raises(ValueError, match="takes, shape .* Received: x of 2 tensors of shapes"):
            probes.taken_from([np.ones((2, 8))] * 2, dense_model())

    def test_other_names_than_the_models_inputs(self):
        with pytest.raises(ValueError, match=r"each input of the model, \['numbers', 'words'\]"):
            probes.taken_from({"word": np.ones((2, 8))}, models.text())

    def test_names_that_are_no_inputs_are_ignored_as_by_keras(self):
        x = {name: np.ones((2, size)) for name, size in (("extra", 3), ("numbers", 5), ("words", 8))}
        assert set(probes.taken_from(x, models.text())) == {"extra", "numbers", "words"}

    @keras_2_only
    def test_an_input_of_unknown_rank_takes_any_shape(self):
        assert probes.taken_from(np.ones((2, 3, 4)), of_unknown_rank()).shape == (2, 3, 4)

    def test_no_samples(self):
        with pytest.raises(ValueError, match="at least one sample"):
            probes.taken_from(np.ones((0, 8)), dense_model())


def dense_model():
    return tf.keras.Sequential([layers.Input((8,)), layers.Dense(2)])


def of_unknown_rank():
    inputs = layers.Input(type_spec=tf.TensorSpec(None, "float32"))
    return tf.keras.Model(inputs, layers.Lambda(tf.reduce_sum)(inputs))
