"""What initializers draw in: the installed Keras, or the block of an older or of a seeded one."""

import random
import threading

import numpy as np
import pytest

from keras_inits.drawing import draw_contexts, eras
from keras_inits.drawing.draw_contexts import ReplayContext, UndrawnContext, entered
from keras_inits.drawing.eras import SeedSource
from keras_inits.drawing.streams import Part


class Initializer:
    """What a context asks of one."""

    def __init__(self, seed=None):
        self.seed, self.is_unseeded = seed, seed is None


def test_outside_of_blocks_it_is_that_of_the_installed_keras():
    assert draw_contexts.current().era == eras.installed()


def test_the_innermost_block_applies_until_it_ends():
    outside, outer, inner = draw_contexts.current(), UndrawnContext(), UndrawnContext()
    with pytest.raises(KeyError), entered(outer):
        with entered(inner):
            assert draw_contexts.current() is inner
        assert draw_contexts.current() is outer
        raise KeyError
    assert draw_contexts.current() is outside


def test_a_block_is_its_thread_s():
    outside, found = draw_contexts.current(), []
    with entered(UndrawnContext()):
        thread = threading.Thread(target=lambda: found.append(draw_contexts.current()))
        thread.start()
        thread.join()
    assert found == [outside]


def test_a_thread_is_in_a_layer_while_one_is_called():
    with draw_contexts.inside_layer():
        with draw_contexts.inside_layer():
            pass
        assert draw_contexts.in_layer()
    assert not draw_contexts.in_layer()


def test_where_initializers_are_only_looked_at_no_seed_is_drawn():
    before = random.getstate()
    assert UndrawnContext().default_seed(Initializer()) == draw_contexts.NO_SEED
    assert random.getstate() == before


def test_the_parts_of_a_weight_have_what_its_first_part_had():
    context, initializer, made = UndrawnContext(), Initializer(), iter("abc")
    first, second = Part((2,), (0,)), Part((2,), (2,))
    found = [
        context.of_weight(initializer, part, lambda: next(made)) for part in (first, second, first, None)
    ]
    assert found == ["a", "a", "b", "c"]


def test_a_generator_draws_the_same_for_each_part():
    context, initializer = UndrawnContext(), Initializer()
    parts = Part((2,), (0,)), Part((2,), (2,))
    drawn = [context.of_weight(initializer, part, lambda: np.random.RandomState(7)).rand() for part in parts]
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize(
    "version, function, argument",
    [
        ("2.2.4", "numpy.random.seed", "numpy"),
        ("2.6.0", "tf.random.set_seed", "tensorflow"),
        ("2.10.0", "keras.utils.set_random_seed", "keras"),
        ("3", "keras.utils.set_random_seed", "keras"),
    ],
)
def test_a_draw_of_a_generator_that_was_not_seeded_says_how_to_seed_it(version, function, argument):
    assert not ReplayContext(version).is_seeded()
    with pytest.raises(ValueError, match=f"{function}: replay\\('{version}', {argument}="):
        ReplayContext(version).default_seed()


def test_a_draw_that_cannot_be_reproduced_says_why():
    with pytest.raises(ValueError, match=r"Keras 1.0.7 cannot be reproduced: its seed was the number"):
        ReplayContext("1.0.7", keras=7).default_seed()
    with pytest.raises(ValueError, match="Keras tf1 cannot be reproduced"):
        ReplayContext("tf1", tensorflow=7).graph_seeds(None)


def test_keras_own_function_seeds_all_generators():
    context = ReplayContext("2.10.0", keras=7)
    assert context.generator(SeedSource.NUMPY).randint(100) == np.random.RandomState(7).randint(100)
    assert context.generator(SeedSource.TENSORFLOW).random() == random.Random(7).random()


@pytest.mark.parametrize(
    "graph_seed, op_seed, seeds",
    [(None, 5, (draw_contexts.DEFAULT_GRAPH_SEED, 5)), (7, 2**31, (7, 1)), (0, 0, (0, 2**31 - 1))],
)
def test_tensorflow_1_s_seeds_are_never_both_zero(graph_seed, op_seed, seeds):
    assert ReplayContext("tf1", tensorflow=graph_seed).graph_seeds(op_seed) == seeds
