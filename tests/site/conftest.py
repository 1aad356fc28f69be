"""Fixtures of the browser tests: the built site, served, in Chromium.

    def test_something(page):                 # a page of its own browser context, watched
        page.open("book/index.html")          # waits until its formulas are set
        page.click(...)
        assert page.watch.take() == []        # no console error, failed or foreign request

Tests that run code in a page ask for `live` too.

Playwright keeps an event loop in its thread, which other tests of the same process must not meet;
so the browser lives no longer than the module that uses it.
"""

import os
from urllib.parse import urlsplit

import pytest

from tests import built
from tests.site import chromium, serving
from tests.site.audit import SETTLE

MISSING = chromium.missing()


def pytest_collection_modifyitems(config, items):
    """What takes long runs only if it is asked for (`-m whole`).

    Without a browser, one test of each file stays, to say that the others are left out.
    """
    whole = "whole" in config.option.markexpr
    seen, kept, dropped = set(), [], []
    for item in items:
        ours = "browser" in getattr(item, "fixturenames", ())
        again = ours and MISSING and item.path in seen
        long = item.get_closest_marker("whole") and not whole
        (dropped if again or long else kept).append(item)
        if ours and not long:
            seen.add(item.path)
    items[:] = kept
    config.hook.pytest_deselected(items=dropped)


@pytest.fixture(scope="module")
def browser():
    if MISSING:
        (pytest.fail if chromium.REQUIRED else pytest.skip)(MISSING)
    with chromium.start() as browser:
        yield browser


@pytest.fixture(scope="module")
def served(browser, site):
    """The server of the site; `browser` stands first, so that a skip comes before the build."""
    # Below the path that the site was built for, or the page 404 would look elsewhere.
    with serving.serve(site, urlsplit(os.environ.get("SITE_URL", "")).path) as server:
        yield server


@pytest.fixture(scope="module")
def live(served, site):
    """The server of a site that brings Pyodide: code runs in its pages without a network."""
    if reason := built.not_live(site):
        (pytest.fail if chromium.REQUIRED else pytest.skip)(reason)
    return served


def open_page(browser, address, *, width=None, dark=False, **options):
    """A watched page in a new context: what one reader sees, with nothing stored before."""
    context = browser.new_context(
        viewport=width or chromium.WIDE, color_scheme="dark" if dark else "light", **options
    )
    context.set_default_timeout(1000 * chromium.SECONDS)
    watch = chromium.Watch(context)
    page = context.new_page()
    page.watch = watch

    def open_(name: str) -> None:
        page.goto(address + name)
        page.evaluate(SETTLE)

    page.open = open_
    return page


def module_page(name: str):
    """A fixture: a page for several tests of a file, each of which leaves it as it found it."""

    @pytest.fixture(scope="module")
    def opened(browser, served):
        page = open_page(browser, served.address)
        page.open(name)
        yield page
        page.context.close()

    return opened


@pytest.fixture
def page(browser, served):
    """A wide, light page of the site."""
    page = open_page(browser, served.address)
    yield page
    page.context.close()


@pytest.fixture
def phone(browser, served):
    """A narrow page, dark, with touch."""
    page = open_page(
        browser, served.address, width=chromium.NARROW, dark=True, has_touch=True, is_mobile=True
    )
    yield page
    page.context.close()
