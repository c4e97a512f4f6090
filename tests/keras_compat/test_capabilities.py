"""What the installed Keras can do: each capability is that of the versions that its docstring names."""

import pytest
import tensorflow as tf
from environments import keras_3_only

from keras_inits.keras_compat import capabilities, keras_versions, versions

SINCE = {
    capabilities.reads_layers_as_activations: (3, 10),
    capabilities.reads_single_ends: (3, 4),
    capabilities.counts_ends_from_one: (3, 1),
    capabilities.takes_output_padding_of_zero: (3, 11),
    capabilities.keeps_masks_of_several: (3, 4),
    capabilities.passes_given_masks_on: (3, 11),
}


@keras_3_only
@pytest.mark.parametrize("capability", SINCE, ids=lambda capability: capability.__name__)
def test_it_came_with_a_version(capability):
    installed = keras_versions.as_written(versions.keras_version())
    assert capability() == (installed >= SINCE[capability])


@keras_3_only
@pytest.mark.parametrize("capability", SINCE, ids=lambda capability: capability.__name__)
def test_trying_it_takes_no_name_from_the_user_s_layers(capability):
    before = number_of(tf.keras.layers.Dense(1))
    capability.__wrapped__()
    assert number_of(tf.keras.layers.Dense(1)) == before + 1


def number_of(layer):
    return int(layer.name.rpartition("_")[2]) if "_" in layer.name else 0
