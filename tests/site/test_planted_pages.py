"""Pages with one fault each: the examination of pages finds it, and finds none in a sound page."""

import itertools

import pytest

from tests.site import audit, chromium, serving

ELSEWHERE = "https://elsewhere.example/"
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><style>
body {{ margin: 1rem; font: 16px sans-serif; background: white; color: black }}
@media (prefers-color-scheme: dark) {{ body {{ background: black; color: white }} }}
.box {{ overflow-x: auto; width: 100% }}
summary, input {{ min-height: 24px }}
</style></head><body><main><h1>A page</h1><p>Some text.</p>{body}</main></body></html>
"""

WORKER = f"data:text/javascript,fetch('{ELSEWHERE}').catch(() => 0)"

FAULTS = {
    "console": ("<script>console.error('lost')</script>", "console error: lost"),
    "warning": ("<script>console.warn('odd')</script>", "console warning: odd"),
    "exception": ("<script>nothing.at_all</script>", "nothing is not defined"),
    "rejection": ("<script>Promise.reject(new Error('broken'))</script>", "broken"),
    "missing picture": ("<img src='none.png' alt='none'>", "none.png (HTTP 404)"),
    "script elsewhere": (f"<script src='{ELSEWHERE}a.js'></script>", "another host"),
    "beacon": (f"<script>navigator.sendBeacon('{ELSEWHERE}')</script>", "another host"),
    "socket": ("<script>new WebSocket('wss://elsewhere.example/')</script>", "another host"),
    "worker": (f'<script>new Worker("{WORKER}")</script>', "another host"),
    "wide table": ("<div style='width: 500px'>wide</div>", "narrow: 516 pixels wide"),
    "very wide": ("<div style='width: 1400px' id='w'>wide</div>", "wide: 1416 pixels wide in a "),
    "box without stop": (
        "<div class='box'><div style='width: 2000px'>wide</div></div>",
        "wide: a box that scrolls is no tab stop",
    ),
    "cut off": (
        "<p style='overflow: hidden; white-space: nowrap'>" + "words " * 20 + "</p>",
        "narrow: text is cut off",
    ),
    "jump": (
        "<script>window.nnbook = {settled: new Promise((done) => setTimeout(() => {"
        "document.body.prepend(Object.assign(document.createElement('div'),"
        " {style: 'height: 400px'})); requestAnimationFrame(() => setTimeout(done)) }, 300))}"
        "</script><p style='height: 400px'>tall</p>",
        "wide: what is on the screen jumps by ",
    ),
    "no alt text": ("<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>", "axe image-alt"),
    "pale": ("<p style='color: #aaa; background: white'>pale</p>", "wide: axe color-contrast"),
    "pale in the dark": (
        "<style>@media (prefers-color-scheme: dark) {p {color: #333}}</style>",
        "narrow: axe color-contrast",
    ),
    "pale in the light": (
        "<style>@media (prefers-color-scheme: light) {p {color: #bbb}}</style>",
        "wide: axe color-contrast",
    ),
    "name and label": ("<button aria-label='Toggle'>Show it</button>", "axe label-content-name"),
    "small buttons": (
        "<button style='all: unset; width: 9px; height: 9px; outline: 1px solid' aria-label='a'>"
        "</button>" * 2,
        "axe target-size",
    ),
    "in a fold": ("<details><summary>More</summary><input></details>", "axe label"),
}
SOUND = [
    "",
    "<div class='box' tabindex='0'><div style='width: 2000px'>wide</div></div>",
    "<script>fetch('index.html')</script>",
    "<details><summary>More</summary><label>Name <input></label></details>",
]


@pytest.fixture(scope="module")
def examine(browser, tmp_path_factory):
    """The problems of a page with this body; all are looked at in one tab of one browser."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "index.html").write_text(PAGE.format(body=""), encoding="utf-8")
    context = browser.new_context()
    context.set_default_timeout(1000 * chromium.SECONDS)
    watch = chromium.Watch(context)
    page = context.new_page()
    count = itertools.count(1)
    with serving.serve(folder) as server:

        def problems(body: str, narrow_first=False, **looks):
            # A name of its own: the browser might have kept what had this address a moment before.
            name = f"{next(count)}.html"
            (folder / name).write_text(PAGE.format(body=body), encoding="utf-8")
            found = audit.problems(page, f"{server.address}{name}", narrow_first, **looks)
            page.wait_for_timeout(100)
            page.goto("about:blank")  # what comes late is of this page, and not of the next
            return found + watch.take()

        yield problems
        context.close()


@pytest.mark.parametrize("narrow_first", [False, True])
@pytest.mark.parametrize("body", SOUND)
def test_sound(examine, body, narrow_first):
    assert examine(body, narrow_first=narrow_first, whole=True) == []


@pytest.mark.parametrize(("body", "said"), FAULTS.values(), ids=FAULTS)
def test_planted_fault(examine, body, said):
    found = examine(body, narrow_first=said.startswith("wide: axe"))  # which looks at the last
    assert any(said in text for text in found), found
    assert len(found) <= 2


@pytest.mark.parametrize("narrow_first", [False, True])
def test_the_whole_examination_judges_the_colours_of_the_first_look_too(examine, narrow_first):
    body, said = FAULTS["pale in the dark" if narrow_first else "pale in the light"]
    assert examine(body, narrow_first=narrow_first) == []
    assert any(said in text for text in examine(body, narrow_first=narrow_first, whole=True))


def test_a_service_worker_is_watched(browser, tmp_path):
    script = f"oninstall = (e) => e.waitUntil(fetch('{ELSEWHERE}').catch(() => 0))"
    (tmp_path / "worker.js").write_text(script, encoding="utf-8")
    (tmp_path / "index.html").write_text(PAGE.format(body=""), encoding="utf-8")
    context = browser.new_context()
    watch = chromium.Watch(context)
    with serving.serve(tmp_path) as server:
        page = context.new_page()
        page.goto(server.address)
        page.evaluate(
            "() => navigator.serviceWorker.register('worker.js')"
            ".then(() => navigator.serviceWorker.ready).then(() => 0)"
        )
        page.wait_for_timeout(100)
        context.close()
    assert any("another host" in text for text in watch.take())


def test_exceptions_leave_what_they_name_alone(browser, tmp_path):
    named = audit.Theirs("image-alt", ".theirs", "index.html", "a picture of the theme")
    picture = "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' class='{}'>"
    context = browser.new_context()
    with serving.serve(tmp_path) as server:
        page = context.new_page()
        for kind, count in (("theirs", 0), ("ours", 1)):
            html = PAGE.format(body=picture.format(kind))
            (tmp_path / f"{kind}.html").write_text(html, encoding="utf-8")
            page.goto(f"{server.address}{kind}.html")
            assert len(audit.axe(page, exceptions=[named])) == count
    context.close()
