"""A config of any Keras as one of today's: nothing is built or run.

Begin with `models.py`, which walks through a model. Which kind of difference lives where:

- another name, another default, another word for an argument: a row of `tables.py`;
- an argument that means or looks otherwise: a function in `layers.py` or `values.py`;
- a layer that was dropped: a row of `dropped_layers.py`; one that computes otherwise now: a row of
  `changed_layers.py`; both are rebuilt out of today's layers by `rebuilt.py`;
- what has no equal today: an error in `differences.py`;
- which Keras wrote a file, and for which it is upgraded: `origin.py`;
- what shows only in a built model (a mask, a layer that the installed Keras computes wrongly): `build/`.
"""
