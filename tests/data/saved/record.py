"""Save a small model for each layer type with a real old Keras, with its predictions next to it.

    python record.py OLD_KERAS_FOLDER OUT_FOLDER   # an unpacked wheel, by ../eras/old_keras.py
    python record.py installed OUT_FOLDER          # the tf.keras that is installed
    python record.py tf1 OUT_FOLDER                # the same in TensorFlow 1 behaviour

Writes V-NAME.h5 (and V-NAME.keras from 2.12 on) and V-NAME.npz: inputs `x0` …, predictions `y0` ….
Weights are set to random values first, so that no bias is zero and no statistic is at its start.
"""

import os
import sys
import zipfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

RANDOM = np.random.RandomState(3)


def floats(*shape):
    return RANDOM.uniform(-2, 2, shape).astype("float32")


def integers(*shape):
    return RANDOM.randint(0, 9, shape).astype("float32")


def keras_1(keras):
    """Models in the words of Keras 1."""
    L, S, M = keras.layers, keras.models.Sequential, keras.models.Model
    for order in ("tf", "th"):
        image = (6, 5, 3) if order == "tf" else (3, 6, 5)
        o = {"dim_ordering": order}
        volume = (4, 5, 4, 2) if order == "tf" else (2, 4, 5, 4)
        yield (
            f"conv2d_{order}",
            S(
                [
                    L.Convolution2D(
                        4,
                        3,
                        2,
                        subsample=(2, 1),
                        border_mode="same",
                        activation="relu",
                        input_shape=image,
                        **o,
                    ),
                    L.Flatten(),
                    L.Dense(2),
                ]
            ),
            [floats(2, *image)],
        )
        yield (
            f"atrous2d_{order}",
            S([L.AtrousConvolution2D(3, 2, 2, atrous_rate=(2, 2), input_shape=image, **o)]),
            [floats(2, *image)],
        )
        yield (
            f"pool2d_{order}",
            S(
                [
                    L.MaxPooling2D(
                        (2, 2), strides=(1, 1), border_mode="same", input_shape=image, **o
                    ),
                    L.AveragePooling2D((2, 2), **o),
                    L.ZeroPadding2D((1, 2), **o),
                    L.UpSampling2D((2, 1), **o),
                    L.GlobalMaxPooling2D(**o),
                ]
            ),
            [floats(2, *image)],
        )
        yield (
            f"cropping2d_{order}",
            S(
                [
                    L.Cropping2D(((1, 1), (0, 2)), input_shape=image, **o),
                    L.GlobalAveragePooling2D(**o),
                ]
            ),
            [floats(2, *image)],
        )
        yield (
            f"conv3d_{order}",
            S(
                [
                    L.Convolution3D(3, 2, 2, 2, input_shape=volume, **o),
                    L.MaxPooling3D((1, 2, 1), **o),
                    L.ZeroPadding3D((1, 1, 1), **o),
                    L.UpSampling3D((1, 1, 2), **o),
                    L.Flatten(),
                ]
            ),
            [floats(2, *volume)],
        )
        shape = (None, 11, 9, 4) if order == "tf" else (None, 4, 11, 9)
        yield (
            f"deconv2d_{order}",
            S(
                [
                    L.Deconvolution2D(
                        4,
                        3,
                        3,
                        output_shape=shape,
                        subsample=(2, 2),
                        input_shape=(5, 4, 3) if order == "tf" else (3, 5, 4),
                        **o,
                    )
                ]
            ),
            [floats(2, 5, 4, 3) if order == "tf" else floats(2, 3, 5, 4)],
        )
        axis = 3 if order == "tf" else 1
        yield (
            f"batchnorm_{order}",
            S([L.BatchNormalization(axis=axis, input_shape=image), L.SpatialDropout2D(0.2, **o)]),
            [floats(2, *image)],
        )
        yield (
            f"local2d_{order}",
            S([L.LocallyConnected2D(3, 2, 2, subsample=(2, 1), input_shape=image, **o)]),
            [floats(2, *image)],
        )
        steps = (3,) + ((5, 4, 2) if order == "tf" else (2, 5, 4))
        yield (
            f"convlstm_{order}",
            S(
                [
                    L.ConvLSTM2D(
                        3, 2, 2, border_mode="same", return_sequences=True, input_shape=steps, **o
                    ),
                    L.ConvLSTM2D(2, 2, 2, border_mode="same", **o),
                ]
            ),
            [floats(2, *steps)],
        )
    yield (
        "separable_tf",
        S(
            [
                L.SeparableConvolution2D(
                    4, 2, 3, depth_multiplier=2, dim_ordering="tf", input_shape=(6, 5, 3)
                )
            ]
        ),
        [floats(2, 6, 5, 3)],
    )
    yield (
        "conv1d",
        S(
            [
                L.Convolution1D(4, 3, border_mode="same", activation="tanh", input_shape=(8, 3)),
                L.MaxPooling1D(2),
                L.AveragePooling1D(2, stride=1),
                L.ZeroPadding1D(2),
                L.UpSampling1D(2),
                L.Cropping1D((1, 1)),
                L.AtrousConvolution1D(2, 2, atrous_rate=2),
                L.GlobalMaxPooling1D(),
            ]
        ),
        [floats(2, 8, 3)],
    )
    yield (
        "local1d",
        S(
            [
                L.LocallyConnected1D(3, 2, subsample_length=2, input_shape=(7, 3)),
                L.GlobalAveragePooling1D(),
            ]
        ),
        [floats(2, 7, 3)],
    )
    for consume in ("cpu", "mem", "gpu"):
        for cell in ("LSTM", "GRU", "SimpleRNN"):
            yield (
                f"{cell.lower()}_{consume}",
                S(
                    [
                        getattr(L, cell)(
                            4,
                            consume_less=consume,
                            dropout_W=0.1,
                            dropout_U=0.1,
                            return_sequences=True,
                            input_shape=(5, 3),
                        ),
                        getattr(L, cell)(3, consume_less=consume, go_backwards=True),
                    ]
                ),
                [floats(2, 5, 3)],
            )
    yield (
        "stateful",
        S([L.LSTM(3, stateful=True, batch_input_shape=(2, 4, 3)), L.Dense(2)]),
        [floats(2, 4, 3)],
    )
    yield (
        "masking",
        S(
            [
                L.Embedding(9, 4, mask_zero=True, input_length=5),
                L.Bidirectional(L.LSTM(3, return_sequences=True)),
                L.GRU(3),
                L.Dense(2, activation="hard_sigmoid"),
            ]
        ),
        [integers(3, 5)],
    )
    yield (
        "bidirectional_sum",
        S(
            [
                L.Bidirectional(
                    L.GRU(3, return_sequences=True), merge_mode="sum", input_shape=(5, 3)
                ),
                L.TimeDistributed(L.Dense(4)),
                L.TimeDistributedDense(3),
                L.Masking(0.5),
                L.SimpleRNN(2),
            ]
        ),
        [floats(2, 5, 3)],
    )
    yield (
        "time_distributed_cnn",
        S(
            [
                L.TimeDistributed(
                    L.Convolution2D(2, 2, 2, dim_ordering="tf"), input_shape=(3, 5, 4, 2)
                ),
                L.TimeDistributed(L.Flatten()),
                L.LSTM(3),
            ]
        ),
        [floats(2, 3, 5, 4, 2)],
    )
    yield (
        "activations",
        S(
            [
                L.Dense(
                    6,
                    activation="hard_sigmoid",
                    input_dim=5,
                    W_regularizer="l2",
                    b_constraint="nonneg",
                ),
                L.LeakyReLU(0.2),
                L.Dense(6),
                L.ELU(0.7),
                L.Dense(6, activation="softsign"),
                L.PReLU(),
                L.ThresholdedReLU(0.3),
                L.Dense(6, activation="softplus"),
                L.ParametricSoftplus(),
                L.Activation("hard_sigmoid"),
                L.GaussianNoise(0.2),
                L.GaussianDropout(0.2),
                L.ActivityRegularization(0.1, 0.2),
            ]
        ),
        [floats(3, 5)],
    )
    yield "srelu", S([L.Dense(4, input_dim=3), L.SReLU()]), [floats(3, 3)]
    yield (
        "maxout_highway",
        S([L.MaxoutDense(5, nb_feature=3, input_dim=4), L.Highway(activation="tanh"), L.Dense(2)]),
        [floats(3, 4)],
    )
    yield (
        "core",
        S(
            [
                L.Dense(6, input_dim=4),
                L.Dropout(0.3),
                L.RepeatVector(4),
                L.Permute((2, 1)),
                L.Reshape((3, 8)),
                L.Flatten(),
                L.Dense(2, bias=False),
            ]
        ),
        [floats(3, 4)],
    )
    for mode in (0, 1, 2):
        yield (
            f"batchnorm_mode{mode}",
            S([L.BatchNormalization(mode=mode, input_shape=(4,))]),
            [floats(5, 4)],
        )
    left, right = S([L.Dense(4, input_dim=3)]), S([L.Dense(4, input_dim=2)])
    for mode in ("sum", "mul", "concat", "ave", "max"):
        left, right = S([L.Dense(4, input_dim=3)]), S([L.Dense(4, input_dim=2)])
        yield (
            f"merge_{mode}",
            S([L.Merge([left, right], mode=mode), L.Dense(2)]),
            [floats(3, 3), floats(3, 2)],
        )
    for mode in ("dot", "cos"):
        left, right = S([L.Dense(4, input_dim=3)]), S([L.Dense(4, input_dim=2)])
        yield (
            f"merge_{mode}",
            S([L.Merge([left, right], mode=mode), L.Activation("tanh")]),
            [floats(3, 3), floats(3, 2)],
        )
    a, b = L.Input((4, 3)), L.Input((5, 3))
    yield (
        "merge_dot_3d",
        M([a, b], L.merge([a, b], mode="dot", dot_axes=2)),
        [floats(2, 4, 3), floats(2, 5, 3)],
    )
    a = L.Input((4, 3), name="a")
    shared = L.LSTM(3, name="shared")
    first, second = shared(a), shared(L.Dropout(0.1)(a))
    inner_in = L.Input((6,))
    inner = M(inner_in, L.BatchNormalization()(L.Dense(5)(inner_in)), name="inner")
    merged = L.merge([first, second], mode="concat", concat_axis=-1)
    one = inner(merged)
    two = inner(L.Activation("tanh")(merged))
    three = S([L.Dense(5, input_dim=5), L.BatchNormalization(), L.Dense(4)], name="stack")(one)
    yield "nested", M(a, [L.Dense(2)(two), three]), [floats(2, 4, 3)]


