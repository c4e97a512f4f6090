"""How signal and gradient pass through a model with its initial weights."""
