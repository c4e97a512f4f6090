"""`diagnose`, against the theory of deep networks, and on models of every kind."""

import random
import threading
from concurrent import futures

import numpy as np
import pytest
import tensorflow as tf

import keras_inits
from diagnosis import models
from keras_inits.keras_compat import backend

layers = tf.keras.layers


def column(diagnosis, name):
    return np.array([getattr(layer, name) for layer in diagnosis.layers])


def verdict_on(model, name, **arguments):
    return next(row.verdict for row in keras_inits.diagnose(model, **arguments).layers if row.name == name)


def per_step(values):
    """By how much values change from one to the next, on average."""
    return (values[-1] / values[0]) ** (1 / (len(values) - 1))


class TestDeepSigmoid:
    """Glorot and Bengio, 2010: its slope, at most 1/4, takes at least 15/16 of the gradient's mean square."""

    def test_the_gradient_vanishes(self):
        diagnosis = keras_inits.diagnose(models.deep("sigmoid", keras_inits.GlorotNormal))
        assert per_step(column(diagnosis, "gradient_mean_square")[::-1]) < 1 / 16
        assert diagnosis.verdict.startswith("The gradient vanishes by a factor of 0.05")


class TestDeepRelu:
    """He et al., 2015: a relu halves the mean square."""

    @pytest.mark.parametrize(
        ("initializer", "factor"), [(keras_inits.HeNormal, 1.0), (keras_inits.GlorotNormal, 0.5)]
    )
    def test_factor_per_layer(self, initializer, factor):
        diagnosis = keras_inits.diagnose(models.deep("relu", initializer))
        assert per_step(column(diagnosis, "mean_square")) == pytest.approx(factor, rel=0.1)
        assert per_step(column(diagnosis, "gradient_mean_square")[::-1]) == pytest.approx(factor, rel=0.1)

    def test_what_holds_the_signal_is_told_so(self):
        diagnosis = keras_inits.diagnose(models.deep("relu", keras_inits.HeNormal))
        assert {layer.verdict for layer in diagnosis.layers} == {"held"}
        assert diagnosis.verdict == "Signal and gradient are held by 12 weighted layers."

    def test_a_cure_is_named(self):
        diagnosis = keras_inits.diagnose(models.deep("relu", keras_inits.GlorotNormal))
        assert all("HeNormal() would hold it" in layer.verdict for layer in diagnosis.layers)
        assert diagnosis.verdict.startswith("The signal vanishes by a factor of 0.5")
        assert "over 12 weighted layers; HeNormal() would hold it. The gradient vanishes" in diagnosis.verdict

    def test_the_gradient_at_the_output_is_that_of_unit_variance(self):
        diagnosis = keras_inits.diagnose(models.deep("relu", keras_inits.HeNormal, depth=1))
        assert diagnosis.layers[-1].gradient_mean_square == pytest.approx(1.0, rel=0.05)

    def test_layers_before_and_after_the_activation_apart(self):
        model = tf.keras.Sequential([layers.Input((400,))])
        for i in range(3):
            model.add(
                layers.Dense(400, kernel_initializer=keras_inits.GlorotNormal(seed=i), name=f"dense_{i}")
            )
            model.add(layers.ReLU())
        assert "HeNormal() would hold it; gradient shrinks by a factor of 0.5" in verdict_on(model, "dense_1")