def convolutions(keras, order):
    """Models over images in one data format."""
    L, S = keras.layers, keras.models.Sequential
    last = order == "channels_last"
    image = (6, 5, 3) if last else (3, 6, 5)
    volume = (4, 5, 4, 2) if last else (2, 4, 5, 4)
    o = {"data_format": order}
    short = "last" if last else "first"
    yield (
        f"conv2d_{short}",
        lambda: S(
            [
                L.Conv2D(
                    4,
                    (3, 2),
                    strides=(2, 1),
                    padding="same",
                    activation="relu",
                    input_shape=image,
                    **o,
                ),
                L.Flatten(),
                L.Dense(2),
            ]
        ),
        [floats(2, *image)],
    )
    yield (
        f"flatten_{short}",
        lambda: S(
            [L.Conv2D(4, 2, dilation_rate=2, input_shape=image, **o), L.Flatten(**o), L.Dense(2)]
        ),
        [floats(2, *image)],
    )
    yield (
        f"pool2d_{short}",
        lambda: S(
            [
                L.MaxPooling2D((2, 2), strides=(1, 1), padding="same", input_shape=image, **o),
                L.AveragePooling2D((2, 2), padding="same", **o),
                L.ZeroPadding2D(((1, 0), (2, 1)), **o),
                L.UpSampling2D((2, 1), **o),
                L.Cropping2D(1, **o),
                L.GlobalMaxPooling2D(**o),
            ]
        ),
        [floats(2, *image)],
    )
    yield (
        f"upsampling_bilinear_{short}",
        lambda: S([L.UpSampling2D((2, 3), interpolation="bilinear", input_shape=image, **o)]),
        [floats(2, *image)],
    )
    yield (
        f"conv3d_{short}",
        lambda: S(
            [
                L.Conv3D(3, 2, input_shape=volume, **o),
                L.MaxPooling3D((1, 2, 1), **o),
                L.ZeroPadding3D(1, **o),
                L.UpSampling3D((1, 1, 2), **o),
                L.Cropping3D(1, **o),
                L.AveragePooling3D((1, 1, 1), **o),
                L.GlobalAveragePooling3D(**o),
            ]
        ),
        [floats(2, *volume)],
    )
    yield (
        f"transpose2d_{short}",
        lambda: S(
            [
                L.Conv2DTranspose(4, 3, strides=2, padding="same", input_shape=image, **o),
                L.Conv2DTranspose(2, (2, 3), strides=(1, 2), **o),
            ]
        ),
        [floats(2, *image)],
    )
    yield (
        f"transpose2d_output_{short}",
        lambda: S([L.Conv2DTranspose(4, 3, strides=2, output_padding=1, input_shape=image, **o)]),
        [floats(2, *image)],
    )
    yield (
        f"transpose3d_{short}",
        lambda: S([L.Conv3DTranspose(2, 2, strides=2, input_shape=volume, **o)]),
        [floats(2, *volume)],
    )
    yield (
        f"separable2d_{short}",
        lambda: S(
            [
                L.SeparableConv2D(
                    4, (2, 3), depth_multiplier=2, activation="hard_sigmoid", input_shape=image, **o
                )
            ]
        ),
        [floats(2, *image)],
    )
    yield (
        f"depthwise2d_{short}",
        lambda: S([L.DepthwiseConv2D((2, 3), depth_multiplier=2, input_shape=image, **o)]),
        [floats(2, *image)],
    )
    yield (
        f"batchnorm_{short}",
        lambda: S(
            [
                L.BatchNormalization(axis=-1 if last else 1, scale=False, input_shape=image),
                L.SpatialDropout2D(0.2, **o),
            ]
        ),
        [floats(2, *image)],
    )
    yield (
        f"local2d_{short}",
        lambda: S([L.LocallyConnected2D(3, (2, 2), strides=(2, 1), input_shape=image, **o)]),
        [floats(2, *image)],
    )
    for implementation in (2, 3):
        yield (
            f"local2d_{short}_{implementation}",
            lambda i=implementation: S(
                [L.LocallyConnected2D(3, (2, 2), implementation=i, input_shape=image, **o)]
            ),
            [floats(2, *image)],
        )
    steps = (3,) + ((5, 4, 2) if last else (2, 5, 4))
    yield (
        f"convlstm_{short}",
        lambda: S(
            [
                L.ConvLSTM2D(
                    3, (2, 2), padding="same", return_sequences=True, input_shape=steps, **o
                ),
                L.ConvLSTM2D(2, (2, 2), **o),
            ]
        ),
        [floats(2, *steps)],
    )
    yield f"softmax_{short}", lambda: S([L.Softmax(axis=1, input_shape=image)]), [floats(2, *image)]
    yield (
        f"permute_reshape_{short}",
        lambda: S([L.Permute((3, 1, 2), input_shape=image), L.Reshape((-1, 5)), L.LSTM(2)]),
        [floats(2, *image)],
    )


