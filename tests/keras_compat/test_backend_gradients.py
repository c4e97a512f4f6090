"""Gradients with respect to what a function computes, on the backend that Keras runs on."""

import numpy as np
import pytest
import tensorflow as tf
from diagnosis.models import ops

from keras_inits.keras_compat import backend, backend_gradients, backend_tensors

jax_only = pytest.mark.skipif(backend.name() != "jax", reason="JAX alone has it")
torch_only = pytest.mark.skipif(backend.name() != "torch", reason="torch alone has it")


def tensor(values):
    return backend_tensors.of_array(np.asarray(values), "float32")


def differentiated(function, x, factor=1.0):
    """The values and gradients of a function that returns outputs and named tensors, as arrays."""

    def factors(shape, dtype):
        return backend_tensors.of_array(np.full(shape, factor), dtype)

    found = backend_gradients.differentiated(function, x, factors)
    return tuple([None if one is None else backend_tensors.as_numpy(one) for one in some] for some in found)


class TestDifferentiated:
    def test_of_inputs_outputs_and_what_is_between(self):
        def cube(x, tape):
            square = x * x
            output = square * x
            return [output], [x, square, output]

        values, gradients = differentiated(cube, tensor([2.0, 3.0]), factor=10.0)
        assert [value.tolist() for value in values] == [[2.0, 3.0], [4.0, 9.0], [8.0, 27.0]]
        assert [one.tolist() for one in gradients] == [[120.0, 270.0], [20.0, 30.0], [10.0, 10.0]]

    def test_of_all_uses_of_a_tensor(self):
        def used_twice(x, tape):
            double = x * 2.0
            return [double * 3.0, double * 4.0], [double]

        assert differentiated(used_twice, tensor([1.0]))[1][0].tolist() == [7.0]

    def test_none_without_a_path_and_zero_at_the_end_of_one(self):
        def stopped(x, tape):
            double, zero = x * 2.0, x * 0.0
            # Zero times all that comes.
            return [ops.stop_gradient(double) + (x + 1.0) * zero], [double, x + 5.0, x]

        _, (of_double, of_unused, of_x) = differentiated(stopped, tensor([0.0]))
        assert (of_double, of_unused) == (None, None)
        assert of_x.tolist() == [0.0]

    def test_of_a_constant_that_is_watched(self):
        def constant(x, tape):
            one = tensor([5.0])
            tape.watch(one)
            return [x * one], [one]

        assert differentiated(constant, tensor([3.0]))[1][0].tolist() == [3.0]

    def test_in_structures_with_integers(self):
        def picked(x, tape):
            numbers, chosen = x["numbers"], x["chosen"]
            assert (tape.follows(numbers), tape.follows(chosen), tape.follows(None)) == (True, False, False)
            return [numbers * ops.cast(chosen, "float32")], [numbers]

        x = {"numbers": tensor([1.0, 2.0, 3.0]), "chosen": backend_tensors.of_array(np.eye(3)[1], "int32")}
        assert differentiated(picked, x)[1][0].tolist() == [0.0, 1.0, 0.0]

    def test_values_are_objects_of_their_own(self):
        def same(x, tape):
            return [x], [x, x * 1.0, ops.reshape(x, (1,))]

        x = tensor([1.0])
        values, _ = backend_gradients.differentiated(same, x, lambda shape, dtype: tensor([1.0]))
        assert len(set(map(id, values))) == len({id(one) for one in values}) >= 2

    def test_the_caller_s_tensor_is_as_it_was(self):
        x = tensor([1.0])
        differentiated(lambda x, tape: ([x * 2.0], [x]), x)
        assert not getattr(x, "requires_grad", False)

    @pytest.mark.skipif(backend.is_tensorflow(), reason="TensorFlow maps inside a graph")
    def test_nothing_inside_a_function_that_is_mapped(self):
        followed = []

        def mapped(x, tape):
            def inner(row):
                result = row * 2.0
                followed.append(tape.follows(result))
                return result

            return [ops.vectorized_map(inner, x)], [x]

        _, (gradient,) = differentiated(mapped, tensor([[1.0], [2.0]]))
        assert gradient.tolist() == [[1.0 * 2], [1.0 * 2]]
        assert not any(followed)

    @jax_only
    def test_nothing_inside_a_function_that_jax_compiles(self):
        import jax

        followed = []

        def compiled(x, tape):
            inner = jax.jit(lambda x: followed.append(tape.follows(x)) or x * 2.0)
            result = inner(x)
            assert tape.follows(result)
            return [result], [x]

        assert differentiated(compiled, tensor([1.0]))[1][0].tolist() == [2.0]
        assert followed == [False]

    @torch_only
    @pytest.mark.parametrize("mode", ["no_grad", "inference_mode"])
    def test_where_torch_keeps_no_graph(self, mode):
        import torch

        with getattr(torch, mode)():
            x = tensor([3.0])
            assert differentiated(lambda x, tape: ([x * x], [x]), x)[1][0].tolist() == [6.0]

    @torch_only
    def test_a_tensor_that_a_layer_keeps_is_as_it_was(self):
        kept = tensor([1.0])

        def gives_its_own(x, tape):
            tape.watch(kept)
            return [x * kept], [kept]

        assert differentiated(gives_its_own, tensor([3.0]))[1][0].tolist() == [3.0]
        assert not kept.requires_grad


class TestCheckEager:
    def test_is_content(self):
        backend_gradients.check_eager("`this`")

    @pytest.mark.skipif(not backend.is_tensorflow(), reason="TensorFlow alone has graphs")
    def test_in_a_graph(self):
        with tf.Graph().as_default(), pytest.raises(RuntimeError, match="`this` needs TensorFlow's eager"):
            backend_gradients.check_eager("`this`")

    @jax_only
    def test_in_a_function_that_jax_traces(self):
        import jax

        with pytest.raises(RuntimeError, match="`this` needs values, and JAX has none in a function"):
            jax.make_jaxpr(lambda: backend_gradients.check_eager("`this`"))()

    def test_a_backend_without_gradients(self, monkeypatch):
        monkeypatch.setattr(backend, "name", lambda: "openvino")
        with pytest.raises(RuntimeError, match="gradients, which Keras' backend 'openvino' does not take"):
            backend_gradients.check_eager("`this`")
