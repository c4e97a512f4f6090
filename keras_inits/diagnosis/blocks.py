"""A weighted layer with the activation function behind it, and by how much the two change the signal."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from keras_inits.diagnosis import activations, kernels
from keras_inits.diagnosis.activations import Activation
from keras_inits.diagnosis.kernels import Kernel
from keras_inits.diagnosis.recording import LayerCall, Recording


class Block(NamedTuple):
    """A weighted layer and the activation function behind it.

    Args:
        kernel: The layer's kernel.
        activation: The function, the layer's own or of the one layer that takes its output; `None` where
            that cannot be told.
        units: The smaller number of its inputs and outputs.
        is_normalized: Whether a normalization takes its output, so that its scale is no matter.
        signal: The mean square behind the function over that of the layer's input.
        gradient: The sum of the squares of the gradient at the layer's input over that behind the function;
            `None` where others take that input too, where no gradient arrives, and for a model's last
            softmax or sigmoid, whose slope is no fault.
    """

    kernel: Kernel
    activation: Activation | None
    units: int
    is_normalized: bool
    signal: float
    gradient: float | None

    @property
    def is_judged(self) -> bool:
        """Whether its factors should be 1."""
        return not self.is_normalized and self.activation is not None and self.activation.holds_signal


def blocks_of(recording: Recording) -> dict[int, Block]:
    """Returns the blocks of a recorded model, by the number of the weighted layer's call."""
    takers: dict[int, list[LayerCall]] = {}
    for call in recording.calls:
        for tensor in {id(tensor): tensor for tensor in call.inputs}.values():
            takers.setdefault(id(tensor), []).append(call)
    blocks = {}
    for number, call in enumerate(recording.calls):
        kernel = kernels.of(call.layer) if call.inputs else None
        if kernel is not None:
            blocks[number] = _block(call, kernel, takers, recording)
    return blocks


def _block(
    call: LayerCall, kernel: Kernel, takers: dict[int, list[LayerCall]], recording: Recording
) -> Block:
    behind = _not_inside(call, takers.get(id(call.output), []))
    activation, output = activations.of(call.layer), call.output
    is_linear = activations.name_of(call.layer) == "linear"
    if is_linear and len(behind) == 1 and activations.is_only_activation(behind[0].layer):
        activation, output = activations.of(behind[0].layer), behind[0].output
    elif is_linear and not behind and not any(output is tensor for tensor in recording.outputs):
        # What takes it is no layer, and may be any function.
        activation = None
    taken = call.inputs[0]
    is_last = any(output is tensor for tensor in recording.outputs)
    is_answer = activation is not None and not activation.holds_signal and is_last
    squares = recording.mean_squares
    with np.errstate(all="ignore"):
        signal = np.float64(squares[id(output)]) / squares[id(taken)]
    return Block(
        kernel,
        activation,
        max(1, min(math.prod(taken.shape[1:]), math.prod(output.shape[1:]))),
        any(_is_normalization(taker.layer) for taker in behind),
        float(signal),
        None if is_answer else _gradient_ratio(taken, output, takers, recording),
    )


def signal_chain(recording: Recording, blocks: dict[int, Block]) -> tuple[Block, ...]:
    """Returns the longest chain of judged blocks in which nothing gives the signal a new scale."""
    return _longest_chain(recording, blocks, lambda block: block.is_judged, _gives_new_scale)


def gradient_chain(recording: Recording, blocks: dict[int, Block]) -> tuple[Block, ...]:
    """Returns the longest chain of blocks with a gradient to judge, and no normalization in between.

    The slope of a sigmoid takes from the gradient what it does not take from the signal.
    """
    return _longest_chain(
        recording,
        blocks,
        lambda block: block.gradient is not None and not block.is_normalized,
        _is_normalization,
    )


def _longest_chain(
    recording: Recording,
    blocks: dict[int, Block],
    counts: Callable[[Block], bool],
    ends_a_chain: Callable[[Any], bool],
) -> tuple[Block, ...]:
    chains: dict[int, tuple[Block, ...]] = {}
    for number, call in enumerate(recording.calls):
        inside = (one.output for one in recording.calls[:number] if one.name.startswith(f"{call.name}/"))
        before = (chains.get(id(tensor), ()) for tensor in (*call.inputs, *inside))
        chain = () if ends_a_chain(call.layer) else max(before, key=len, default=())
        block = blocks.get(number)
        chains[id(call.output)] = (*chain, block) if block is not None and counts(block) else chain
    return max(chains.values(), key=len, default=())


def _gives_new_scale(layer: Any) -> bool:
    activation = activations.of(layer)
    return _is_normalization(layer) or activation is None or not activation.holds_signal


def _is_normalization(layer: Any) -> bool:
    return "Normalization" in type(layer).__name__


def _not_inside(call: LayerCall, takers: list[LayerCall]) -> list[LayerCall]:
    """Returns the calls that take a call's output, but for layers that hand it to an inner one."""
    return [one for one in takers if not any(other.name.startswith(f"{one.name}/") for other in takers)]


def _gradient_ratio(
    taken: Any, output: Any, takers: dict[int, list[LayerCall]], recording: Recording
) -> float | None:
    before, behind = (recording.gradient_mean_squares.get(id(tensor)) for tensor in (taken, output))
    is_output = any(taken is tensor for tensor in recording.outputs)
    if before is None or not behind or is_output or len(takers[id(taken)]) > 1:
        return None
    return before * math.prod(taken.shape) / (behind * math.prod(output.shape))
