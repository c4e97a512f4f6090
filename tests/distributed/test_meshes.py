"""Weights over the devices of JAX, in one process and in several."""

import pytest
from processes import Task, ended, free_addresses, jax_only, program, wait_for_file

import keras_inits
from keras_inits.keras_compat import backend

EIGHT_HERE = {"XLA_FLAGS": "--xla_force_host_platform_device_count=8", "JAX_PLATFORMS": "cpu"}
FOUR_HERE = {**EIGHT_HERE, "XLA_FLAGS": "--xla_force_host_platform_device_count=4"}


@pytest.fixture(scope="module")
def facts():
    with ended() as tasks:
        tasks.append(Task(program("jax_mesh"), EIGHT_HERE))
        return tasks[0].facts(600)  # Of many models, on however busy a machine.


def wrong(cases):
    return [case for case, is_right in cases.items() if not is_right]


@jax_only
def test_every_sharding_holds_what_one_device_gives_each_part_on_its_device(facts):
    assert len(facts["right"]) > 400
    assert wrong(facts["right"]) == []


@jax_only
def test_a_sharding_of_parts_that_are_made_in_blocks_holds_what_one_device_gives(facts):
    assert facts["large"]


@jax_only
def test_no_more_than_the_parts_is_made(facts):
    assert facts["megabytes"] < 1.5 * 64


@jax_only
def test_models_of_a_distribution_have_what_one_device_gives(facts):
    assert len(facts["models"]) == 30
    assert wrong(facts["models"]) == []


@jax_only
def test_the_models_were_spread(facts):
    assert facts["spread over"] == [2, 1, 8, 4, 4, 1, 1, 1, 1, 1, 4, 1]


@jax_only
def test_a_layer_has_its_parts_alone_drawn_where_keras_gives_a_layout(facts):
    parts = [[8, 4]] * 4 if facts["keras gives a layout"] else []
    assert facts["parts of a layer"] == parts


@jax_only
def test_reinitialize_draws_the_parts_alone(facts):
    assert facts["parts of reinitialize"] == [[8, 4]] * 4


@jax_only
def test_a_function_is_given_the_layout_in_a_seeded_block_too(facts):
    assert facts["a function is given a layout"] == facts["keras gives a layout"]
    assert facts["a function in a seeded block"]


@jax_only
def test_large_weights_of_an_uninitialized_block_are_zeros_of_their_sharding(facts):
    assert facts["large zeros"]


@jax_only
@pytest.mark.parametrize(
    "name, message",
    [
        ("no layout", "TypeError: `layout` must be a `jax.sharding.Sharding`"),
        ("no mesh", "ValueError: A layout without a mesh needs a distribution"),
        ("shards", "ValueError: The weight cannot be laid out so"),
        ("rank", "ValueError: A layout must have no more axes than the shape"),
        ("part", "ValueError: A part has no layout"),
    ],
)
def test_a_sharding_that_cannot_be_is_a_clear_error(facts, name, message):
    assert message in facts["errors"][name]


@pytest.mark.skipif(backend.name() != "torch", reason="KERAS_BACKEND=torch alone has it")
def test_on_torch_a_layout_is_an_error_that_says_so():
    with pytest.raises(ValueError, match="'torch'"):
        keras_inits.HeNormal(7)((8, 6), layout="x")


def process(folder, index=0, address="", count=2, **environment):
    here = EIGHT_HERE if count == 1 else FOUR_HERE
    variables = {"FOLDER": str(folder), "INDEX": str(index), "COUNT": str(count), "ADDRESS": address}
    return Task(program("jax_processes"), {**here, **variables, **environment})


@jax_only
@pytest.mark.clusters
def test_two_processes_hold_what_one_does_and_what_one_device_gives(tmp_path):
    (address,) = free_addresses(1)
    with ended() as tasks:
        tasks += [process(tmp_path, index, address) for index in range(2)]
        two = [task.facts() for task in tasks]
    with ended() as tasks:
        tasks.append(process(tmp_path, count=1))
        one = tasks[0].facts()
    assert [facts["devices"] for facts in (one, *two)] == [8] * 3
    assert [facts["here"] for facts in (one, *two)] == [8, 4, 4]
    assert [wrong(facts["right"]) for facts in (one, *two)] == [[]] * 3
    assert two[0]["held"] | two[1]["held"] == one["held"]
    assert two[0]["held"] != two[1]["held"]


@jax_only
@pytest.mark.clusters
def test_a_process_that_dies_and_comes_back_draws_the_same_and_the_other_draws_on_without_it(tmp_path):
    (address,) = free_addresses(1)
    with ended() as tasks:
        survivor, lost = process(tmp_path, 0, address, SURVIVES="1"), process(tmp_path, 1, address, LOST="1")
        tasks += [survivor, lost]
        assert lost.wait() == -9
        wait_for_file(tmp_path / "drawn", survivor)
        (tmp_path / "is lost").touch()
        wait_for_file(tmp_path / "drawn alone", survivor)
        back = process(tmp_path, 1, address, BACK="1")
        tasks.append(back)
        of_back, of_survivor = back.facts(), survivor.facts()
    assert wrong(of_back["right"]) == wrong(of_survivor["right"]) == []
    assert len(of_survivor["right"]) == 2 * len(of_back["right"]) == 40
