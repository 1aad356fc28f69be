"""A browser for the figures that move: their files served from the working copy, no site needed."""

from __future__ import annotations

import functools
import importlib.util
import json
import mimetypes
import struct
import zlib
from pathlib import Path

import pytest

from tests.site.chromium import REQUIRED, missing, start

ROOT = Path(__file__).parents[2]
WEB = ROOT / "book" / "_web"
HOST = "http://figures.test"
HELPERS = {"mount", "stage", "parts", "random"}  # scripts that are no figures


def extension():
    """The module book/_ext/moving.py, which frames the pictures."""
    path = ROOT / "book" / "_ext" / "moving.py"
    spec = importlib.util.spec_from_file_location("moving_extension", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def chromium():
    """The browser of one file of tests: other tests must not meet the event loop of Playwright."""
    if reason := missing():
        (pytest.fail if REQUIRED else pytest.skip)(f"figures that move are not tested: {reason}")
    with start() as browser:
        yield browser


@functools.cache
def settings_of(name: str) -> dict:
    """The settings that the book gives to the figure, from the cell that shows it."""
    for path in sorted((ROOT / "book").glob("*/*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            about = cell["metadata"].get("mystnb", {}).get("moving", {})
            if about.get("name") == name:
                return about["settings"]
    return {}


def blank_png(width: int, height: int) -> bytes:
    """A grey picture, in the place of the still one."""

    def chunk(name: bytes, body: bytes) -> bytes:
        code = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + code

    rows = (b"\0" + b"\xbb" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def document(
    name: str, settings: dict | None = None, theme: str = "light", size: tuple | None = None
) -> str:
    """A page with one figure, framed as the site frames it, below a screen of text.

    The settings are the book's own unless told.
    """
    ext = extension()
    settings = settings_of(name) if settings is None else settings
    about = {"name": name, "question": "What is there to find out?", "settings": settings}
    size = size or ext.sizes().get(name, (0, 0))
    return f"""<!doctype html>
<html lang="en" data-theme="{theme}"><meta charset="utf-8"><title>{name}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/figures/figures.css">
<script type="module" src="/figures/mount.js"></script>
<style>body {{ max-width: 720px; margin: 0 auto; padding: 0 24px;
font: 16px/1.65 system-ui, sans-serif; background: {"#121212" if theme == "dark" else "#fff"}; }}
#before {{ height: 2000px }} img {{ max-width: 100% }}</style>
<body><h1>{name}</h1><p id="before"></p>{ext.opening(about, size)}
<img src="/still.png" width="640" height="400" alt="A still picture of {name}.">
{ext.closing(about)}<p id="after">After the figure.</p></body></html>"""


class Desk:
    """A browser page on which one figure or one module is looked at."""

    def __init__(self, page):
        self.page, self.errors, self.elsewhere, self.html = page, [], [], ""
        self.patches = {}  # path: (text, other text), to plant an error in a script
        page.on("console", lambda m: m.type in ("error", "warning") and self.errors.append(m.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.route("**/*", self.answer)

    def cleared(self):
        """As it was before the first test: nothing open, noted, planted, emulated or pointed at."""
        self.errors.clear()
        self.elsewhere.clear()
        self.patches.clear()
        self.page.emulate_media(media="null", reduced_motion="null")
        self.page.mouse.move(0, 0)
        return self

    def answer(self, route):
        url = route.request.url
        if not url.startswith(HOST):
            self.elsewhere.append(url)
            return route.abort()
        path = url.removeprefix(HOST).partition("?")[0]
        if path == "/":
            return route.fulfill(body=self.html, content_type="text/html")
        if path == "/still.png":
            return route.fulfill(body=blank_png(640, 400), content_type="image/png")
        if path == "/favicon.ico":
            return route.fulfill(status=204)
        file = WEB / path.lstrip("/")
        if not file.is_file() or WEB not in file.resolve().parents:
            return route.fulfill(status=404)
        kind = "text/javascript" if file.suffix == ".js" else mimetypes.guess_type(file)[0]
        body = file.read_text(encoding="utf-8")
        if path in self.patches:
            right, wrong = self.patches[path]
            assert body.count(right) == 1, f"{path} has {right!r} {body.count(right)} times"
            body = body.replace(right, wrong)
        return route.fulfill(body=body, content_type=f"{kind}; charset=utf-8")

    def open(self, name: str, settings: dict | None = None, theme: str = "light"):
        """Shows the figure `name` and waits until it is mounted."""
        self.html = document(name, settings, theme)
        self.page.goto(HOST + "/")
        self.page.locator(".nn-moving").scroll_into_view_if_needed()
        try:
            self.page.wait_for_selector(".nn-mounted .nn-stage", timeout=10_000)
        except Exception:
            raise AssertionError(f"{name} was not mounted: {self.errors}") from None
        return self.page

    def numbers(self, name: str, calls: list):
        """The values of `numbers.f(...args)` of a figure, for a list of [f, args]."""
        self.html = "<!doctype html><title>numbers</title>"
        self.page.goto(HOST + "/")
        return json.loads(
            self.page.evaluate(
                """async ([name, calls]) => {
                    const { numbers } = await import(`/figures/${name}.js`);
                    const plain = (_, value) => (ArrayBuffer.isView(value) ? [...value] : value);
                    return JSON.stringify(calls.map(([f, args]) => numbers[f](...args)), plain);
                }""",
                [name, calls],
            )
        )


def module_desk(**looks):
    """A desk for one file of tests: the first figure on a page takes a second, the others less."""

    @pytest.fixture(scope="module")
    def shared(chromium):
        with chromium.new_context(**looks) as context:
            yield Desk(context.new_page())

    return shared


wide_desk = module_desk(viewport={"width": 1280, "height": 800})
narrow_desk = module_desk(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)


@pytest.fixture
def desk(wide_desk):
    yield wide_desk.cleared()
    wide_desk.page.goto("about:blank")


@pytest.fixture
def phone(narrow_desk):
    yield narrow_desk.cleared()
    narrow_desk.page.goto("about:blank")
