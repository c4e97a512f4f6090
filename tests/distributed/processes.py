"""Programs in processes of their own: a cluster's tasks on loopback, or one with virtual devices.

A program tells its facts in one line of JSON, its last. Every process ends with the block that started
it and, should that be killed, with the process that started it.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import pytest

from keras_inits.keras_compat import backend

FOLDER = pathlib.Path(__file__).parent
PROGRAMS = FOLDER / "programs"
ROOT = FOLDER.parent.parent
DOCUMENT = ROOT / "docs" / "distributed.md"
SECONDS = 180
jax_only = pytest.mark.skipif(backend.name() != "jax", reason="KERAS_BACKEND=jax alone has it")
tensorflow_only = pytest.mark.skipif(
    backend.name() != "tensorflow", reason="Keras on TensorFlow alone has it"
)
_BLOCK = re.compile(r"^<!-- program: (.*?) -->\n```python\n(.*?)^```", re.M | re.S)
# A process asks for it by itself: nothing may run between fork and exec in a parent of many threads.
_END_WITH_PARENT = (
    "import ctypes as _c, sys as _s; _s.platform == 'linux' and _c.CDLL(None).prctl(1, 9); del _c, _s\n"
)


def documented(name: str) -> str:
    """The program of that name in docs/distributed.md."""
    return dict(_BLOCK.findall(DOCUMENT.read_text()))[name]


def program(name: str) -> str:
    """The program of that name in the folder of programs."""
    return (PROGRAMS / f"{name}.py").read_text()


def free_addresses(count: int) -> list[str]:
    """Addresses on loopback whose ports were free at the same time.

    They are below those that a system gives to outgoing connections, of which there are many before the
    last of a cluster's tasks listens.
    """
    ports = iter(random.SystemRandom().sample(range(12000, 32000), 1000))
    found: list[str] = []
    with contextlib.ExitStack() as stack:
        while len(found) < count:
            with contextlib.suppress(OSError):
                port = next(ports)
                stack.enter_context(socket.socket()).bind(("", port))
                found.append(f"127.0.0.1:{port}")
    return found


class Task:
    """A running program.

    Args:
        code: The program's text.
        environment: What its environment has besides this process's.
    """

    def __init__(self, code: str, environment: dict[str, str] | None = None):
        self._errors = tempfile.NamedTemporaryFile("w+")  # noqa: SIM115, read when the task has failed
        self.process = subprocess.Popen(
            [sys.executable, "-c", _END_WITH_PARENT + code],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=ROOT,
            env={
                **os.environ,
                "TF_CPP_MIN_LOG_LEVEL": "3",
                "PYTHONWARNINGS": "ignore",
                # What programs share is a module among them.
                "PYTHONPATH": os.pathsep.join(filter(None, (str(PROGRAMS), os.environ.get("PYTHONPATH")))),
                **(environment or {}),
            },
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
        """Waits for the end, and returns the exit code.

        Raises:
            AssertionError: If it takes longer.
        """
        try:
            return self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"no end after {seconds} s:\n{self.errors()}") from None

    def errors(self) -> str:
        """The end of what it wrote to standard error."""
        # By its name: the task writes where the file that it was given stands.
        return pathlib.Path(self._errors.name).read_text(errors="replace")[-6000:]

    def end(self) -> None:
        """Ends it, if it has not ended."""
        self.process.kill()
        self.process.wait(timeout=30)
        self.process.stdout.close()


def wait_for_file(path: pathlib.Path, task: Task, seconds: float = SECONDS) -> None:
    """Waits until a task has made a file.

    Raises:
        AssertionError: If it ends first or takes longer.
    """
    end = time.monotonic() + seconds
    while not path.exists():
        assert task.process.poll() is None, task.errors()
        assert time.monotonic() < end, f"no {path} after {seconds} s:\n{task.errors()}"
        time.sleep(0.05)


@contextlib.contextmanager
def ended() -> Iterator[list[Task]]:
    """A list whose tasks are ended with the block."""
    tasks: list[Task] = []
    try:
        yield tasks
    finally:
        for task in tasks:
            task.process.kill()
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

    def wait_for(self, job: str, index: int, seconds: float = SECONDS) -> None:
        """Waits until a task listens.

        Raises:
            AssertionError: If it ends first or takes longer.
        """
        task = self._running[job, index]
        host, port = self.spec[job][index].split(":")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert task.process.poll() is None, f"{job} {index} has ended:\n{task.errors()}"
            with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
                return
            time.sleep(0.1)
        raise AssertionError(f"{job} {index} does not listen after {seconds} s:\n{task.errors()}")


@contextlib.contextmanager
def parameter_servers(ps: int = 2, workers: int = 2) -> Iterator[Cluster]:
    """A cluster whose parameter servers and workers run docs/distributed.md's own program."""
    with ended() as tasks:
        yield _listening_cluster(tasks, worker=workers, ps=ps)


def _listening_cluster(tasks: list[Task], tries: int = 2, **jobs: int) -> Cluster:
    """A cluster whose servers all listen: on other ports, should somebody take one before they do."""
    cluster = Cluster(tasks, chief=1, **jobs)
    servers = [(job, index) for job, count in jobs.items() for index in range(count)]
    for server in servers:
        cluster.start(*server, documented("server"))
    try:
        for server in servers:
            cluster.wait_for(*server, seconds=SECONDS / tries)
    except AssertionError:
        if tries == 1:
            raise
        for server in servers:
            cluster.end(*server)
        return _listening_cluster(tasks, tries - 1, **jobs)
    return cluster
