"""Whatever is partitioned, and however: the parts, put together, are the whole bit for bit."""

import contextlib
import itertools
import math
import os
from typing import Any, NamedTuple

import numpy as np
import pytest
import tensorflow as tf
from drawn_values import RANDOM, SCALED, as_numpy, same_bits
from environments import keras_3_only
from hypothesis import assume, given, settings, strategies as st
from tensorflow.python.framework import op_callbacks

import keras_inits
from keras_inits.drawing import layouts, streams
from keras_inits.drawing.streams import Part, Stream, advance, draw, draw_integers
from keras_inits.initializers import registry

ISOMETRIES = (
    *("ConvolutionOrthogonal1D", "ConvolutionOrthogonal2D", "ConvolutionOrthogonal3D", "DeltaOrthogonal"),
)
# Those that are for convolutions alone.
KERNELS_ALONE = (*ISOMETRIES, "Dirac", "ICNR")
DRAWN = (*RANDOM, "UniformUnitScaling", "Sparse", "ConvolutionAware", *ISOMETRIES)
CLASSES = {
    2: (*DRAWN, "Zeros", "Ones", "Constant", "Identity", "STFT", "Dirac", "ICNR"),
    1: (*RANDOM, "UniformUnitScaling", "Zeros", "Ones", "Constant", "Identity"),
}
# Those that take a shape which only the graph knows.
OF_ANY_SHAPE = (*(name for name in RANDOM if name != "Orthogonal"), "UniformUnitScaling")
FLOATS = ("float16", "bfloat16", "float32", "float64")
DTYPES = {
    "Zeros": (*FLOATS, "int32", "bool"),
    "Ones": (*FLOATS, "int32", "bool"),
    "Constant": (*FLOATS, "int32"),
    "RandomUniform": (*FLOATS, "int32", "int64"),
    "STFT": ("float32", "float64"),
}
# What TensorFlow 1's classes of the same names lack.
ADDED_DTYPES = {name: ("complex64", "complex128") for name in (*SCALED, "VarianceScaling")}
BOUNDS = ((-1, 3), (0, math.inf), (-math.inf, -5), (-math.inf, math.inf), (40, 41), (-60, -50), (1, 1 + 1e-9))
GAINS = (0.5, "relu", ["leaky_relu", 0.2])
KERNELS = {
    "uniform": "StatelessRandomUniformV2",
    "normal": "StatelessRandomNormalV2",
    "truncated_normal": "StatelessTruncatedNormalV2",
    "integers": "StatelessRandomUniformIntV2",
}


# The same examples each time, on every machine, unless others are asked for.
OTHER_EXAMPLES = bool(os.environ.get("KERAS_INITS_TEST_OTHER_EXAMPLES"))


def checked(max_examples):
    return settings(deadline=None, max_examples=max_examples, print_blob=True, derandomize=not OTHER_EXAMPLES)


class Weight(NamedTuple):
    """A call of an initializer, printed as such when a test fails."""

    generation: int
    name: str
    arguments: dict[str, Any]
    shape: tuple[int, ...]
    dtype: str

    def tensor(self, shape=None, **part):
        module = keras_inits if self.generation == 2 else keras_inits.v1
        initializer = getattr(module, self.name)(**self.arguments)
        return initializer(self.shape if shape is None else shape, dtype=self.dtype, **part)

    def whole(self):
        return np.asarray(as_numpy(self.tensor()))

    def part(self, box):
        return np.asarray(as_numpy(self.tensor(**partition(box))))

    @property
    def numbers_per_value(self):
        return 2 if self.dtype.startswith("complex") else 1


def partition(box):
    """The two arguments that ask for a box, which is a `(begin, end)` for each axis."""
    return {
        "partition_shape": tuple(end - begin for begin, end in box),
        "partition_offset": tuple(begin for begin, _ in box),
    }


def place(box):
    return tuple(slice(*span) for span in box)


def cut_out(whole, box):
    return np.asarray(whole[place(box)])


def shapes(least=0, most=5):
    def of_rank(rank):
        largest = (1, 60, 24, 9, 6, 5)[rank]
        return st.tuples(*[st.integers(0, largest) for _ in range(rank)])

    return st.integers(least, most).flatmap(of_rank)


