"""How signal and gradient pass through a model at its initial weights, layer by layer.

Begin with `diagnosing.py`; what is measured is in `measures.py`, what it means in `verdicts.py`.
"""