class TestDeepTanh:
    """Schoenholz et al., 2017: the mean-field theory of tanh networks."""

    @pytest.mark.parametrize("scale", [0.5, 1.0, 2.25])
    def test_is_the_theorys(self, scale):
        diagnosis = keras_inits.diagnose(models.deep("tanh", models.normal(scale)))
        squares, factors = models.tanh_theory(scale, 12)
        assert column(diagnosis, "mean_square") == pytest.approx(squares, rel=0.15)
        gradients = column(diagnosis, "gradient_mean_square")
        # The gradient at a layer's output has passed the layers behind it.
        assert gradients[0] / gradients[-1] == pytest.approx(np.prod(factors[1:]), rel=0.35)

    def test_lecun_normal_decays_as_a_scale_of_1(self):
        diagnosis = keras_inits.diagnose(models.deep("tanh", keras_inits.LecunNormal))
        assert column(diagnosis, "mean_square") == pytest.approx(models.tanh_theory(1.0, 12)[0], rel=0.15)

    def test_the_decay_of_its_own_is_no_initializers_fault(self):
        diagnosis = keras_inits.diagnose(models.deep("tanh", keras_inits.GlorotUniform))
        assert not any("would" in layer.verdict for layer in diagnosis.layers)

    def test_small_weights_vanish(self):
        diagnosis = keras_inits.diagnose(models.deep("tanh", models.normal(0.1)))
        assert "GlorotUniform() would hold it" in diagnosis.verdict
        assert "The gradient vanishes" in diagnosis.verdict

    def test_large_weights_saturate_and_the_gradient_explodes(self):
        diagnosis = keras_inits.diagnose(models.deep("tanh", models.normal(25.0)))
        assert column(diagnosis, "saturated").min() > 0.5
        assert "flat ends, which GlorotUniform() would keep off them" in diagnosis.layers[-1].verdict
        assert "The gradient explodes" in diagnosis.verdict
        assert "12 saturated layers." in diagnosis.verdict


class TestUnits:
    def test_low_biases_make_dead_units(self):
        model = models.deep(
            "relu", keras_inits.HeNormal, depth=1, bias_initializer=keras_inits.Constant(-10.0)
        )
        (layer,) = keras_inits.diagnose(model).layers
        assert layer.dead == 1.0
        assert layer.verdict == "no signal: all is zero, kept so by biases of -10 on average"

    def test_some_dead_units_are_counted(self):
        model = models.deep("relu", keras_inits.HeNormal, depth=1, width=10)
        model.layers[-1].bias.assign([-100.0] * 7 + [0.0] * 3)
        (layer,) = keras_inits.diagnose(model).layers
        assert layer.dead == 0.7
        assert layer.verdict.startswith("70 % of its units are dead, kept so by biases of -70 on average")

    def test_dead_and_saturated_are_of_functions_that_can_be(self):
        diagnosis = keras_inits.diagnose(models.normalized())
        found = {row.name: (row.dead is not None, row.saturated is not None) for row in diagnosis.layers}
        assert found["relu"] == (True, False)
        assert found["answer"] == (False, True)
        assert found["flatten"] == (False, False)

    def test_samples_that_become_alike(self):
        model = models.deep("relu", lambda seed: keras_inits.HeNormal(seed=seed), depth=2)
        model.layers[-1].kernel.assign(np.ones((300, 300)) / 150)
        assert "samples have become alike" in verdict_on(model, "layer_1")


class TestVerdict:
    def test_values_that_are_not_finite(self):
        model = models.deep("relu", lambda seed: keras_inits.RandomNormal(stddev=1e15, seed=seed), depth=4)
        diagnosis = keras_inits.diagnose(model)
        assert diagnosis.layers[-1].verdict == "not finite"
        assert diagnosis.verdict == "The signal is not finite from layer_2 on."

    def test_zeros(self):
        model = models.deep("tanh", lambda seed: keras_inits.Zeros(), depth=2)
        assert keras_inits.diagnose(model).verdict == "There is no signal behind layer_0."

    def test_a_normalization_holds_the_signal(self):
        diagnosis = keras_inits.diagnose(models.normalized())
        assert diagnosis.layers[0].verdict == "normalized behind it, so its scale does not matter"
        assert "Normalization holds the signal behind 1 weighted layer." in diagnosis.verdict

    def test_a_depthwise_convolution_has_a_cure_of_its_own_fans(self):
        # Initializers take its channels for inputs that are added up.
        layer = layers.DepthwiseConv2D(
            3, padding="same", activation="relu", depthwise_initializer="he_normal"
        )
        model = tf.keras.Sequential([layers.Input((24, 24, 32)), layer])
        assert "RandomNormal(stddev=0.471) would hold it" in keras_inits.diagnose(model).layers[0].verdict

    def test_a_leaky_relus_cure_has_its_slope(self):
        model = models.deep(None, keras_inits.GlorotNormal, depth=1)
        model.add(layers.LeakyReLU(0.1))
        assert "VarianceScaling(scale=1.98) would hold it" in keras_inits.diagnose(model).layers[0].verdict

    def test_what_follows_in_python_is_not_judged(self):
        assert verdict_on(models.subclassed(), "first") == ""

    def test_the_cure_cures(self):
        model = models.deep("relu", keras_inits.GlorotUniform)
        cure = keras_inits.diagnose(model).verdict.split("; ")[1].split("()")[0]
        cured = keras_inits.diagnose(models.deep("relu", getattr(keras_inits, cure)))
        assert cured.verdict.startswith("Signal and gradient are held")