def shape_for(generation, name):
    if name == "Identity":
        return shapes(2, 5 if generation == 2 else 2)
    if name == "STFT":
        return st.integers(1, 6).map(lambda half: (2 * half, 1, half + 1))
    if name in KERNELS_ALONE:
        return kernel_shapes(name)
    if name == "ConvolutionAware":
        return shapes(2).filter(lambda shape: math.prod(shape) != 1)
    return shapes(2) if name in ("Orthogonal", "Sparse") else shapes()


@st.composite
def kernel_shapes(sample, name):
    """What each of `KERNELS_ALONE` takes, with the arguments that `arguments_for` gives it."""
    axes = int(name[-2]) if name.endswith("D") else sample(st.integers(1, 3))
    window = [sample(st.integers(0, 4)) for _ in range(axes)]
    channels = sample(st.integers(0, 6))
    if name in ISOMETRIES:
        window = window[:1] * axes if name.endswith("D") else window
        return (*window, channels, channels + sample(st.integers(0, 4)))
    return (*window, channels, 2**axes * sample(st.integers(0, 3)))


@st.composite
def arguments_for(sample, generation, name, shape, dtype):
    # TensorFlow takes subnormal numbers of float32 for zeros, in graphs without their sign.
    floats = st.floats(-3, 3, width=32, allow_subnormal=False)
    if name in ("Zeros", "Ones"):
        return {}
    if name == "Dirac":
        return {"groups": sample(st.sampled_from([1, 2]))}
    if name == "ICNR":
        kind = sample(st.sampled_from(["HeNormal", "Orthogonal", "Ones"]))
        return {"initializer": {"class_name": kind, "config": {} if kind == "Ones" else {"seed": 7}}}
    if name == "Constant":
        array = np.arange(math.prod(shape)).reshape(shape) % 100
        return {"value": sample(st.sampled_from([3, array]))}
    if name == "Identity":
        return {"gain": sample(floats)}
    if name == "STFT":
        return {"side": sample(st.sampled_from(["real", "imag"])), "window": None}
    # Keras 3.0 draws a seed where 0 is given.
    arguments = {"seed": sample(st.integers(1, 2**31 - 1) | st.integers(-(2**63), -1))}
    if name in ("RandomNormal", "TruncatedNormal"):
        arguments.update(mean=sample(floats), stddev=sample(st.floats(0, 3, width=32, allow_subnormal=False)))
    if generation == 2 and name == "TruncatedNormal" and sample(st.booleans()):
        arguments.update(zip(("lower", "upper"), sample(st.sampled_from(BOUNDS))))
    if name == "RandomUniform" and dtype.startswith("int"):
        minval = sample(st.integers(-1000, 1000))
        arguments.update(minval=minval, maxval=minval + sample(st.integers(1, 1000)))
    elif name == "RandomUniform":
        arguments.update(minval=sample(floats), maxval=sample(floats))
    if name == "VarianceScaling":
        arguments["scale"] = sample(st.floats(0.1, 10))
        arguments["mode"] = sample(st.sampled_from(["fan_in", "fan_out", "fan_avg"]))
        names = ["uniform", "truncated_normal", "untruncated_normal", "normal"]
        arguments["distribution"] = sample(st.sampled_from(names))
    if generation == 2 and name in (*SCALED, "VarianceScaling") and shape and sample(st.booleans()):
        arguments.update(sample(axes_for(len(shape))), gain=sample(st.sampled_from([None, *GAINS])))
    if name == "Orthogonal":
        arguments["gain"] = sample(floats)
    if name in ISOMETRIES:
        arguments["gain"] = sample(floats)
    if name == "Sparse":
        arguments["sparsity"] = sample(st.floats(0, 1, width=32, allow_subnormal=False))
    if name == "UniformUnitScaling":
        arguments["factor"] = sample(floats)
    return arguments


@st.composite
def axes_for(sample, rank):
    """Axes by Keras' rule, where they may be listed twice, or by JAX's, where they may not."""
    if sample(st.booleans()):
        axes = st.lists(st.integers(-rank, rank - 1), max_size=3)
        return {"input_axes": sample(axes), "output_axes": sample(axes)}
    kinds = ("input_axes", "output_axes", "batch_axes")
    of_axis = [sample(st.sampled_from([*kinds, "window"])) for _ in range(rank)]
    return {kind: [axis for axis in range(rank) if of_axis[axis] == kind] for kind in kinds}


