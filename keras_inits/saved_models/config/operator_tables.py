"""TensorFlow's functions that may stand in a model's graph, and what computes the same in Keras 3.

Each computes tensors from tensors and plain arguments, and does nothing else. `OPERATIONS` has those that one
operation of Keras 3 equals; `operator_steps.py` writes others out in several; `WITHOUT_EQUAL` has the rest,
which tf.keras 2 alone can load. `REFUSED` says of others why they are never called.
"""

import dataclasses
from typing import Any, NamedTuple


class Setting(NamedTuple):
    """A constructor argument of an operation of Keras 3.

    Args:
        keras: Its name there.
        tensorflow: The name that the function's argument has.
        default: The value it takes where a config leaves it out.
    """

    keras: str
    tensorflow: str
    default: Any = None


@dataclasses.dataclass(frozen=True)
class Operation:
    """An operation of Keras 3: its class, the function's tensors in order, and its settings.

    Attributes:
        class_name: The class.
        tensors: The TensorFlow function's arguments besides the first that are tensors.
        settings: What it is constructed with.
        module: Where Keras 3 has the class.
        only: Other arguments of the function, with the values at which the operation is its equal.
        fixed: Constructor arguments that have one value only.
    """

    class_name: str
    tensors: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    module: str = "numpy"
    only: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    fixed: tuple[tuple[str, Any], ...] = ()


def _two(class_name: str, second: str = "y") -> Operation:
    return Operation(class_name, (second,))


def _over_axes(class_name: str, module: str = "numpy") -> Operation:
    return Operation(class_name, (), (_AXIS, Setting("keepdims", "keepdims", False)), module)


def _neural(
    class_name: str, *settings: Setting, only: tuple[tuple[str, tuple[Any, ...]], ...] = ()
) -> Operation:
    return Operation(class_name, (), settings, "nn", only)


def _linear(class_name: str, *tensors: str, **only: Any) -> Operation:
    return Operation(class_name, tensors, (), "linalg", tuple((key, (value,)) for key, value in only.items()))


_AXIS = Setting("axis", "axis")
_ALONG_THE_FIRST_AXIS = Setting("axis", "axis", 0)
_ALONG_THE_LAST_AXIS = Setting("axis", "axis", -1)
_TYPE_OF_INDICES = (("output_type", ("int32", "int64")),)
_LAST = (("data_format", "channels_last"),)