KINDS = {
    "normalized": ["conv", "norm", "relu", "flatten", "answer"],
    "subclassed": ["first", "shared", "shared (call 2)"],
    "nested": ["inner/dense", "add", "inner/dense (call 2)"],
    "recurrent": ["rnn"],
    "residual": ["residual/dense", "residual", "dense"],
}


class TestModels:
    @pytest.mark.parametrize("kind", KINDS)
    def test_the_layers_in_the_order_in_which_they_end(self, kind):
        model = getattr(models, kind)()
        names = [row.name for row in keras_inits.diagnose(model).layers]
        assert names == KINDS[kind]

    def test_recurrence_and_attention(self):
        rows = {row.name: row for row in keras_inits.diagnose(models.text()).layers}
        assert rows["embedding"].output_shape == (32, 8, 16)
        assert rows["both_ways/backward_gru"].mean_square > 0
        assert rows["attention/query"].kind == "EinsumDense"
        assert all(row.gradient_mean_square > 0 for row in rows.values())

    def test_a_row(self):
        row = keras_inits.diagnose(models.normalized(), batch=5).layers[0]
        assert (row.name, row.kind, row.output_shape) == ("conv", "Conv2D", (5, 10, 10, 8))
        assert 1 <= row.effective_rank <= row.greatest_rank == 8

    def test_a_frozen_model_has_gradients_too(self):
        model = models.deep("relu", keras_inits.HeNormal, depth=2)
        model.trainable = False
        assert keras_inits.diagnose(model).layers[0].gradient_mean_square > 0

    def test_an_output_that_no_gradient_reaches(self):
        inputs = layers.Input((4,))
        hidden = layers.Dense(4, name="dense")(inputs)
        model = tf.keras.Model(inputs, layers.Lambda(models.ops.stop_gradient)(hidden))
        assert "no gradient arrives" in verdict_on(model, "dense")

    def test_mixed_precision(self):
        layer = layers.Dense(
            400, "relu", kernel_initializer=keras_inits.HeNormal(seed=1), dtype="mixed_bfloat16"
        )
        model = tf.keras.Sequential([layers.Input((400,)), layer])
        assert keras_inits.diagnose(model).layers[-1].mean_square == pytest.approx(1.0, rel=0.2)

    @pytest.mark.slow
    def test_a_large_model(self):
        diagnosis = keras_inits.diagnose(tf.keras.applications.ResNet50(weights=None))
        assert diagnosis.layers[0].output_shape[0] == 4
        assert diagnosis.verdict == "Normalization holds the signal behind 53 weighted layers."


# Mean square, mean square of the gradient and effective rank of the model that the test makes, recorded on
# TensorFlow 2.21 and Keras 3.15 by
#     for row in keras_inits.diagnose(model).layers:
#         found = row.mean_square, row.gradient_mean_square, row.effective_rank
#         print(f'"{row.name}":', "({:.7g}, {:.7g}, {:.7g}),".format(*found))
FIGURES = {
    "conv": (0.4015589, 4.586573e-05, 7.538125),
    "norm": (0.9974522, 1.824468e-05, 7.560064),
    "embedding": (0.0008987989, 0.0004507581, 7.339807),
    "relu": (0.5012029, 3.558556e-05, 7.298922),
    "lstm": (6.379671e-05, 0.04641739, 5.899984),
    "pool": (0.1706103, 0.04611889, 3.785091),
    "inner/dense": (6.034068e-05, 0.08775523, 5.352179),
    "inner/dense (call 2)": (6.680367e-05, 0.04611889, 4.533889),
    "add": (0.1713789, 0.04611889, 3.790819),
    "answer": (0.1300975, 0.9835695, 1.46277),
}