@st.composite
def weights(sample, names=CLASSES[2]):
    name = sample(st.sampled_from(names))
    generation = sample(st.sampled_from([made for made in CLASSES if name in CLASSES[made]]))
    shape = sample(shape_for(generation, name))
    added = ADDED_DTYPES.get(name, ()) if generation == 2 else ()
    dtype = sample(st.sampled_from((*DTYPES.get(name, FLOATS), *added)))
    arguments = sample(arguments_for(generation, name, shape, dtype))
    return Weight(generation, name, arguments, shape, dtype)


@st.composite
def boxes(sample, shape):
    begins = [sample(st.integers(0, dim)) for dim in shape]
    return tuple((begin, sample(st.integers(begin, dim))) for begin, dim in zip(begins, shape))


@st.composite
def rows(sample, shape):
    """A box of whole rows."""
    return sample(boxes(shape[:1])) + tuple((0, dim) for dim in shape[1:])


def spans(dim, most):
    """An axis cut into parts, some of them empty."""

    def between(cuts):
        return list(itertools.pairwise([0, *sorted(cuts), dim]))

    return st.lists(st.integers(0, dim), max_size=most).map(between)


def grid(shape, most_cuts):
    """A list of spans for each axis, the i-th cut into at most `most_cuts[i] + 1` of them."""
    return st.tuples(*[spans(dim, most) for dim, most in zip(shape, most_cuts)])


def is_put_together(weight, spans_of_axes, **buffer):
    whole = weight.whole()
    joined = np.ones_like(whole)
    with buffer_of(**buffer) if buffer else contextlib.nullcontext():
        for box in itertools.product(*spans_of_axes):
            joined[place(box)] = weight.part(box)
    return same_bits(joined, whole)


def buffers():
    """Arguments of `buffer_of`."""
    return st.fixed_dictionaries(
        {
            "values": st.sampled_from([1, 7, 64, streams.BUFFER]),
            "large": st.sampled_from([1, 50, streams.LARGE]),
            "block": st.sampled_from([1, 7, 64, layouts.BLOCK]),
        }
    )


@contextlib.contextmanager
def buffer_of(values, large=None, block=None):
    """The buffer as small as the weights here; what is a large draw and a block too, if they are given."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "BUFFER", values)
        if large is not None:
            patch.setattr(streams, "LARGE", large)
        if block is not None:
            patch.setattr(layouts, "BLOCK", block)
        yield


@contextlib.contextmanager
def recorded_sizes():
    """How many values each operation gives: a list for TensorFlow's random kernels, and one for all.

    Operation callbacks, which `tf.debugging.experimental` is made of, see them however they are called.
    """
    drawn, made = [], []

    def record(op_type, inputs, attributes, outputs, op_name=None, graph=None):
        # While a function is traced, they are not known.
        sizes = [size for output in outputs if (size := output.shape.num_elements()) is not None]
        made.extend(sizes)
        drawn.extend(sizes if tf.compat.as_str(op_type) in KERNELS.values() else [])

    op_callbacks.add_op_callback(record)
    try:
        yield drawn, made
    finally:
        op_callbacks.remove_op_callback(record)


@pytest.mark.parametrize("generation", [2, 1])
def test_no_initializer_is_left_out(generation):
    assert {*(registry.CLASSES if generation == 2 else registry.V1_CLASSES)} == {*CLASSES[generation]}


class TestPutTogether:
    @checked(150)
    @given(st.data())
    def test_parts_along_the_first_axis_are_the_whole(self, data):
        weight = data.draw(weights())
        cuts = (6,) + (0,) * len(weight.shape[1:])
        assert is_put_together(weight, data.draw(grid(weight.shape, cuts)))

    @checked(150)
    @given(st.data(), buffers())
    def test_parts_along_any_axis_are_the_whole(self, data, buffer):
        weight = data.draw(weights())
        assume(weight.shape)
        axis = data.draw(st.integers(0, len(weight.shape) - 1))
        cuts = [4 if index == axis else 0 for index in range(len(weight.shape))]
        assert is_put_together(weight, data.draw(grid(weight.shape, cuts)), **buffer)

    @checked(100)
    @given(st.data(), buffers())
    def test_a_grid_of_parts_is_the_whole(self, data, buffer):
        weight = data.draw(weights())
        cuts = [2 if len(weight.shape) < 4 else 1] * len(weight.shape)
        assert is_put_together(weight, data.draw(grid(weight.shape, cuts)), **buffer)

    @pytest.mark.parametrize("name", [n for n in CLASSES[2] if n not in ("STFT", *KERNELS_ALONE)])
    def test_single_values_are_the_whole(self, name):
        arguments = {"seed": 7} if name in DRAWN else {}
        weight = Weight(2, name, arguments, (5, 7), "float32")
        assert is_put_together(weight, [[(i, i + 1) for i in range(dim)] for dim in weight.shape])


def shape_of(name):
    """A shape that an initializer takes."""
    axes = int(name[-2]) if name.endswith("D") else 1
    return (3,) * axes + (4, 6) if name in KERNELS_ALONE else (8, 6)


def box_of(shape):
    """A box that begins after the weight's own beginning, and ends before its end."""
    return tuple((1, dim - 1) for dim in shape)


