import pytest
from processes import documented, parameter_servers, program, tensorflow_only, wait_for_file

pytestmark = [pytest.mark.clusters, tensorflow_only]


def test_every_shard_is_drawn_on_its_server_and_they_are_one_machines_draw(cluster):
    facts = cluster.start("chief", 0, program("parameter_server")).facts()
    megabytes = facts.pop("megabytes")
    wrong = {name: fact for name, fact in facts.items() if not all(fact.values())}
    assert not wrong, (wrong, megabytes)
    assert len(facts) > 60


def test_a_lost_worker_changes_nothing_and_a_lost_server_is_a_clear_error(tmp_path):
    with parameter_servers() as cluster:
        coordinator = cluster.start("chief", 0, program("lost_task"), FOLDER=str(tmp_path))
        for job in ("worker", "ps"):
            wait_for_file(tmp_path / f"{job} may go", coordinator)
            cluster.end(job, 0)
            cluster.start(job, 0, documented("server"))
            cluster.wait_for(job, 0)
            (tmp_path / f"{job} is back").touch()
        facts = coordinator.facts()
    assert facts["worker"]["error"] is None
    assert len(facts["worker"]["right"]) > 2 and all(facts["worker"]["right"])
    assert "/job:ps/replica:0/task:0" in facts["ps"]["error"]
    assert facts["drawn without the server"]
