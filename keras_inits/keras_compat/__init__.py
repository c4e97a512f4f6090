"""The only door to Keras' and TensorFlow's own machinery, whichever Keras `tf.keras` is.

What differs between versions is a row or a function here, with the version next to it; the other rooms ask
and do not know. Begin with `versions.py`, and `capabilities.py` for what an older Keras 3 cannot do. Names
that are not public are used here alone, each in the module that says which versions have it.
"""