class TestFigures:
    def test_are_the_same_on_each_keras_and_backend(self):
        with keras_inits.seeded(1):
            model = models.of_many_kinds()
        rows = {row.name: row for row in keras_inits.diagnose(model).layers}
        assert rows.keys() == FIGURES.keys()
        for name, row in rows.items():
            found = (row.mean_square, row.gradient_mean_square, row.effective_rank)
            assert found == pytest.approx(FIGURES[name], rel=1e-4), name


class TestBatch:
    def test_is_the_same_each_time(self):
        model = models.text()
        assert keras_inits.diagnose(model) == keras_inits.diagnose(model)

    def test_its_size(self):
        assert keras_inits.diagnose(models.normalized(), batch=3).layers[0].output_shape[0] == 3

    @pytest.mark.parametrize("make", [np.asarray, tf.constant])
    def test_of_ones_own(self, make):
        model = models.deep("relu", keras_inits.HeNormal, depth=1, width=8)
        diagnosis = keras_inits.diagnose(model, make(np.full((6, 8), 3.0)))
        assert diagnosis.input_mean_square == 9.0
        assert diagnosis.layers[0].output_shape == (6, 8)

    @pytest.mark.parametrize("kind", [list, tuple])
    def test_for_several_inputs_in_order(self, kind):
        inputs = [layers.Input((2,)), layers.Input((3,))]
        model = tf.keras.Model(inputs, layers.Concatenate()(inputs))
        x = kind([np.ones((4, 2), "float32"), np.ones((4, 3), "float32")])
        assert keras_inits.diagnose(model, x).layers[0].output_shape == (4, 5)

    def test_for_several_inputs_by_name(self):
        x = {"words": np.ones((2, 8), "int32"), "numbers": np.ones((2, 5), "float32")}
        rows = {row.name: row for row in keras_inits.diagnose(models.text(), x).layers}
        assert rows["embedding"].output_shape == (2, 8, 16)