_ELEMENTWISE = {
    "__operators__.add": _two("Add"),
    "__operators__.eq": _two("Equal", "other"),
    "__operators__.ne": _two("NotEqual", "other"),
    "math.add": _two("Add"),
    "math.subtract": _two("Subtract"),
    "math.multiply": _two("Multiply"),
    "math.scalar_mul": _two("Multiply", "x"),
    "math.truediv": _two("TrueDivide"),
    "math.divide": _two("Divide"),
    "realdiv": _two("TrueDivide"),
    "math.floordiv": _two("FloorDivide"),
    "math.pow": _two("Power"),
    "math.maximum": _two("Maximum"),
    "math.minimum": _two("Minimum"),
    "math.mod": _two("Mod"),
    "math.floormod": _two("Mod"),
    "math.atan2": _two("Arctan2", "x"),
    "math.greater": _two("Greater"),
    "math.greater_equal": _two("GreaterEqual"),
    "math.less": _two("Less"),
    "math.less_equal": _two("LessEqual"),
    "math.equal": _two("Equal"),
    "math.not_equal": _two("NotEqual"),
    "math.logical_and": _two("LogicalAnd"),
    "math.logical_or": _two("LogicalOr"),
    "math.logical_xor": _two("LogicalXor"),
    "math.logical_not": Operation("LogicalNot"),
    "bitwise.bitwise_and": _two("BitwiseAnd"),
    "bitwise.bitwise_or": _two("BitwiseOr"),
    "bitwise.bitwise_xor": _two("BitwiseXor"),
    "bitwise.left_shift": _two("BitwiseLeftShift"),
    "bitwise.right_shift": _two("BitwiseRightShift"),
    "bitwise.invert": Operation("BitwiseInvert"),
    "math.negative": Operation("Negative"),
    "math.abs": Operation("Absolute"),
    "math.exp": Operation("Exp"),
    "math.log": Operation("Log"),
    "math.log1p": Operation("Log1p"),
    "math.expm1": Operation("Expm1"),
    "math.sqrt": Operation("Sqrt"),
    "math.rsqrt": Operation("Rsqrt", module="math"),
    "math.square": Operation("Square"),
    "math.reciprocal": Operation("Reciprocal"),
    "math.sin": Operation("Sin"),
    "math.cos": Operation("Cos"),
    "math.tan": Operation("Tan"),
    "math.asin": Operation("Arcsin"),
    "math.acos": Operation("Arccos"),
    "math.atan": Operation("Arctan"),
    "math.sinh": Operation("Sinh"),
    "math.cosh": Operation("Cosh"),
    "math.tanh": Operation("Tanh"),
    "math.asinh": Operation("Arcsinh"),
    "math.acosh": Operation("Arccosh"),
    "math.atanh": Operation("Arctanh"),
    "math.sign": Operation("Sign"),
    "math.floor": Operation("Floor"),
    "math.ceil": Operation("Ceil"),
    "math.round": Operation("Round"),
    "math.rint": Operation("Round"),
    "math.erf": Operation("Erf", module="math"),
    "math.erfinv": Operation("Erfinv", module="math"),
    "math.erfc": Operation("Erfc", module="math"),
    "math.is_nan": Operation("Isnan"),
    "math.is_inf": Operation("Isinf"),
    "math.is_finite": Operation("Isfinite"),
    "clip_by_value": Operation(
        "Clip", (), (Setting("x_min", "clip_value_min"), Setting("x_max", "clip_value_max"))
    ),
    "where": Operation("Where", ("x", "y")),
    "cast": Operation("Cast", (), (Setting("dtype", "dtype"),), "core"),
    "dtypes.saturate_cast": Operation("SaturateCast", (), (Setting("dtype", "dtype"),), "core"),
    "compat.v1.to_float": Operation("Cast", module="core", fixed=(("dtype", "float32"),)),
    "compat.v1.to_double": Operation("Cast", module="core", fixed=(("dtype", "float64"),)),
    "compat.v1.to_int32": Operation("Cast", module="core", fixed=(("dtype", "int32"),)),
    "compat.v1.to_int64": Operation("Cast", module="core", fixed=(("dtype", "int64"),)),
    "identity": Operation("Copy"),
    "stop_gradient": Operation("StopGradient", module="core"),
}  # fmt: skip
_NEURAL = {
    "math.sigmoid": _neural("Sigmoid"),
    "nn.sigmoid": _neural("Sigmoid"),
    "math.log_sigmoid": _neural("LogSigmoid"),
    "math.softplus": _neural("Softplus"),
    "nn.softsign": _neural("Softsign"),
    "nn.relu": _neural("Relu"),
    "nn.relu6": _neural("Relu6"),
    "nn.elu": _neural("Elu"),
    "nn.selu": _neural("Selu"),
    "nn.silu": _neural("Silu", only=(("beta", (1.0,)),)),
    "nn.swish": _neural("Silu", only=(("beta", (1.0,)),)),
    "nn.gelu": _neural("Gelu", Setting("approximate", "approximate", False)),
    "nn.softmax": _neural("Softmax", _ALONG_THE_LAST_AXIS),
    "nn.log_softmax": _neural("LogSoftmax", _ALONG_THE_LAST_AXIS),
    "nn.leaky_relu": _neural("LeakyRelu", Setting("negative_slope", "alpha", 0.2)),
    "nn.moments": _neural(
        "Moments", Setting("axes", "axes"), Setting("keepdims", "keepdims", False)
    ),
    "keras.backend.sparse_categorical_crossentropy": Operation(
        "SparseCategoricalCrossentropy", ("output",),
        (Setting("from_logits", "from_logits", False),), "nn", (("axis", (-1,)),),
    ),
}  # fmt: skip
_REDUCTIONS = {
    "math.reduce_mean": _over_axes("Mean"),
    "math.reduce_sum": _over_axes("Sum"),
    "math.reduce_prod": _over_axes("Prod"),
    "math.reduce_max": _over_axes("Max"),
    "math.reduce_min": _over_axes("Min"),
    "math.reduce_any": _over_axes("Any"),
    "math.reduce_all": _over_axes("All"),
    "math.reduce_std": _over_axes("Std"),
    "math.reduce_variance": _over_axes("Var"),
    "math.reduce_logsumexp": _over_axes("Logsumexp", "math"),
    "math.argmax": Operation("Argmax", (), (_ALONG_THE_FIRST_AXIS,), only=_TYPE_OF_INDICES),
    "math.argmin": Operation("Argmin", (), (_ALONG_THE_FIRST_AXIS,), only=_TYPE_OF_INDICES),
    "math.top_k": Operation(
        "TopK", (), (Setting("k", "k", 1), Setting("sorted", "sorted", True)), "math"
    ),
    "math.in_top_k": Operation("InTopK", ("predictions",), (Setting("k", "k"),), "math"),
}  # fmt: skip
_SHAPES = {
    "concat": Operation("Concatenate", (), (_ALONG_THE_FIRST_AXIS,)),
    "stack": Operation("Stack", (), (_ALONG_THE_FIRST_AXIS,)),
    "unstack": Operation("Unstack", (), (Setting("num", "num"), _ALONG_THE_FIRST_AXIS), "core"),
    "split": Operation(
        "Split", (), (Setting("indices_or_sections", "num_or_size_splits"), _ALONG_THE_FIRST_AXIS)
    ),
    "expand_dims": Operation("ExpandDims", (), (_AXIS,)),
    "squeeze": Operation("Squeeze", (), (_AXIS,)),
    "transpose": Operation("Transpose", (), (Setting("axes", "perm"),), only=(("conjugate", (False,)),)),
    "reshape": Operation("Reshape", (), (Setting("newshape", "shape"),)),
    "broadcast_to": Operation("BroadcastTo", (), (Setting("shape", "shape"),)),
    "tile": Operation("Tile", (), (Setting("repeats", "multiples"),)),
    "repeat": Operation("Repeat", (), (Setting("repeats", "repeats"), _AXIS)),
    "roll": Operation("Roll", (), (Setting("shift", "shift"), _AXIS)),
    "__operators__.getitem": Operation("GetItem", ("slice_spec",)),
    "image.grayscale_to_rgb": Operation("Repeat", fixed=(("repeats", 3), ("axis", -1))),
    "image.flip_left_right": Operation("Flip", fixed=(("axis", -2),)),
    "image.flip_up_down": Operation("Flip", fixed=(("axis", -3),)),
    "image.rgb_to_hsv": Operation("RGBToHSV", module="image", fixed=_LAST),
    "image.hsv_to_rgb": Operation("HSVToRGB", module="image", fixed=_LAST),
}  # fmt: skip
_LINEAR = {
    "linalg.matmul": Operation("Matmul", ("b",)),
    "keras.backend.dot": Operation("Dot", ("y",)),
    "tensordot": Operation("Tensordot", ("b",), (Setting("axes", "axes"),)),
    "linalg.cross": Operation("Cross", ("b",)),
    "linalg.trace": Operation("Trace", fixed=(("offset", 0), ("axis1", -2), ("axis2", -1))),
    "linalg.diag_part": Operation(
        "Diagonal", fixed=(("offset", 0), ("axis1", -2), ("axis2", -1)),
        only=(("k", (0,)), ("padding_value", (0,)), ("align", ("RIGHT_LEFT",))),
    ),
    "linalg.matrix_transpose": Operation(
        "Swapaxes", fixed=(("axis1", -1), ("axis2", -2)), only=(("conjugate", (False,)),)
    ),
    "linalg.det": _linear("Det"),
    "linalg.inv": _linear("Inv", adjoint=False),
    "linalg.cholesky": _linear("Cholesky"),
    "linalg.solve": _linear("Solve", "rhs", adjoint=False),
    "linalg.triangular_solve": Operation(
        "SolveTriangular", ("rhs",), (Setting("lower", "lower", True),), "linalg", (("adjoint", (False,)),)
    ),
    "linalg.qr": _linear("Qr", full_matrices=False),
    "linalg.eigh": _linear("Eigh"),
}  # fmt: skip
OPERATIONS = {**_ELEMENTWISE, **_NEURAL, **_REDUCTIONS, **_SHAPES, **_LINEAR}

