"""`diagnose`: how signal and gradient pass through a model, layer by layer."""

from typing import Any

import numpy as np
import tensorflow as tf

from keras_inits.diagnosis import activations, kernels, measures, probes, recording, verdicts
from keras_inits.diagnosis.blocks import Block, blocks_of, gradient_chain, signal_chain
from keras_inits.diagnosis.recording import LayerCall, Recording
from keras_inits.diagnosis.reports import Diagnosis, LayerDiagnosis
from keras_inits.keras_compat import backend_gradients, versions
from keras_inits.keras_compat.own import public

# Of all that is drawn here, so that a model is diagnosed alike each time.
SEED = 0


@public
def diagnose(model: Any, x: Any = None, batch: int | None = None) -> Diagnosis:
    """Tells how signal and gradient pass through a model with the weights that it has.

    For each layer: the mean square of its activations and of the gradient with respect to them, how many of
    its units are dead and of its values saturated, the effective rank of the activations, and what that means
    in words. For a layer whose own initializer is at fault, the one that would hold the signal is named.

    The gradient is that of `sum(r * y)` over the model's outputs `y`, each with a factor `r` of its own from
    the standard normal distribution. So it needs neither targets nor a loss, has a mean square of 1 at the
    output, and its mean square elsewhere is that of the Jacobian's entries, summed over outputs.

    The model runs as in inference, but `BatchNormalization` normalizes by the batch, as in training:
    with its initial statistics it would do nothing. The model's weights, statistics and states are afterwards
    as they were, and so are all global generators of random numbers.

    Args:
        model: A built model of `tf.keras`, or a layer: Sequential, functional, nested, subclassed.
        x: A batch: an array or tensor, or a list, tuple or dict of these for a model of several inputs. By
            default one is drawn with a fixed seed: standard normal values; for an `Embedding`, whole numbers
            below its `input_dim`. An axis of open length has 64 positions there.
        batch: How many samples are drawn; by default 32, or fewer, but at least 4, where inputs hold more
            than 2^14 values.

    Returns:
        A `Diagnosis`: `layers`, a tuple of `LayerDiagnosis`, and `verdict`, a string. As text it is a table;
        `to_dict()` is for JSON; `plot(path)` draws it.

    Raises:
        TypeError: If `model` is no layer of `tf.keras`, or `x` is none of these.
        ValueError: If the model is not built, does not tell its inputs' shapes while `x` is not given, or
            gives no floating point output; if `x` has no samples, or other shapes than the model takes, or is
            text, with which Keras computes on TensorFlow alone; if both `x` and `batch` are given, or `batch`
            is not positive.
        RuntimeError: If Keras' backend does not execute eagerly, as in a graph of TensorFlow's or a function
            that JAX traces, or if it takes no gradients; on JAX, which traces the model, if a layer asks for
            values.

    Example:

    >>> import keras_inits
    >>> import tensorflow as tf
    >>> dense = [tf.keras.layers.Dense(256, "relu", kernel_initializer="glorot_normal") for _ in range(20)]
    >>> diagnosis = keras_inits.diagnose(tf.keras.Sequential([tf.keras.Input((256,)), *dense]))
    >>> "The signal vanishes" in diagnosis.verdict, "HeNormal() would hold it" in diagnosis.verdict
    (True, True)

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks",
    2010; He et al., "Delving Deep into Rectifiers", 2015; Schoenholz et al., "Deep Information Propagation",
    2017.
    """
    _check(model, x, batch)
    generator = np.random.default_rng(SEED)
    inputs = probes.made_for(model, batch, generator) if x is None else probes.taken_from(x, model)
    recorded = recording.record(model, inputs, generator, x_is_made=x is None)
    blocks = blocks_of(recorded)
    measured = [_measure(call, recorded) for call in recorded.calls]
    layers = tuple(
        _diagnosed(call, one, blocks.get(number))
        for number, (call, one) in enumerate(zip(recorded.calls, measured))
    )
    squares = [recorded.mean_squares[id(tensor)] for tensor in recorded.inputs]
    chains = signal_chain(recorded, blocks), gradient_chain(recorded, blocks)
    verdict = verdicts.of_model([layer.name for layer in layers], measured, blocks, *chains)
    return Diagnosis(model.name, float(np.mean(squares)) if squares else None, layers, verdict)


def _check(model: Any, x: Any, batch: int | None) -> None:
    if not isinstance(model, tf.keras.layers.Layer):
        hint = versions.hint_of_another(model)
        raise TypeError(f"`model` must be a model or a layer of `tf.keras`{hint}. Received: model={model!r}")
    backend_gradients.check_eager("`diagnose`")
    if not model.built:
        raise ValueError(f"The model is not built: call it on a batch first. Received: model={model.name}")
    if batch is not None and x is not None:
        raise ValueError(f"`batch` is for the batch that is drawn where `x` is None. Received: batch={batch}")
    if batch is not None and (not isinstance(batch, int) or batch < 1):
        raise ValueError(f"`batch` must be a positive integer. Received: batch={batch!r}")


def _measure(call: LayerCall, recorded: Recording) -> verdicts.Measures:
    values = recording.as_array(call.output)
    activation = activations.of(call.layer)
    is_channels_first = getattr(call.layer, "data_format", None) == "channels_first" and values.ndim > 2
    axis = 1 if is_channels_first else -1
    matrix = measures.as_matrix(values, axis)
    dead = activation is not None and activation.is_zero_below and values.ndim > 1
    return verdicts.Measures(
        mean_square=recorded.mean_squares[id(call.output)],
        gradient_mean_square=recorded.gradient_mean_squares[id(call.output)],
        dead=measures.dead_share(values, axis) if dead else None,
        saturated=activation and activations.saturated_share(activation, values),
        effective_rank=measures.effective_rank(matrix),
        greatest_rank=min(matrix.shape),
        observations=values.size // max(values.shape[axis], 1) if values.ndim else 1,
        bias_mean=kernels.bias_mean(call.layer),
    )


def _diagnosed(call: LayerCall, measured: verdicts.Measures, block: Block | None) -> LayerDiagnosis:
    shown = {name: value for name, value in measured._asdict().items() if name in LayerDiagnosis._fields}
    verdict = verdicts.of_layer(measured, activations.of(call.layer), block)
    return LayerDiagnosis(
        call.name, type(call.layer).__name__, tuple(call.output.shape), **shown, verdict=verdict
    )
