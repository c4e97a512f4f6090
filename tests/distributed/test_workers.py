import pytest
from processes import Cluster, ended, program, tensorflow_only

pytestmark = [pytest.mark.clusters, tensorflow_only]


def test_every_worker_holds_the_same_values_seeded_or_not():
    with ended() as tasks:
        cluster = Cluster(tasks, worker=2)
        workers = [cluster.start("worker", index, program("workers")) for index in range(2)]
        facts = [worker.facts() for worker in workers]
    assert facts[0] == facts[1]
    assert facts[0]["seeded"]
    assert facts[0]["unlike"] == 13


def is_clear(error):
    return "restarted" in error or "/job:worker/replica:0/task:" in error


def test_a_lost_worker_is_a_clear_error_and_a_restart_has_the_same_values():
    with ended() as tasks:
        cluster = Cluster(tasks, worker=2)
        survivor = cluster.start("worker", 0, program("workers"))
        lost = cluster.start("worker", 1, program("workers"), LOST_AT="3")
        assert lost.wait() == -9
        back = cluster.start("worker", 1, program("workers"))
        assert is_clear(survivor.facts().get("error", ""))
        first = cluster.start("worker", 0, program("workers"))
        of_back = back.facts()
        # It was back while the survivor was there, and may have joined it.
        if "error" in of_back:
            assert is_clear(of_back["error"])
            first.end()
            first, back = (cluster.start("worker", index, program("workers")) for index in range(2))
            of_back = back.facts()
        of_first = first.facts()
    assert of_first == of_back
    assert of_first["seeded"]
