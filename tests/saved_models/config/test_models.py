"""Whole models: what the layers say together."""

import pytest

from keras_inits.keras_compat import versions
from keras_inits.saved_models.config import context
from keras_inits.saved_models.config.origin import Origin
from keras_inits.saved_models.upgrade import upgrade_config, upgraded
from saved_models.config.written_configs import found, layer, sequential

UPSAMPLING = layer("UpSampling2D", size=[2, 2])


def convolution(order, **config):
    return layer("Convolution2D", nb_filter=2, nb_row=1, nb_col=1, dim_ordering=order, **config)


def test_a_data_format_that_the_layers_disagree_on_is_an_error():
    first = convolution("th", batch_input_shape=[None, 4, 4, 4])
    with pytest.raises(context.UpgradeError, match="the other layers do not agree"):
        upgrade_config(sequential(first, UPSAMPLING, convolution("tf", name="last")))


def test_a_data_format_that_no_layer_says_is_noted():
    config = sequential(
        {**UPSAMPLING, "config": {**UPSAMPLING["config"], "batch_input_shape": [None, 4, 4, 4]}}
    )
    notes = upgraded(config, Origin((1, 2)), {}, True)[2]
    assert any("taken for channels_last" in str(note) for note in notes)


def test_layers_over_steps_do_not_ask_the_settings_of_the_user():
    conv = layer("Conv1D", filters=2, kernel_size=[1], batch_input_shape=[None, 4, 3])
    config = upgrade_config(sequential(conv, layer("MaxPooling1D"), version="2.0.9"))
    formats = {found(config, name)["config"]["data_format"] for name in ("conv1d", "maxpooling1d")}
    assert formats == {"channels_last"}


def test_steps_in_another_data_format_are_refused_where_keras_has_one():
    padding = layer("ZeroPadding1D", data_format="channels_first", batch_input_shape=[None, 4, 3])
    if not versions.is_keras_3():
        with pytest.raises(context.UpgradeError, match="data_format='channels_first'"):
            upgrade_config(sequential(padding, version="3.0.0"))


def test_far_too_many_layers_are_refused():
    with pytest.raises(context.UpgradeError, match="more than 100000 layers"):
        upgrade_config(sequential(*[layer("Dropout", p=0.5)] * 100_001))


def test_names_stay_apart_without_their_slashes():
    start = {**layer("InputLayer", name="i", batch_input_shape=[None, 2]), "inbound_nodes": []}
    one = {**layer("Dense", name="a/b", units=1), "inbound_nodes": [[["i", 0, 0, {}]]]}
    other = {**layer("Dense", name="a_b", units=1), "inbound_nodes": [[["a/b", 0, 0, {}]]]}
    ends = {"input_layers": [["i", 0, 0]], "output_layers": [["a_b", 0, 0]]}
    config = {"name": "m", "layers": [start, one, other], **ends}
    upgraded = upgrade_config({"class_name": "Model", "config": config, "keras_version": "2.2.4"})
    assert len({one["config"]["name"] for one in upgraded["config"]["layers"]}) == 3


def test_many_names_that_are_one_without_their_slashes():
    start = {**layer("InputLayer", name="i", batch_input_shape=[None, 2]), "inbound_nodes": []}
    names = ["a_b/c", "a/b/c", "a/b_c", "a_b_c_1"]
    layers = [
        {**layer("Activation", name=name, activation="relu"), "inbound_nodes": [[["i", 0, 0, {}]]]}
        for name in names
    ]
    ends = {"input_layers": [["i", 0, 0]], "output_layers": [[name, 0, 0] for name in names]}
    config = {"name": "m", "layers": [start, *layers], **ends}
    upgraded = upgrade_config({"class_name": "Model", "config": config, "keras_version": "2.2.4"})
    given = [one["config"]["name"] for one in upgraded["config"]["layers"][1:]]
    assert given == (["a_b_c", "a_b_c_2", "a_b_c_3", "a_b_c_1"] if versions.is_keras_3() else names)
