"""A file's arrays as the weights of a model that was built from its upgraded config.

Begin with `moving.py`; how each Keras laid out a layer's arrays is in `arrangement.py`.
"""
