"""From today's config to a model: built within bounds, with the masks and the training that it had.

`building.py` comes first. `bounds.py` stops what would draw more than the file has values for;
`quirks.py` has what a layer of today's Keras does wrong once it is built, `masks.py` where it loses a mask,
`old_masks.py` what is put right of that.
What a config can say is decided in `config/`, before.
"""
