"""The kernels are what their definitions say, worked out in NumPy's float64."""

import itertools
import math

import numpy as np
import pytest
import tensorflow as tf
from drawn_values import as_numpy
from environments import keras_3_only

import keras_inits
from keras_inits.drawing import streams

SHAPES = ((5, 4, 6), (3, 3, 4, 6), (3, 2, 5, 4, 6))
ISOMETRIES = {
    "ConvolutionOrthogonal1D": (4, 3, 5),
    "ConvolutionOrthogonal2D": (3, 3, 3, 5),
    "ConvolutionOrthogonal3D": (3, 3, 3, 3, 5),
    "DeltaOrthogonal": (4, 3, 3, 5),
}


def drawn(initializer, shape, dtype="float64"):
    return np.array(initializer(shape, dtype=dtype))


class TestDirac:
    @pytest.mark.parametrize("groups", [1, 2, 3])
    @pytest.mark.parametrize("shape", [*SHAPES, (4, 4, 9, 6), (1, 2, 12)], ids=str)
    def test_each_group_passes_its_channels_at_half_the_window(self, shape, groups):
        want = np.zeros(shape)
        filters = shape[-1] // groups
        center = tuple(size // 2 for size in shape[:-2])
        for group, channel in itertools.product(range(groups), range(min(filters, shape[-2]))):
            want[(*center, channel, group * filters + channel)] = 1
        assert np.array_equal(drawn(keras_inits.Dirac(groups), shape), want)

    def test_a_convolution_passes_its_input_on(self):
        signal = np.random.RandomState(7).normal(size=(2, 9, 6)).astype("float32")
        assert np.allclose(tf.nn.conv1d(signal, keras_inits.Dirac()((5, 6, 6)), 1, "SAME"), signal)

    def test_a_window_of_an_even_size_moves_it_by_one(self):
        signal = np.random.RandomState(7).normal(size=(2, 9, 3)).astype("float32")
        moved = tf.nn.conv1d(signal, keras_inits.Dirac()((4, 3, 3)), 1, "SAME")
        assert np.allclose(moved[:, :-1], signal[:, 1:]) and not np.any(moved[:, -1])

    @pytest.mark.parametrize("groups", [0, -1, 1.5, "2", None])
    def test_groups_are_a_positive_integer(self, groups):
        with pytest.raises(ValueError, match="`groups` must be a positive integer. Received: groups="):
            keras_inits.Dirac(groups)

    def test_the_filters_are_a_multiple_of_the_groups(self):
        with pytest.raises(ValueError, match=r"multiple of its groups, 4. Received: shape=\(3, 2, 6\)"):
            keras_inits.Dirac(4)((3, 2, 6))


class TestDeltaOrthogonal:
    @pytest.mark.parametrize("shape", [*SHAPES, (4, 2, 2, 2)], ids=str)
    def test_the_middle_is_an_orthogonal_matrix_and_all_else_is_zero(self, shape):
        kernel = drawn(keras_inits.DeltaOrthogonal(3.0, seed=7), shape)
        center = tuple((size - 1) // 2 for size in shape[:-2])
        assert np.allclose(kernel[center] @ kernel[center].T, 9 * np.eye(shape[-2]))
        kernel[center] = 0
        assert not kernel.any()

    @pytest.mark.parametrize("version", ["1.2.2", "2.2.4", "3.0.0"])
    def test_a_replay_block_leaves_the_gain_as_it_is(self, version):
        with keras_inits.replay(version, numpy=7, tensorflow=7, keras=7):
            kernel = drawn(keras_inits.DeltaOrthogonal(), (3, 4, 6))
        assert np.allclose(kernel[1] @ kernel[1].T, np.eye(4))

    def test_the_matrix_is_that_of_orthogonal(self):
        matrix = drawn(keras_inits.Orthogonal(0.5, seed=7), (4, 6))
        assert np.array_equal(drawn(keras_inits.DeltaOrthogonal(0.5, seed=7), (3, 4, 6))[1], matrix)


class TestIsometries:
    @pytest.mark.parametrize("size", [1, 2, 3, 5])
    @pytest.mark.parametrize("channels, filters", [(3, 5), (4, 4), (1, 70)])
    @pytest.mark.parametrize("axes", [1, 2, 3])
    def test_a_circular_convolution_keeps_the_norm_at_every_frequency(self, axes, channels, filters, size):
        make = getattr(keras_inits, f"ConvolutionOrthogonal{axes}D")
        kernel = drawn(make(gain=2.0, seed=7), (size,) * axes + (channels, filters))
        spectrum = np.fft.fftn(kernel, (size + 2,) * axes, axes=range(axes))
        grams = spectrum @ np.conj(np.swapaxes(spectrum, -1, -2))
        assert np.allclose(grams, 4 * np.eye(channels))

    @pytest.mark.parametrize("axes", [1, 2, 3])
    def test_each_tap_has_its_share_of_the_norm(self, axes):
        # A projection on the columns of 8 fair coins takes half of the square of a norm on the average,
        # and one after another share it as coins do. The deviation of a share is under 0.1.
        make = getattr(keras_inits, f"ConvolutionOrthogonal{axes}D")
        shape, seeds = (3,) * axes + (4, 8), 30
        kernels = [drawn(make(seed=seed), shape) for seed in range(seeds)]
        share = np.mean([np.sum(kernel**2, axis=(-1, -2)) for kernel in kernels], axis=0) / 4
        along_one_axis = [np.array([0.25, 0.5, 0.25])] * axes
        want = math.prod(np.meshgrid(*along_one_axis, indexing="ij"))
        assert np.abs(share - want).max() < 5 * 0.1 / math.sqrt(seeds)

    @pytest.mark.parametrize("name, shape", ISOMETRIES.items())
    def test_more_channels_than_filters_are_an_error(self, name, shape):
        with pytest.raises(ValueError, match="at least as many filters as channels.*Received: shape="):
            getattr(keras_inits, name)()((*shape[:-2], 5, 3))

    @pytest.mark.parametrize("shape", [(3, 2, 3, 5), (1, 3, 3, 5)])
    def test_a_window_that_is_not_cubic_is_an_error(self, shape):
        with pytest.raises(ValueError, match="the same size along each axis. Received: shape="):
            keras_inits.ConvolutionOrthogonal2D()(shape)

    @pytest.mark.parametrize("axes", [1, 2, 3])
    def test_a_window_of_other_axes_is_an_error(self, axes):
        make = getattr(keras_inits, f"ConvolutionOrthogonal{axes}D")
        for other in {0, 1, 2, 3, 4} - {axes}:
            with pytest.raises(ValueError, match=f"with a window of {axes} axes. Received: shape="):
                make()((3,) * other + (3, 5))


def by_definition(shape, eps_std):
    """A convolution-aware kernel as keras-contrib makes it, of the very numbers that are drawn here."""
    *window, channels, filters = shape
    half = (*window[:-1], window[-1] // 2 + 1)
    size, bases = math.prod(half), -(-channels // math.prod(half))
    stream = streams.stateless_stream((7, 0))
    normals = as_numpy(streams.draw("normal", stream, (filters, bases, size, size), tf.float64))
    counts = -(-normals.size // 2)
    noise_of = streams.advance(stream, counts)
    noise = as_numpy(streams.draw("normal", noise_of, (filters, channels, *window), tf.float64))
    kernel = np.empty(shape)
    for index in range(filters):
        basis = np.concatenate([signed_q(matrix) for matrix in normals[index]])
        for channel in range(channels):
            row = np.fft.irfftn(basis[channel].reshape(half), window, axes=range(len(window)))
            kernel[..., channel, index] = row + eps_std * noise[index, channel]
    return kernel * np.sqrt(2 / (math.prod(window) * channels) / kernel.var())


def signed_q(matrix):
    q, r = np.linalg.qr(matrix)
    return q * np.sign(np.diag(r))


class TestConvolutionAware:
    @pytest.mark.parametrize("eps_std", [0.0, 0.05, 1.0])
    @pytest.mark.parametrize("shape", [*SHAPES, (4, 9, 2), (3, 4, 20, 3), (2, 3, 2, 1, 2)], ids=str)
    def test_it_is_what_the_definition_gives(self, shape, eps_std):
        kernel = drawn(keras_inits.ConvolutionAware(eps_std, seed=7), shape)
        assert np.allclose(kernel, by_definition(shape, eps_std))

    def test_the_spectra_of_a_filters_channels_are_orthogonal(self):
        kernel = drawn(keras_inits.ConvolutionAware(0.0, seed=7), (8, 4, 6))
        spectra = np.moveaxis(np.fft.rfft(kernel, axis=0), -1, 0)
        grams = np.swapaxes(spectra, 1, 2) @ np.conj(spectra)
        assert np.allclose(grams, grams[0, 0, 0] * np.eye(4))

    @pytest.mark.parametrize("shape", [*SHAPES, (1, 1, 8, 8), (1, 4, 4)], ids=str)
    def test_the_variance_is_he_normals(self, shape):
        kernel = drawn(keras_inits.ConvolutionAware(seed=7), shape)
        assert np.isclose(kernel.var(), 2 / math.prod(shape[:-1]))

    @pytest.mark.parametrize("shape", [(4, 6), (2, 2, 2, 2, 2, 2)], ids=str)
    def test_a_weight_of_another_rank_is_orthogonal(self, shape):
        want = drawn(keras_inits.Orthogonal(seed=7), shape)
        assert np.array_equal(drawn(keras_inits.ConvolutionAware(seed=7), shape), want)

    @pytest.mark.parametrize("eps_std", [-0.1, math.nan])
    def test_noise_cannot_be_negative(self, eps_std):
        with pytest.raises(ValueError, match=f"Received: eps_std={eps_std}"):
            keras_inits.ConvolutionAware(eps_std)

    def test_one_value_has_no_variance(self):
        with pytest.raises(ValueError, match=r"a single value does not have. Received: shape=\(1, 1, 1\)"):
            keras_inits.ConvolutionAware()((1, 1, 1))


class TestICNR:
    @pytest.mark.parametrize("scale", [1, 2, 3])
    def test_depth_to_space_gives_the_nearest_neighbours(self, scale):
        small = keras_inits.HeNormal(seed=7)((3, 3, 4, 5))
        kernel = keras_inits.ICNR(keras_inits.HeNormal(seed=7), scale)((3, 3, 4, 5 * scale**2))
        images = np.random.RandomState(7).normal(size=(2, 6, 7, 4)).astype("float32")
        outputs = tf.nn.conv2d(images, kernel, 1, "SAME")
        large = tf.nn.depth_to_space(outputs, scale) if scale > 1 else outputs
        want = as_numpy(tf.nn.conv2d(images, small, 1, "SAME")).repeat(scale, axis=1).repeat(scale, axis=2)
        assert np.allclose(large, want, atol=1e-5)

    @pytest.mark.parametrize("shape", SHAPES, ids=str)
    def test_the_kernel_is_copies_of_a_small_one(self, shape):
        *rest, filters = shape
        copies = 2 ** len(shape[:-2])
        small = drawn(keras_inits.Orthogonal(seed=7), shape)
        kernel = drawn(keras_inits.ICNR(keras_inits.Orthogonal(seed=7)), (*rest, filters * copies))
        assert np.array_equal(kernel, np.tile(small, copies))

    @pytest.mark.parametrize(
        "initializer",
        [
            "HeNormal",
            "he_normal",
            {"class_name": "HeNormal", "config": {"seed": 3}},
            keras_inits.HeNormal,
            keras_inits.HeNormal(),
            keras_inits.v1.HeNormal(),
            tf.keras.initializers.HeNormal(),
        ],
        ids=["class name", "name", "config", "class", "instance", "v1", "stock"],
    )
    def test_whatever_names_an_initializer_is_one(self, initializer):
        assert type(keras_inits.ICNR(initializer).initializer).__name__ == "HeNormal"

    @pytest.mark.parametrize("initializer", [None, 3, np.ones((2, 2)), ["he_normal"]], ids=str)
    def test_what_names_none_is_an_error(self, initializer):
        with pytest.raises(ValueError, match="`initializer` must be the name"):
            keras_inits.ICNR(initializer)

    def test_an_unknown_name_is_an_error(self):
        with pytest.raises(ValueError, match="Unknown initializer: 'he_norml'"):
            keras_inits.ICNR("he_norml")

    @pytest.mark.parametrize("scale", [0, -2, 1.5])
    def test_the_scale_is_a_positive_integer(self, scale):
        with pytest.raises(ValueError, match=f"`scale` must be a positive integer. Received: scale={scale}"):
            keras_inits.ICNR(scale=scale)

    def test_the_filters_are_a_multiple_of_the_copies(self):
        with pytest.raises(ValueError, match=r"its copies, 4 for scale=2 and a window of 2 axes"):
            keras_inits.ICNR()((3, 3, 4, 6))

    def test_a_users_initializer_has_parts_too(self):
        initializer = keras_inits.ICNR(tf.keras.initializers.HeNormal(seed=7))
        part = initializer((3, 4, 8), partition_shape=(2, 3, 5), partition_offset=(1, 0, 2))
        assert np.array_equal(part, initializer((3, 4, 8))[1:, :3, 2:7])

    @keras_3_only
    def test_a_generator_gives_all_parts_of_a_weight_one_seed(self):
        def make():
            return keras_inits.ICNR(keras_inits.HeNormal(tf.keras.random.SeedGenerator(7)))

        whole, parted = make(), make()
        for _ in range(2):
            parts = [
                as_numpy(parted((4, 4, 8), partition_shape=(2, 4, 8), partition_offset=(begin, 0, 0)))
                for begin in (0, 2)
            ]
            assert np.array_equal(np.concatenate(parts), whole((4, 4, 8)))

    @pytest.mark.parametrize(
        "inner, error",
        [
            ({"class_name": "Lambda", "module": "keras.layers", "config": {}}, "Unknown initializer"),
            ({"class_name": "HeNormal", "module": "os", "config": {}}, "is no initializer of Keras"),
            ({"class_name": "function", "module": "builtins", "config": "eval"}, "Unknown initializer"),
            ({"class_name": "__lambda__", "config": {"value": "x"}}, "Unknown initializer"),
        ],
        ids=str,
    )
    def test_a_config_holds_no_third_party_object(self, inner, error):
        saved = {"class_name": "ICNR", "config": {"initializer": inner, "scale": 2}}
        with pytest.raises(ValueError, match=error):
            keras_inits.deserialize(saved)