class TestNothingChanges:
    @pytest.mark.parametrize("kind", ["normalized", "text", "recurrent", "nested", "subclassed"])
    def test_weights_and_statistics(self, kind):
        model = getattr(models, kind)()
        before = [np.array(v.numpy()) for v in model.variables]
        keras_inits.diagnose(model)
        assert all((b == v.numpy()).all() for b, v in zip(before, model.variables, strict=True))

    def test_what_a_layer_of_states_remembers(self):
        model = models.recurrent()
        x = np.ones((4, 6, 3), "float32")
        model(x)
        rnn = model.layers[-1]
        before = [state.numpy() for state in rnn.states]
        keras_inits.diagnose(model)
        assert all((b == state.numpy()).all() for b, state in zip(before, rnn.states, strict=True))

    def test_global_generators(self):
        model = models.normalized()
        tf.random.set_seed(1)
        np.random.seed(1)
        random.seed(1)
        expected = (tf.random.uniform(()).numpy(), np.random.rand(), random.random())
        tf.random.set_seed(1)
        np.random.seed(1)
        random.seed(1)
        keras_inits.diagnose(model)
        assert (tf.random.uniform(()).numpy(), np.random.rand(), random.random()) == expected

    def test_training_goes_on(self):
        model = models.deep("relu", keras_inits.HeNormal, depth=1, width=4)
        model.compile("sgd", "mse")
        model.fit(np.ones((4, 4)), np.ones((4, 4)), verbose=0)
        steps = int(model.optimizer.iterations.numpy())
        keras_inits.diagnose(model)
        model.fit(np.ones((4, 4)), np.ones((4, 4)), verbose=0)
        assert int(model.optimizer.iterations.numpy()) == steps + 1

    def test_layers_are_called_as_before(self):
        before = tf.keras.layers.Layer.__call__
        keras_inits.diagnose(models.nested())
        assert tf.keras.layers.Layer.__call__ is before

    def test_after_an_error_too(self):
        before = tf.keras.layers.Layer.__call__
        model = models.normalized()
        statistics = model.get_layer("norm").moving_mean
        with pytest.raises(Exception, match=r"shape|[Ii]nput"):
            keras_inits.diagnose(model, np.ones((2, 7, 7, 5), "float32"))
        assert tf.keras.layers.Layer.__call__ is before
        assert not statistics.numpy().any()

    def test_other_threads_calls_are_not_seen(self):
        model, other = models.deep("relu", keras_inits.HeNormal, depth=2, width=8), layers.Dense(3)
        running, done = threading.Event(), threading.Event()

        def call_others():
            running.set()
            while not done.is_set():
                other(np.ones((1, 2), "float32"))

        thread = threading.Thread(target=call_others)
        thread.start()
        running.wait()
        names = {row.name for _ in range(5) for row in keras_inits.diagnose(model).layers}
        done.set()
        thread.join()
        assert names == {"layer_0", "layer_1"}

    def test_two_threads_at_once(self):
        several = [models.nested(), models.normalized()]
        expected = [keras_inits.diagnose(model) for model in several]
        barrier = threading.Barrier(2)

        def diagnosed(model):
            barrier.wait()
            return [keras_inits.diagnose(model) for _ in range(3)]

        with futures.ThreadPoolExecutor(2) as threads:
            found = list(threads.map(diagnosed, several))
        assert found == [[one] * 3 for one in expected]

    def test_inside_a_replay_block(self):
        with keras_inits.replay("2.2.4", numpy=7):
            model = models.nested()
            inside = keras_inits.diagnose(model)
        assert inside == keras_inits.diagnose(model)

    def test_inside_a_seeded_block(self):
        with keras_inits.seeded(7):
            model = models.nested()
            inside = keras_inits.diagnose(model)
        assert inside == keras_inits.diagnose(model)


class TestErrors:
    def test_no_model(self):
        with pytest.raises(
            TypeError, match=r"must be a model or a layer of `tf.keras`. Received: model='m.h5'"
        ):
            keras_inits.diagnose("m.h5")

    def test_not_built(self):
        with pytest.raises(ValueError, match="The model is not built: call it on a batch first"):
            keras_inits.diagnose(tf.keras.Sequential([layers.Dense(1)]))

    @pytest.mark.parametrize("batch", [0, -1, 2.5])
    def test_batch(self, batch):
        with pytest.raises(ValueError, match=f"`batch` must be a positive integer. Received: batch={batch}"):
            keras_inits.diagnose(models.nested(), batch=batch)

    def test_both_a_batch_and_its_size(self):
        with pytest.raises(ValueError, match="`batch` is for the batch that is drawn where `x` is None"):
            keras_inits.diagnose(models.nested(), np.ones((2, 16)), batch=2)

    def test_x_of_another_type(self):
        with pytest.raises(TypeError, match="`x` must be an array or a tensor, or a list, tuple or dict"):
            keras_inits.diagnose(models.nested(), x=3)

    def test_an_output_of_integers(self):
        inputs = layers.Input((4,))
        model = tf.keras.Model(inputs, layers.Lambda(lambda x: models.ops.argmax(x, -1))(inputs))
        with pytest.raises(ValueError, match="The model gives no floating point tensor"):
            keras_inits.diagnose(model)

    @pytest.mark.skipif(not backend.is_tensorflow(), reason="TensorFlow alone has graphs")
    def test_no_eager_execution(self):
        model = models.nested()
        with tf.Graph().as_default(), pytest.raises(RuntimeError, match="eager execution"):
            keras_inits.diagnose(model)
