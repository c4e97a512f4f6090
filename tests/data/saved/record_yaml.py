"""Write the architecture of a recorded model in YAML, with the real old Keras that saved it.

    python record_yaml.py OLD_KERAS_FOLDER FILE.h5...   # an unpacked wheel, by ../eras/old_keras.py

Writes FILE.yaml next to each; its weights and predictions are those of FILE.h5 and FILE.npz.
"""

import json
import os
import sys

import h5py

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "eras"))
import old_keras

if __name__ == "__main__":
    keras = old_keras.load(sys.argv[1])
    for path in sys.argv[2:]:
        with open(os.path.splitext(path)[0] + ".yaml", "w") as file:
            with h5py.File(path) as saved:
                config = json.loads(saved.attrs["model_config"])
            file.write(keras.models.model_from_config(config).to_yaml())