def keras_2(keras, data_formats=("channels_last", "channels_first")):
    """Models in the words of Keras 2 and 3."""
    L, S, M = keras.layers, keras.models.Sequential, keras.models.Model
    Input = keras.Input if hasattr(keras, "Input") else L.Input
    for order in data_formats:
        yield from convolutions(keras, order)
    yield (
        "conv1d",
        lambda: S(
            [
                L.Conv1D(
                    4, 3, padding="causal", dilation_rate=2, activation="tanh", input_shape=(8, 3)
                ),
                L.MaxPooling1D(2),
                L.AveragePooling1D(2, strides=1),
                L.ZeroPadding1D(2),
                L.UpSampling1D(2),
                L.Cropping1D(1),
                L.SpatialDropout1D(0.1),
                L.GlobalMaxPooling1D(),
            ]
        ),
        [floats(2, 8, 3)],
    )
    yield (
        "separable1d",
        lambda: S([L.SeparableConv1D(4, 3, depth_multiplier=2, input_shape=(8, 3))]),
        [floats(2, 8, 3)],
    )
    yield (
        "transpose1d",
        lambda: S([L.Conv1DTranspose(4, 3, strides=2, input_shape=(8, 3))]),
        [floats(2, 8, 3)],
    )
    yield (
        "groups",
        lambda: S([L.Conv2D(4, 3, groups=2, input_shape=(6, 5, 4))]),
        [floats(2, 6, 5, 4)],
    )
    yield (
        "local1d",
        lambda: S(
            [L.LocallyConnected1D(3, 2, strides=2, input_shape=(7, 3)), L.GlobalAveragePooling1D()]
        ),
        [floats(2, 7, 3)],
    )
    for implementation in (2, 3):
        yield (
            f"local1d_{implementation}",
            lambda i=implementation: S(
                [L.LocallyConnected1D(3, 2, implementation=i, input_shape=(7, 3))]
            ),
            [floats(2, 7, 3)],
        )
    for implementation in (1, 2):
        for cell in ("LSTM", "GRU", "SimpleRNN"):
            yield (
                f"{cell.lower()}_{implementation}",
                lambda c=cell, i=implementation: S(
                    [
                        getattr(L, c)(
                            4,
                            implementation=i,
                            dropout=0.1,
                            recurrent_dropout=0.1,
                            return_sequences=True,
                            input_shape=(5, 3),
                        ),
                        getattr(L, c)(3, implementation=i, go_backwards=True, use_bias=False),
                    ]
                ),
                [floats(2, 5, 3)],
            )
    for gate in ("hard_sigmoid", "sigmoid"):
        yield (
            f"lstm_{gate}",
            lambda g=gate: S([L.LSTM(4, recurrent_activation=g, input_shape=(5, 3))]),
            [floats(2, 5, 3)],
        )
        for after in (False, True):
            yield (
                f"gru_{gate}_{after}",
                lambda g=gate, a=after: S(
                    [L.GRU(4, recurrent_activation=g, reset_after=a, input_shape=(5, 3))]
                ),
                [floats(2, 5, 3)],
            )
    yield (
        "stateful",
        lambda: S([L.LSTM(3, stateful=True, batch_input_shape=(2, 4, 3)), L.Dense(2)]),
        [floats(2, 4, 3)],
    )
    yield (
        "cells",
        lambda: S(
            [
                L.RNN(
                    L.StackedRNNCells([L.LSTMCell(3), L.GRUCell(4), L.SimpleRNNCell(2)]),
                    return_sequences=True,
                    input_shape=(4, 3),
                ),
                L.RNN(L.LSTMCell(2)),
            ]
        ),
        [floats(2, 4, 3)],
    )
    yield (
        "masking",
        lambda: S(
            [
                L.Embedding(9, 4, mask_zero=True, input_length=5),
                L.Bidirectional(L.LSTM(3, return_sequences=True)),
                L.GRU(3),
                L.Dense(2, activation="hard_sigmoid"),
            ]
        ),
        [integers(3, 5)],
    )
    yield (
        "bidirectional_sum",
        lambda: S(
            [
                L.Bidirectional(
                    L.GRU(3, return_sequences=True), merge_mode="sum", input_shape=(5, 3)
                ),
                L.TimeDistributed(L.Dense(4)),
                L.Masking(0.5),
                L.SimpleRNN(2),
            ]
        ),
        [floats(2, 5, 3)],
    )
    yield "bidirectional_none", lambda: bidirectional_none(L, M, Input), [floats(2, 5, 3)]
    yield "initial_state", lambda: initial_state(L, M, Input), [floats(2, 5, 3), floats(2, 4, 3)]
    yield (
        "time_distributed_cnn",
        lambda: S(
            [
                L.TimeDistributed(L.Conv2D(2, 2), input_shape=(3, 5, 4, 2)),
                L.TimeDistributed(L.BatchNormalization()),
                L.TimeDistributed(L.Flatten()),
                L.LSTM(3),
            ]
        ),
        [floats(2, 3, 5, 4, 2)],
    )
    yield (
        "time_distributed_model",
        lambda: S(
            [
                L.TimeDistributed(
                    S([L.Dense(4, input_shape=(3,)), L.BatchNormalization(), L.Dense(2)]),
                    input_shape=(4, 3),
                ),
                L.GRU(3),
            ]
        ),
        [floats(2, 4, 3)],
    )
    yield "time_major", lambda: M(*time_major(L, Input)), [floats(4, 2, 3)]
    yield (
        "activations",
        lambda: S(
            [
                L.Dense(
                    6,
                    activation="hard_sigmoid",
                    input_shape=(5,),
                    kernel_regularizer="l2",
                    bias_constraint="non_neg",
                ),
                L.LeakyReLU(0.2),
                L.Dense(6),
                L.ELU(0.7),
                L.Dense(6, activation="softsign"),
                L.PReLU(),
                L.ThresholdedReLU(0.3),
                L.Dense(6, activation="softplus"),
                L.Activation("hard_sigmoid"),
                L.Dense(6, activation="selu"),
                L.GaussianNoise(0.2),
                L.GaussianDropout(0.2),
                L.AlphaDropout(0.1),
                L.ActivityRegularization(0.1, 0.2),
            ]
        ),
        [floats(3, 5)],
    )
    yield (
        "prelu_shared",
        lambda: S([L.Conv2D(3, 2, input_shape=(5, 4, 2)), L.PReLU(shared_axes=[1, 2])]),
        [floats(2, 5, 4, 2)],
    )
    yield (
        "relu_layer",
        lambda: S(
            [
                L.Dense(6, input_shape=(5,)),
                L.ReLU(max_value=1.5, negative_slope=0.1, threshold=0.2),
                L.Dense(3),
                L.Softmax(),
            ]
        ),
        [floats(3, 5)],
    )
    yield (
        "modern_activations",
        lambda: S(
            [
                L.Dense(6, input_shape=(5,), activation="swish"),
                L.Dense(6, activation="gelu"),
                L.Dense(6, activation="exponential"),
                L.Dense(6, activation="elu"),
            ]
        ),
        [floats(3, 5)],
    )
    yield (
        "core",
        lambda: S(
            [
                L.Dense(6, input_shape=(4,)),
                L.Dropout(0.3),
                L.RepeatVector(4),
                L.Permute((2, 1)),
                L.Reshape((3, 8)),
                L.Flatten(),
                L.Dense(2, use_bias=False),
            ]
        ),
        [floats(3, 4)],
    )
    yield "frozen", lambda: frozen(L, S), [floats(3, 4)]
    yield "merges", lambda: merges(L, M, Input), [floats(3, 4), floats(3, 4)]
    yield "dots", lambda: dots(L, M, Input), [floats(2, 4, 3), floats(2, 5, 3)]
    yield "nested", lambda: nested(L, S, M, Input), [floats(2, 4, 3)]
    yield "shared_nested", lambda: shared_nested(L, S, M, Input), [floats(2, 3), floats(2, 3)]
    yield (
        "layer_norm",
        lambda: S([L.Dense(5, input_shape=(4,)), L.LayerNormalization()]),
        [floats(2, 4)],
    )
    yield "attention", lambda: attention(L, M, Input), [floats(2, 4, 3), floats(2, 5, 3)]
    yield "multi_head", lambda: multi_head(L, M, Input), [floats(2, 4, 6), floats(2, 5, 6)]
    yield "operators", lambda: operators(L, M, Input), [floats(2, 4), floats(2, 4)]
    yield "slicing", lambda: slicing(L, M, Input), [floats(2, 5, 4)]
    yield (
        "rescaling",
        lambda: S([rescaling(L, 0.5, -1.0)(input_shape=(4,)), L.Dense(2)]),
        [floats(2, 4)],
    )
    yield (
        "einsum",
        lambda: S([L.EinsumDense("abc,cd->abd", (None, 5), bias_axes="d", input_shape=(3, 4))]),
        [floats(2, 3, 4)],
    )
    yield (
        "unit_group",
        lambda: S([L.Dense(4, input_shape=(4,)), L.UnitNormalization(), L.GroupNormalization(2)]),
        [floats(2, 4)],
    )
    yield (
        "float16",
        lambda: S([L.Dense(4, input_shape=(4,), dtype="float16"), L.Dense(2, dtype="float16")]),
        [floats(2, 4)],
    )
    yield "convlstm1d", lambda: S([L.ConvLSTM1D(3, 2, input_shape=(3, 5, 2))]), [floats(2, 3, 5, 2)]
    yield "depthwise1d", lambda: S([L.DepthwiseConv1D(2, input_shape=(5, 2))]), [floats(2, 5, 2)]


