"""Compiles lambdas of arithmetic, and others, with the Python that runs it: a line of JSON for `codes.jsonl`.

    for python in 2.7 3.6 3.7 3.8 3.9 3.10 3.11 3.12 3.13; do python$python record.py; done > codes.jsonl

The line has the Python's version, and each lambda's code as `marshal` writes it, in base64. `WRITTEN`, which the
tests read too, has the lambdas as they are written.
"""

import base64
import json
import marshal
import sys

WRITTEN = {
    # Of arithmetic.
    "scaled": "lambda x: x / 127.5 - 1.0",
    "of whole numbers": "lambda x: 3 * x ** 2 - x % 2 // 1",
    "negative": "lambda x: -x",
    "from a number": "lambda x: 1.0 - x",
    "called": "lambda x: K.abs(x)",
    "by keyword": "lambda x: K.expand_dims(x, axis=-1)",
    "of a module": "lambda x: tf.math.reduce_mean(x, axis=[1, 2], keepdims=True)",
    "of two inputs": "lambda x: K.abs(x[0] - x[1])",
    "a column": "lambda x: x[:, 0]",
    "a part": "lambda x: x[:, 1:3]",
    "with a default": "lambda x, y=2: x * y",
    "with a shape": "lambda x: K.reshape(x, (-1, 2))",
    # Of more than that.
    "a condition": "lambda x: x if K.ndim(x) > 2 else -x",
    "a function inside": "lambda x: K.map_fn(lambda y: y * 2, x)",
    "a loop": "lambda x: [y for y in x]",
    "an attribute": "lambda x: x.shape",
    "any number of arguments": "lambda *x: x[0]",
    "a constant": "lambda x: 3",
}


def main():
    codes = {
        name: base64.b64encode(marshal.dumps(eval(text).__code__)).decode() for name, text in sorted(WRITTEN.items())
    }
    print(json.dumps({"python": ".".join(map(str, sys.version_info[:2])), "codes": codes}))


if __name__ == "__main__":
    main()
