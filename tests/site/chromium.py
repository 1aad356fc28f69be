"""Chromium, driven by Playwright: whether it is there, how it starts, what a page complains of."""

from __future__ import annotations

import importlib.util
import os
from contextlib import contextmanager
from urllib.parse import urlsplit

from tests.site.serving import HOST

# Other hosts don't exist: what asks one fails, and is seen.
FLAGS = [
    *("--disable-gpu", "--disable-quic", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
    f"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE {HOST}",
]
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 360, "height": 740}
SECONDS = 60
# Set where nothing may be left out, as in the continuous integration.
REQUIRED = os.environ.get("NNBOOK_BROWSER") == "required"


def missing() -> str | None:
    """Why this machine can't run the browser tests, or None if it can."""
    for package in ("playwright", "axe_playwright_python", "jupyter_book"):
        if not importlib.util.find_spec(package):
            return f"the package {package} is not installed (pip install -e '.[book,test]')"
    import pdf

    try:
        pdf.browser()
    except pdf.PdfError as error:
        return str(error)
    return None


@contextmanager
def start():
    """A browser. Playwright keeps an event loop running until the block ends."""
    import pdf
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=pdf.browser(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Watch:
    """Collects what goes wrong in the pages of a browser context, workers included.

    It is to be made before the first page is.
    """

    def __init__(self, context):
        self.found: list[str] = []
        context.on("console", self.console)
        context.on("weberror", lambda error: self.note(f"exception: {error.error}"))
        context.on("request", lambda request: self.host(request.url))
        context.on("page", lambda page: page.on("websocket", lambda socket: self.host(socket.url)))
        context.on("requestfailed", self.failed)
        context.on("response", self.response)

    def note(self, text: str) -> None:
        if text not in self.found:
            self.found.append(text)

    def console(self, message) -> None:
        # Chromium reports a failed request here as well; `failed` and `response` name it better.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.note(f"console {message.type}: {message.text[:300]}")

    def host(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != HOST:
            self.note(f"asks another host: {url[:200]}")

    def failed(self, request) -> None:
        # A page that is left breaks off what it was loading.
        if request.failure != "net::ERR_ABORTED":
            self.note(f"failed request: {request.url[:200]} ({request.failure})")

    def response(self, response) -> None:
        if response.status >= 400:
            self.note(f"failed request: {response.url[:200]} (HTTP {response.status})")

    def take(self) -> list[str]:
        """What was found since the last time."""
        found, self.found = self.found, []
        return found
