"""Errors of other libraries in a few words."""


def first_line(error: BaseException) -> str:
    """Returns the first line of an error's message, or its class where it has none."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def in_a_line(error: BaseException) -> str:
    """Returns the whole of an error's message as one line."""
    return " ".join(str(error).split())


def reason(error: BaseException) -> str:
    """Returns what is wrong: the system's own words, those of a `ValueError`, else with the error's class."""
    words = getattr(error, "strerror", None) or first_line(error)
    is_told = isinstance(error, (OSError, ValueError)) or words == type(error).__name__
    return words if is_told else f"{type(error).__name__}: {words}"
