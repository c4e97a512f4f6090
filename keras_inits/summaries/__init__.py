"""What an initializer draws, next to what its formula asks for, as facts and as pictures.

Begin with `describing.py`. The distribution that a formula has is told in `expected_distributions.py`: a new
initializer that is no `Drawing` gets a row there.
"""
