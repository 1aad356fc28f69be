"""Every page in a browser, with every fold open.

Each page is seen in a narrow window, where text is cut off first, half of them in light colours and
half in dark ones. Every eighth is then made wide, and every eighth is wide before it is narrow, so
that the scripts meet both; pages are made alike. `make test-pages` judges all pages both ways.
"""

import notebooks
import pytest
import sitecheck

from tests.site import audit, chromium


def names() -> list[str]:
    """The pages that the site will have, told by the sources."""
    from sphinx_external_toc.parsing import parse_toc_yaml

    chapters = parse_toc_yaml(notebooks.ROOT / "_toc.yml")
    others = ("404.html", "genindex.html", "search.html")
    return sorted([*(f"{name}.html" for name in chapters), *others])


NAMES = names()
# A page is measured whenever the browser has nothing else to do; here that is at once.
NEVER_BUSY = "window.requestIdleCallback = (act) => setTimeout(act)"


@pytest.fixture(scope="class")
def visit(browser, served):
    """Opens pages one after the other; the browser keeps the site's scripts for all."""
    context = browser.new_context(viewport=chromium.WIDE)
    context.add_init_script(NEVER_BUSY)
    watch, page = chromium.Watch(context), context.new_page()

    def problems(name: str, **how) -> list[str]:
        return audit.problems(page, served.address + name, **how) + watch.take()

    yield problems
    context.close()


def looks(name: str) -> tuple[audit.Look, ...]:
    """How a page is seen, one after the other."""
    number = NAMES.index(name)
    if number % 8 == 0:
        return audit.WIDE, audit.NARROW
    if number % 8 == 4:
        return audit.NARROW, audit.WIDE
    return (audit.NARROW if number % 2 else audit.NARROW_LIGHT,)


# Two classes, so that two processes can have one each.
class TestChapters:
    @pytest.mark.parametrize("name", [name for name in NAMES if "solutions/" not in name])
    def test_page(self, visit, name):
        found = visit(name, looks=looks(name))
        assert not found, "\n".join(found)


class TestSolutions:
    @pytest.mark.parametrize("name", [name for name in NAMES if "solutions/" in name])
    def test_page(self, visit, name):
        found = visit(name, looks=looks(name))
        assert not found, "\n".join(found)


@pytest.mark.whole
class TestBothLooks:
    @pytest.mark.parametrize("name", NAMES)
    def test_page(self, visit, name):
        wide, narrow = audit.WIDE, audit.NARROW
        order = (narrow, wide) if NAMES.index(name) % 2 else (wide, narrow)
        found = visit(name, looks=order, whole=True)
        assert not found, "\n".join(found)


def test_exceptions_are_needed(page):
    """What is listed as left alone is there; when it has been mended, it leaves the list."""
    for listed in audit.EXCEPTIONS:
        page.open(listed.page)
        audit.unfold(page)
        others = [other for other in audit.EXCEPTIONS if other != listed]
        assert audit.axe(page, [listed.rule], others), listed


def test_every_page_is_visited(site):
    built = {n for n in sitecheck.read_site(site) if not n.startswith(("lite/", "web/"))}
    assert built == {*NAMES, "index.html"}  # which leads on to the first page


def test_what_has_become_too_wide_is_found(page):
    """The text becomes narrower also without the window, as when the contents beside it open."""
    page.open("book/networks/losses.html")
    count = "() => document.querySelectorAll('span.math.nn-wide[tabindex]').length"
    before = page.evaluate(count)
    page.add_style_tag(content=".bd-article { width: 9rem }")
    page.evaluate(audit.SETTLE)
    assert page.evaluate(count) > before
    page.add_style_tag(content=".bd-article { width: auto }")
    page.evaluate(audit.SETTLE)
    assert page.evaluate(count) == before
