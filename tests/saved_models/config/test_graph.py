"""The calls of a model's layers."""

import pytest

from keras_inits.saved_models.config import context
from keras_inits.saved_models.upgrade import upgrade_config
from saved_models.config.written_configs import layer


@pytest.mark.parametrize("called_on", [["dense", 0, 0, {}], ["dense", 1, 0, {}], ["input", 3, 0, {}]])
def test_calls_that_wait_for_ever_are_refused(called_on):
    start = layer("InputLayer", name="input", batch_input_shape=[None, 4])
    dense = layer("Dense", units=4)
    nodes = [{**start, "inbound_nodes": []}, {**dense, "inbound_nodes": [[called_on]]}]
    ends = {"input_layers": [["input", 0, 0]], "output_layers": [["dense", 0, 0]]}
    config = {"name": "model", "layers": nodes, **ends}
    with pytest.raises(context.UpgradeError, match="never made"):
        upgrade_config({"class_name": "Model", "config": config, "keras_version": "2.2.4"})
