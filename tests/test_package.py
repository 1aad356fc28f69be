"""The package as a whole: lazy, layered, without asserts, one version, names that exist."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import nnbook

PACKAGE = Path(nnbook.__file__).parent
ROOT = PACKAGE.parent
ENGINE = PACKAGE / "derive"  # has tests of its own
EXERCISES = PACKAGE / "exercises"  # questions in the words of the engine
MODULES = sorted(
    path for path in PACKAGE.rglob("*.py") if not {ENGINE, EXERCISES} & set(path.parents)
)

# Each room may import the rooms before it, and files of its own in this order. A new file needs a
# place here.
ORDER = [
    *("__init__", "fast", "checks", "kinds", "numerics", "tree", "listing", "calls", "op"),
    *("data.checks", "data.targets", "data.preprocessing", "data.components", "data.gaps"),
    "data.clusters",
    *("data.datasets", "data.ngrams", "data.outside", "data.fetch", "data.splits"),
    *("data.metrics.arguments", "data.metrics.confusion", "data.metrics.accuracies"),
    *("data.metrics.ranking", "data.metrics.probabilities", "data.metrics.deviations"),
    "data.metrics.partitions",
    "data.calibration",
    "data.augmentation",
    *("ops.initializers", "ops.linear", "ops.activations", "ops.arithmetic", "ops.losses.base"),
    *("ops.losses.regression", "ops.losses.options", "ops.losses.binary", "ops.losses.classes"),
    *("ops.rectifiers", "ops.gates", "ops.windows", "ops.standardized", "ops.normalization"),
    *("ops.batchnorm", "ops.weightnorm", "ops.turned"),
    *("ops.convolution", "ops.conv1d", "ops.transposed"),
    *("ops.pooling", "ops.noise", "ops.embedding", "ops.cells", "ops.gru"),
    *("ops.unrolled", "ops.recurrent"),
    *("ops.positions", "ops.attention", "ops.multihead", "ops.upsampling", "ops.latent"),
    *("energy.checks", "energy.hopfield", "energy.mixture", "energy.rbm", "energy.partition"),
    *("diffusion.schedules", "diffusion.noising", "diffusion.samplers"),
    *("table", "graph", "gradcheck", "variational"),
    *("training.elementwise", "training.optimizers", "training.moments"),
    "training.directions",
    *("training.schedules", "training.clipping", "training.penalties", "training.constraints"),
    *("training.groups", "training.archive", "training.checkpoint", "training.course"),
    *("training.finite", "training.rehearsal", "training.loop", "training.resuming"),
    *("training.ranges", "training.curvature", "training.steepness", "training.callbacks"),
    *("distributed.shards", "distributed.work", "distributed.simulated", "distributed.cluster"),
    *("distributed.parallel", "distributed.rounds", "distributed.training"),
    *("plots.figure", "plots.data", "plots.diagrams", "plots.graphs", "plots.motion", "studies"),
]


def name_of(path: Path) -> str:
    """The module's name within the package: `ops.linear`."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def python(code: str) -> str:
    """What a fresh interpreter prints."""
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


def imports(path: Path) -> set[str]:
    """All modules that a file names in an import, wherever it stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


def own_imports(path: Path) -> set[str]:
    """The modules of the package that a file imports, as names within the package."""
    named = {name.removeprefix("nnbook.") for name in imports(path) if name.startswith("nnbook.")}
    return {name for name in map(name_of, MODULES) if name in named}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_run_one_way(path):
    name = name_of(path)
    if path.name == "__init__.py":
        assert not own_imports(path)
        return
    assert name in ORDER, f"give {name} a place"
    for other in own_imports(path):
        assert ORDER.index(other) < ORDER.index(name), f"{name} must not import {other}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_each_library_has_its_place(path):
    roots = {name.split(".")[0] for name in imports(path)}
    assert ("matplotlib" in roots) <= (path.parent == PACKAGE / "plots")
    assert ("distributed" in roots) <= (name_of(path) == "distributed.cluster")
    assert ("tqdm" in roots) <= (name_of(path) == "training.loop")
    assert not roots & {"sympy", "torch", "scipy", "sklearn"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_file_holds_one_idea_and_no_assert(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 310
    nodes = list(ast.walk(ast.parse(text)))
    assert not any(isinstance(node, ast.Assert) for node in nodes)
    names = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    assert not names & {"seed", "RandomState"}, "random numbers come from a Generator passed in"


def test_every_public_name_exists_and_is_documented():
    for name in nnbook.__all__:
        if name != "derive":  # it has tests of its own
            assert getattr(nnbook, name).__doc__, name
    listed = {line.split()[3] for line in (PACKAGE / "__init__.pyi").read_text().splitlines()[1:-2]}
    assert listed == set(nnbook.__all__) <= set(dir(nnbook))
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = nnbook.no_such_name


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_public_functions_are_typed_and_documented(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or node.name.startswith("_"):
            continue
        assert ast.get_docstring(node), node.name
        if isinstance(node, ast.FunctionDef):
            arguments = [*node.args.args, *node.args.kwonlyargs]
            assert all(a.annotation for a in arguments), node.name
            assert node.returns is not None, node.name


def test_importing_loads_nothing():
    heavy = "{'numpy', 'sympy', 'matplotlib', 'tqdm'}"
    assert python(f"import nnbook, sys; print(sorted({heavy} & set(sys.modules)))") == "[]"
    assert "matplotlib" not in python("import nnbook, sys; nnbook.fit; print(*sys.modules)").split()


def test_import_time():
    """All of the core costs less than 0.15 s of processor time beyond NumPy: the best of five.

    What else the machine does at the time makes a run longer, never shorter.
    """
    code = (
        "import time, numpy.random; t = time.process_time(); import nnbook; "
        "nnbook.Sequential, nnbook.Dense, nnbook.adam, nnbook.fit; print(time.process_time() - t)"
    )
    assert min(float(python(code)) for _ in range(5)) < 0.15


def test_one_version():
    path = Path(__file__).parents[1] / "pyproject.toml"  # the package may be installed elsewhere
    project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
    assert "version" in project.get("dynamic", []) or project["version"] == nnbook.__version__


def test_a_first_network_is_eight_lines():
    lines = """
from nnbook import Dense, ReLU, Sequential, SoftmaxCrossEntropy, adam, fit, load_digits
images, labels = load_digits()
x = images.reshape(-1, 64)
network = Sequential(Dense(64, 32), ReLU(), Dense(32, 10))
run = fit(network, SoftmaxCrossEntropy(), x[:1500], labels[:1500],
          optimizer=adam(3e-3), epochs=10, seed=0)
right = run.predict(x[1500:]).argmax(axis=1) == labels[1500:]
print(right.mean() > 0.85)
"""
    assert len(lines.strip().splitlines()) == 8
    assert python(lines) == "True"