def bidirectional_none(L, M, Input):
    a = Input((5, 3))
    forward, backward = L.Bidirectional(L.GRU(3, return_sequences=True), merge_mode=None)(a)
    return M(a, L.add([forward, backward]))


def initial_state(L, M, Input):
    a, b = Input((5, 3)), Input((4, 3))
    outputs = L.LSTM(4, return_state=True)(a)
    decoded = L.LSTM(4, return_sequences=True)(b, initial_state=outputs[1:])
    final = L.GRU(4)(decoded, initial_state=outputs[1])
    states = L.Bidirectional(L.LSTM(4, return_state=True))(a)
    both = L.Bidirectional(L.LSTM(4))(b, initial_state=states[1:])
    return M([a, b], [final, both])


def time_major(L, Input):
    a = Input(batch_shape=(4, 2, 3))
    sequences = L.GRU(5, time_major=True, return_sequences=True)(a)
    return a, L.LSTM(4, time_major=True, go_backwards=True)(sequences)


def frozen(L, S):
    inner = S([L.Dense(4, input_shape=(4,)), L.BatchNormalization(), L.Dense(4)])
    inner.layers[0].trainable = False
    return S([inner, L.BatchNormalization(), L.Dense(2)])


def merges(L, M, Input):
    a, b = Input((4,), name="a"), Input((4,), name="b")
    merged = [L.add([a, b]), L.multiply([a, b]), L.average([a, b]), L.maximum([a, b])]
    if hasattr(L, "subtract"):
        merged.append(L.subtract([a, b]))
    if hasattr(L, "minimum"):
        merged.append(L.minimum([a, b]))
    return M([a, b], L.Dense(3)(L.concatenate(merged)))


