import pytest
from environments import keras_2_only, keras_3_only
from processes import Task, ended, program, tensorflow_only

pytestmark = tensorflow_only


@pytest.fixture(scope="module")
def facts():
    with ended() as tasks:
        tasks.append(Task(program("mesh")))
        return tasks[0].facts()


def test_every_layout_holds_what_one_device_gives_each_part_on_its_device(facts):
    assert len(facts["right"]) == 200
    assert [case for case, is_right in facts["right"].items() if not is_right] == []


def test_a_weight_of_a_mesh_is_zeros_in_an_uninitialized_block(facts):
    assert facts["uninitialized"]


def test_so_does_every_layout_of_a_convolutions_kernel(facts):
    assert len(facts["kernels"]) == 72
    assert [case for case, is_right in facts["kernels"].items() if not is_right] == []


def test_a_layout_of_parts_that_are_made_in_blocks_holds_what_one_device_gives(facts):
    assert facts["large"]


def test_a_layout_makes_no_more_than_its_parts(facts):
    assert facts["megabytes"] < 1.5 * 64


def test_a_mesh_is_the_default_in_its_block_alone(facts):
    assert len(facts["plain"]) == 3 and all(facts["plain"].values()), facts["plain"]


@keras_2_only
def test_keras_2s_rule_of_a_seed_first_is_kept_where_it_draws(facts):
    assert facts["error of a layout before a seed"] == facts["stock error"]
    assert "set_random_seed" in facts["stock error"]
    assert facts["error of zeros before a seed"] is None


@keras_3_only
def test_keras_3_has_no_rule_of_a_seed_first(facts):
    assert facts["error of a layout before a seed"] is None


@keras_2_only
def test_each_device_makes_its_part_alone_for_a_layout_map(facts):
    kernel, bias, second = [[4, 3]] * 4, [[3]] * 4, [[6, 4]] * 4
    assert sorted(facts["parts of a layout map"]) == sorted(kernel + bias + second)
    assert facts["layout map"] == [True] * 3


@keras_2_only
def test_a_layout_map_lays_out_a_weight_that_its_layer_makes_of_pieces(facts):
    assert facts["made of pieces"] == [True] * 2


@keras_2_only
def test_a_layers_own_layout(facts):
    assert facts["layer"]


@keras_3_only
def test_keras_3s_own_layout(facts):
    assert facts["keras layout"]


@keras_3_only
def test_keras_3s_layout_without_a_mesh_is_an_error_that_says_what_it_cannot(facts):
    assert "on TensorFlow cannot make a mesh" in facts["errors"]["no mesh"]
    assert "tf_keras" in facts["errors"]["no mesh"]


@keras_3_only
@pytest.mark.parametrize("distribution", ["ModelParallel", "DataParallel"])
def test_layers_of_a_keras_distribution_have_what_one_device_gives(facts, distribution):
    if distribution not in facts["layers of keras.distribution"]:
        pytest.skip("this Keras has none on TensorFlow")
    assert facts["layers of keras.distribution"][distribution]


def test_a_checkpoint_of_one_layout_restores_under_any_other(facts):
    assert len(facts["restored"]) == 6 and all(facts["restored"].values()), facts["restored"]


@pytest.mark.parametrize(
    "name, message",
    [
        ("no layout", "TypeError: `layout` must be a `tf.experimental.dtensor.Layout`"),
        ("rank", "ValueError: A layout must have the shape's axes"),
        ("shards", "ValueError: Each axis must be a multiple of its number of shards, (2, 1)"),
        ("part", "ValueError: A part has no layout"),
        ("function", "eagerly"),
    ],
)
def test_a_layout_that_cannot_be_is_a_clear_error(facts, name, message):
    assert message in facts["errors"][name]
