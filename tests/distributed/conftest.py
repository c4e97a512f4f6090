import os
import signal

import pytest
from processes import parameter_servers

# Run in processes of their own.
collect_ignore = ["programs"]
# Longer than any test takes, and than any process is waited for.
SECONDS = 240


def pytest_collection_modifyitems(items):
    """Leaves out what needs a cluster: its processes take minutes, and ports of the machine."""
    if not os.environ.get("KERAS_INITS_TEST_CLUSTERS"):
        not_asked_for = pytest.mark.skip(reason="KERAS_INITS_TEST_CLUSTERS is not set")
        for item in items:
            if item.get_closest_marker("clusters"):
                item.add_marker(not_asked_for)


@pytest.fixture(autouse=True)
def not_for_ever():
    """Ends a test that waits for what never comes, so that its name is known."""

    def out_of_time(*_):
        raise TimeoutError(f"the test was not over after {SECONDS} s")

    before = signal.signal(signal.SIGALRM, out_of_time)
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="session")
def cluster():
    """Two parameter servers and two workers, for one coordinator after another."""
    with parameter_servers() as cluster:
        yield cluster
