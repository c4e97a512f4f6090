"""What the package's errors and notes advise in Python, as it is typed in a terminal."""

import re

# What is said in Python, and what to say instead. Where the command has no option for it, that says so.
_INSTEAD = {
    r"limit=None \(on the command line, --no-limit\)": "--no-limit",
    r"(?:Pass its class as )?`?custom_objects=\{('[^']*'): (?:layer|\.\.\.)\}`?": r"--custom \1=MODULE:CLASS",
    r"\bpass (it|its class|the class) in custom_objects": r"give \1 with --custom",
    r"must be passed in `custom_objects` or a `custom_object_scope`": "is given with --custom",
    r"\bin custom_objects\b": "given with --custom",
    r"load it with safe_mode=False": "add --unsafe",
    r"whatever safe_mode says": "with --unsafe too",
    r"call load_model\(architecture, weights=path\)": "upgrade the architecture's file with --weights FILE",
    r"\bby weights=path": "with --weights FILE",
    r"\bload the model with compile=False": "use keras_inits.load_model(path, compile=False) in Python",
    r"(?<!\.)\bload_model\(path, backend='(\w+)'\)": r"in Python, keras_inits.load_model(path, backend='\1')",
    r"\b(by|use) load_model\b": r"\1 keras_inits.load_model in Python",
    r"\b(by|to) (?:keras_inits\.)?load_weights\b(\([\w, ]*\))?": r"\1 keras_inits.load_weights\2 in Python",
}


def in_a_terminal(text: str) -> str:
    """Returns an error or a note with advice that can be followed in a terminal.

    Example:

    >>> in_a_terminal("the loss 'mine' is unknown: pass it in custom_objects")
    "the loss 'mine' is unknown: give it with --custom"
    """
    for pattern, words in _INSTEAD.items():
        text = re.sub(pattern, words, text)
    return text
