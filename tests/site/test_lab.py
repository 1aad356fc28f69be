"""The lab in a browser: cells of chapters run for real, on Pyodide's files beside the site."""

import os
import re
import shutil
from contextlib import contextmanager

import pytest

from tests.site import chromium, serving

# What JupyterLab and its extensions say of themselves in the console is theirs, and after an error
# they look on the site for the sources of Python's own modules.
WRONG = re.compile("asks another host|exception|failed request(?!.*/api/contents/lib/python)")
SECONDS = 240  # for Python, NumPy, SymPy and matplotlib on a machine with other work


class Notebook:
    """A notebook that is open in the lab."""

    def __init__(self, page, address, path):
        self.page = page
        page.goto(f"{address}lite/lab/index.html?path={path}")
        page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        page.get_by_text("Python (Pyodide)").first.wait_for()
        # What is seen from now on was printed here.
        page.get_by_role("menuitem", name="Edit", exact=True).click()
        page.get_by_text("Clear Outputs of All Cells").click()
        page.locator(".jp-Notebook .jp-Cell").first.click()

    def run(self, cells: int) -> None:
        for _ in range(cells):
            self.page.keyboard.press("Shift+Enter")

    def output(self, text: str, within: str = ""):
        found = self.page.locator(f".jp-Notebook .jp-OutputArea-output {within}".strip())
        found = found.filter(has_text=re.compile(text)).first
        # Cells that are scrolled away are hidden.
        found.wait_for(state="attached", timeout=1000 * SECONDS)
        return found


@contextmanager
def opened(browser, address, path):
    """A notebook; until it is closed, nothing may go wrong, nor be asked of another host."""
    context = browser.new_context(viewport=chromium.WIDE)
    context.set_default_timeout(1000 * chromium.SECONDS)
    watch = chromium.Watch(context)
    yield Notebook(context.new_page(), address, path)
    found = [text for text in watch.take() if WRONG.match(text)]
    context.close()
    assert not found, "\n".join(found)


@pytest.fixture(scope="module")
def reading(browser, live):
    """A notebook for the tests that may share its Python, which takes long to start."""
    with opened(browser, live.address, "book/how-to-read.ipynb") as notebook:
        yield notebook


# Whether the lab has the keys: in a new cell that is chosen, or within it.
CHOSEN = """() => {
  const cell = document.querySelector(".jp-Notebook .jp-CodeCell.jp-mod-active");
  return cell && cell.querySelector(".cm-content")?.innerText.trim() === ""
    && cell.closest(".jp-Notebook").contains(document.activeElement);
}"""
WITHIN = """() => document.activeElement?.matches(".jp-CodeCell.jp-mod-active .cm-content")"""


def insert_and_run(notebook, code: str) -> None:
    """A reader's own cell, below the one that is selected; keys wait until the lab listens."""
    page = notebook.page
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    page.wait_for_function(CHOSEN)
    page.keyboard.press("Enter")
    page.wait_for_function(WITHIN)
    page.keyboard.insert_text(code)
    page.locator(".jp-mod-active .cm-content", has_text=code.splitlines()[0]).wait_for()
    page.keyboard.press("Shift+Enter")


def test_nothing_is_installed_from_elsewhere(reading):
    insert_and_run(reading, "%pip install a-package-of-nobody")
    reading.output("this copy of the book asks no other host")


def test_proof_and_graded_answer(reading):
    reading.run(12)
    reading.output(r"nnbook 0\.1\.0\nnumpy 2\.0\.2")
    assert "✓" in reading.output(r"split\sthe\ssum").text_content()
    reading.output(r"refuted: at K = 1")
    reading.output(r"Right: proved for all sizes")


def test_figure_and_stored_study(browser, live):
    """A chapter draws a figure, and reads a study from the book's folder as at home."""
    with opened(browser, live.address, "book/training/deep-signals.ipynb") as notebook:
        notebook.run(4)
        figure = notebook.output("", "img")
        assert figure.evaluate("image => image.naturalWidth") > 300
        assert notebook.page.locator(".jp-Notebook [data-mime-type*=error]").count() == 0
        study = "from nnbook.studies import load_study\nload_study('signals').name"
        insert_and_run(notebook, study)
        notebook.output("'signals'")


def link(source: str, target: str) -> None:
    """A copy that takes no room where the file system allows it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


@pytest.fixture
def tampered(live, site, tmp_path):
    """Serves the site with one byte more in a file of Pyodide."""
    for name in ("lite", "web"):
        shutil.copytree(site / name, tmp_path / name, copy_function=link)
    with serving.serve(tmp_path) as server:

        def tamper(name: str) -> str:
            path = next((tmp_path / "web/live/pyodide").glob(name))
            content = path.read_bytes()
            path.unlink()  # it is the site's own as well
            path.write_bytes(content + b"\n")
            return server.address

        yield tamper


def test_package_that_was_tampered_with_is_refused(browser, tampered):
    with browser.new_context() as context:
        notebook = Notebook(context.new_page(), tampered("numpy-*.whl"), "book/index.ipynb")
        notebook.run(2)
        notebook.output("ModuleNotFoundError")
        assert not notebook.page.get_by_text("numpy 2.0.2").count()


def test_core_that_was_tampered_with_is_refused(browser, tampered):
    with browser.new_context() as context:
        page = Notebook(context.new_page(), tampered("pyodide.mjs"), "book/index.ipynb").page
        message = page.locator('[title*="messages"]').first  # of the kernel, in the status bar
        message.click(timeout=1000 * SECONDS)
        page.get_by_text("Failed to fetch").first.wait_for(state="attached")
