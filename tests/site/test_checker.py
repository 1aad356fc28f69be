"""The page of the checker: nothing runs unasked; proofs, refutations, steps, shared questions."""

import json
import urllib.parse

import pytest

from tests.site.conftest import open_page

PAGE = "book/checker.html"
LOADING = 180_000  # milliseconds for Python to come, on a busy machine


@pytest.fixture(scope="module")
def page(browser, live):
    """The page, with what went wrong in ``page.troubles``; Python is started once for all."""
    made = open_page(browser, live.address)
    made.set_default_timeout(LOADING)
    made.troubles, made.hosts, made.dialogs = [], set(), []
    made.on("console", lambda m: m.type == "error" and made.troubles.append(m.text))
    made.on("pageerror", lambda e: made.troubles.append(str(e)))
    made.on("requestfailed", lambda r: made.troubles.append(r.url))
    made.on("request", lambda r: made.hosts.add(urllib.parse.urlsplit(r.url).netloc))
    made.on("dialog", lambda d: (made.dialogs.append(d.message), d.dismiss()))
    made.open(PAGE)
    made.wait_for_selector(".nn-try")
    yield made
    made.context.close()


@pytest.fixture(scope="module")
def address(live):
    return live.address + PAGE


def ask(page, button="Check", **fields):
    for name in ("left", "right", "when", "sizes", "by"):
        page.fill(f"#nn-{name}", fields.get(name, ""))
    page.get_by_role("button", name=button, exact=True).click()


def test_nothing_runs_before_a_button_is_pressed(page, address):
    asked = urllib.parse.quote(json.dumps({"left": "x", "right": "y"}))
    page.goto(f"{address}#q={asked}")
    page.wait_for_function("document.getElementById('nn-left').value === 'x'")
    page.wait_for_timeout(500)
    assert page.get_attribute("#nn-checker", "data-state") is None
    assert "Press Check" in page.inner_text("#nn-answer")


def test_a_formula_of_the_gallery_is_proved(page):
    page.locator("#try-softmax-cross-entropy .nn-try").click()
    assert page.input_value("#nn-right") == "p_j - y_j"
    page.get_by_role("button", name="Check", exact=True).click()
    page.wait_for_selector(".nn-proved")
    page.wait_for_selector("#nn-answer mjx-container, #nn-answer math", state="attached")


def test_a_misprint_is_refuted_with_numbers_by_keyboard(page):
    page.fill("#nn-left", r"\tanh x")
    page.fill("#nn-right", r"\frac{1 - e^{-x}}{1 + e^{-x}}")
    page.fill("#nn-when", "")
    page.locator("#nn-right").press("Control+Enter")
    page.wait_for_selector(".nn-refuted")
    assert "0.983675" in page.inner_text("#nn-answer")
    assert page.get_attribute("#nn-answer", "aria-live") == "polite"


def test_the_preview_follows_and_marks_what_cannot_be_read(page):
    page.fill("#nn-left", r"a + \foo")
    page.wait_for_selector("#nn-preview mark")
    assert page.inner_text("#nn-preview mark") == r"\foo"
    assert page.get_attribute("#nn-left", "aria-invalid") == "true"
    page.fill("#nn-left", r"a + \phi")
    page.wait_for_selector("#nn-preview .nn-formula")
    assert page.get_attribute("#nn-left", "aria-invalid") is None


def test_a_derivation_shows_its_steps(page):
    ask(page, "Differentiate", left=r"\frac12 \sum_i x_i^2", by="x_j")
    page.wait_for_selector(".nn-steps")
    assert page.locator(".nn-steps li").count() >= 2
    assert page.locator(".nn-steps li").last.inner_text().startswith("✓")


def test_stop_ends_what_runs_and_the_next_question_works(page):
    terms = " + ".join(f"x_{{{k}}}" for k in range(1, 9))
    ask(page, left=f"({terms})^{{12}}", right=f"({terms})^{{11}} ({terms}) + 0 y")
    page.wait_for_timeout(700)
    page.get_by_role("button", name="Stop").click()
    page.wait_for_function("document.getElementById('nn-answer').innerText.includes('Stopped')")
    ask(page, left="x + x", right="2x")
    page.wait_for_selector(".nn-proved")


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>",
        r"\href{javascript:alert(1)}{x} = 1",
        r"\text{</span><script>alert(1)</script>} = 1",
        "__import__('js').alert(1) = 1",
        r"\class{x}{y} = \unicode{x3c}",
    ],
)
def test_what_a_reader_or_a_link_brings_stays_text(page, address, text):
    page.goto(f"{address}#q={urllib.parse.quote(json.dumps({'left': text, 'when': text}))}")
    page.wait_for_function("t => document.getElementById('nn-left').value === t", arg=text)
    page.get_by_role("button", name="Check", exact=True).click()
    page.wait_for_selector("#nn-preview strong")
    assert page.locator("#nn-checker img, #nn-checker script, #nn-checker a").count() == 0
    assert page.dialogs == []


def test_a_link_that_is_broken_is_left_alone(page, address):
    page.goto(address)
    page.fill("#nn-left", "kept")
    for bad in ("#q=%", "#q={", "#q=3", "#q=null", "#what-it-reads"):
        page.evaluate("hash => location.hash = hash", bad)
        page.wait_for_timeout(50)
        assert page.input_value("#nn-left") == "kept"
    page.evaluate("hash => location.hash = hash", '#q={"left": [1], "right": "b"}')
    page.wait_for_function("document.getElementById('nn-right').value === 'b'")
    assert page.input_value("#nn-left") == ""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_a_phone(page, theme):
    page.set_viewport_size({"width": 360, "height": 800})
    page.evaluate("t => document.documentElement.dataset.theme = t", theme)
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_nothing_went_wrong_and_no_other_host_was_asked(page, address):
    assert page.troubles == []
    assert page.hosts <= {urllib.parse.urlsplit(address).netloc, ""}


def test_without_scripts_the_page_says_what_it_is(browser, address):
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(address)
    text = plain.inner_text("article, main")
    assert "python -m nnbook.derive" in text
    assert "The form needs JavaScript" in plain.content()
    assert plain.locator("#nn-gallery > li").count() >= 15
