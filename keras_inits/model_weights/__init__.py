"""The initial weights of whole models: `seeded`, `replay`, `reinitialize`, `uninitialized`.

Begin with `recorded_builds.py`, which finds the initializer of each weight, and `weight_paths.py`, which says
what a seed of a weight follows from: those formulas are versioned, and never change.
"""
