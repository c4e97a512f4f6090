"""Values as JSON has words for them."""

import math
from typing import Any


def as_json(value: Any) -> Any:
    """Returns a value as dicts, lists, strings and numbers; `None` for a number that is not finite.

    Example:

    >>> as_json({"shape": (2, 3), "mean": float("nan")})
    {'shape': [2, 3], 'mean': None}
    """
    if isinstance(value, dict):
        return {key: as_json(part) for key, part in value.items()}
    if hasattr(value, "_asdict"):
        return as_json(value._asdict())
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [as_json(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