class TestOnePart:
    @pytest.mark.parametrize("name", CLASSES[2])
    @checked(25)
    @given(st.data(), buffers())
    def test_a_box_is_the_wholes_slice(self, name, data, buffer):
        weight = data.draw(weights([name]))
        box = data.draw(boxes(weight.shape))
        want = cut_out(weight.whole(), box)
        with buffer_of(**buffer):
            assert same_bits(weight.part(box), want)

    @checked(60)
    @given(st.data())
    def test_a_box_of_everything_is_the_whole(self, data):
        weight = data.draw(weights())
        assert same_bits(weight.part(tuple((0, dim) for dim in weight.shape)), weight.whole())

    @checked(60)
    @given(st.data())
    def test_an_empty_part_is_an_empty_tensor_of_the_dtype(self, data):
        weight = data.draw(weights())
        assume(weight.shape)
        box = [*data.draw(boxes(weight.shape))]
        axis = data.draw(st.integers(0, len(box) - 1))
        box[axis] = box[axis][:1] * 2
        assert same_bits(weight.part(box), cut_out(weight.whole(), box))

    @checked(40)
    @given(st.data(), st.sampled_from(FLOATS), st.sampled_from([*KERNELS][:3]))
    def test_a_box_of_a_stream_is_the_slice_of_its_whole(self, data, dtype, distribution):
        stream = streams.graph_stream(data.draw(counters(64)), data.draw(counters(64)))
        shape = data.draw(shapes())
        box = data.draw(boxes(shape))
        part = Part(*partition(box).values())
        whole = as_numpy(draw(distribution, stream, shape, tf.as_dtype(dtype)))
        got = as_numpy(draw(distribution, stream, shape, tf.as_dtype(dtype), part))
        assert same_bits(np.asarray(got), cut_out(np.asarray(whole), box))

    @pytest.mark.parametrize("kind", [tuple, list, tf.TensorShape, np.array, tf.constant])
    def test_a_part_is_given_as_any_kind_of_shape(self, kind):
        weight = Weight(2, "HeNormal", {"seed": 7}, (8, 6), "float32")
        got = as_numpy(weight.tensor(partition_shape=kind([3, 4]), partition_offset=kind([2, 1])))
        assert same_bits(got, weight.whole()[2:5, 1:5])

    @pytest.mark.filterwarnings("ignore")
    @pytest.mark.parametrize("name", DRAWN)
    def test_an_unseeded_initializers_parts_are_of_one_weight(self, name):
        initializer, shape = getattr(keras_inits, name)(), shape_of(name)
        part = as_numpy(initializer(shape, **partition(box_of(shape))))
        assert same_bits(part, cut_out(as_numpy(initializer(shape)), box_of(shape)))

    @keras_3_only
    @pytest.mark.parametrize("name", DRAWN)
    def test_a_generators_next_seed_has_parts_too(self, name):
        first, second = (getattr(keras_inits, name)(seed=tf.keras.random.SeedGenerator(7)) for _ in range(2))
        shape = shape_of(name)
        whole = as_numpy(first(shape))
        part = as_numpy(second(shape, **partition(box_of(shape))))
        assert same_bits(part, cut_out(whole, box_of(shape)))


