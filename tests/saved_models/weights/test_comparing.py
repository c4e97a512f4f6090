"""What does not fit is shown in a table, the nearest to each other in a row."""

import tensorflow as tf

from keras_inits.saved_models.files.stored import Array, Stored
from keras_inits.saved_models.weights import comparing, live_plans

layers = tf.keras.layers


def array(name, *shape):
    return Array(name, shape, lambda: None)


def table(units, **groups):
    model = tf.keras.Sequential(
        [layers.Input((3,)), *(layers.Dense(one, name=f"dense_{n}") for n, one in enumerate(units))]
    )
    saved = Stored(
        0, layers=[(name, [array("", *shape) for shape in shapes]) for name, shapes in groups.items()]
    )
    return [
        line.split("  ")
        for line in comparing.side_by_side(model, live_plans.plan_of(model), saved).split("\n")
    ]


def columns(lines):
    return [[part.strip() for part in line if part.strip()] for line in lines]


def test_what_fits_is_left_out_and_the_nearest_is_shown():
    lines = columns(table([4, 2], dense_0=[(3, 4), (4,)], dense_5=[(4, 7), (7,)], conv=[(1, 1, 1, 1)]))
    assert lines == [
        ["the model wants", "the file has"],
        ["dense_1: [4, 2], [2]", "dense_5: [4, 7], [7]"],
        ["-", "conv: [1, 1, 1, 1]"],
    ]


def test_automatic_numbers_are_no_likeness():
    lines = columns(table([5, 2], dense=[(3, 4), (4,)], dense_1=[(4, 2), (2,)]))
    assert lines[1:] == [
        ["dense_0: [3, 5], [5]", "dense: [3, 4], [4]"],
        ["dense_1: [5, 2], [2]", "dense_1: [4, 2], [2]"],
    ]


def test_what_has_no_equal_is_shown_so():
    assert columns(table([4])) == [["the model wants", "the file has"], ["dense_0: [3, 4], [4]", "-"]]


def test_a_long_table_is_cut():
    assert columns(table(range(1, 21)))[-1] == ["and 8 more"]


def test_arrays_by_name_are_put_together():
    saved = Stored(0, named={name: array(name, 2) for name in ("a/kernel", "a/bias", "b/kernel")})
    assert list(comparing.entries(saved)) == [("a", ((2,), (2,))), ("b", ((2,),))]
