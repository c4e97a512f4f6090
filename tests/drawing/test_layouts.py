"""Weights that are made block by block; `tests/distributed/test_layouts.py` has those on many devices."""

import pytest
import tensorflow as tf

from keras_inits.drawing.layouts import in_blocks
from keras_inits.drawing.streams import Part

WHOLE = tf.reshape(tf.range(7 * 5), (7, 5))


def part_of_whole(part):
    return tf.slice(WHOLE, part.offset, part.shape)


@pytest.mark.parametrize("block", [1, 5, 12, 100])
@pytest.mark.parametrize("part", [Part((7, 5), (0, 0)), Part((4, 2), (2, 3)), Part((0, 5), (0, 0))])
def test_blocks_give_the_same_as_all_at_once(block, part):
    assert in_blocks(part_of_whole, part, block).numpy().tolist() == part_of_whole(part).numpy().tolist()


def test_no_more_than_a_block_is_made_at_a_time():
    sizes = []

    def values(part):
        sizes.append(part.shape[0] * part.shape[1])
        return part_of_whole(part)

    in_blocks(values, Part((7, 5), (0, 0)), block=12)
    assert sizes == [10, 10, 10, 5]
