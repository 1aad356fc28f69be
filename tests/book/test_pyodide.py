"""Gathering the files of Pyodide: where they are looked for, and that no wrong one is taken."""

import hashlib
import json
import os
import sys
import tarfile

import pyodide
import pytest

from tests.site.serving import serve

GOOD, BAD = b"print('good')", b"print('bad')"
CORE = {"name": "core.js", "use": "core", "size": 13, "sha256": hashlib.sha256(GOOD).hexdigest()}
WHEEL = CORE | {"name": "some.whl", "use": "wheel"}


def folder_with(path, content, *files):
    path.mkdir(exist_ok=True)
    for file in files:
        (path / file["name"]).write_bytes(content)
    return path


def test_files_come_from_the_first_place_that_has_the_right_one(tmp_path):
    wrong = pyodide.Folder(folder_with(tmp_path / "wrong", BAD, CORE))
    right = pyodide.Folder(folder_with(tmp_path / "right", GOOD, CORE, WHEEL))
    assert pyodide.gather(tmp_path / "target", [wrong, right], [CORE, WHEEL]) == []
    assert {p.name: p.read_bytes() for p in (tmp_path / "target").iterdir()} == {
        "core.js": GOOD,
        "some.whl": GOOD,
    }
    # What is there and right is not asked for again; what is there and wrong is.
    (tmp_path / "target" / "some.whl").write_bytes(BAD)
    asked = []

    class Asked(pyodide.Folder):
        def read(self, file):
            asked.append(file["name"])
            return super().read(file)

    assert pyodide.gather(tmp_path / "target", [Asked(tmp_path / "right")], [CORE, WHEEL]) == []
    assert asked == ["some.whl"]
    assert (tmp_path / "target" / "some.whl").read_bytes() == GOOD


def test_a_wrong_file_is_named_and_not_taken(tmp_path):
    wrong = pyodide.Folder(folder_with(tmp_path / "wrong", BAD, CORE))
    (problem,) = pyodide.gather(tmp_path / "target", [wrong], [CORE])
    assert problem.startswith("core.js could not be had")
    assert f"wrong: expected sha256 {CORE['sha256']}, got {pyodide.digest(BAD)}" in problem
    assert list((tmp_path / "target").iterdir()) == []


def test_every_place_that_lacks_a_file_is_named(tmp_path):
    archive = tmp_path / "package.tgz"
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(folder_with(tmp_path / "package", GOOD, CORE), "package")
    broken = tmp_path / "broken.tgz"
    broken.write_bytes(BAD)
    with serve(folder_with(tmp_path / "web", GOOD, WHEEL)) as server:
        places = [
            pyodide.Folder(tmp_path / "none"),
            pyodide.Archive(broken),
            pyodide.Archive(archive),
            pyodide.Web(server.address),
        ]
        absent = WHEEL | {"name": "absent.whl"}
        assert pyodide.gather(tmp_path / "target", places, [CORE, WHEEL]) == []
        (problem,) = pyodide.gather(tmp_path / "target", places, [absent])
    lines = problem.splitlines()
    assert lines[0] == "absent.whl could not be had"
    assert "none: No such file" in lines[1]
    assert "broken.tgz: " in lines[2]
    assert "package.tgz: not in it" in lines[3]
    assert "absent.whl: HTTP 404" in lines[4]


def test_a_host_that_is_not_reached_is_asked_once(tmp_path):
    with serve(tmp_path) as server:
        web = pyodide.Web(server.address)
    for _ in range(2):  # the server is gone
        with pytest.raises(pyodide.Absent, match="refused"):
            web.read(CORE)
    web.path = "not an address/"  # is not asked
    with pytest.raises(pyodide.Absent, match="refused"):
        web.read(CORE)


@pytest.mark.skipif(os.name == "nt", reason="the program in place of npm is a script")
def test_the_core_comes_from_npm(tmp_path, monkeypatch):
    program = tmp_path / "npm"
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pyodide.Absent, match=r"npm pack pyodide@1\.2: "):
        pyodide.Npm("1.2").read(CORE)  # no npm
    program.write_text(f"#!{sys.executable}\nimport sys\nsys.exit('no such version')\n", "utf-8")
    program.chmod(0o755)
    with pytest.raises(pyodide.Absent, match="no such version"):
        pyodide.Npm("1.2").read(CORE)
    folder = folder_with(tmp_path / "package", GOOD, CORE)
    program.write_text(
        f"#!{sys.executable}\nimport sys, tarfile\nassert 'pyodide@1.2' in sys.argv\n"
        f"with tarfile.open('pyodide-1.2.tgz', 'w:gz') as t: t.add({str(folder)!r}, 'package')\n",
        "utf-8",
    )
    assert pyodide.Npm("1.2").read(CORE) == GOOD
    with pytest.raises(pyodide.Absent, match="the core only"):
        pyodide.Npm("1.2").read(WHEEL)


def test_the_command(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pyodide, "listed", lambda: {
        "release": "1.2", "base": "http://127.0.0.1:1/", "files": [WHEEL]})  # fmt: skip
    good = folder_with(tmp_path / "good", GOOD, WHEEL)
    target = str(tmp_path / "target")
    assert pyodide.main([target]) == 1
    assert "FAILED  some.whl could not be had" in capsys.readouterr().err
    assert pyodide.main([target, "--from", str(good)]) == 0
    assert "1 files of Pyodide 1.2" in capsys.readouterr().out


def test_the_list_agrees_with_the_lock_file_of_the_release():
    """Where the files have been gathered: each wheel's digest is that of pyodide-lock.json."""
    release = pyodide.listed()
    path = pyodide.ROOT / "_build" / "pyodide" / "pyodide-lock.json"
    if not path.is_file():
        pytest.skip("the files of Pyodide are not in _build/pyodide (tools/pyodide.py brings them)")
    lock = json.loads(path.read_text(encoding="utf-8"))
    packages = {package["file_name"]: package["sha256"] for package in lock["packages"].values()}
    assert lock["info"]["python"] == release["python"]
    for file in release["files"]:
        if file["use"] == "wheel":
            assert packages[file["name"]] == file["sha256"]
