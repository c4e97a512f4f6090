"""A config of any Keras as one of today's: nothing is built or run.

Begin with `tables.py`: where versions differ by data, it is a row there; where they differ by logic, a
function in `layers.py` or `values.py`. `models.py` walks through a model. What today's Keras lacks is
rebuilt in `rebuilt.py`, what no Keras of today can do is refused in `differences.py`.
"""
