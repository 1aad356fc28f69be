"""Exercises in the page: asked on their pages, graded as in the notebook, kept, announced."""

import ast
import itertools
import re

import nbformat
import notebooks
import pytest

from nnbook.exercises import chapters, exercise, exercises_of
from tests.site.audit import axe, unfold, width
from tests.site.conftest import module_page, open_page

SECONDS = 90_000
LOSSES = "book/networks/losses.html"
# Right answers are those of the solutions, wrong ones are twice them and one.
GRADED = {
    LOSSES: ("losses.width", "losses.temperature", "losses.belief"),
    "book/training/backpropagation.html": ("backpropagation.shortcut", "backpropagation.by_hand"),
    "book/networks/architectures.html": ("architectures.distance", "architectures.count"),
    "book/generative/diffusion.html": ("diffusion.half_life",),
}


def cells(path):
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]


def solutions() -> dict[str, str]:
    found = {}
    for path in sorted((notebooks.ROOT / "book/solutions").glob("*.ipynb")):
        for cell in cells(path):
            name = re.search(r'exercise\("([\w.]+)"\)\.check\(', cell.source)
            if name:
                call = ast.parse(cell.source).body[-1].value
                found[name[1]] = call.args[0].value
    return found


# Another page of the site in the place of this one: its article, and its own script run on it. The
# script's modules are those of this page, and so is the Python that runs.
TURN = """async ([address, count]) => {
  const text = await (await fetch(address)).text();
  history.pushState(null, "", address);
  const next = new DOMParser().parseFromString(text, "text/html");
  for (const part of ["script[data-exercises]", "article"]) {
    document.querySelector(part).replaceWith(next.querySelector(part));
  }
  await import(`${document.querySelector("script[data-exercises]").src}?turn=${count}`);
}"""


@pytest.fixture(scope="module")
def started(browser, live):
    """A page whose Python runs on from test to test, as it takes seconds to start.

    `page.turn(address)` brings the article of another page, or opens it if no Python runs here.
    """
    page = open_page(browser, live.address)
    page.context.set_default_timeout(SECONDS)
    count = itertools.count(1)

    def turn(name: str) -> None:
        if page.locator("iframe.nn-python").count():
            page.evaluate(TURN, [live.address + name, next(count)])
        else:
            page.goto(live.address + name)

    page.turn = turn
    yield page
    page.context.close()


losses = module_page(LOSSES)  # in which no Python is started


def asked(page, name: str):
    return page.locator(f'[data-exercise="{name}"]')


def answer(page, name: str, text: str, *, status: str) -> str:
    """Types an answer and presses Enter; what is said, once it is the status that is expected."""
    place = asked(page, name)
    field = place.get_by_role("textbox")
    field.fill(text)
    field.press("Enter")
    verdict = place.locator(".nn-verdict:not([data-status=waits])[data-status]")
    verdict.and_(page.locator(f"[data-status={status}]")).wait_for()
    assert page.evaluate("() => document.activeElement.id") == field.get_attribute("id")
    return re.sub(r"\s+", " ", verdict.inner_text())


# -- Which pages ask what --------------------------------------------------------------------------


def test_every_exercise_is_offered_on_a_page(site):
    offered = {}
    for path in sorted((site / "book").rglob("*.html")):
        for name in re.findall(r'data-exercise="([^"]+)"', path.read_text(encoding="utf-8")):
            offered.setdefault(name, set()).add(path.parent.name)
    names = {f"{chapter}.{name}" for chapter in chapters() for name in exercises_of(chapter)}
    assert names - set(offered) == set()
    assert "solutions" not in set().union(*offered.values())


def test_pages_without_exercises_load_no_script_of_them(site):
    for page in ("glossary", "solutions/losses", "ledger"):
        assert "exercises.js" not in (site / f"book/{page}.html").read_text(encoding="utf-8")


