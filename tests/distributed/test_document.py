"""Each program of docs/distributed.md runs where it says it does."""

import pytest
from environments import keras_2_only, keras_3_only
from processes import DOCUMENT, Cluster, Task, documented, ended, free_addresses, jax_only, tensorflow_only

ON_SERVERS = ("variables on parameter servers", "checkpoints of parameter servers")
ALONE = ("mirrored", "layout")
KERAS_2_ON_SERVERS, KERAS_2_ALONE = "layers on parameter servers (Keras 2)", "layout map (Keras 2)"
KERAS_3_ALONE = "keras.distribution (Keras 3)"
JAX_ALONE = (
    "a sharding (JAX)",
    "layers in a mesh (JAX)",
    "a whole model in a mesh (JAX)",
    "a saved model in a mesh (JAX)",
)
JAX_PROCESSES = "processes (JAX)"


def run_alone(name):
    with ended() as tasks:
        tasks.append(Task(documented(name)))
        tasks[0].facts()


@tensorflow_only
@pytest.mark.clusters
@pytest.mark.parametrize("name", [*ON_SERVERS, pytest.param(KERAS_2_ON_SERVERS, marks=keras_2_only)])
def test_on_parameter_servers(cluster, name):
    cluster.start("chief", 0, documented(name)).facts()


@tensorflow_only
@pytest.mark.parametrize(
    "name",
    [
        *ALONE,
        pytest.param(KERAS_2_ALONE, marks=keras_2_only),
        pytest.param(KERAS_3_ALONE, marks=keras_3_only),
    ],
)
def test_in_one_process(name):
    run_alone(name)


@tensorflow_only
@pytest.mark.clusters
def test_on_two_workers():
    with ended() as tasks:
        cluster = Cluster(tasks, worker=2)
        for worker in [cluster.start("worker", index, documented("workers")) for index in range(2)]:
            worker.facts()


@jax_only
@pytest.mark.parametrize("name", JAX_ALONE)
def test_in_one_process_of_jax(name):
    run_alone(name)


@jax_only
@pytest.mark.clusters
def test_in_two_processes_of_jax():
    (address,) = free_addresses(1)
    with ended() as tasks:
        for index in range(2):
            tasks.append(Task(documented(JAX_PROCESSES), {"COORDINATOR": address, "PROCESS": str(index)}))
        for task in tasks:
            task.facts()


def test_every_block_of_python_is_one_of_these_programs():
    of_tensorflow = {
        *ON_SERVERS,
        *ALONE,
        KERAS_2_ON_SERVERS,
        KERAS_2_ALONE,
        KERAS_3_ALONE,
        "workers",
        "server",
    }
    tested = {*of_tensorflow, *JAX_ALONE, JAX_PROCESSES}
    text = DOCUMENT.read_text()
    assert text.count("```python") == len(tested)
    assert all(documented(name) for name in tested)
