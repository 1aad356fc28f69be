"""The site is built once, whichever process asks first, and a failure is everyone's."""

import threading
import time

import pytest

from tests import built


def ask(folder, make, count):
    """What `count` threads get that ask at the same time."""
    answers = []

    def one():
        try:
            answers.append(built.once(folder, make))
        except RuntimeError as error:
            answers.append(str(error))

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_one_makes_and_all_get_it(tmp_path):
    made = []

    def make(target):
        made.append(target)
        time.sleep(0.1)
        target.mkdir()
        (target / "index.html").write_text("done", encoding="utf-8")

    folders = ask(tmp_path / "site", make, 5)
    assert len(made) == 1
    assert [(folder / "index.html").read_text("utf-8") for folder in folders] == ["done"] * 5


def test_a_failure_is_told_to_all(tmp_path):
    def make(target):
        target.mkdir()
        raise RuntimeError("a warning")

    assert ask(tmp_path / "site", make, 3) == ["a warning"] * 3
    assert not (tmp_path / "site" / "made").exists()


def test_who_waits_in_vain_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(built, "MINUTES", 0)
    (tmp_path / "site").mkdir()
    with pytest.raises(TimeoutError, match="no other process made"):
        built.once(tmp_path / "site", None)


def test_a_site_without_pyodide_says_why(tmp_path):
    site = tmp_path / "_build" / "html"
    live = site / "web" / "live"
    live.mkdir(parents=True)
    (live / "manifest.json").write_text('{"files": [{"name": "a.whl", "url": "pyodide/a.whl"}]}')
    assert "a.whl is not on the site: it was built without" in built.not_live(site)
    (tmp_path / built.WHY_NOT).write_text("no network")
    assert built.not_live(site) == "a.whl is not on the site: no network"
    (live / "pyodide").mkdir()
    (live / "pyodide" / "a.whl").touch()
    assert built.not_live(site) is None
