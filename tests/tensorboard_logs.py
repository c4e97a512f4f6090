"""Reads logs for TensorBoard."""

import collections

import tensorflow as tf


def summaries_in(folder):
    """All summaries in a folder: by tag, their steps, plugins and arrays."""
    found = collections.defaultdict(list)
    for record in tf.data.TFRecordDataset(list(map(str, folder.glob("events*")))):
        event = tf.compat.v1.Event.FromString(record.numpy())
        for value in event.summary.value:
            plugin = value.metadata.plugin_data.plugin_name
            found[value.tag].append((event.step, plugin, tf.make_ndarray(value.tensor)))
    return found
