"""Summaries for TensorBoard, read back."""

import numpy as np
import pytest
import tensorflow as tf
from tensorboard_logs import summaries_in

from keras_inits.diagnosis import tensorboard_summaries


@pytest.fixture
def written(tmp_path):
    """What a function writes, read back: the step, the plugin and the array."""

    def write(function, *arguments):
        with tf.summary.create_file_writer(str(tmp_path)).as_default():
            function("tag", *arguments)
        return summaries_in(tmp_path)["tag"]

    return write


def test_a_scalar(written):
    ((step, plugin, value),) = written(tensorboard_summaries.write_scalar, 0.5, 3)
    assert (step, plugin, value) == (3, "scalars", np.float32(0.5))


def test_a_text(written):
    ((_, plugin, value),) = written(tensorboard_summaries.write_text, "*well*", 0)
    assert (plugin, value.item()) == ("text", b"*well*")


def test_a_picture(written):
    ((_, plugin, value),) = written(tensorboard_summaries.write_png, b"PNG", (4, 2), 0)
    assert (plugin, value.tolist()) == ("images", [b"4", b"2", b"PNG"])


class TestHistogram:
    def test_buckets_are_left_right_and_count(self, written):
        values = np.random.default_rng(0).standard_normal((40, 50)).astype("float32")
        ((_, plugin, (left, right, count)),) = [
            (step, plugin, table.T)
            for step, plugin, table in written(tensorboard_summaries.write_histogram, values, 0)
        ]
        assert plugin == "histograms"
        assert len(count) == tensorboard_summaries.BUCKETS
        assert (left[0], right[-1]) == (values.min(), values.max())
        assert (left[1:] == right[:-1]).all()
        assert (count == np.histogram(values, tensorboard_summaries.BUCKETS)[0]).all()

    def test_of_one_value(self, written):
        ((_, _, table),) = written(tensorboard_summaries.write_histogram, np.ones(7), 0)
        assert table[:, 2].sum() == 7

    @pytest.mark.parametrize(("values", "count"), [([1.0, np.nan, np.inf, 2.0], 2), ([], 0), ([np.nan], 0)])
    def test_of_what_is_finite(self, values, count, written):
        ((_, _, table),) = written(tensorboard_summaries.write_histogram, np.array(values), 0)
        assert table.shape[1] == 3 and table[:, 2].sum() == count
