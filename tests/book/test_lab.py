"""What the lab is made of: wheels, notebooks, the list of packages. tests/site opens it."""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import zipfile

import nbformat
import notebooks
import pytest

sys.path.insert(0, str(notebooks.ROOT / "book" / "_ext"))
from nnbook_lab import app, lock, wheels
from nnbook_lab import notebooks as copies

KERNEL = app.extension(app.KERNEL) / "static" / "pypi"


def release(folder, without=()):
    """A folder that looks like a release of Pyodide, with empty files."""
    folder.mkdir(parents=True)
    names = [package["file_name"] for package in lock.read()["packages"].values()]
    for name in {*names, *lock.core()} - set(without):
        (folder / name).touch()
    return folder


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Where the wheels of other packages are kept: they are made by the first who asks."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def packages(tmp_path_factory, store):
    """The lab's list of packages on a whole release beside the site."""
    here = tmp_path_factory.mktemp("lab")
    release(here / "release")
    (here / "lite").mkdir()
    lock.write(here / "lite", KERNEL, store, "../release/")
    return here / "lite"


def test_lock_file_is_the_one_of_the_release():
    content = (notebooks.ROOT / "book/_ext/nnbook_lab/pyodide-lock.json").read_bytes()
    assert hashlib.sha256(content).hexdigest() == lock.core()["pyodide-lock.json"]


def test_kernel_is_made_for_the_release():
    from jupyterlite_pyodide_kernel.constants import PYODIDE_VERSION

    ours, theirs = (v.split(".")[:2] for v in (lock.release()["release"], PYODIDE_VERSION))
    assert ours == theirs


def test_wheel_is_one_that_python_imports(tmp_path):
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", tmp_path / "lib", wheels.nnbook(tmp_path)], check=True)
    code = f"import sys; sys.path.insert(0, {str(tmp_path / 'lib')!r})\n"
    code += "import nnbook.derive, nnbook.data as d; print(d.__file__, len(d.load_digits()[0]))"
    run = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True)
    assert run.stdout.startswith(str(tmp_path / "lib")), run.stderr


def test_wheels_are_the_same_bytes_each_time(tmp_path):
    first, second = (wheels.nnbook(tmp_path / name) for name in "ab")
    assert first.read_bytes() == second.read_bytes()


def test_record_names_every_file_of_a_wheel(tmp_path):
    with zipfile.ZipFile(wheels.installed("lazy-loader", tmp_path)) as wheel:
        record = next(name for name in wheel.namelist() if name.endswith("RECORD"))
        rows = [line.split(",") for line in wheel.read(record).decode().split()]
        assert {row[0] for row in rows} == set(wheel.namelist())
        for name, digest, size in rows:
            if digest:
                content = wheel.read(name)
                found = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
                assert (f"sha256={found.decode()}", str(len(content))) == (digest, size)


def test_list_has_what_the_kernel_and_the_book_load(packages):
    listed = json.loads((packages / "pyodide-lock.json").read_text())["packages"]
    assert lock.needed(listed) <= set(listed)
    assert "nnbook" in listed["nnbook"]["imports"]
    for package in listed.values():
        path = packages / package["file_name"]
        assert path.is_file()
        if path.parent == packages:
            assert hashlib.sha256(path.read_bytes()).hexdigest() == package["sha256"]


def test_list_says_the_versions_of_the_book(packages):
    import sympy

    listed = json.loads((packages / "pyodide-lock.json").read_text())["packages"]
    assert listed["sympy"]["version"] == sympy.__version__  # the release has an older one
    assert listed["numpy"]["version"] == "2.0.2"


def test_file_that_a_release_lacks_is_named(tmp_path, store):
    numpy = lock.read()["packages"]["numpy"]["file_name"]
    release(tmp_path / "release", without=[numpy])
    (tmp_path / "lite").mkdir()
    with pytest.raises(FileNotFoundError, match=r"lacks what the lab needs: numpy$"):
        lock.write(tmp_path / "lite", KERNEL, store, "../release/")


