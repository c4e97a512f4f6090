"""How packages are installed that are needed now and then, for errors: none of them is one of ours."""

# What is told to `pip install`, by the package's name as people write it.
_DISTRIBUTIONS = {
    "matplotlib": "matplotlib",
    "SciPy": "scipy",
    "tf_keras": "tf_keras",
    "jax": "jax",
    "torch": "torch",
}


def how_to(package: str) -> str:
    """Returns the command that installs a package.

    Example:

    >>> how_to("SciPy")
    'pip install scipy'
    """
    return f"pip install {_DISTRIBUTIONS[package]}"