def test_nothing_is_loaded_before_it_is_asked_for(page, served):
    served.asked.clear()
    page.open(LOSSES)
    assert not [path for path in served.asked if "/web/vendor/" in path]
    served.asked.clear()
    field = asked(page, "losses.width").get_by_role("textbox")
    field.fill("1/s")
    page.wait_for_timeout(700)
    assert set(served.asked) <= {"/web/live/manifest.json"}
    words = asked(page, "losses.width").locator(".nn-loading").inner_text()
    assert re.search(r"starts Python in your browser, up to \d+ MB once\. Python 3\.12", words)
    assert page.watch.take() == []


# -- Verdicts --------------------------------------------------------------------------------------


def test_stop(started, live):
    """While Python loads; it is started anew by the next answer, and runs on for what follows."""
    page = started
    page.goto(live.address + LOSSES)
    place = asked(page, "losses.width")
    place.get_by_role("textbox").fill("1/s")
    place.get_by_role("button", name="Check").click()
    place.get_by_role("button", name="Stop").click()
    place.locator(".nn-verdict", has_text="Stopped.").wait_for()
    assert page.locator("iframe.nn-python").count() == 0
    answer(page, "losses.width", "1/s", status="wrong")
    assert page.watch.take() == []


@pytest.mark.parametrize("address", GRADED)
def test_right_and_wrong_answers_are_graded_as_in_the_notebook(started, address):
    page, right = started, solutions()
    page.turn(address)
    for name in GRADED[address]:
        said = answer(page, name, right[name], status="right")
        assert exercise(name).check(right[name]).message[:20] in said
        wrong = f"2 ({right[name]}) + 1"
        said = answer(page, name, wrong, status="wrong")
        words = exercise(name).check(wrong).message.splitlines()
        assert re.sub(r"\s+", " ", words[0]) in said
        if len(words) > 1:
            assert words[-1].rpartition("your expression is ")[2] in said  # the two numbers
    assert page.watch.take() == []


def test_the_whole_way(started):
    page = started
    page.turn(LOSSES)
    place = asked(page, "losses.width")
    multiplied = "1/s - y_hat^2/s^3 + 2 y_hat t/s^3 - t^2/s^3"
    said = answer(page, "losses.width", multiplied, status="right")
    assert "Another form of the same" in said
    place.locator(".nn-verdict :is(mjx-container, math)").nth(1).wait_for()
    # A foreseen slip is named; the point at which it shows is set as formulas.
    said = answer(page, "losses.width", "1/s + (y_hat - t)^2 / s^3", status="wrong")
    assert "mind the sign" in said
    assert "your expression is" in said
    place.locator(".nn-verdict :is(mjx-container, math)").nth(3).wait_for()
    # What can't be read is marked, and the caret goes there.
    said = answer(page, "losses.width", "1/s - 𝑎 + (y_hat - t", status="unread")
    assert place.locator(".nn-place mark").first.inner_text() == "𝑎"
    assert page.evaluate("() => document.activeElement.selectionStart") == 6
    # The preview follows the typing, and shows where it breaks off.
    field = place.get_by_role("textbox")
    field.fill("sqrt(s)")
    place.locator(".nn-preview :is(mjx-container, math)").wait_for()
    field.fill("sqrt(")
    place.locator(".nn-preview mark").wait_for()
    # Names are typed at the caret.
    field.fill("")
    place.get_by_role("button", name="sqrt", exact=True).click()
    place.get_by_role("button", name="y_hat", exact=True).click()
    assert field.input_value() == "sqrt(y_hat)"
    assert page.watch.take() == []


def test_an_empty_field_lists_the_names(started):
    page = started
    page.turn("book/index.html")  # there a printed answer stands in the field
    place = asked(page, "home.bias")
    place.get_by_role("textbox").fill("")
    place.get_by_role("button", name="Check").click()
    place.get_by_role("button", name="y_hat[i]").click()
    assert place.get_by_role("textbox").input_value() == "y_hat[i]"
    place.locator(".nn-names :is(mjx-container, math)").first.wait_for()
    assert page.watch.take() == []


