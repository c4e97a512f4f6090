"""Bytes of a file as a plain config and named arrays, within bounds, and without building anything.

Begin with `reading.py` for configs and `stored.py` for arrays. A file format is
a module here, and a row of `FORMATS` in `reading.py`.
"""