# TensorFlow 1's functions that TensorFlow 2 calls by the same name with the same arguments, or by other names
# that are in `OF_TENSORFLOW_1`: it saved them where a model was made from the ones of 2, which call these.
TENSORFLOW_1 = {
    f"compat.v1.{name}": name
    for name in (
        "argmax", "argmin", "boolean_mask", "concat", "convert_to_tensor", "expand_dims", "fill", "gather",
        "gather_nd", "nn.conv1d", "nn.conv2d", "nn.conv3d", "nn.convolution", "nn.depth_to_space",
        "nn.depthwise_conv2d", "nn.embedding_lookup", "nn.leaky_relu", "nn.log_softmax", "nn.max_pool",
        "nn.avg_pool", "nn.moments", "nn.separable_conv2d", "nn.softmax", "nn.space_to_depth", "norm",
        "ones_like", "pad", "rank", "reverse_sequence", "scatter_nd", "shape", "size", "squeeze",
        "strided_slice",
        "transpose", "tile", "where", "zeros_like", "math.l2_normalize",
    )
} | {
    "compat.v1.floor_div": "math.floordiv", "compat.v1.floordiv": "math.floordiv",
    "compat.v1.where_v2": "where", "compat.v1.image.resize": "image.resize",
    "compat.v1.depth_to_space": "nn.depth_to_space", "compat.v1.space_to_depth": "nn.space_to_depth",
    "compat.v1.linalg.l2_normalize": "math.l2_normalize", "nn.l2_normalize": "math.l2_normalize",
}  # fmt: skip
OF_TENSORFLOW_1 = {
    "filter": "filters", "keep_dims": "keepdims", "reduction_indices": "axis", "squeeze_dims": "axis",
    "dim": "axis", "dimension": "axis", "rate": "dilations", "dilation_rate": "dilations",
}  # fmt: skip
# Arguments that only name, speed up or hint: they may be there or not.
IGNORED = frozenset(
    {"name", "message", "use_cudnn_on_gpu", "validate_indices", "dtype_hint", "layout", "stable"}
)


