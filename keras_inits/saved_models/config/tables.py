"""What changed its name between Keras 1.0 and today: tables, and nothing that acts on them.

A layer's config first becomes what Keras 2 would have written (`CLASSES`, `ARGUMENTS`, `JOINED`,
`VALUES`), and then what today's Keras reads (`TO_KERAS_3`, `TO_KERAS_2`).
"""

from typing import Any

# Classes that are the same under another name.
CLASSES = {
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution3D": "Conv3D",
    "AtrousConvolution1D": "Conv1D",
    "AtrousConvolution2D": "Conv2D",
    "AtrousConv1D": "Conv1D",
    "AtrousConv2D": "Conv2D",
    "Deconvolution2D": "Conv2DTranspose",
    "Deconvolution3D": "Conv3DTranspose",
    "Convolution1DTranspose": "Conv1DTranspose",
    "Convolution2DTranspose": "Conv2DTranspose",
    "Convolution3DTranspose": "Conv3DTranspose",
    "Deconv2D": "Conv2DTranspose",
    "Deconv3D": "Conv3DTranspose",
    "SeparableConvolution1D": "SeparableConv1D",
    "SeparableConvolution2D": "SeparableConv2D",
    "DepthwiseConvolution2D": "DepthwiseConv2D",
    "MaxPool1D": "MaxPooling1D",
    "MaxPool2D": "MaxPooling2D",
    "MaxPool3D": "MaxPooling3D",
    "AvgPool1D": "AveragePooling1D",
    "AvgPool2D": "AveragePooling2D",
    "AvgPool3D": "AveragePooling3D",
    "GlobalMaxPool1D": "GlobalMaxPooling1D",
    "GlobalMaxPool2D": "GlobalMaxPooling2D",
    "GlobalMaxPool3D": "GlobalMaxPooling3D",
    "GlobalAvgPool1D": "GlobalAveragePooling1D",
    "GlobalAvgPool2D": "GlobalAveragePooling2D",
    "GlobalAvgPool3D": "GlobalAveragePooling3D",
    "TimeDistributedDense": "Dense",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "LSTMV1": "LSTM",
    "LSTMV2": "LSTM",
    "GRUV1": "GRU",
    "GRUV2": "GRU",
    "LSTMCellV2": "LSTMCell",
    "GRUCellV2": "GRUCell",
    "DenseV1": "Dense",
    "UnifiedLSTM": "LSTM",
    "UnifiedGRU": "GRU",
    # Of tensorflow-addons, which registers its layers since 0.7.
    "Addons>GroupNormalization": "GroupNormalization",
}

# Classes that are another class with these arguments.
CLASSES_WITH_ARGUMENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "CuDNNLSTM": ("LSTM", {"activation": "tanh", "recurrent_activation": "sigmoid"}),
    "CuDNNGRU": (
        "GRU",
        {"activation": "tanh", "recurrent_activation": "sigmoid", "reset_after": True},
    ),
    "Addons>InstanceNormalization": ("GroupNormalization", {"groups": -1}),
}

# Arguments' names in Keras 1, for every class.
ARGUMENTS = {
    "W_regularizer": "kernel_regularizer",
    "U_regularizer": "recurrent_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "U_constraint": "recurrent_constraint",
    "b_constraint": "bias_constraint",
    "init": "kernel_initializer",
    "inner_init": "recurrent_initializer",
    "inner_activation": "recurrent_activation",
    "bias": "use_bias",
    "border_mode": "padding",
    "subsample": "strides",
    "dim_ordering": "data_format",
    "nb_filter": "filters",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "atrous_rate": "dilation_rate",
    "filter_length": "kernel_size",
    "subsample_length": "strides",
    "pool_length": "pool_size",
    "stride": "strides",
    "input_dtype": "dtype",
    "keep_dims": "keepdims",
}

_UNITS = {"output_dim": "units"}
_RATE = {"p": "rate"}

# The same where a class has names of its own.
CLASS_ARGUMENTS = {
    "Embedding": {
        "init": "embeddings_initializer",
        "W_regularizer": "embeddings_regularizer",
        "W_constraint": "embeddings_constraint",
    },
    "PReLU": {"init": "alpha_initializer"},
    "BatchNormalization": {"beta_init": "beta_initializer", "gamma_init": "gamma_initializer"},
    "Dense": _UNITS,
    "MaxoutDense": _UNITS,
    "LSTM": _UNITS,
    "GRU": _UNITS,
    "SimpleRNN": _UNITS,
    "Dropout": _RATE,
    "SpatialDropout1D": _RATE,
    "SpatialDropout2D": _RATE,
    "SpatialDropout3D": _RATE,
    "GaussianDropout": _RATE,
    "GaussianNoise": {"sigma": "stddev"},
    "UpSampling1D": {"length": "size"},
    # Of TensorFlow 2.3 to 2.5.
    "IntegerLookup": {"max_values": "max_tokens", "mask_value": "mask_token", "oov_value": "oov_token"},
    "CategoryEncoding": {"max_tokens": "num_tokens"},
    "Discretization": {"bins": "bin_boundaries"},
}

