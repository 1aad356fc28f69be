"""What is made beside the pages: in its order, and with its errors."""

import os
import signal
import sys
from types import SimpleNamespace

import notebooks
import pytest
from sphinx.errors import ExtensionError

sys.path.insert(0, str(notebooks.ROOT / "book" / "_ext"))

import quick


def made(*functions, processes=2, error=None):
    app = SimpleNamespace(builder=SimpleNamespace(format="html"), parallel=processes)
    work = quick.Beside()
    work.functions += functions
    work.start(app)
    work.finish(app, error)


@pytest.mark.parametrize("processes", [1, 2])
def test_all_is_made_in_order(tmp_path, processes):
    made(
        lambda app: (tmp_path / "first").write_text(str(os.getpid())),
        lambda app: (tmp_path / "first").rename(tmp_path / "second"),
        processes=processes,
    )
    here = (tmp_path / "second").read_text() == str(os.getpid())
    assert here == (processes == 1 or not quick.parallel_available)


def test_what_went_wrong_is_told():
    def wrong(app):
        raise FileNotFoundError("no such wheel")

    with pytest.raises((ExtensionError, FileNotFoundError), match="no such wheel"):
        made(wrong)


@pytest.mark.skipif(not quick.parallel_available, reason="processes cannot be forked here")
def test_a_process_that_is_gone_is_told():
    with pytest.raises(ExtensionError, match="has ended"):
        made(lambda app: os.kill(os.getpid(), signal.SIGKILL))


def test_a_failed_build_waits_for_nothing():
    made(lambda app: None, error=RuntimeError("failed"))


def test_only_what_says_nothing_is_declared_safe():
    unsafe = SimpleNamespace(parallel_read_safe=False)
    silent = SimpleNamespace(parallel_read_safe=None)
    app = SimpleNamespace(extensions={"unsafe": unsafe, quick.SAFE[0]: silent})
    quick.declare_safe(app, None, [])
    assert silent.parallel_read_safe
    assert not unsafe.parallel_read_safe
