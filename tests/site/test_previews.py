"""Previews of terms, equations and references; what the report of an error carries."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.site.conftest import module_page

SHOWN = ".nn-definition:not([hidden])"
EQUATION = '.bd-article a.internal[href^="#equation-eq-"]'
ELSEWHERE = '.bd-article a.internal[href*=".html#equation-eq-"]'
REFERENCE = ".bd-article .bibtex-citation a.internal"
TERM = ".bd-article a.nn-term"
CHAPTER = "book/training/deep-signals.html"
LONG = "book/training/backpropagation.html"


# Each test leaves its page without a preview or a dialog.
hovered, by_keys = module_page(CHAPTER), module_page(CHAPTER)  # each loads what it shows
reported = module_page(LONG)


def shown(page):
    """The preview that is open."""
    box = page.locator(SHOWN)
    box.wait_for()
    assert box.count() == 1
    return box


@pytest.mark.parametrize("link", [TERM, EQUATION, ELSEWHERE, REFERENCE])
def test_hover_shows_and_leaving_hides(hovered, link):
    page = hovered
    first = page.locator(link).first
    first.hover()
    box = shown(page)
    assert len(box.inner_text()) > 10
    assert first.get_attribute("aria-describedby") == box.get_attribute("id")
    box.hover()  # the pointer may go into it,
    page.wait_for_timeout(400)  # longer than the script waits before it hides
    assert page.locator(SHOWN).count() == 1  # and it stays
    page.mouse.move(2, 2)
    box.wait_for(state="hidden")
    assert page.watch.take() == []


@pytest.mark.parametrize("link", [TERM, EQUATION, ELSEWHERE, REFERENCE])
def test_keyboard_shows_and_escape_hides(by_keys, link):
    page = by_keys
    first = page.locator(link).first
    page.keyboard.press("Tab")  # so that focus is the keyboard's
    first.focus()
    shown(page)
    page.keyboard.press("Escape")
    assert page.locator(SHOWN).count() == 0
    assert page.evaluate("document.activeElement.matches('a')")  # the place is kept


def test_the_preview_of_an_equation_is_set_and_numbered(hovered):
    page = hovered
    link = page.locator(ELSEWHERE).first
    link.hover()
    box = shown(page)
    box.locator("mjx-container, math").first.wait_for()
    assert link.inner_text() in box.inner_text()
    assert box.locator("[id], a, [tabindex]").count() == 0
    page.keyboard.press("Escape")


def test_previews_fit_a_phone(phone):
    phone.open(CHAPTER)
    for link in (EQUATION, REFERENCE, TERM):
        first = phone.locator(link).first
        first.scroll_into_view_if_needed()
        first.tap()
        box = shown(phone)
        assert "Tap once more" in box.evaluate("e => getComputedStyle(e, '::after').content")
        place = box.bounding_box()
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= 360
        assert phone.url.endswith(CHAPTER)  # the first tap leads nowhere
        phone.keyboard.press("Escape")
    phone.locator(REFERENCE).first.tap()
    shown(phone)
    phone.locator(REFERENCE).first.tap()
    phone.wait_for_url("**/bibliography.html*")


def test_a_page_that_cannot_be_had_leaves_the_link(page):
    page.open(CHAPTER)
    page.route("**/*.html", lambda route: route.abort())
    page.locator(ELSEWHERE).first.hover()
    page.wait_for_timeout(500)
    assert page.locator(SHOWN).count() == 0
    assert page.locator(ELSEWHERE).first.get_attribute("aria-describedby") is None
    page.watch.take()


# -- Reports ---------------------------------------------------------------------------------------


def test_a_report_says_the_place(reported):
    page = reported
    page.evaluate("document.getElementById('one-relu-neuron').scrollIntoView()")
    page.locator(".btn-nn-report").click()
    dialog = page.locator("dialog.nn-dialog")
    dialog.wait_for()
    text = dialog.locator("textarea").input_value()
    assert "Page: book/training/backpropagation" in text
    assert "Version: " in text
    place = next(line for line in text.splitlines() if line.startswith("Place: "))
    assert "(#" in place
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert page.evaluate("document.activeElement.matches('.btn-nn-report')")
    assert page.watch.take() == []


def test_a_report_quotes_what_is_selected(reported):
    page = reported
    page.evaluate("""() => {
      const text = document.querySelector("#the-price-is-memory p").firstChild;
      getSelection().setBaseAndExtent(text, 0, text, 12);
    }""")
    page.locator("a.nn-report").evaluate("link => link.click()")
    text = page.locator("dialog.nn-dialog textarea").input_value()
    place = next(line for line in text.splitlines() if line.startswith("Place: "))
    assert "The price is memory" in place
    assert "“" in place
    assert "(#the-price-is-memory)" in place
    page.keyboard.press("Escape")


def test_a_report_to_the_issues(reported):
    page = reported
    href = page.locator("a.nn-report").evaluate("""link => {
      link.href = "https://127.0.0.1/a/b/issues/new?title=Error%20in%20X&body=Page%3A%20p%0APlace%3A%20%0A";
      document.getElementById("one-weight").scrollIntoView();
      link.addEventListener("click", (event) => event.preventDefault());
      link.click();
      return link.href;
    }""")
    body = parse_qs(urlsplit(href).query)["body"][0]
    assert body.startswith("Page: p\nPlace: ")
    assert "(#" in body
    assert "+" not in href


def test_a_page_without_scripts_still_reports(served, site):
    text = (site / LONG).read_text(encoding="utf-8")
    assert 'class="nn-report" href="mailto:?subject=Error' in text or "/issues/new?title=" in text