def test_listed_files_are_all_that_the_lab_loads(tmp_path, store):
    """What `make book LIVE=bundle` puts beside the site is enough, with the digests of the lock."""
    (tmp_path / "release").mkdir()
    (tmp_path / "lite").mkdir()
    for row in lock.release()["files"]:
        (tmp_path / "release" / row["name"]).touch()
    lock.write(tmp_path / "lite", KERNEL, store, "../release/")
    sums = {p["file_name"]: p["sha256"] for p in lock.read()["packages"].values()}
    for row in lock.release()["files"]:
        if row["use"] == "wheel":
            assert sums[row["name"]] == row["sha256"]


def test_copies_say_what_they_need_and_are_the_book_otherwise(tmp_path):
    copies.stage(notebooks.ROOT, tmp_path)
    for path in sorted((notebooks.ROOT / "book").glob("[!_.]*/*.ipynb")):
        copy = nbformat.read(tmp_path / path.relative_to(notebooks.ROOT), as_version=4)
        nbformat.validate(copy)
        words, code, *rest = copy.cells
        assert words.source.startswith("**What this notebook needs.**")
        assert "import nnbook" in code.source
        assert rest == nbformat.read(path, as_version=4).cells
        assert ("reads files of the book" in words.source) == copies.reads_files(rest)


def test_first_cell_runs_and_says_the_versions():
    run = subprocess.run([sys.executable, "-c", copies.CODE], capture_output=True, text=True)
    assert "nnbook 0.1.0\n" in run.stdout, run.stderr


def test_staging_drops_what_the_book_no_longer_has(tmp_path):
    copies.stage(notebooks.ROOT, tmp_path)
    old = tmp_path / "book" / "old.ipynb"
    old.write_text("{}")
    index = tmp_path / "book" / "index.ipynb"
    before = index.stat().st_mtime_ns
    copies.stage(notebooks.ROOT, tmp_path)
    assert not old.exists()
    assert index.stat().st_mtime_ns == before


def test_what_is_asked_of_the_book_is_in_the_archive(tmp_path):
    copies.stage(notebooks.ROOT, tmp_path / "staged")
    wheel = wheels.nnbook(tmp_path)
    copies.archive(tmp_path / "staged", wheel, tmp_path / copies.ZIP)
    with zipfile.ZipFile(tmp_path / copies.ZIP) as file:
        names = set(file.namelist())
        needs = file.read("nnbook-notebooks/requirements.txt").decode().split()
    assert needs[0] == f"./{wheel.name}"
    for name in (wheel.name, "README.txt", "book/index.ipynb", "book/ledger.json",
                 "experiments/results/contest.json", "book/errata/page.py"):  # fmt: skip
        assert f"nnbook-notebooks/{name}" in names


def test_lab_is_made_anew_only_if_something_changed(tmp_path, store):
    root, site, work = (tmp_path / name for name in ("root", "site", "work"))
    shutil.copytree(store, work / "wheels")
    (root / "book").mkdir(parents=True)
    shutil.copytree(notebooks.ROOT / "nnbook", root / "nnbook")
    for name in ("pyproject.toml", "book/index.ipynb", "book/ledger.ipynb"):
        shutil.copy(notebooks.ROOT / name, root / name)
    release(site / "release")
    assert app.build(root, site, work, "release")
    assert (site / "lite/files/book/ledger.ipynb").is_file()
    assert not app.build(root, site, work, "release")
    (root / "book" / "ledger.ipynb").unlink()
    assert app.build(root, site, work, "release")
    assert (site / "lite/files/book/index.ipynb").is_file()
    assert not (site / "lite/files/book/ledger.ipynb").exists()
    listed = json.loads((site / "lite/api/contents/book/all.json").read_text(encoding="utf-8"))
    assert [row["name"] for row in listed["content"]] == ["index.ipynb"]
