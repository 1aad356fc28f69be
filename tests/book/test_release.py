"""What a release uploads: the package with its types and data, nothing of the book, one version."""

import re
import shutil
import subprocess
import sys
import tarfile
import zipfile

import notebooks
import pytest
import yaml

import nnbook

ROOT = notebooks.ROOT
NEEDED = ("pyproject.toml", "MANIFEST.in", "README.md", "LICENSE", "nnbook")
CODE = "import setuptools.build_meta as b; print(b.build_{}('dist'))"
PROGRAM = """
import sys; sys.path.insert(0, sys.argv[1])
import nnbook as nn
x, t = nn.load_digits()
run = nn.fit(nn.Sequential(nn.Flatten(), nn.Dense(64, 10)), nn.SoftmaxCrossEntropy(), x, t,
             optimizer=nn.adam(0.01), epochs=5, seed=0, progress=False)
print(nn.__file__, run.history["loss"][-1] < 0.3)
"""


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    """The wheel's and the source archive's folder, from a copy: a build leaves folders behind."""
    folder = tmp_path_factory.mktemp("release")
    for name in NEEDED:
        leave = shutil.ignore_patterns("__pycache__")
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=leave)
        else:
            shutil.copy(ROOT / name, folder)
    (folder / "book").mkdir()
    (folder / "book" / "chapter.ipynb").write_text("{}", encoding="utf-8")
    for kind in ("sdist", "wheel"):
        run = subprocess.run([sys.executable, "-c", CODE.format(kind)], cwd=folder,
                             capture_output=True, text=True)  # fmt: skip
        assert run.returncode == 0, run.stderr
    return folder / "dist"


def members(dist) -> tuple[set[str], set[str]]:
    """The names in wheel and source archive, the latter below its folder."""
    (wheel,), (source,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    with tarfile.open(source) as file:
        inside = {name.partition("/")[2] for name in file.getnames()} - {""}
    return set(zipfile.ZipFile(wheel).namelist()), inside


def test_a_release_has_all_of_the_package_and_nothing_else(dist):
    wheel, source = members(dist)
    files = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "nnbook").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {"nnbook/py.typed", "nnbook/__init__.pyi", "nnbook/data/files/digits.npz"} <= files
    assert {name for name in wheel if not re.match(r"nnbook-[\d.]+\.dist-info/", name)} == files
    assert files <= source
    others = {name.partition("/")[0] for name in source} - {"nnbook", "nnbook.egg-info"}
    assert others == {"LICENSE", "MANIFEST.in", "PKG-INFO", "README.md", "pyproject.toml",
                      "setup.cfg"}  # fmt: skip


def test_the_wheel_trains_a_network(dist, tmp_path):
    (wheel,) = dist.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path)
    run = subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path)], cwd=tmp_path,
                         capture_output=True, text=True, check=True)  # fmt: skip
    assert run.stdout.split() == [str(tmp_path / "nnbook" / "__init__.py"), "True"]


def test_a_planted_hole_is_found(dist, tmp_path):
    """A data file that the wheel lacks."""
    (wheel,), (source,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    shutil.copy(source, tmp_path)
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(tmp_path / wheel.name, "w") as new:
        for name in old.namelist():
            if name != "nnbook/py.typed":
                new.writestr(name, old.read(name))
    with pytest.raises(AssertionError):
        test_a_release_has_all_of_the_package_and_nothing_else(tmp_path)


def test_the_citation_has_the_version_and_what_its_format_asks_for():
    """`nox -s audit` compares with the format's own schema."""
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= cited.keys()
    assert str(cited["version"]) == nnbook.__version__
    assert cited["license"] == "BSD-3-Clause"
