"""Numbers out of a key and a counter: streams and their parts, formulas, and what each Keras did with seeds.

Functions of plain values; no class that a user sees. Begin with `streams.py`, the one place that draws, then
`formulas.py`; `eras.py` is the table of what differed between Keras versions. Every value here is a promise:
a change that moves one bit breaks what the tests recorded.
"""
