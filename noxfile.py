"""Every environment that the package claims to run in, each a row of `ENVIRONMENTS`.

    nox                                   all of them, one after another
    nox -s keras-3.6                      one of them; `nox -l` lists their names
    nox -s keras-3.6 -- tests/saved_models -x   one of them, with arguments of pytest's
    nox -s constraints                    not a test: renews `constraints.txt`

An environment is made from what was downloaded before, and removed when its tests are over. After
each, `.nox/results.md` has one more row: what passed, what was skipped, and how long it took.
`KERAS_INITS_PACKAGE`, a wheel or an sdist, is tested instead of the tree: that is for `.ci/run`.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
import shutil
import xml.etree.ElementTree

import nox

nox.needs_version = ">=2024.4.15"
nox.options.default_venv_backend = "uv"
nox.options.error_on_missing_interpreters = True
nox.options.stop_on_first_error = False
# As pip does, uv asks the system whom to trust, be it behind a proxy of one's own.
os.environ.setdefault("UV_SYSTEM_CERTS", "1")

ROOT = pathlib.Path(__file__).parent
RESULTS = ROOT / ".nox" / "results.md"
DISTRIBUTION = os.environ.get("KERAS_INITS_PACKAGE")
PROCESSES = os.environ.get("KERAS_INITS_TEST_PROCESSES", "2")

WHOLE = ("tests", "keras_inits")
# The rooms that ask Keras' own machinery, which differs from version to version.
OF_KERAS = (
    "tests/drawing/test_call_arguments.py",
    "tests/drawing/test_complex_values.py",
    "tests/drawing/test_fans.py",
    "tests/initializers",
    "tests/keras_compat",
    "tests/model_weights",
    "tests/saved_models",
    "tests/test_face.py",
)
# What does not depend on TensorFlow's backend. How numbers are drawn does not depend on the backend at all.
OF_BACKENDS = (
    "tests/diagnosis",
    "tests/distributed/test_meshes.py",
    "tests/initializers/test_backends.py",
    "tests/initializers/test_plugin.py",
    "tests/keras_compat",
    "tests/model_weights",
    "tests/saved_models",
)


@dataclasses.dataclass(frozen=True)
class Environment:
    """A row: what is installed, and which tests are run.

    Attributes:
        python: The version of Python.
        packages: What is installed at a version of its own, as pip is told it.
        extras: The package's extras.
        tests: The paths that pytest is given.
        clusters: Whether the tests that start clusters are run too.
        lowest: Whether the rest is the lowest that `setup.cfg` allows, rather than the newest.
        constrained: Whether the rest is what `constraints.txt` says.
        legacy_keras: Whether `tf.keras` is tf_keras.
        keras_backend: What Keras 3 computes with.
        backend: What makes the virtual environment.
    """

    python: str
    packages: tuple[str, ...] = ()
    extras: str = "test"
    tests: tuple[str, ...] = OF_KERAS
    clusters: bool = False
    lowest: bool = False
    constrained: bool = False
    legacy_keras: bool = False
    keras_backend: str = "tensorflow"
    backend: str = "uv"


def _of_keras_3(python: str, tensorflow: str, keras: str, tests: tuple[str, ...] = OF_KERAS) -> Environment:
    return Environment(python, (f"tensorflow=={tensorflow}", f"keras=={keras}"), tests=tests)


ENVIRONMENTS = {
    # The README's command, whose versions are held.
    "k3": Environment("3.11", extras="legacy,test", tests=WHOLE, clusters=True, constrained=True),
    # The newest of everything. pip takes a build of torch for the CPU where it is told of one; uv is not.
    "tk": Environment(
        "3.11", ("torch==2.13.0",), "legacy,reference,test", WHOLE, True, legacy_keras=True, backend="venv"
    ),
    "newest": Environment("3.11", extras="legacy,test", tests=OF_KERAS),
    # The lowest of everything.
    "k2": Environment("3.11", ("tensorflow==2.15.*", "keras==2.15.*"), "test", WHOLE, True, lowest=True),
    "keras-3.0": _of_keras_3("3.10", "2.16.1", "3.0.5"),
    "keras-3.3": _of_keras_3("3.11", "2.16.2", "3.3.3"),
    "keras-3.5": _of_keras_3("3.12", "2.17.1", "3.5.0"),
    "keras-3.6": _of_keras_3("3.11", "2.18.1", "3.6.0"),
    "keras-3.8": _of_keras_3("3.12", "2.18.1", "3.8.0"),
    "keras-3.10": _of_keras_3("3.11", "2.19.1", "3.10.0"),
    "keras-3.12": _of_keras_3("3.13", "2.20.0", "3.12.4"),
    "keras-3.13": _of_keras_3("3.13", "2.21.0", "3.13.2"),
    "keras-3.14": _of_keras_3("3.12", "2.21.0", "3.14.1"),
    "jax": Environment("3.11", ("jax",), tests=OF_BACKENDS, constrained=True, keras_backend="jax"),
    "torch": Environment(
        "3.11", ("torch==2.13.0",), tests=OF_BACKENDS, constrained=True, keras_backend="torch", backend="venv"
    ),
    "tf_keras-2.16": Environment(
        "3.11", ("tensorflow==2.16.2", "tf_keras==2.16.0"), "legacy,test", legacy_keras=True
    ),
    # The newest of everything that each Python has, in random order.
    **{
        f"python-{version}": Environment(version, ("pytest-randomly",), "legacy,test", WHOLE)
        for version in ("3.10", "3.11", "3.12", "3.13")
    },
}


def _add_session(name: str, environment: Environment) -> None:
    @nox.session(name=name, python=environment.python, venv_backend=environment.backend)
    def tests(session: nox.Session) -> None:
        try:
            _install(session, environment)
            _test(session, name, environment)
        finally:
            shutil.rmtree(session.virtualenv.location, ignore_errors=True)


def _install(session: nox.Session, environment: Environment) -> None:
    extras = f"[{environment.extras}]"
    package = ["-e", f".{extras}"]
    if DISTRIBUTION:
        package = [f"keras_inits{extras} @ {pathlib.Path(DISTRIBUTION).as_uri()}"]
    if environment.lowest:
        # Of what it is asked for itself uv takes the lowest, of what that needs the newest.
        wanted = ["-r", "setup.cfg", *(f"--extra={extra}" for extra in environment.extras.split(","))]
        session.install("--resolution=lowest-direct", *environment.packages, *wanted)
        session.install("--no-deps", *package)
        return
    held = ["--constraint", str(ROOT / "constraints.txt")] if environment.constrained else []
    session.install(*held, *environment.packages, *package)


def _test(session: nox.Session, name: str, environment: Environment) -> None:
    variables = {"KERAS_BACKEND": environment.keras_backend}
    if environment.legacy_keras:
        variables["TF_USE_LEGACY_KERAS"] = "1"
    report = pathlib.Path(session.create_tmp()) / "report.xml"
    paths = [*environment.tests]
    if DISTRIBUTION and "keras_inits" in paths:
        # The one that is installed: there is no other next to the tests.
        paths[paths.index("keras_inits") :] = ["--pyargs", "keras_inits"]
    if session.posargs:
        session.run("python", "-m", "pytest", *session.posargs, env=variables)
        return
    try:
        session.run("python", "-m", "pytest", "-n", PROCESSES, f"--junitxml={report}", *paths, env=variables)
    finally:
        _add_result(name, report)
    if environment.clusters:
        variables["KERAS_INITS_TEST_CLUSTERS"] = "1"
        session.run(
            "python", "-m", "pytest", "-m", "clusters", "tests/distributed", "--durations=8", env=variables
        )


def _add_result(name: str, report: pathlib.Path) -> None:
    suite = xml.etree.ElementTree.parse(report).getroot().find("testsuite").attrib
    tests, skipped, failed = (
        sum(int(suite[kind]) for kind in kinds)
        for kinds in (("tests",), ("skipped",), ("errors", "failures"))
    )
    row = (name, tests - skipped - failed, failed, skipped, f"{float(suite['time']) / 60:.1f}")
    RESULTS.parent.mkdir(exist_ok=True)
    if not RESULTS.exists():
        RESULTS.write_text(
            "| environment | passed | failed | skipped | minutes |\n| --- | ---: | ---: | ---: | ---: |\n"
        )
    with RESULTS.open("a") as results:
        results.write(f"| {' | '.join(map(str, row))} |\n")


for _name, _environment in ENVIRONMENTS.items():
    _add_session(_name, _environment)


@nox.session(python="3.11", default=False)
def constraints(session: nox.Session) -> None:
    """Renews `constraints.txt` with the newest of what the README's test command installs; test it next."""
    session.install("uv")
    compiled = ("uv", "pip", "compile", "--universal", "--python-version=3.10", "--no-annotate", "--quiet")
    newest = pathlib.Path(session.create_tmp()) / "tensorflow.txt"
    newest.with_suffix(".in").write_text("tensorflow\n")
    # TensorFlow first: for the newest h5py, uv would take an older one.
    session.run(*compiled, "--no-deps", f"--output-file={newest}", str(newest.with_suffix(".in")))
    session.run(
        *compiled, "setup.cfg", "--extra=legacy", "--extra=test", "--upgrade", f"--constraint={newest}",
        "--custom-compile-command=nox -s constraints", "--output-file=constraints.txt",
    )  # fmt: skip
