"""The package with other Pythons and other versions than the pinned ones: `nox`, `nox --list`.

Each session makes an environment of its own with uv, for the Pythons that the machine has.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

import nox

nox.options.default_venv_backend = "uv"
nox.options.sessions = ["ranges"]

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
# pyproject's ranges from both ends. The oldest NumPy and matplotlib came before Python 3.13.
ENDS = [("3.11", "lowest-direct"), *((python, "highest") for python in PYTHONS)]
EXTRAS = ["--extra=distributed", "--extra=safetensors", "--extra=fetch"]
TOOLS = ["pytest>=8.3", "pytest-xdist>=3.6", "hypothesis>=6.100"]
# What the tests of the package read. Others need the book, its site or other libraries.
BESIDE = ["tests", "tools", "experiments", "benchmarks", "pyproject.toml"]
ELSEWHERE = ["book", "site", "figures", "oracle", "elsewhere"]
# That the oldest versions are there: it raises where another one was chosen.
OLDEST = """
import re, sys, tomllib
from importlib.metadata import version
for line in tomllib.load(open(sys.argv[1], "rb"))["project"]["dependencies"]:
    name, oldest = re.match(r"([\\w-]+)>=([\\d.]+)", line).groups()
    found = re.sub(r"(\\.0)+$", "", version(name))
    assert found == re.sub(r"(\\.0)+$", "", oldest), (name, found, oldest)
"""
# A first network; it raises unless it learns.
PROGRAM = """
import nnbook as nn
x, t = nn.load_digits()
run = nn.fit(nn.Sequential(nn.Flatten(), nn.Dense(64, 10)), nn.SoftmaxCrossEntropy(), x, t,
             optimizer=nn.adam(0.01), epochs=5, seed=0, progress=False)
assert run.history["loss"][-1] < 0.3, run.history["loss"]
print(nn.__version__, "of", nn.__file__, "learnt to", run.history["loss"][-1])
"""
LOCK = ["--requirement=requirements.txt"]
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def wheel(session: nox.Session) -> Path:
    """A wheel of the package, built from its source archive, as a release is."""
    folder = Path(session.create_tmp()) / "dist"
    shutil.rmtree(folder, ignore_errors=True)
    session.run("uv", "build", "--quiet", f"--out-dir={folder}", external=True)
    (path,) = folder.glob("*.whl")
    return path.resolve()


def outside(session: nox.Session) -> Path:
    """A folder without the package and the book, so that the installed package is tested."""
    folder = Path(session.create_tmp()) / "outside"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in BESIDE:
        if Path(name).is_dir():
            leave = shutil.ignore_patterns("__pycache__", *(ELSEWHERE if name == "tests" else ()))
            shutil.copytree(name, folder / name, ignore=leave)
        else:
            shutil.copy(name, folder / name)
    return folder


@nox.session
@nox.parametrize(["python", "resolution"], ENDS)
def ranges(session: nox.Session, resolution: str) -> None:
    """The installed package's tests: `nox -s ranges -- tests/ops` for some of them."""
    built = wheel(session)
    session.install(*TOOLS)
    # From pyproject.toml, for what a wheel asks for does not count as direct.
    session.install(f"--resolution={resolution}", "--requirement=pyproject.toml", *EXTRAS)
    session.install("--no-deps", str(built))
    session.run("uv", "pip", "list", external=True)
    if resolution == "lowest-direct":
        session.run("python", "-c", OLDEST, "pyproject.toml")
    session.chdir(outside(session))
    what = session.posargs or ["-n=2", "--dist=loadscope", "--pyargs", "nnbook", "tests"]
    # Temporary folders not below the checkout, where nox would put them: tests look upwards.
    env = ONE_THREAD | {"TMPDIR": tempfile.gettempdir()}
    session.run("python", "-m", "pytest", "-q", *what, env=env)


@nox.session
def dist(session: nox.Session) -> None:
    """Build what a release uploads, with its checksums, and try it in an empty environment."""
    shutil.rmtree("dist", ignore_errors=True)
    session.run("uv", "build", "--quiet", "--out-dir=dist", external=True)
    files = sorted(Path("dist").glob("nnbook-*"))
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    Path("dist/SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    (built,) = (path for path in files if path.suffix == ".whl")
    session.install(str(built))
    with session.chdir(session.create_tmp()):  # else the checkout's package is imported
        session.run("python", "-c", PROGRAM)
    session.install("twine")
    session.run("twine", "check", "--strict", *map(str, files))


@nox.session
def audit(session: nox.Session) -> None:
    """Known faults of the pinned packages; the form of CITATION.cff."""
    session.install("pip-audit", "cffconvert")
    session.run("cffconvert", "--validate", "--infile=CITATION.cff")
    session.run("pip-audit", "--strict", "--require-hashes", "--disable-pip", *LOCK)


@nox.session
def licences(session: nox.Session) -> None:
    """The licence of each pinned package is one that pyproject.toml allows."""
    session.install("--require-hashes", *LOCK)
    session.install("pip-licenses")
    session.run("pip-licenses")  # reads [tool.pip-licenses] of pyproject.toml