def test_a_verdict_is_set_as_mathematics(started):
    page = started
    page.turn(LOSSES)
    said = answer(page, "losses.temperature", "(S[m] - t[m]) / τ", status="right")
    assert "tau" not in said
    assert "Sum" not in said
    assert "$" not in said


def test_a_check_that_takes_too_long_is_stopped(started):
    """Planted: patience of a hundredth of a second. The last on this page, as it ends Python."""
    page = started

    def hasty(route):
        body = route.fetch().text().replace("const PATIENCE = 60", "const PATIENCE = 0.01")
        route.fulfill(body=body, content_type="text/javascript")

    page.route("**/exercises/exercises.js*", hasty)
    page.turn(LOSSES)
    place = asked(page, "losses.temperature")
    place.get_by_role("textbox").fill("S[m] - t[m]")
    place.get_by_role("button", name="Check").click()
    place.locator(".nn-verdict", has_text="so Python was stopped").wait_for()
    page.unroute("**/exercises/exercises.js*")
    page.watch.take()


def test_where_a_file_is_missing_it_says_so(browser, served):
    page = open_page(browser, served.address)
    page.route("**/web/live/manifest.json", lambda route: route.fulfill(status=404))
    page.goto(served.address + LOSSES)
    place = asked(page, "losses.width")
    place.get_by_role("textbox").fill("1/s")
    place.get_by_role("textbox").press("Enter")
    place.locator(".nn-verdict", has_text="could not be loaded: 404").wait_for()
    page.context.close()


# -- Kept, by keyboard, announced ------------------------------------------------------------------


def test_an_answer_is_kept_over_a_reload_until_it_is_cleared(losses, served):
    page = losses
    asked(page, "losses.width").get_by_role("textbox").fill("1/s")
    page.goto(served.address + LOSSES)
    field = asked(page, "losses.width").get_by_role("textbox")
    assert field.input_value() == "1/s"
    assert asked(page, "losses.poisson").get_by_role("textbox").input_value() == ""
    asked(page, "losses.width").get_by_role("button", name="Clear").click()
    page.goto(served.address + LOSSES)
    assert field.input_value() == ""
    kept = "() => Object.keys(localStorage).filter((key) => key.startsWith('nnbook-answer'))"
    assert page.evaluate(kept) == []


def test_an_answer_is_no_longer_than_the_grammar_reads(losses):
    field = asked(losses, "losses.width").get_by_role("textbox")
    field.press_sequentially("s" * 10)
    assert field.get_attribute("maxlength") == "400"
    field.fill("")


def test_a_printed_answer_stands_in_the_field_with_its_verdict(page):
    page.open("book/index.html")
    place = asked(page, "home.bias")
    assert place.get_by_role("textbox").input_value() == "2 * sum(y_hat[i] - t[i], i)"
    assert "Not yet." in place.locator(".nn-verdict").inner_text()
    assert page.watch.take() == []


def test_the_keyboard_is_enough(losses):
    page = losses
    place = asked(page, "losses.width")
    place.get_by_role("textbox").focus()
    reached = []
    for _ in range(12):
        reached.append(page.evaluate("() => document.activeElement.textContent"))
        page.keyboard.press("Tab")
    assert reached[:4] == ["", "Check", "Load Python", "s"]
    assert "As code" in reached


def test_verdicts_are_announced_and_the_cell_is_within_reach(losses):
    page = losses
    place = asked(page, "losses.width")
    assert place.locator(".nn-verdict").get_attribute("role") == "status"
    group = place.get_by_role("group").first
    assert group.get_attribute("aria-label").startswith("Answer to 2. A width")
    place.get_by_text("As code").click()
    assert 'exercise("losses.width")' in place.locator(".cell_input").inner_text()
    assert place.get_by_role("button", name="Run", exact=True).is_visible()


def test_narrow_and_dark(phone):
    phone.open("book/training/backpropagation.html")
    asked(phone, "backpropagation.shortcut").get_by_role("textbox").fill("y_bar[r] + " * 20)
    assert width(phone) == []
    unfold(phone)
    assert [line for line in axe(phone) if "nn-" in line] == []