class TestGraphs:
    @pytest.mark.parametrize("name", CLASSES[2])
    @checked(10)
    @given(st.data())
    def test_a_graph_gives_the_part_that_eager_gives(self, name, data):
        weight = data.draw(weights([name]))
        box = data.draw(boxes(weight.shape))
        with tf.Graph().as_default(), tf.compat.v1.Session() as session:
            got = np.asarray(session.run(weight.tensor(**partition(box))))
        assert same_bits(got, weight.part(box))

    @checked(30)
    @given(st.data())
    def test_a_graph_that_does_not_know_the_shape_gives_it_too(self, data):
        weight = data.draw(weights(names=OF_ANY_SHAPE))
        assume(weight.shape)
        box = data.draw(boxes(weight.shape))
        with tf.Graph().as_default(), tf.compat.v1.Session() as session:
            shape = tf.compat.v1.placeholder(tf.int32, [len(weight.shape)])
            got = session.run(weight.tensor(shape, **partition(box)), {shape: weight.shape})
        assert same_bits(got, weight.part(box))

    @checked(10)
    @given(st.data())
    def test_a_function_gives_it_too(self, data):
        weight = data.draw(weights())
        box = data.draw(boxes(weight.shape))
        traced = tf.function(lambda: weight.tensor(**partition(box)), autograph=False)
        assert same_bits(np.asarray(as_numpy(traced())), weight.part(box))

    @pytest.mark.parametrize("box", [((0, 2), (3, 5)), ((4, 5), (0, 2)), ((0, 0), (1, 1))])
    def test_a_graph_gives_a_part_off_the_diagonal(self, box):
        weight = Weight(2, "Identity", {}, (5, 6), "float32")
        with tf.Graph().as_default(), tf.compat.v1.Session() as session:
            got = session.run(weight.tensor(**partition(box)))
        assert same_bits(got, weight.part(box))

    @pytest.mark.parametrize("seed", range(1, 9))
    def test_a_graph_holds_every_bit_of_a_seeds_key_and_counter(self, seed):
        weight = Weight(2, "RandomNormal", {"seed": seed}, (6,), "float32")
        with tf.Graph().as_default(), tf.compat.v1.Session() as session:
            got = session.run(weight.tensor())
        assert same_bits(got, weight.whole())


class TestErrors:
    @checked(80)
    @given(st.data())
    def test_a_part_that_ends_outside_is_an_error(self, data):
        weight = data.draw(weights())
        assume(weight.shape)
        box = [*data.draw(boxes(weight.shape))]
        axis = data.draw(st.integers(0, len(box) - 1))
        box[axis] = (box[axis][0], weight.shape[axis] + data.draw(st.integers(1, 2**40)))
        with pytest.raises(ValueError, match="part must lie within"):
            weight.part(box)

    @checked(30)
    @given(st.data())
    def test_an_empty_part_that_lies_outside_is_an_error_too(self, data):
        weight = data.draw(weights())
        assume(weight.shape)
        box = [*data.draw(boxes(weight.shape))]
        axis = data.draw(st.integers(0, len(box) - 1))
        box[axis] = (weight.shape[axis] + 1,) * 2
        with pytest.raises(ValueError, match="part must lie within"):
            weight.part(box)

    @checked(30)
    @given(st.data())
    def test_a_part_that_begins_before_the_weight_is_an_error(self, data):
        weight = data.draw(weights())
        assume(weight.shape)
        box = [*data.draw(boxes(weight.shape))]
        axis = data.draw(st.integers(0, len(box) - 1))
        box[axis] = (-data.draw(st.integers(1, 5)), box[axis][1])
        with pytest.raises(ValueError, match="-"):
            weight.part(box)

    @checked(30)
    @given(st.data())
    def test_a_part_of_another_rank_is_an_error(self, data):
        weight = data.draw(weights())
        box = data.draw(boxes(weight.shape))
        wrong = data.draw(st.sampled_from([(*box, (0, 1)), ((0, 0), *box), *([box[1:]] if box else [])]))
        with pytest.raises(ValueError, match="part must lie within"):
            weight.part(wrong)

    @pytest.mark.parametrize("given_one", ["partition_shape", "partition_offset"])
    @pytest.mark.parametrize("generation", [2, 1])
    def test_one_of_the_two_arguments_alone_is_an_error(self, generation, given_one):
        weight = Weight(generation, "Zeros", {}, (4, 4), "float32")
        with pytest.raises(ValueError, match="go together"):
            weight.tensor(**{given_one: (2, 2)})