def _of(module: str, names: str) -> set[str]:
    return {f"{module}.{name}" if module else name for name in names.split()}


# Those that no operation of Keras 3 equals, or none that takes what they take.
WITHOUT_EQUAL = frozenset(
    _of("", """
        batch_to_space bitcast boolean_mask broadcast_dynamic_shape dynamic_partition dynamic_stitch
        edit_distance
        einsum extract_volume_patches fill gather_nd identity_n linspace meshgrid parallel_stack range rank
        required_space_to_batch_paddings reverse_sequence scatter_nd searchsorted shape shape_n size
        space_to_batch space_to_batch_nd tensor_scatter_nd_add tensor_scatter_nd_max tensor_scatter_nd_min
        tensor_scatter_nd_sub tensor_scatter_nd_update truncatediv truncatemod tuple unique unique_with_counts
        unravel_index histogram_fixed_width histogram_fixed_width_bins clip_by_global_norm""")
    | _of("math", """
        accumulate_n angle approx_max_k approx_min_k bessel_i0 bessel_i0e bessel_i1 bessel_i1e betainc
        bincount
        confusion_matrix conj cumulative_logsumexp digamma erfcinv igamma igammac imag invert_permutation
        is_non_decreasing is_strictly_increasing lbeta lgamma ndtri nextafter polygamma polyval real
        segment_max segment_mean segment_min segment_prod segment_sum unsorted_segment_max
        unsorted_segment_mean unsorted_segment_min unsorted_segment_prod unsorted_segment_sqrt_n
        unsorted_segment_sum
        zero_fraction zeta""")
    | _of("math.special", """
        bessel_j0 bessel_j1 bessel_k0 bessel_k0e bessel_k1 bessel_k1e bessel_y0 bessel_y1 dawsn expint
        fresnel_cos fresnel_sin spence""")
    | _of("nn", """
        atrous_conv2d atrous_conv2d_transpose batch_normalization collapse_repeated compute_average_loss
        conv1d_transpose conv2d_transpose conv3d_transpose conv_transpose ctc_beam_search_decoder
        ctc_greedy_decoder ctc_loss dilation2d erosion2d isotonic_regression local_response_normalization
        log_poisson_loss max_pool_with_argmax normalize_moments pool separable_conv2d
        sparse_softmax_cross_entropy_with_logits sufficient_statistics weighted_cross_entropy_with_logits
        weighted_moments""")
    | _of("linalg", """
        banded_triangular_solve cholesky_solve diag eig eigh_tridiagonal eigvals eigvalsh expm global_norm
        logdet
        logm lstsq lu lu_matrix_inverse lu_reconstruct lu_solve matrix_rank normalize pinv set_diag slogdet
        sqrtm
        svd tensor_diag tensor_diag_part tridiagonal_matmul tridiagonal_solve""")
    | _of("image", """
        adjust_brightness adjust_contrast adjust_gamma adjust_hue adjust_saturation central_crop
        combined_non_max_suppression convert_image_dtype crop_and_resize draw_bounding_boxes extract_glimpse
        image_gradients non_max_suppression non_max_suppression_overlaps non_max_suppression_padded
        non_max_suppression_with_scores pad_to_bounding_box per_image_standardization psnr
        resize_with_crop_or_pad resize_with_pad rgb_to_yiq rgb_to_yuv rot90 sobel_edges ssim ssim_multiscale
        total_variation yiq_to_rgb yuv_to_rgb""")
    | _of("compat.v1.image", "resize_area resize_bicubic resize_bilinear resize_nearest_neighbor")
    | _of("compat.v1", "div batch_to_space batch_to_space_nd space_to_batch reduce_sum reduce_mean "
          "confusion_matrix")
    | _of("signal", """
        dct fft fft2d fft3d fftshift frame idct ifft ifft2d ifft3d ifftshift inverse_mdct inverse_stft irfft
        irfft2d irfft3d mdct mfccs_from_log_mel_spectrograms overlap_and_add rfft rfft2d rfft3d stft""")
    | _of("strings", """
        as_string join length lower reduce_join regex_full_match regex_replace strip substr to_hash_bucket
        to_hash_bucket_fast to_hash_bucket_strong to_number unicode_script unicode_transcode upper""")
    | _of("sets", "difference intersection size union")
    | _of("sparse", """
        add concat expand_dims from_dense mask maximum minimum reduce_max reduce_sum reorder reshape retain
        slice softmax sparse_dense_matmul split to_dense transpose""")
    | _of("quantization", """
        dequantize fake_quant_with_min_max_args fake_quant_with_min_max_vars
        fake_quant_with_min_max_vars_per_channel quantize quantize_and_dequantize
        quantize_and_dequantize_v2""")
    | {"dtypes.complex", "complex"}
)  # fmt: skip

