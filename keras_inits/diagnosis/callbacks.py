"""What is called by `model.fit`."""

import io
import os
from typing import Any

import tensorflow as tf

from keras_inits.diagnosis import tensorboard_summaries
from keras_inits.diagnosis.diagnosing import diagnose
from keras_inits.diagnosis.reports import Diagnosis
from keras_inits.keras_compat.own import public

RUN = "initial_weights"
_CURVES = ("mean_square", "gradient_mean_square", "dead", "saturated", "effective_rank")


@public
class InitialWeights(tf.keras.callbacks.Callback):
    """Shows in TensorBoard what a model's weights are before training, and how signal passes through them.

    When training begins for the first time, the run `initial_weights` under `log_dir` is written:

    - a histogram of each weight, under the weight's name;
    - `diagnosis/mean_square`, `.../gradient_mean_square`, `.../dead`, `.../saturated` and
      `.../effective_rank` of `keras_inits.diagnose`: a curve each, whose steps are the layers' numbers;
    - `diagnosis/verdict`, the verdicts and the table as text;
    - `diagnosis/picture`, where matplotlib is installed.

    The package `tensorboard` is needed to look at these, and not to write them.

    Args:
        log_dir: The folder of the logs, as `tf.keras.callbacks.TensorBoard` takes it.
        x: The batch to pass through the model, as `keras_inits.diagnose` takes it: by default one is drawn.

    Raises:
        ValueError: When training begins, if the model is not built, or `x` is not given and the model does
            not tell the shapes of its inputs.

    Example:

    >>> import os, tempfile
    >>> import keras_inits
    >>> import tensorflow as tf
    >>> folder = tempfile.mkdtemp()
    >>> model = tf.keras.Sequential([tf.keras.layers.Input((4,)), tf.keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> callbacks = [keras_inits.InitialWeights(folder)]
    >>> _ = model.fit(tf.ones((8, 4)), tf.ones((8, 1)), verbose=0, callbacks=callbacks)
    >>> os.listdir(folder)
    ['initial_weights']
    """

    def __init__(self, log_dir: str | os.PathLike[str], x: Any = None):
        super().__init__()
        self.log_dir = log_dir
        self.x = x
        self._is_written = False

    def on_train_begin(self, logs: Any = None) -> None:
        """Writes the logs, unless that was done before."""
        if self._is_written:
            return
        diagnosis = diagnose(self.model, self.x)
        writer = tf.summary.create_file_writer(os.path.join(self.log_dir, RUN))
        with writer.as_default(), tf.summary.record_if(True):
            for weight in self.model.weights:
                tensorboard_summaries.write_histogram(_name(weight), weight.numpy(), 0)
            _write_diagnosis(diagnosis)
        writer.close()
        self._is_written = True


def _name(weight: Any) -> str:
    # The name of a weight of Keras 3 is without its layer's.
    return getattr(weight, "path", weight.name).removesuffix(":0")


def _write_diagnosis(diagnosis: Diagnosis) -> None:
    for number, layer in enumerate(diagnosis.layers):
        for curve in _CURVES:
            value = getattr(layer, curve)
            if value is not None:
                tensorboard_summaries.write_scalar(f"diagnosis/{curve}", value, number)
    text = f"{diagnosis.verdict}\n\n```\n{diagnosis}\n```"
    tensorboard_summaries.write_text("diagnosis/verdict", text, 0)
    try:
        figure = diagnosis.plot()
    except ImportError:
        return
    png = io.BytesIO()
    figure.savefig(png, format="png")
    width, height = map(int, figure.canvas.get_width_height())
    tensorboard_summaries.write_png("diagnosis/picture", png.getvalue(), (width, height), 0)
