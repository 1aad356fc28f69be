"""Code that runs in the page: edited, run, stopped, brought back, and all that it may show."""

import json
import re
import sys

import notebooks
import pytest
from playwright.sync_api import expect

from tests.site.conftest import open_page

sys.path.insert(0, str(notebooks.ROOT / "book" / "_ext"))
import live as browser_files

LOADING = 120_000  # milliseconds until Python must have come, on a machine that does much else
LOSSES = "book/networks/losses.html"
CELLS = """() => [...document.querySelectorAll('.cell[id^="cell-"]')]
    .filter((cell) => cell.querySelector(".nn-run") && !cell.querySelector("details .nn-run"))
    .map((cell) => cell.id)"""


@pytest.fixture(scope="module")
def reader(browser, live):
    """One reader for all tests of this file: what was loaded once is kept by the browser."""
    page = open_page(browser, live.address)
    page.set_default_timeout(LOADING)
    yield page
    page.context.close()


@pytest.fixture
def losses(reader):
    """A page whose Python runs on from test to test, as it takes seconds to start.

    It is opened anew only where the test before left it at work, or elsewhere. Cells that were
    edited have their own code again; what they made stays, as for a reader.
    """
    if not reader.url.endswith(LOSSES) or reader.locator('.nn-status[data-state="busy"]').count():
        reader.open(LOSSES)
    for button in reader.get_by_role("button", name="Reset", exact=True).all():
        button.evaluate("button => button.click()")  # it may be folded
    return reader


def first(page):
    """The first cell of the page whose code is open."""
    return page.locator(f"#{page.evaluate(CELLS)[0]}")


def press(cell, name="Run"):
    cell.get_by_role("button", name=name, exact=True).click()


def write(cell, source: str):
    """Puts other code into the editor of a cell, which a cell that ran has already."""
    if cell.locator(".cm-content").count() == 0:
        press(cell, "Edit")
    editor = cell.locator(".cm-content")
    editor.click()
    editor.press("Control+a")
    editor.page.keyboard.insert_text(source)


def ran(cell):
    expect(cell.locator(".nn-run small")).to_have_text(re.compile("^ran in"), timeout=LOADING)
    return cell.locator(".nn-live")


def test_python_s_own_library_comes_compiled(live, site):
    release = browser_files.release_of()
    if browser_files.browser_python(release["python"]) is None:
        pytest.skip(f"no Python {release['python'][:4]} is here to compile it")
    manifest = json.loads((site / "web/live/manifest.json").read_text(encoding="utf-8"))
    urls = [file["url"] for file in manifest["files"] if file["name"] == browser_files.STANDARD]
    assert [url.startswith("files/standard-") for url in urls] == [True]


def test_nothing_is_loaded_before_the_reader_asks(browser, live):
    page = open_page(browser, live.address)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.open(LOSSES)
    assert [url for url in asked if re.search("pyodide|/files/|web/vendor", url)] == []
    expect(first(page).locator(".nn-run")).to_contain_text("Python 3.12")
    page.context.close()


def test_a_cell_runs_after_those_that_it_needs(losses):
    cell = first(losses)
    stored = cell.locator(".cell_output").inner_text()
    press(cell)
    assert ran(cell).inner_text().split() == stored.split()
    expect(losses.locator(".nn-status")).to_contain_text("Ready: Python 3.12")


def test_edit_run_and_reset(losses):
    cell = first(losses)
    stored = cell.locator(".cell_output").inner_text()
    write(cell, "total = sum(range(11))\nprint('total', total)")
    losses.keyboard.press("Control+Enter")
    expect(ran(cell)).to_have_text(re.compile(r"^\s*total 55\s*$"))
    press(cell, "Reset")
    expect(cell.locator(".cm-content")).to_contain_text("given_to_truth")
    expect(cell.locator(".nn-live")).to_have_count(0)
    expect(cell.locator(".cell_output")).to_be_visible()
    assert cell.locator(".cell_output").inner_text() == stored


def test_errors_name_the_line(losses):
    cell = first(losses)
    write(cell, "a = 1\nb = a / 0")
    losses.keyboard.press("Control+Enter")
    expect(ran(cell)).to_contain_text("ZeroDivisionError: division by zero")
    expect(cell.locator(".nn-live")).to_contain_text("line 2")


def test_displays_are_numbered_as_on_the_page(losses):
    cell = losses.locator(".cell.nn-proof:has(.nn-chain):has(.nn-line)").first
    number = cell.locator(".eqno").inner_text().rstrip("#")
    lines = cell.locator(".nn-right").count()
    cell.locator("details.nn-how > summary").click()
    press(cell)
    live = ran(cell)
    assert live.locator(".eqno").inner_text() == number
    assert live.locator(".nn-right").count() == lines
    assert live.locator(".nn-line").inner_text().startswith("✓")
    # Its formulas are set, not shown as LaTeX.
    expect(live.locator(".nn-right").first).not_to_contain_text("\\displaystyle")


