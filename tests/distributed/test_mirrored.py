from processes import Task, ended, program, tensorflow_only

pytestmark = tensorflow_only


def test_both_replicas_hold_what_the_initializer_gives_wherever_they_are_made():
    with ended() as tasks:
        tasks.append(Task(program("mirrored")))
        facts = tasks[0].facts()
    assert len(facts) == 19
    assert [case for case, is_right in facts.items() if not is_right] == []
