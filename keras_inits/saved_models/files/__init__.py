"""Bytes of a file as a plain config and named arrays, within bounds, and without building anything.

Begin with `reading.py` for configs and `weight_files.py` for arrays, which `stored.py` describes. A file
format is a module here, and a row of `FORMATS` in `reading.py`, in `weight_files.py` or in both.
"""