# Arguments' names in Keras 3, and those that they had in Keras 2.
KERAS_3_ARGUMENTS = {"LeakyReLU": {"negative_slope": "alpha"}}

# Arguments of Keras 1 that Keras 2 wrote as one.
JOINED = {
    "kernel_size": (("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3")),
}

# Values that changed their name; whatever is not listed stays.
VALUES = {
    "data_format": {"th": "channels_first", "tf": "channels_last", "default": "channels_last"},
    "output_mode": {"binary": "multi_hot", "tf-idf": "tf_idf"},
}

# Arguments of old classes that say nothing about the numbers a model computes.
MEANINGLESS = {
    "*": ("input_length", "consume_less", "weights", "batch_size", "input_shape"),
    "Embedding": ("dropout",),
}

# Layers whose Keras 1 config forgot the data format; it is then that of the model's other layers.
FORGOT_DATA_FORMAT = frozenset({
    "UpSampling2D", "UpSampling3D", "ZeroPadding2D", "ZeroPadding3D", "Cropping2D", "Cropping3D",
    "SpatialDropout2D", "SpatialDropout3D",
})  # fmt: skip

# Layers that old Keras knew one data format of, whatever the user's settings.
_OVER_STEPS = (
    "Conv1D", "SeparableConv1D", "MaxPooling1D", "AveragePooling1D", "GlobalMaxPooling1D",
    "GlobalAveragePooling1D",
)  # fmt: skip

# Defaults of the Keras that wrote the file, for arguments it left out and today's Keras fills in
# otherwise. Flatten got a data format in 2.1.6; before, it kept the order.
DEFAULTS: dict[str, dict[str, Any]] = {
    "GRU": {"reset_after": False, "recurrent_activation": "hard_sigmoid"},
    "GRUCell": {"reset_after": False, "recurrent_activation": "hard_sigmoid"},
    "LSTM": {"recurrent_activation": "hard_sigmoid"},
    "LSTMCell": {"recurrent_activation": "hard_sigmoid"},
    "ConvLSTM1D": {"recurrent_activation": "hard_sigmoid"},
    "ConvLSTM2D": {"recurrent_activation": "hard_sigmoid"},
    "ConvLSTM3D": {"recurrent_activation": "hard_sigmoid"},
    "Flatten": {"data_format": "channels_last"},
    "LeakyReLU": {"alpha": 0.3},
    "BatchNormalization": {"epsilon": 1e-3},
    "UpSampling2D": {"interpolation": "nearest"},
    **{name: {"data_format": "channels_last"} for name in _OVER_STEPS},
}

# How many tensors the state of a cell is.
STATES = {"LSTMCell": 2, "ConvLSTM2DCell": 2, "GRUCell": 1, "SimpleRNNCell": 1}
RECURRENT = frozenset({
    "LSTM", "GRU", "SimpleRNN", "RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "Bidirectional",
})  # fmt: skip
MODELS = frozenset({"Model", "Functional", "Sequential"})
# What the config of a Sequential has.
SEQUENTIAL_CONFIG = frozenset({"name", "layers", "build_input_shape", "trainable", "dtype"})
# What the config of its first layer says of its input.
INPUT_SHAPES = frozenset({"batch_input_shape", "batch_shape"})

# Arguments that hold a layer, a list of layers, or an activation.
LAYER_ARGUMENTS = frozenset({"layer", "forward_layer", "backward_layer", "cell"})
LAYERS_ARGUMENTS = frozenset({"cells", "layers"})
ACTIVATION_ARGUMENTS = frozenset({"activation", "recurrent_activation"})
INITIALIZER_ARGUMENT = "initializer"
REGULARIZER_ARGUMENT = "regularizer"
CONSTRAINT_ARGUMENT = "constraint"

_KERNEL = (
    "kernel_initializer",
    "kernel_regularizer",
    "kernel_constraint",
)
_RNN_GONE = ("implementation", "time_major", "states", "input_dim", "input_spec")
_BATCH_NORM_GONE = (
    "mode", "renorm", "renorm_clipping", "renorm_momentum", "fused", "virtual_batch_size",
    "adjustment", "updates_collections",
)  # fmt: skip

