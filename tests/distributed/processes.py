"""Programs in processes of their own: a cluster's tasks on loopback, or one with virtual devices.

A program tells its facts in one line of JSON, its last. Every process ends with the block that started
it and, should that be killed, with the process that started it.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

FOLDER = pathlib.Path(__file__).parent
ROOT = FOLDER.parent.parent
DOCUMENT = ROOT / "docs" / "distributed.md"
SECONDS = 180
_BLOCK = re.compile(r"^<!-- program: (.*?) -->\n```python\n(.*?)^```", re.M | re.S)
_PR_SET_PDEATHSIG = 1


def documented(name: str) -> str:
    """The program of that name in docs/distributed.md."""
    return dict(_BLOCK.findall(DOCUMENT.read_text()))[name]


def program(name: str) -> str:
    """The program of that name in the folder of programs."""
    return (FOLDER / "programs" / f"{name}.py").read_text()


def free_addresses(count: int) -> list[str]:
    """Addresses on loopback whose ports were free at the same time."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]


class Task:
    """A running program.

    Args:
        code: The program's text.
        environment: What its environment has besides this process's.
    """

    def __init__(self, code: str, environment: dict[str, str] | None = None):
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115, it is read when the task has failed
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=ROOT,
            env={
                **os.environ,
                "TF_CPP_MIN_LOG_LEVEL": "3",
                "PYTHONWARNINGS": "ignore",
                **(environment or {}),
            },
            preexec_fn=_end_with_parent,
        )

    def facts(self, seconds: float = SECONDS) -> Any:
        """Waits for the program's end and returns what it told.

        Raises:
            AssertionError: If it failed or took longer.
        """
        try:
            output, _ = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.end()
            raise AssertionError(f"no end after {seconds} s:\n{self.errors()}") from None
        assert self.process.returncode == 0, self.errors()
        lines = output.strip().splitlines()
        return json.loads(lines[-1]) if lines else None

    def wait(self, seconds: float = SECONDS) -> int:
        """Waits for the end, and returns the exit code."""
        return self.process.wait(timeout=seconds)

    def errors(self) -> str:
        """The end of what it wrote to standard error."""
        self._errors.seek(0)
        return self._errors.read()[-6000:]

    def end(self) -> None:
        """Ends it, if it has not ended."""
        self.process.kill()
        self.process.wait()


def wait_for_file(path: pathlib.Path, task: Task, seconds: float = 60) -> None:
    """Waits until a task has made a file.

    Raises:
        AssertionError: If it ends first or takes longer.
    """
    end = time.monotonic() + seconds
    while not path.exists():
        assert task.process.poll() is None, task.errors()
        assert time.monotonic() < end, f"no {path} after {seconds} s:\n{task.errors()}"
        time.sleep(0.05)


def _end_with_parent() -> None:
    with contextlib.suppress(OSError):  # Linux alone has it.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


@contextlib.contextmanager
def ended() -> Iterator[list[Task]]:
    """A list whose tasks are ended with the block."""
    tasks: list[Task] = []
    try:
        yield tasks
    finally:
        for task in tasks:
            task.end()


class Cluster:
    """Addresses of tasks, and the tasks that were started.

    Args:
        tasks: The list that started tasks are added to.
        jobs: How many tasks each job has.
    """

    def __init__(self, tasks: list[Task], **jobs: int):
        addresses = iter(free_addresses(sum(jobs.values())))
        self.spec = {job: [next(addresses) for _ in range(count)] for job, count in jobs.items()}
        self.pids: dict[str, int] = {}
        self._tasks = tasks
        self._running: dict[tuple[str, int], Task] = {}

    def start(self, job: str, index: int, code: str, **environment: str) -> Task:
        """Starts a program as one of the cluster's tasks."""
        config = {"cluster": self.spec, "task": {"type": job, "index": index}}
        variables = {"TF_CONFIG": json.dumps(config), "PIDS": json.dumps(self.pids), **environment}
        task = Task(code, variables)
        self._tasks.append(task)
        self._running[job, index] = task
        self.pids[f"{job}{index}"] = task.process.pid
        return task

    def end(self, job: str, index: int) -> None:
        """Ends one of the cluster's tasks, as if its machine were lost."""
        self._running[job, index].end()

    def wait_for(self, job: str, index: int, seconds: float = 60) -> None:
        """Waits until a task listens.

        Raises:
            AssertionError: If it does not.
        """
        host, port = self.spec[job][index].split(":")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
                return
            time.sleep(0.1)
        raise AssertionError(f"{job} {index} does not listen after {seconds} s")


@contextlib.contextmanager
def parameter_servers(ps: int = 2, workers: int = 2) -> Iterator[Cluster]:
    """A cluster whose parameter servers and workers run docs/distributed.md's own program."""
    with ended() as tasks:
        cluster = Cluster(tasks, chief=1, worker=workers, ps=ps)
        servers = [("worker", index) for index in range(workers)] + [("ps", index) for index in range(ps)]
        for server in servers:
            cluster.start(*server, documented("server"))
        for server in servers:
            cluster.wait_for(*server)
        yield cluster