# Why others are never called, by how their names begin: none of them computes from its arguments alone.
REFUSED = {
    "draws random numbers": (
        "random.", "nn.dropout", "nn.fractional_", "image.random_", "image.stateless_random_",
        "image.sample_distorted_", "nn.nce_loss", "nn.sampled_softmax_loss", "random_", "nn.experimental.",
        "image.stateless_sample_", "compat.v1.random", "compat.v1.nn.dropout", "compat.v1.multinomial",
        "compat.v1.nn.fractional_", "keras.backend.random_", "keras.backend.dropout",
    ),
    "calls a function": (
        "py_function", "numpy_function", "map_fn", "foldl", "foldr", "scan", "while_loop", "cond", "case",
        "switch_case", "vectorized_map", "function", "custom_gradient", "recompute_grad", "grad_pass_through",
        "autograph.", "compat.v1.py_func", "compat.v1.cond", "compat.v1.while_loop", "compat.v1.case",
        "keras.backend.rnn", "keras.backend.map_fn", "keras.backend.fold", "autodiff.",
    ),
    "reads or writes on this machine": (
        "io.", "summary.", "saved_model.", "train.", "print", "load_library", "load_op_library", "audio.",
        "compat.v1.io.", "compat.v1.gfile.", "compat.v1.train.", "compat.v1.saved_model.",
        "compat.v1.summary.",
        "image.decode_", "image.encode_", "image.adjust_jpeg_quality", "data.", "compat.v1.data.",
        "profiler.",
        "compat.v1.read_file", "compat.v1.write_file", "compat.v1.Print",
    ),
    "reaches below TensorFlow's public functions": ("raw_ops.", "experimental.", "__internal__.",
    "compat.v1.raw_ops."),
    "keeps a state or a device": (
        "Variable", "variable", "lookup.", "distribute.", "tpu.", "config.", "device", "queue.",
        "TensorArray",
        "compat.v1.get_variable", "compat.v1.placeholder", "compat.v1.assign", "compat.v1.tpu.", "timestamp",
        "control_dependencies", "group", "no_op", "init_scope", "keras.backend.set_",
        "keras.backend.variable",
    ),
}  # fmt: skip

