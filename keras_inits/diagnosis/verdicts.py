"""What the measures of a layer, and of a model, mean in words."""

import collections
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from keras_inits.diagnosis.activations import Activation
from keras_inits.diagnosis.blocks import Block
from keras_inits.diagnosis.kernels import Kernel

# A factor within these counts as 1 where the initializer explains it.
HELD = (0.75, 1 / 0.75)
# The same of the factor per layer, where all layers together change the signal by more than `TOGETHER`.
HELD_PER_LAYER = (0.9, 1 / 0.9)
TOGETHER = 10.0
# Samples that are alike leave half of all units at zero, and nothing is wrong with these.
MANY_DEAD, MANY_SATURATED = 0.55, 0.25
LOW_BIAS = -0.5
# Of fewer values, a kernel's scale does not tell the initializer's.
ENOUGH_TO_TELL = 1000
# Samples count as alike below this effective rank, where it could be several times that.
ALIKE, RANK_TO_TELL = 1.5, 8
# How many layers a sentence names.
NAMED = 3


class Measures(NamedTuple):
    """What was measured of a layer's activations, as `LayerDiagnosis` has it, and what explains it."""

    mean_square: float
    gradient_mean_square: float | None
    dead: float | None
    saturated: float | None
    effective_rank: float
    greatest_rank: int
    # How many values of each unit there are.
    observations: int
    bias_mean: float


def of_layer(measured: Measures, activation: Activation | None, block: Block | None) -> str:
    """Returns the verdict on a layer, empty where nothing is to be said."""
    if not math.isfinite(measured.mean_square):
        return "not finite"
    if measured.mean_square == 0:
        return f"no signal: all is zero{_by_biases(measured)}"
    found = [*_of_units(measured, activation, block)]
    if measured.gradient_mean_square is None:
        found.append("no gradient arrives")
    elif not math.isfinite(measured.gradient_mean_square):
        found.append("its gradient is not finite")
    if block is not None:
        found += _of_block(measured, block)
    return "; ".join(found)


def _of_units(measured: Measures, activation: Activation | None, block: Block | None) -> list[str]:
    found = []
    if _has_many_dead(measured):
        found.append(f"{_percent(measured.dead or 0.0)} of its units are dead{_by_biases(measured)}")
    if _is_saturated(measured):
        advice = ""
        if block is not None and activation is not None and _excess(block.kernel, activation) > 0:
            advice = f", which {recommendation(block.kernel, activation)} would keep off them"
        found.append(f"{_percent(measured.saturated or 0.0)} of its values are at its flat ends{advice}")
    return found


def _has_many_dead(measured: Measures) -> bool:
    # A unit is zero for a few samples by chance.
    return (measured.dead or 0.0) > MANY_DEAD + 0.5**measured.observations


def _is_saturated(measured: Measures) -> bool:
    return (measured.saturated or 0.0) > MANY_SATURATED


def _is_alike(measured: Measures, block: Block) -> bool:
    can_tell = block.is_judged and measured.greatest_rank >= RANK_TO_TELL
    return can_tell and measured.effective_rank < ALIKE


def _by_biases(measured: Measures) -> str:
    has_why = measured.bias_mean < LOW_BIAS and measured.dead
    return f", kept so by biases of {measured.bias_mean:.2g} on average" if has_why else ""


def _of_block(measured: Measures, block: Block) -> list[str]:
    if block.is_normalized:
        return ["normalized behind it, so its scale does not matter"]
    if block.activation is None:
        return []
    found = []
    cure = recommended(block)
    excuse = ", but not because of its initializer" if block.kernel.size >= ENOUGH_TO_TELL else ""
    advice = f"; {cure} would hold it" if cure else excuse
    for what, factor in _not_held(block).items():
        verb = "shrinks" if factor < 1 else "grows"
        found.append(f"{what} {verb} by a factor of {_factor(factor)}{advice if what == 'signal' else ''}")
    if _is_alike(measured, block):
        found.append("samples have become alike")
    return found or (["held"] if block.activation.holds_signal else [])


def _not_held(block: Block) -> dict[str, float]:
    """Returns by how much a block changes the signal or the gradient, where it does not hold them."""
    bounds = HELD if recommended(block) else _fluctuating(block)
    factors = {"signal": block.signal if block.is_judged else None, "gradient": block.gradient}
    return {
        what: factor
        for what, factor in factors.items()
        if factor is not None and not _is_within(factor, bounds)
    }


def _fluctuating(block: Block) -> tuple[float, float]:
    """Returns the range of factors of a layer that holds the signal on average; a wide layer's is near 1."""
    upper = HELD[1] * (1.0 + 2.0 * math.sqrt(5.0 / block.units))
    return 1 / upper, upper


def recommended(block: Block) -> str | None:
    """Returns the initializer that would hold the signal, where the layer's own is why it is not held."""
    if block.activation is None or not block.is_judged:
        return None
    excess = _excess(block.kernel, block.activation)
    is_cause = (excess < 0 and block.signal < HELD[0]) or (excess > 0 and block.signal > HELD[1])
    return recommendation(block.kernel, block.activation) if is_cause else None