def dots(L, M, Input):
    a, b = Input((4, 3)), Input((5, 3))
    return M([a, b], [L.dot([a, b], axes=2), L.dot([a, b], axes=-1, normalize=True)])


def nested(L, S, M, Input):
    a = Input((4, 3), name="a")
    shared = L.LSTM(3, name="shared")
    first, second = shared(a), shared(L.Dropout(0.1)(a))
    inner_in = Input((6,))
    inner = M(inner_in, L.BatchNormalization()(L.Dense(5)(inner_in)), name="inner")
    merged = L.concatenate([first, second])
    one = inner(merged)
    two = inner(L.Activation("tanh")(merged))
    three = S([L.Dense(5, input_shape=(5,)), L.BatchNormalization(), L.Dense(4)], name="stack")(one)
    return M(a, [L.Dense(2)(two), three, inner(merged)])


def shared_nested(L, S, M, Input):
    a, b = Input((3,)), Input((3,))
    leaf = S([L.Dense(4, input_shape=(3,)), L.Dense(3)])
    inner_in = Input((3,))
    middle = M(inner_in, [leaf(inner_in), L.Dense(2)(inner_in)])
    one, two = middle(a)
    three, four = middle(b)
    return M([a, b], [L.add([one, three]), L.concatenate([two, four])])