# The same of operations in a graph.
REFUSED_NODES = {
    "draws random numbers": ("Random", "Stateless", "TruncatedNormal", "Multinomial",
    "ParameterizedTruncated"),
    "calls a function": ("PyFunc", "EagerPyFunc", "While", "If", "StatefulPartitionedCall",
    "PartitionedCall"),
    "reads or writes on this machine": ("Read", "Write", "Save", "Restore", "Matching", "Print", "Decode"),
    "keeps a state or a device": ("Variable", "VarHandle", "Assign", "HashTable", "LookupTable",
    "Placeholder"),
}  # fmt: skip


class Node(NamedTuple):
    """An operation in a graph of TensorFlow's, and the function above that calls it.

    Args:
        function: The function.
        inputs: The names of its arguments that are the operation's inputs, `FIRST` for the first of them,
            `ALL` for a list of all inputs but the others.
        attributes: The operation's attributes with the names of the arguments for them.
        only: Attributes with the one value at which the function is its equal.
        given: Arguments of the function that have one value only.
    """

    function: str
    inputs: tuple[str, ...] = ("",)
    attributes: tuple[tuple[str, str], ...] = ()
    only: tuple[tuple[str, Any], ...] = ()
    given: tuple[tuple[str, Any], ...] = ()


FIRST, ALL = "", "*"


def _two_inputs(names: dict[str, str]) -> dict[str, Node]:
    return {name: Node(function, (FIRST, "y")) for name, function in names.items()}


def _one_input(names: dict[str, str]) -> dict[str, Node]:
    return {name: Node(function) for name, function in names.items()}


def _reducing(names: dict[str, str]) -> dict[str, Node]:
    return {
        name: Node(function, (FIRST, "axis"), (("keep_dims", "keepdims"),))
        for name, function in names.items()
    }


_WINDOW = (("strides", "strides"), ("padding", "padding"), ("data_format", "data_format"))
_SLIDING = (*_WINDOW, ("dilations", "dilations"))
_BLOCKS = (("block_size", "block_size"), ("data_format", "data_format"))
_POOLING = (*_WINDOW, ("ksize", "ksize"))
_OF_PRODUCT = (
    ("adj_x", "adjoint_a"), ("adj_y", "adjoint_b"), ("transpose_a", "transpose_a"),
    ("transpose_b", "transpose_b"),
)  # fmt: skip
_CENTRES = (("half_pixel_centers", True), ("align_corners", False))