def test_a_wrong_display_is_refuted_in_the_page(losses):
    cell = first(losses)
    write(cell, "from nnbook.derive import *\nx = reals('x')\nprove(partial(x**2, x), x)")
    losses.keyboard.press("Control+Enter")
    expect(ran(cell)).to_contain_text("refuted")


def test_a_figure_with_its_words(losses):
    cell = losses.locator("#cell-1")
    alt = cell.locator(".cell_output:not(.nn-live) img").get_attribute("alt")
    cell.locator("details.nn-how > summary").click()
    press(cell)
    image = ran(cell).locator("img")
    assert image.get_attribute("alt") == alt
    assert image.evaluate("image => image.naturalWidth") > 500


def test_a_training(losses):
    cell = first(losses)
    write(cell, """import numpy as np
from nnbook import Dense, MeanSquaredError, Sequential, adam, fit
x = np.random.default_rng(0).normal(size=(64, 2))
t = x @ np.array([[1.0], [-2.0]]) + 0.5
network = Sequential(Dense(2, 1))
run = fit(network, MeanSquaredError(), x, t, optimizer=adam(0.1), epochs=40, seed=0)
print("learned", run.history["loss"][-1] < 0.01)""")  # fmt: skip
    losses.keyboard.press("Control+Enter")
    expect(ran(cell)).to_contain_text("learned True")


def test_what_never_ends_is_stopped_and_the_page_stays_alive(losses):
    """What its cell says: once "A cell above failed. undefined", and "stopped" as Python loaded."""
    cell = first(losses)
    note = cell.locator(".nn-run small")
    press(cell)
    ran(cell)
    write(cell, "print('before')\nwhile True:\n    pass")
    losses.keyboard.press("Control+Enter")
    expect(note).to_have_text("running …")
    expect(cell.locator(".nn-live")).to_contain_text("before", timeout=LOADING)
    assert losses.evaluate("1 + 1") == 2
    losses.locator(".nn-status").get_by_role("button", name="Stop").click()
    expect(losses.locator(".nn-status")).to_contain_text("Stopped")
    expect(note).to_have_text("stopped")
    write(cell, "print('after')\n1 / 0")
    losses.keyboard.press("Control+Enter")
    expect(note).to_have_text("loading Python …")
    numbered = """(id) => [...document.querySelectorAll('.cell[id^="cell-"]')]
        .filter((cell) => cell.querySelector(".cell_input"))
        .findIndex((cell) => cell.id === id) + 1"""
    number = losses.evaluate(numbered, cell.get_attribute("id"))
    words = f'File "cell {number}", line 2'
    expect(cell.locator(".nn-live")).to_contain_text(words, timeout=LOADING)
    expect(cell.locator(".nn-live")).to_contain_text("after")
    write(cell, "print('once more')")
    losses.keyboard.press("Control+Enter")
    expect(ran(cell)).to_have_text(re.compile(r"^\s*once more\s*$"))


def test_a_second_page_asks_for_no_file_but_the_one_that_was_spoiled(losses):
    """Planted: a kept file that was changed. What the browser keeps is checked when it is used."""
    press(first(losses))
    ran(first(losses))
    spoiled = losses.evaluate("""async () => {
        const kept = await caches.open("nnbook-live");
        const [key] = (await kept.keys()).filter((k) => k.url.includes("/files/nnbook-"));
        await kept.put(key, new Response("spoiled"));
        return key.url.split("?")[0];
    }""")
    asked = []
    losses.on("request", lambda request: asked.append(request.url))
    losses.open("book/index.html")
    cell = losses.locator('[data-exercise="home.bias"]')  # a field, and below it the cell
    cell.get_by_text("As code").click()
    press(cell, "Edit")
    cell.get_by_role("button", name="Run all above").click()
    expect(losses.locator(".nn-status")).to_contain_text("Ready", timeout=LOADING)
    press(cell)
    expect(ran(cell)).to_contain_text("Your answer")
    large = [url for url in asked if url.endswith((".whl", ".zip", ".wasm", ".asm.js"))]
    assert large == [spoiled]


def test_planted_file_that_is_not_what_it_should_be(browser, live):
    """A file whose digest is not that of the list is refused, by name."""
    page = open_page(browser, live.address)
    page.set_default_timeout(LOADING)
    page.context.route("**/files/nnbook-*.zip", lambda route: route.fulfill(body=b"something else"))
    page.open(LOSSES)
    cell = first(page)
    press(cell)
    expect(cell.locator(".nn-run small")).to_contain_text(
        re.compile(r"nnbook-.*is not the file it should be"), timeout=LOADING
    )
    assert "failed" in page.locator(".nn-status").get_attribute("data-state")
    page.context.close()