def attention(L, M, Input):
    a, b = Input((4, 3)), Input((5, 3))
    first = L.Attention(use_scale=True)([a, b])
    second = L.AdditiveAttention()([a, b])
    return M([a, b], [first, second])


def multi_head(L, M, Input):
    a, b = Input((4, 6)), Input((5, 6))
    attended = L.MultiHeadAttention(2, 3)(a, b)
    return M([a, b], L.LayerNormalization(epsilon=1e-6)(L.add([a, attended])))


def operators(L, M, Input):
    import tensorflow as tf

    a, b = Input((4,)), Input((4,))
    c = (a + 2.0 * b - 1.0) / 3.0
    d = tf.nn.relu(c) + tf.math.exp(b) + tf.sqrt(tf.abs(a))
    return M(
        [a, b],
        [
            tf.concat([c, d], axis=-1),
            tf.reduce_mean(d, axis=1, keepdims=True),
            tf.expand_dims(-(c**2), 1),
        ],
    )


def slicing(L, M, Input):
    a = Input((5, 4))
    return M(a, [a[:, 1:3], a[:, -1, ::2], a[:, 0]])


def rescaling(L, *arguments):
    cls = L.Rescaling if hasattr(L, "Rescaling") else L.experimental.preprocessing.Rescaling
    return lambda **options: cls(*arguments, **options)