def _excess(kernel: Kernel, activation: Activation) -> int:
    """1 if a kernel's values are larger than the recommended initializer's, -1 if smaller, 0 if alike."""
    # The mean square of few values is a rough estimate.
    tolerance = HELD[1] * (1.0 + 3.0 * math.sqrt(2.0 / kernel.size))
    ratio = kernel.scale / _wanted_scale(kernel, activation)
    return (ratio > tolerance) - (ratio < 1 / tolerance)


def _wanted_scale(kernel: Kernel, activation: Activation) -> float:
    fan_in, fan_out = kernel.fans
    if activation.mode == "fan_avg" and fan_in == kernel.inputs:
        return activation.scale * 2 * fan_in / (fan_in + fan_out)
    return activation.scale


def recommendation(kernel: Kernel, activation: Activation) -> str:
    """Returns the initializer for a kernel in front of an activation function, as code."""
    if kernel.fans[0] != kernel.inputs:
        # An initializer takes other fans from the shape than the layer has.
        return f"RandomNormal(stddev={math.sqrt(activation.scale / kernel.inputs):.3g})"
    if activation.initializer == "VarianceScaling":
        return f"VarianceScaling(scale={activation.scale:.3g})"
    return f"{activation.initializer}()"


def of_model(
    names: Sequence[str],
    measured: Sequence[Measures],
    blocks: Mapping[int, Block],
    signal_chain: Sequence[Block],
    gradient_chain: Sequence[Block],
) -> str:
    """Returns the verdict on a model, in sentences."""
    for name, one in zip(names, measured):
        if not math.isfinite(one.mean_square):
            return f"The signal is not finite from {name} on."
        if one.mean_square == 0:
            return f"There is no signal behind {name}."
    changes = [
        _change("signal", [block.signal for block in signal_chain], recommended_most(signal_chain)),
        _change("gradient", [block.gradient for block in gradient_chain if block.gradient], None),
    ]
    said = [change for change in changes if change]
    said = said or _of_each({names[number]: block for number, block in blocks.items()})
    normalized = sum(block.is_normalized for block in blocks.values())
    if normalized:
        said.append(f"Normalization holds the signal behind {_counted(normalized, 'weighted layer')}.")
    dead = sum(map(_has_many_dead, measured))
    if dead:
        said.append(f"{_counted(dead, 'layer')} with dead units.")
    saturated = sum(map(_is_saturated, measured))
    if saturated:
        said.append(f"{_counted(saturated, 'saturated layer')}.")
    alike = [names[number] for number, block in blocks.items() if _is_alike(measured[number], block)]
    if alike:
        said.append(f"From {alike[0]} on, samples are alike.")
    return " ".join(said) or "There is no weighted layer to judge."


def _of_each(blocks: Mapping[str, Block]) -> list[str]:
    """Returns what is said of a model whose layers, here by their names, make no trend together."""
    at_fault = [block for block in blocks.values() if recommended(block)]
    if at_fault:
        layers = _counted(len(at_fault), "weighted layer")
        return [f"The signal is not held by {layers}; {recommended_most(at_fault)} would hold it."]
    judged = {name: block for name, block in blocks.items() if block.is_judged}
    odd = [name for name, block in judged.items() if _not_held(block)]
    if not judged:
        return []
    if len(odd) == len(judged):
        return [f"Signal or gradient are not held by {_listed(odd)}."]
    layers = _counted(len(judged), "weighted layer")
    if odd:
        stand = "stands" if len(odd) == 1 else "stand"
        return [f"Signal and gradient are held by {layers} together; {_listed(odd)} {stand} out."]
    return [f"Signal and gradient are held by {layers}."]


def _change(what: str, factors: Sequence[float], cure: str | None) -> str | None:
    """Returns how a number of layers together change the signal or the gradient; `None` if they hold it."""
    factors = [factor for factor in factors if 0 < factor < math.inf]
    logarithm = sum(math.log(factor) for factor in factors)
    per_layer = math.exp(logarithm / max(len(factors), 1))
    if abs(logarithm) < math.log(TOGETHER) or _is_within(per_layer, HELD_PER_LAYER):
        return None
    verb = "vanishes" if per_layer < 1 else "explodes"
    advice = f"; {cure} would hold it" if cure else ""
    return (
        f"The {what} {verb} by a factor of {_factor(per_layer)} per layer "
        f"over {_counted(len(factors), 'weighted layer')}{advice}."
    )


def recommended_most(blocks: Sequence[Block]) -> str | None:
    """Returns the initializer that is recommended for most layers, `None` if none is for any."""
    cures = collections.Counter(filter(None, map(recommended, blocks)))
    return cures.most_common(1)[0][0] if cures else None


def _listed(names: Sequence[str]) -> str:
    """Returns some names in a sentence, the first of many."""
    if len(names) > NAMED:
        return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _is_within(factor: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= factor <= bounds[1]


def _factor(number: float) -> str:
    return f"{number:.2g}" if number < 100 else f"{number:.3g}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
