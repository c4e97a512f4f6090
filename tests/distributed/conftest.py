import os

import pytest
from processes import parameter_servers

# Run in processes of their own.
collect_ignore = ["programs"]
# Clusters of several processes take minutes, and ports of the machine: they are asked for.
if not os.environ.get("KERAS_INITS_TEST_CLUSTERS"):
    collect_ignore += ["test_document.py", "test_mirrored.py", "test_parameter_servers.py"]


@pytest.fixture(scope="session")
def cluster():
    """Two parameter servers and two workers, for one coordinator after another."""
    with parameter_servers() as cluster:
        yield cluster