# From the words of Keras 2 to those of Keras 3: arguments renamed, and arguments without a
# counterpart, dropped. A dropped argument listed in NEUTRAL must have one of the values there.
TO_KERAS_3: dict[str, dict[str, Any]] = {
    "renamed": {"LeakyReLU": {"alpha": "negative_slope"}},
    "dropped": {
        "*": ("batch_input_shape", "ragged", "autocast"),
        "Dense": ("input_dim",),
        "Embedding": ("input_length", "sparse"),
        "LSTM": _RNN_GONE,
        "GRU": _RNN_GONE,
        "SimpleRNN": _RNN_GONE,
        "RNN": ("time_major", "implementation", "num_constants", "input_spec"),
        "ConvLSTM1D": ("time_major", "implementation"),
        "ConvLSTM2D": ("time_major", "implementation"),
        "ConvLSTM3D": ("time_major", "implementation"),
        "LSTMCell": ("implementation",),
        "GRUCell": ("implementation",),
        "SimpleRNNCell": ("implementation",),
        "BatchNormalization": _BATCH_NORM_GONE,
        "DepthwiseConv1D": ("filters", *_KERNEL, "groups"),
        "DepthwiseConv2D": ("filters", *_KERNEL, "groups"),
        "SeparableConv1D": (*_KERNEL, "groups"),
        "SeparableConv2D": (*_KERNEL, "groups"),
        "Conv1DTranspose": ("groups",),
        "Conv2DTranspose": ("groups",),
        "Conv3DTranspose": ("groups",),
        "MultiHeadAttention": ("query_shape", "key_shape", "value_shape", "softmax_robust_masking"),
        "Attention": ("causal",),
        "AdditiveAttention": ("causal",),
        "Normalization": ("dtype",),
        "Discretization": ("trainable",),
        "SpatialDropout1D": ("trainable", "noise_shape"),
        "SpatialDropout2D": ("trainable", "noise_shape"),
        "SpatialDropout3D": ("trainable", "noise_shape"),
    },
}
NEUTRAL = {
    "time_major": (False, None),
    "mode": (0, None),
    "causal": (False, None),
    "ragged": (False, None),
    "renorm": (False, None),
    "virtual_batch_size": (None,),
    "adjustment": (None,),
    "groups": (1, None),
    "num_constants": (0, None),
    "synchronized": (False, None),
    "rms_scaling": (False, None),
    "sliding_window": (None,),
    "use_gate": (False, None),
    "data_format": ("channels_last", None),
    "oov_method": ("floormod", None),
    "salt": (None,),
}

# Arguments that Keras 3 got after 3.0, of layers and operations, at the values that mean what there was
# before; null means it of any. Where the class that is installed lacks one, only these are taken.
LATER = {
    "antialias": (False,),
    "axis": (),
    "bounding_box_format": (),
    "crop_to_aspect_ratio": (False,),
    "data_format": ("channels_last",),
    "equal_nan": (False,),
    "factor": (),
    "fill_mode": ("constant",),
    "fill_value": (0.0,),
    "keepdims": (False,),
    "lora_alpha": (),
    "lora_rank": (),
    "nan": (0.0,),
    "neginf": (),
    "oov_method": ("floormod",),
    "optional": (False,),
    "pad_to_aspect_ratio": (False,),
    "posinf": (),
    "quantization_config": (),
    "salt": (),
    "side": ("left",),
    "sliding_window": (),
    "sparse": (False,),
    "upper": (False,),
    "use_gate": (False,),
}
# The same of those that mean nothing for what a layer predicts.
LATER_MEANINGLESS = frozenset({"flash_attention", "name", "seed", "use_cudnn", "value_range"})

_QUANTIZATION = ("lora_rank", "quantization_config", "quantization_mode")

# From the words of Keras 3 to those of tf.keras 2.
TO_KERAS_2: dict[str, dict[str, Any]] = {
    "dropped": {
        "*": ("optional", *_QUANTIZATION),
        "BatchNormalization": ("mode", "synchronized"),
        "Conv1DTranspose": ("groups",),
        "Conv2DTranspose": ("groups",),
        "Conv3DTranspose": ("groups",),
        "LSTM": ("input_dim",),
        "GRU": ("input_dim",),
        "SimpleRNN": ("input_dim",),
        "Dense": ("input_dim",),
        "Attention": ("seed",),
        "AdditiveAttention": ("seed",),
        "MultiHeadAttention": (
            "seed",
            "flash_attention",
            "use_gate",
            "sliding_window",
            "softmax_robust_masking",
        ),
        "LayerNormalization": ("rms_scaling",),
        "LSTMCell": ("seed",),
        "GRUCell": ("seed",),
        "SimpleRNNCell": ("seed",),
        "ConvLSTM1D": ("seed",),
        "ConvLSTM2D": ("seed",),
        "ConvLSTM3D": ("seed",),
        "ZeroPadding1D": ("data_format",),
        "IntegerLookup": ("oov_method", "salt", "dtype"),
        "StringLookup": ("oov_method", "salt", "dtype"),
        "TextVectorization": ("dtype",),
    },
    # What tf.keras 2 wants to be told, though it means nothing.
    "added": {"MultiHeadAttention": dict.fromkeys(("query_shape", "key_shape", "value_shape"))},
}