NODES = {
    **_two_inputs({
        "Add": "math.add", "AddV2": "math.add", "Sub": "math.subtract", "Mul": "math.multiply",
        "RealDiv": "math.truediv", "FloorDiv": "math.floordiv", "FloorMod": "math.floormod",
        "Pow": "math.pow",
        "Maximum": "math.maximum", "Minimum": "math.minimum", "Greater": "math.greater",
        "GreaterEqual": "math.greater_equal", "Less": "math.less", "LessEqual": "math.less_equal",
        "Equal": "math.equal", "NotEqual": "math.not_equal", "LogicalAnd": "math.logical_and",
        "LogicalOr": "math.logical_or", "SquaredDifference": "math.squared_difference",
        "DivNoNan": "math.divide_no_nan", "MulNoNan": "math.multiply_no_nan", "Xlogy": "math.xlogy",
        "Xdivy": "math.xdivy",
    }),
    "Atan2": Node("math.atan2", (FIRST, "x")),
    **_one_input({
        "Neg": "math.negative", "Abs": "math.abs", "Exp": "math.exp", "Expm1": "math.expm1",
        "Log": "math.log",
        "Log1p": "math.log1p", "Sqrt": "math.sqrt", "Rsqrt": "math.rsqrt", "Square": "math.square",
        "Reciprocal": "math.reciprocal", "Inv": "math.reciprocal", "Sin": "math.sin", "Cos": "math.cos",
        "Tan": "math.tan", "Asin": "math.asin", "Acos": "math.acos", "Atan": "math.atan", "Sinh": "math.sinh",
        "Cosh": "math.cosh", "Tanh": "math.tanh", "Asinh": "math.asinh", "Acosh": "math.acosh",
        "Atanh": "math.atanh", "Sign": "math.sign", "Floor": "math.floor", "Ceil": "math.ceil",
        "Round": "math.round", "Rint": "math.rint", "Erf": "math.erf", "Erfc": "math.erfc",
        "IsNan": "math.is_nan", "IsInf": "math.is_inf", "IsFinite": "math.is_finite",
        "LogicalNot": "math.logical_not", "Sigmoid": "math.sigmoid", "Softplus": "math.softplus",
        "Softsign": "nn.softsign", "Relu": "nn.relu", "Relu6": "nn.relu6", "Elu": "nn.elu", "Selu": "nn.selu",
        "Softmax": "nn.softmax", "LogSoftmax": "nn.log_softmax", "Identity": "identity",
        "StopGradient": "stop_gradient", "ZerosLike": "zeros_like", "OnesLike": "ones_like", "Shape": "shape",
        "Size": "size", "Rank": "rank", "L2Loss": "nn.l2_loss", "Lgamma": "math.lgamma",
        "Digamma": "math.digamma", "MatrixDeterminant": "linalg.det", "Cholesky": "linalg.cholesky",
    }),
    "LeakyRelu": Node("nn.leaky_relu", (FIRST,), (("alpha", "alpha"),)),
    "Cast": Node("cast", (FIRST,), (("DstT", "dtype"),)),
    **_reducing({
        "Mean": "math.reduce_mean", "Sum": "math.reduce_sum", "Prod": "math.reduce_prod",
        "Max": "math.reduce_max", "Min": "math.reduce_min", "Any": "math.reduce_any",
        "All": "math.reduce_all",
        "EuclideanNorm": "math.reduce_euclidean_norm",
    }),
    "ArgMax": Node("math.argmax", (FIRST, "axis"), (("output_type", "output_type"),)),
    "ArgMin": Node("math.argmin", (FIRST, "axis"), (("output_type", "output_type"),)),
    "Cumsum": Node("math.cumsum", (FIRST, "axis"), (("reverse", "reverse"), ("exclusive", "exclusive"))),
    "Cumprod": Node("math.cumprod", (FIRST, "axis"), (("reverse", "reverse"), ("exclusive", "exclusive"))),
    "TopKV2": Node("math.top_k", (FIRST, "k"), (("sorted", "sorted"),)),
    "SelectV2": Node("where", (FIRST, "x", "y")),
    "AddN": Node("math.add_n", (ALL,)),
    "BatchMatMul": Node("linalg.matmul", (FIRST, "b"), _OF_PRODUCT),
    "BatchMatMulV2": Node("linalg.matmul", (FIRST, "b"), _OF_PRODUCT),
    "MatMul": Node("linalg.matmul", (FIRST, "b"), _OF_PRODUCT),
    "ExpandDims": Node("expand_dims", (FIRST, "axis")),
    "Squeeze": Node("squeeze", (FIRST,), (("squeeze_dims", "axis"),)),
    "Transpose": Node("transpose", (FIRST, "perm")),
    "Reshape": Node("reshape", (FIRST, "shape")),
    "BroadcastTo": Node("broadcast_to", (FIRST, "shape")),
    "Tile": Node("tile", (FIRST, "multiples")),
    "ReverseV2": Node("reverse", (FIRST, "axis")),
    "Roll": Node("roll", (FIRST, "shift", "axis")),
    "Pad": Node("pad", (FIRST, "paddings")),
    "PadV2": Node("pad", (FIRST, "paddings", "constant_values")),
    "MirrorPad": Node("pad", (FIRST, "paddings"), (("mode", "mode"),)),
    "Fill": Node("fill", (FIRST, "value")),
    "Range": Node("range", (FIRST, "limit", "delta")),
    "ConcatV2": Node("concat", (ALL, "axis")),
    "Pack": Node("stack", (ALL,), (("axis", "axis"),)),
    "Unpack": Node("unstack", (FIRST,), (("axis", "axis"), ("num", "num"))),
    "Split": Node("split", ("axis", FIRST), (("num_split", "num_or_size_splits"),)),
    "SplitV": Node("split", (FIRST, "num_or_size_splits", "axis")),
    "Slice": Node("slice", (FIRST, "begin", "size")),
    "StridedSlice": Node("__operators__.getitem", (FIRST, "begin", "end", "strides")),
    "GatherV2": Node("gather", (FIRST, "indices", "axis"), (("batch_dims", "batch_dims"),)),
    "GatherNd": Node("gather_nd", (FIRST, "indices")),
    "OneHot": Node("one_hot", (FIRST, "depth", "on_value", "off_value"), (("axis", "axis"),)),
    "BiasAdd": Node("nn.bias_add", (FIRST, "bias"), (("data_format", "data_format"),)),
    "Conv2D": Node("nn.conv2d", (FIRST, "filters"), _SLIDING, (("explicit_paddings", []),)),
    "Conv3D": Node("nn.conv3d", (FIRST, "filters"), _SLIDING),
    "DepthwiseConv2dNative": Node(
        "nn.depthwise_conv2d", (FIRST, "filter"), _SLIDING, (("explicit_paddings", []),)
    ),
    "MaxPool": Node("nn.max_pool2d", (FIRST,), _POOLING),
    "AvgPool": Node("nn.avg_pool2d", (FIRST,), _POOLING),
    "DepthToSpace": Node("nn.depth_to_space", (FIRST,), _BLOCKS),
    "SpaceToDepth": Node("nn.space_to_depth", (FIRST,), _BLOCKS),
    "ResizeBilinear": Node("image.resize", (FIRST, "size"), (), _CENTRES),
    "ResizeNearestNeighbor": Node("image.resize", (FIRST, "size"), (), _CENTRES, (("method", "nearest"),)),
    "ResizeBicubic": Node("image.resize", (FIRST, "size"), (), _CENTRES, (("method", "bicubic"),)),
}  # fmt: skip
