import pytest


@pytest.fixture(autouse=True)
def _log_level(monkeypatch):
    """The command sets this for its process; here it is put back."""
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