def with_weights(model):
    values = []
    for weight in model.get_weights():
        value = RANDOM.uniform(-0.7, 0.7, weight.shape).astype(weight.dtype)
        values.append(abs(value) + 0.3 if value.ndim == 1 else value)  # No variance is negative.
    model.set_weights(values)
    return model


def save(keras, model, inputs, path):
    kinds = [".h5"]
    if version_of(keras) >= (2, 12) and "tf1-" not in path:
        kinds.append(".keras")
    save_as(model, inputs, path, *kinds)


def save_as(model, inputs, path, *kinds):
    tensors = [texts(x) if x.dtype.kind == "U" else x for x in inputs]
    outputs = model.predict(tensors if len(tensors) > 1 else tensors[0])
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    outputs = [y.astype(str) if y.dtype == object else y for y in outputs]
    for kind in kinds:
        save_model(model, path + kind)
    arrays = {f"x{i}": x for i, x in enumerate(inputs)} | {
        f"y{i}": y for i, y in enumerate(outputs)
    }
    if len(inputs) == len(outputs) == 1:
        arrays = {"x": inputs[0], "y": outputs[0]}
    np.savez_compressed(path + ".npz", **arrays)


def save_model(model, path):
    try:
        model.save(path)
        if path.endswith(".keras"):
            zipfile.ZipFile(path).close()
    except zipfile.BadZipFile:
        model.save(path, save_format="keras_v3")  # Keras 2.12 goes by more than the name.


