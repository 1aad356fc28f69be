"""Every page in a browser, with every fold open, wide and narrow, light and dark.

Half of the pages are opened in a wide window, which then becomes narrow, the other half the other
way round: so the scripts meet both, and both classes can be run at the same time. Colours and sizes
are judged as a page is seen last, so on half of the pages in light and on half in dark; pages are
made alike. `make test-pages` judges both on all.
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

    def problems(name: str, **looks) -> list[str]:
        return audit.problems(page, served.address + name, **looks) + watch.take()

    yield problems
    context.close()


class TestWideBecomesNarrow:
    @pytest.mark.parametrize("name", NAMES[::2])
    def test_page(self, visit, name):
        found = visit(name, narrow_first=False)
        assert not found, "\n".join(found)


class TestNarrowBecomesWide:
    @pytest.mark.parametrize("name", NAMES[1::2])
    def test_page(self, visit, name):
        found = visit(name, narrow_first=True)
        assert not found, "\n".join(found)


@pytest.mark.whole
class TestBothLooks:
    @pytest.mark.parametrize("name", NAMES)
    def test_page(self, visit, name):
        found = visit(name, narrow_first=name in NAMES[1::2], whole=True)
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
