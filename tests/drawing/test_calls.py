"""A part of what was made as a whole."""

import numpy as np
import tensorflow as tf

from keras_inits.drawing.calls import part_of
from keras_inits.drawing.streams import Part

WHOLE = tf.reshape(tf.range(12), (3, 4))


def test_no_part_is_the_whole():
    assert part_of(WHOLE, None) is WHOLE


def test_a_part_is_cut_out():
    cut = part_of(WHOLE, Part(offset=(1, 2), shape=(2, 2)))
    assert np.array_equal(cut, [[6, 7], [10, 11]])
