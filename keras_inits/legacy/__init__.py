"""Saved models of any Keras: reading a file, upgrading its config, moving its weights."""