def texts(array):
    import tensorflow as tf

    return tf.constant(array)  # Keras 3 does not take NumPy's.


def version_of(keras):
    """The version's first two numbers; the `tf.keras` of Keras 2 does not say its own."""
    version = getattr(keras, "__version__", None) or "2.15"
    return tuple(int(n) for n in version.split(".")[:2])


def loaded(source):
    """Loads a Keras; returns it and its version."""
    if source in ("installed", "tf1"):
        import tensorflow as tf

        if source == "tf1":
            tf.compat.v1.disable_v2_behavior()
            return tf.keras, source
        return tf.keras, __import__(tf.keras.layers.Dense.__module__.split(".")[0]).__version__
    sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "eras"))
    import old_keras

    keras = old_keras.load(source)
    return keras, keras.__version__


def main(source, out):
    os.makedirs(out, exist_ok=True)
    keras, label = loaded(source)
    builds = keras_1(keras) if version_of(keras) < (2, 0) else keras_2(keras)
    done, skipped = 0, []
    while True:
        try:
            name, build, inputs = next(builds)
        except StopIteration:
            break
        except Exception as error:
            skipped.append(f"generator: {type(error).__name__}: {error}"[:200])
            break
        try:
            model = build() if version_of(keras) >= (2, 0) else build
            if label == "tf1" and not model.built:
                model.build()
            save(keras, with_weights(model), inputs, f"{out}/{label}-{name}")
            done += 1
        except Exception as error:
            skipped.append(f"{name}: {type(error).__name__}: {error}"[:150].replace("\n", " "))
    print(label, done, "models")
    for line in skipped:
        print("   skipped", line)


if __name__ == "__main__":
    main(*sys.argv[1:])
