"""What `upgrade` tells of a file that it upgraded, in a terminal and on a page."""

from typing import TYPE_CHECKING

from keras_inits.cli import output

if TYPE_CHECKING:
    from keras_inits.saved_models.convert import Converted

# Of which the file is, where that is not Keras 3: by the package of `tf.keras`.
_KERAS_2 = {"tf_keras": "tf_keras", "keras": "Keras 2"}


def verdict_of(one: "Converted") -> str:
    """Returns whether a file was written, or could be; one of Keras 2 or tf_keras is said to be so."""
    from keras_inits.keras_compat import versions

    done = "upgraded" if one.new else "can be upgraded"
    return done if versions.is_keras_3() else f"{done} for {_KERAS_2[versions.package()]}"


def figures_of(one: "Converted") -> str:
    """Returns how many changes were made, and how far the predictions differ."""
    return f"{output.counted(len(one.notes), 'change')}, largest difference {one.difference:.2g}"
