"""What TensorBoard shows, written as it reads it by TensorFlow alone, without the package `tensorboard`.

Each kind of summary is a tensor and the name of the TensorBoard plugin that shows it. What the tensors hold
is said in `tensorboard/plugins/*/metadata.py` and `summary_v2.py`; it is version 0 of each, the only one in
TensorBoard 2.
"""

from typing import Any

import numpy as np
import tensorflow as tf

BUCKETS = 30


def write_histogram(tag: str, values: np.ndarray, step: int) -> None:
    """Writes how often values of an array occur, into the default writer; what is not finite is left out."""
    values = values[np.isfinite(values)].astype(np.float64)
    counts, edges = np.histogram(values, BUCKETS) if values.size else (np.zeros(0), np.zeros(1))
    _write("histograms", tag, np.stack([edges[:-1], edges[1:], counts], axis=1), step)


def write_scalar(tag: str, value: float, step: int) -> None:
    """Writes a number."""
    _write("scalars", tag, np.float32(value), step)


def write_text(tag: str, markdown: str, step: int) -> None:
    """Writes a text."""
    _write("text", tag, markdown, step)


def write_png(tag: str, png: bytes, size: tuple[int, int], step: int) -> None:
    """Writes a picture of some width and height, in pixels."""
    width, height = size
    _write("images", tag, [str(width).encode(), str(height).encode(), png], step)


def _write(plugin: str, tag: str, tensor: Any, step: int) -> None:
    data = tf.compat.v1.SummaryMetadata.PluginData(plugin_name=plugin)
    tf.summary.write(tag, tensor, step, tf.compat.v1.SummaryMetadata(plugin_data=data))