def counters(bits=128):
    """Counters, most of them at an edge of one of their words."""
    edges = st.sampled_from([0, 2**32, 2**63, 2**64, 2**96, 2**127, 2**128])
    near = st.builds(lambda edge, by: (edge + by) % 2**bits, edges, st.integers(-3, 3))
    return near | st.integers(0, 2**bits - 1)


def words(number):
    return [number % 2**64, number >> 64]


class TestCounters:
    """The counter is a number of 128 bits, be it a Python integer or a tensor of two words."""

    @checked(200)
    @given(counters(), counters())
    def test_counts_are_added_modulo_2_to_the_128(self, counter, counts):
        assert advance(Stream(5, counter), counts) == Stream(5, (counter + counts) % 2**128)

    @checked(200)
    @given(counters(), counters(), counters())
    def test_two_steps_are_one_step_of_their_sum(self, counter, first, second):
        stream = Stream(5, counter)
        assert advance(advance(stream, first), second) == advance(stream, first + second)

    @checked(100)
    @given(counters())
    def test_a_full_turn_comes_back(self, counter):
        assert advance(Stream(5, counter), 2**128) == Stream(5, counter)

    @checked(200)
    @given(counters(), counters(64))
    def test_a_counter_of_tensors_is_the_same_number(self, counter, counts):
        tensors = Stream(tf.constant([5], tf.uint64), tf.constant(words(counter), tf.uint64))
        moved = advance(tensors, counts)
        assert as_numpy(moved.counter).tolist() == words(advance(Stream(5, counter), counts).counter)

    @checked(100)
    @given(counters(), counters(64), counters(64))
    def test_a_counter_of_tensors_carries_on_each_step(self, counter, first, second):
        tensors = Stream(tf.constant([5], tf.uint64), tf.constant(words(counter), tf.uint64))
        moved = advance(advance(tensors, first), second)
        assert as_numpy(moved.counter).tolist() == words((counter + first + second) % 2**128)

    @checked(30)
    @given(counters(64), counters(), st.sampled_from([*KERNELS][:3]))
    def test_tensors_draw_what_integers_draw(self, key, counter, distribution):
        tensors = Stream(tf.constant([key], tf.uint64), tf.constant(words(counter), tf.uint64))
        part = Part((5, 3), (2**40, 2))
        drawn = (
            as_numpy(draw(distribution, stream, (2**41, 7), tf.float32, part))
            for stream in (tensors, Stream(key, counter))
        )
        assert same_bits(*drawn)


