"""Verdicts on measures."""

import math

import pytest

from keras_inits.diagnosis import activations, verdicts
from keras_inits.diagnosis.blocks import Block
from keras_inits.diagnosis.kernels import Kernel
from keras_inits.diagnosis.verdicts import Measures

HEALTHY = Measures(1.0, 1.0, 0.0, None, 20.0, 32, observations=32, bias_mean=0.0)


def block(
    activation="relu", scale=2.0, signal=1.0, gradient=1.0, size=10**6, units=1000, fans=(1000.0, 1000.0)
):
    kernel = Kernel(1000, scale, size, fans)
    return Block(kernel, activations.ACTIVATIONS[activation], units, False, signal, gradient)


def of_layer(measured=HEALTHY, one=None):
    return verdicts.of_layer(measured, one and one.activation, one)


class TestLayer:
    def test_without_weights_there_is_nothing_to_say(self):
        assert of_layer() == ""

    @pytest.mark.parametrize("value", [math.inf, math.nan])
    def test_not_finite(self, value):
        assert of_layer(HEALTHY._replace(mean_square=value)) == "not finite"

    def test_held(self):
        assert of_layer(one=block()) == "held"

    @pytest.mark.parametrize(
        ("activation", "cure"),
        [
            ("relu", "HeNormal()"),
            ("gelu", "HeNormal()"),
            ("linear", "LecunNormal()"),
            ("selu", "LecunNormal()"),
            ("tanh", "GlorotUniform()"),
        ],
    )
    def test_the_cure_of_each_function(self, activation, cure):
        verdict = of_layer(one=block(activation, scale=0.1, signal=0.1))
        assert verdict == f"signal shrinks by a factor of 0.1; {cure} would hold it"

    def test_too_large_weights(self):
        assert of_layer(one=block(scale=8.0, signal=4.0)).startswith(
            "signal grows by a factor of 4; HeNormal()"
        )

    def test_what_the_initializer_does_not_explain(self):
        verdict = of_layer(one=block(scale=2.0, signal=0.1))
        assert verdict == "signal shrinks by a factor of 0.1, but not because of its initializer"

    def test_a_narrow_layer_may_fluctuate(self):
        assert of_layer(one=block(scale=2.0, signal=0.4, units=5)) == "held"

    def test_few_values_of_a_kernel_are_a_rough_estimate(self):
        assert of_layer(one=block(scale=1.0, signal=0.1, size=8)) == "signal shrinks by a factor of 0.1"

    def test_glorot_is_judged_by_its_own_fans(self):
        one = block("tanh", scale=1.8, signal=5.0, fans=(1000.0, 100.0))
        assert of_layer(one=one).endswith("not because of its initializer")

    def test_the_mean_square_of_a_sigmoid_is_not_judged(self):
        assert of_layer(one=block("sigmoid", scale=0.01, signal=25.0)) == ""

    def test_gradient(self):
        assert of_layer(one=block(gradient=9.0)) == "gradient grows by a factor of 9"

    def test_zero_by_chance_is_not_dead(self):
        assert of_layer(HEALTHY._replace(dead=0.6, observations=2)) == ""

    def test_alike(self):
        assert of_layer(HEALTHY._replace(effective_rank=1.1), block()) == "samples have become alike"

    def test_of_few_units_nothing_is_alike(self):
        assert of_layer(HEALTHY._replace(effective_rank=1.1, greatest_rank=2), block()) == "held"


def of_model(*blocks, measured=HEALTHY):
    names = [f"layer_{i}" for i in range(len(blocks))]
    return verdicts.of_model(names, [measured] * len(blocks), dict(enumerate(blocks)), blocks, blocks)


class TestModel:
    def test_of_no_weighted_layer(self):
        assert of_model() == "There is no weighted layer to judge."

    def test_a_few_layers_make_no_trend(self):
        assert of_model(block(), block()) == "Signal and gradient are held by 2 weighted layers."

    def test_the_layer_that_stands_out_among_those_that_hold_together(self):
        said = "Signal and gradient are held by 3 weighted layers together; layer_1 stands out."
        assert of_model(block(), block(signal=6.0), block()) == said

    def test_layers_of_which_none_holds(self):
        said = "Signal or gradient are not held by layer_0 and layer_1."
        assert of_model(block(signal=6.0), block(gradient=0.2)) == said

    def test_of_many_layers_that_stand_out_the_first_are_named(self):
        blocks = [block(signal=factor) for factor in (0.5, 2.0, 0.5, 2.0, 0.5)]
        assert of_model(*blocks, block()).endswith("layer_0, layer_1, layer_2 and 2 more stand out.")

    def test_layers_at_fault_that_make_no_trend(self):
        said = "The signal is not held by 1 weighted layer; HeNormal() would hold it."
        assert of_model(block(), block(scale=1.0, signal=0.5)) == said

    def test_the_cure_of_most_layers(self):
        blocks = [*[block(scale=0.5, signal=0.2)] * 3, block("tanh", scale=0.1, signal=0.2)]
        assert of_model(*blocks) == (
            "The signal vanishes by a factor of 0.2 per layer over 4 weighted layers; "
            "HeNormal() would hold it."
        )

    def test_slowly_but_over_many_layers(self):
        assert "explodes by a factor of 1.2" in of_model(*[block(signal=1.2)] * 30)

    @pytest.mark.parametrize(
        ("measures", "said"),
        [
            ({"mean_square": math.inf}, "The signal is not finite from layer_0 on."),
            ({"mean_square": 0.0}, "There is no signal behind layer_0."),
            ({"dead": 0.9}, "2 layers with dead units."),
            ({"saturated": 0.9}, "2 saturated layers."),
            ({"effective_rank": 1.1}, "From layer_0 on, samples are alike."),
        ],
    )
    def test_what_is_said_of_measures(self, measures, said):
        assert of_model(block(), block(), measured=HEALTHY._replace(**measures)).endswith(said)
