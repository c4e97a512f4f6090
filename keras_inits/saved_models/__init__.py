"""Saved models of any Keras: read, upgraded, built, and filled with their weights.

`load.py` is the whole of it as a list of steps; each step is a room: `files/` turns bytes into a config and
arrays, `config/` an old config into one of today's, `build/` that config into a model, `weights/` gives it
the arrays. Files may come from anyone: what they contain is data here, never code.
"""