def value_at(distribution, stream, index, dtype, **bounds):
    """The `index`-th value of a stream, by itself: its group is drawn from the group's own counter.

    A group is 128 random bits' worth of values, and takes one count; of the truncated normal each value
    may use 64 counts.
    """
    group = 2 if dtype.size == 8 else 4
    counts = 64 * group if distribution == "truncated_normal" else 1
    counter = (stream.counter + index // group * counts) % 2**128
    kind = bounds or {"dtype": dtype}
    values = getattr(tf.raw_ops, KERNELS[distribution])(
        shape=[group],
        key=tf.constant([stream.key], tf.uint64),
        counter=tf.constant(words(counter), tf.uint64),
        alg=1,
        **kind,
    )
    return as_numpy(values)[index % group]


def flat_indices(shape, part):
    """Where in the flat whole the values of a part are."""
    axes = [range(offset, offset + size) for offset, size in zip(part.offset, part.shape)]
    for position in itertools.product(*axes):
        index = 0
        for dim, at in zip(shape, position):
            index = index * dim + at
        yield index


@st.composite
def far_parts(sample):
    """A small part of a weight of more than 2^32 values, all of it beyond them."""
    height, width = sample(st.integers(2**33, 2**40)), sample(st.integers(1, 9))
    column = sample(st.integers(0, width - 1))
    row = sample(st.integers(2**32 // width + 1, height - 3))
    shape, offset = (height, width), (row, column)
    size = (sample(st.integers(1, 3)), sample(st.integers(1, width - column)))
    if sample(st.booleans()):
        shape, offset, size = (3, *shape), (1, *offset), (2, *size)
    return shape, Part(size, offset)


class TestFarParts:
    @checked(100)
    @given(far_parts(), counters(64), counters(), st.sampled_from([*KERNELS][:3]), st.sampled_from(FLOATS))
    def test_beyond_2_to_the_32_values_are_the_streams_own(self, far, key, counter, distribution, dtype):
        (shape, part), stream, dtype = far, Stream(key, counter), tf.as_dtype(dtype)
        got = as_numpy(draw(distribution, stream, shape, dtype, part))
        want = [value_at(distribution, stream, index, dtype) for index in flat_indices(shape, part)]
        assert same_bits(got, np.array(want, dtype.as_numpy_dtype).reshape(part.shape))

    @checked(40)
    @given(far_parts(), counters(64), counters(), st.sampled_from([tf.int32, tf.int64]))
    def test_so_are_integers(self, far, key, counter, dtype):
        (shape, part), stream = far, Stream(key, counter)
        low, high = (np.asarray(bound, dtype.as_numpy_dtype) for bound in (-50, 1000))
        got = as_numpy(draw_integers(stream, shape, dtype, low, high, part))
        indices = flat_indices(shape, part)
        want = [value_at("integers", stream, i, dtype, minval=low, maxval=high) for i in indices]
        assert same_bits(got, np.array(want, dtype.as_numpy_dtype).reshape(part.shape))

    @checked(40)
    @given(far_parts(), st.sampled_from(["RandomNormal", "RandomUniform", "TruncatedNormal"]))
    def test_an_initializer_draws_them_alone(self, far, name):
        shape, part = far
        initializer = getattr(keras_inits, name)(seed=7)
        with recorded_sizes() as (sizes, _):
            initializer(shape, partition_shape=part.shape, partition_offset=part.offset)
        assert 0 < sum(sizes) <= 100


class TestWhatIsDrawn:
    """Memory and time of a part, as the numbers of values that TensorFlow's kernels draw for it."""

    drawn = (
        *("RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling", "UniformUnitScaling"),
        *SCALED,
    )

    @checked(100)
    @given(st.data())
    def test_rows_draw_no_more_than_themselves_and_a_group(self, data):
        weight = data.draw(weights(self.drawn))
        assume(weight.shape)
        box = data.draw(rows(weight.shape))
        with recorded_sizes() as (sizes, _):
            size = weight.part(box).size * weight.numbers_per_value
        assert size <= sum(sizes) <= size + 4

    @checked(100)
    @given(st.data(), st.sampled_from([1, 7, 64]))
    def test_no_draw_is_larger_than_the_part_and_the_buffer(self, data, buffer):
        weight = data.draw(weights(self.drawn))
        box = data.draw(boxes(weight.shape))
        with buffer_of(buffer), recorded_sizes() as (drawn, _):
            size = weight.part(box).size * weight.numbers_per_value
        assert sum(drawn) >= size
        assert max(drawn, default=0) <= max(size, buffer) + 3

    @checked(100)
    @given(st.data(), st.sampled_from([1, 7, 64]))
    def test_no_tensor_is_larger_than_the_part_and_the_buffer(self, data, buffer):
        # A part of a group and a tensor that is a shape may be what is beyond it.
        weight = data.draw(weights(self.drawn))
        box = data.draw(boxes(weight.shape))
        with buffer_of(buffer), recorded_sizes() as (_, made):
            size = weight.part(box).size * weight.numbers_per_value
        assert max(made, default=0) <= max(size, buffer) + 5

    @checked(100)
    @given(st.data())
    def test_nothing_but_the_parts_own_rows_is_drawn(self, data):
        weight = data.draw(weights(self.drawn))
        assume(weight.shape)
        box = data.draw(boxes(weight.shape))
        height, row = box[0][1] - box[0][0], math.prod(weight.shape[1:])
        with recorded_sizes() as (sizes, _):
            weight.part(box)
        assert sum(sizes) <= height * row * weight.numbers_per_value + 4

    def test_columns_of_a_large_weight_are_drawn_a_buffer_at_a_time(self):
        with recorded_sizes() as (sizes, _):
            keras_inits.RandomUniform(seed=7)(
                (4096, 1024), partition_shape=(4096, 3), partition_offset=(0, 9)
            )
        assert sum(sizes) == 4096 * 1024
        assert max(sizes) <= streams.BUFFER + 4

    def test_an_empty_part_draws_nothing(self):
        with recorded_sizes() as (sizes, _):
            keras_inits.RandomNormal(seed=7)((50, 3), partition_shape=(0, 3), partition_offset=(50, 0))
        assert sizes == []