# Initializers: other names, arguments without meaning today, and what Keras 1 meant by a name.
INITIALIZERS = {
    "uniform": "RandomUniform",
    "normal": "RandomNormal",
    "zero": "Zeros",
    "one": "Ones",
    "constant": "Constant",
    "ones": "Ones",
    "zeros": "Zeros",
    "identity": "Identity",
    "orthogonal": "Orthogonal",
    "random_normal": "RandomNormal",
    "random_uniform": "RandomUniform",
    "truncated_normal": "TruncatedNormal",
    "glorot_normal": "GlorotNormal",
    "glorot_uniform": "GlorotUniform",
    "he_normal": "HeNormal",
    "he_uniform": "HeUniform",
    "lecun_normal": "LecunNormal",
    "lecun_uniform": "LecunUniform",
    "variance_scaling": "VarianceScaling",
    "IdentityInitializer": "Identity",
    "IdentityOp": "Identity",
    "UniformUnitScaling": "VarianceScaling",
}
# What it is as a VarianceScaling, besides its scale.
UNIFORM_UNIT_SCALING = {"mode": "fan_in", "distribution": "uniform"}
INITIALIZER_ARGUMENTS = {
    "Constant": ("value",),
    "GlorotNormal": ("seed",),
    "GlorotUniform": ("seed",),
    "HeNormal": ("seed",),
    "HeUniform": ("seed",),
    "Identity": ("gain",),
    "LecunNormal": ("seed",),
    "LecunUniform": ("seed",),
    "Ones": (),
    "Orthogonal": ("gain", "seed"),
    "RandomNormal": ("mean", "stddev", "seed"),
    "RandomUniform": ("minval", "maxval", "seed"),
    "TruncatedNormal": ("mean", "stddev", "seed"),
    "VarianceScaling": ("scale", "mode", "distribution", "seed"),
    "Zeros": (),
}
# Those of Keras 3.15 and later, which null leaves out.
INITIALIZER_AXES = ("input_axes", "output_axes")
_FAN_IN = {"mode": "fan_in", "distribution": "untruncated_normal", "seed": None}
# In Keras 1 no normal distribution was truncated.
KERAS_1_INITIALIZERS = {
    "glorot_normal": {"scale": 1.0, **_FAN_IN, "mode": "fan_avg"},
    "he_normal": {"scale": 2.0, **_FAN_IN},
    "lecun_normal": {"scale": 1.0, **_FAN_IN},
}
DISTRIBUTIONS = {"normal": "truncated_normal"}

REGULARIZERS = {
    "WeightRegularizer": "L1L2", "ActivityRegularizer": "L1L2", "L1L2Regularizer": "L1L2",
    "L1": "L1", "L2": "L2", "L1L2": "L1L2", "OrthogonalRegularizer": "OrthogonalRegularizer",
    "l1": "L1", "l2": "L2", "l1_l2": "L1L2", "l1l2": "L1L2",
}  # fmt: skip
CONSTRAINTS = {
    "MaxNorm": "MaxNorm", "NonNeg": "NonNeg", "UnitNorm": "UnitNorm", "MinMaxNorm": "MinMaxNorm",
    "RadialConstraint": "RadialConstraint", "maxnorm": "MaxNorm", "nonneg": "NonNeg",
    "unitnorm": "UnitNorm", "max_norm": "MaxNorm", "non_neg": "NonNeg", "unit_norm": "UnitNorm",
    "min_max_norm": "MinMaxNorm",
}  # fmt: skip
CONSTRAINT_ARGUMENTS = {"m": "max_value", "low": "min_value", "high": "max_value"}

# Dtypes under the names of Python and C.
DTYPES = {"float": "float32", "double": "float64", "int": "int32", "half": "float16"}

ACTIVATIONS = {
    "softmax_v2": "softmax", "log_softmax_v2": "log_softmax", "leaky_relu_v2": "leaky_relu", "silu": "swish",
    "Addons>mish": "mish",
}  # fmt: skip
