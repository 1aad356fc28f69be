"""What the pages of the built site weigh and how fast they stand: one table.

    python tools/sitespeed.py [_build/html] [book/index.html …] [--width 360] [--cpu 4] [--check]
    python tools/sitespeed.py [_build/html] --python

Every page is opened cold in Chromium, with the processor slowed (four times, unless `--cpu` says
otherwise). Columns:

* kB: what was transferred, compressed as a web server does, without pictures; `img` the pictures;
* `paint`: seconds from the request until something is on the screen;
* `math`: until every formula in the first window is set and painted (the page's own formulas, not
  those that a script adds on demand);
* `busy`: seconds that the page's main thread had worked by then, and `work`: in all. They are taken
  from a second opening, not slowed, times the factor, and so do not change with what else the
  machine does; with a free core `math` is little more than `busy`;
* `nodes`: elements of the page; `cls`: how much of it jumped (0.1 is the limit of a good page).

With `--check` the limits below are held, and what exceeds them is named. `--blocked` leaves
the scripts away, to see what can be read before they ran.

``--python`` measures instead how long a reader waits for Python, of a site with Python beside it
(``make book LIVE=bundle``), not slowed: seconds from pressing a button to the answer, the first
time and on a later page.
"""

from __future__ import annotations

import argparse
import gzip
import json
import mimetypes
import statistics
import sys
import threading
import time
from dataclasses import asdict, dataclass
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pdf import PdfError, browser

LIMITS = {"kb": 700, "busy": 1.5, "cls": 0.1}
COMPRESSED = ("text/", "application/javascript", "application/json", "image/svg")
FLAGS = (
    *("--disable-gpu", "--disable-quic", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-sandbox"),
)
# Told to the page before its own scripts: jumps are summed up, and the first frame is noted in
# which all formulas of the window are set.
WATCH = """(() => {
  let isDone;
  const done = new Promise((resolve) => { isDone = resolve; });
  const seen = {cls: 0, jumps: [], math: null, paint: null};
  window.nnSpeed = {seen, done};
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    if (entry.hadRecentInput) return;
    seen.cls += entry.value;
    seen.jumps.push([entry.value, ...entry.sources.slice(0, 2).map(({node}) =>
      node ? (node.nodeName + "." + (node.className || node.parentNode?.className)) : "?")]);
  })).observe({type: "layout-shift", buffered: true});
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    if (entry.name === "first-contentful-paint") seen.paint = entry.startTime;
  })).observe({type: "paint", buffered: true});
  const inWindow = (box) => {
    const r = box.getBoundingClientRect();
    return r.bottom > 0 && r.top < innerHeight && (r.width || r.height);
  };
  const isSet = (box) => box.querySelector("mjx-math, math, svg");
  function look() {
    const end = document.documentElement.scrollHeight > 2 * innerHeight;
    if (seen.paint !== null && (end || document.readyState !== "loading")) {
      const boxes = [...document.querySelectorAll(".math")].filter(inWindow);
      const fonts = document.fonts.status === "loaded";
      if (boxes.every(isSet) && fonts) {
        seen.formulas = boxes.length;
        seen.math = Math.max(performance.now(), seen.paint);
        return isDone();
      }
    }
    requestAnimationFrame(look);
  }
  requestAnimationFrame(look);
})()"""


@dataclass
class Speed:
    """What was measured of one page."""

    page: str
    requests: int
    kb: float
    img: float
    paint: float
    math: float
    busy: float
    work: float
    nodes: int
    formulas: int
    cls: float
    jumps: list

    def exceeds(self) -> list[str]:
        return [
            f"{self.page}: {name} {getattr(self, name)} is over {limit}"
            for name, limit in LIMITS.items()
            if getattr(self, name) > limit
        ]


class Quiet(SimpleHTTPRequestHandler):
    """Serves files compressed, as web servers do, and says nothing."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = Path(self.directory) / unquote(urlsplit(self.path).path).lstrip("/")
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            self.send_error(404)
            return
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        small = kind.startswith(COMPRESSED)
        body = packed(path, path.stat().st_mtime_ns, small)
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if small:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@cache
def packed(path: Path, _changed: int, small: bool) -> bytes:
    body = path.read_bytes()
    return gzip.compress(body, 6) if small else body


def serve(site: Path) -> ThreadingHTTPServer:
    """Serves the site on a free port of this machine, in a thread of its own."""
    mimetypes.add_type("application/javascript", ".js")
    mimetypes.add_type("application/javascript", ".mjs")
    mimetypes.add_type("font/woff2", ".woff2")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def measure(chromium, base: str, page: str, *, width=1280, cpu=4.0, scripts=True) -> Speed:
    """Open a page cold, twice, and measure it."""
    slowed = opened(chromium, base, page, width, cpu, scripts)
    freely = opened(chromium, base, page, width, 1, scripts)
    slowed.busy, slowed.work = round(cpu * freely.busy, 2), round(cpu * freely.work, 2)
    return slowed


def opened(chromium, base, page, width, cpu, scripts, patience=90) -> Speed:
    context = chromium.new_context(
        viewport={"width": width, "height": 800 if width > 600 else 740},
        java_script_enabled=True,
    )
    try:
        tab = context.new_page()
        if not scripts:
            tab.route("**/*.js*", lambda route: route.abort())
        tab.add_init_script(WATCH)
        cdp = context.new_cdp_session(tab)
        cdp.send("Network.enable")
        cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
        cdp.send("Emulation.setCPUThrottlingRate", {"rate": cpu})
        kinds, sizes = {}, {}
        cdp.on("Network.requestWillBeSent", lambda e: kinds.update({e["requestId"]: e["type"]}))
        cdp.on(
            "Network.loadingFinished",
            lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}),
        )
        answer = tab.goto(f"{base}/{page}", wait_until="commit", timeout=patience * 1000)
        if not answer.ok:
            raise FileNotFoundError(f"expected the page {page}; the site answered {answer.status}")
        tab.set_default_timeout(patience * 1000)
        tab.evaluate("() => nnSpeed.done")
        busy = worked(cdp)
        tab.wait_for_load_state("load", timeout=patience * 1000)
        tab.wait_for_load_state("networkidle", timeout=patience * 1000)
        tab.wait_for_timeout(500)
        seen = tab.evaluate("() => nnSpeed.seen")
        work = worked(cdp)
        pictures = sum(size for key, size in sizes.items() if kinds.get(key) == "Image")
        return Speed(
            page=page,
            requests=len(sizes),
            kb=round((sum(sizes.values()) - pictures) / 1000, 1),
            img=round(pictures / 1000, 1),
            paint=round(seen["paint"] / 1000, 2),
            math=round(seen["math"] / 1000, 2),
            busy=round(busy, 2),
            work=round(work, 2),
            nodes=tab.evaluate("() => document.querySelectorAll('*').length"),
            formulas=seen["formulas"],
            cls=round(seen["cls"], 3),
            jumps=seen["jumps"],
        )
    finally:
        context.close()


def worked(cdp) -> float:
    """Seconds that the main thread has worked."""
    metrics = cdp.send("Performance.getMetrics")["metrics"]
    return next(m["value"] for m in metrics if m["name"] == "TaskDuration")


def pages_of(site: Path) -> list[str]:
    """All pages but those that only lead to another one."""
    paths = (p.relative_to(site) for p in sorted(site.rglob("*.html")))
    return [
        path.as_posix()
        for path in paths
        if not path.parts[0].startswith(("_", "lite")) and (site / path).stat().st_size > 1000
    ]


def survey(site: Path, pages: list[str], runs=1, **options) -> list[Speed]:
    """Measures pages, each `runs` times; the run with the median time of its formulas counts."""
    from playwright.sync_api import sync_playwright

    server = serve(site)
    base = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browser(), args=list(FLAGS))
            found = []
            for page in pages:
                tries = [measure(chromium, base, page, **options) for _ in range(runs)]
                found.append(sorted(tries, key=lambda speed: speed.math)[runs // 2])
                print(row(found[-1]), flush=True)
            chromium.close()
            return found
    finally:
        server.shutdown()
        server.server_close()


# What a reader presses, and what then comes: a formula of the checker is proved, a figure is drawn.
WAITS = (
    ("proof", "book/checker.html", "#try-softmax-cross-entropy .nn-try", "Check", ".nn-proved"),
    ("figure", "book/networks/losses.html", None, "Run", ".nn-live img"),
)


def waits(site: Path, rounds=3, patience=120) -> dict[str, list[float]]:
    """Seconds from a button to its answer, the first time and when the files are kept: medians."""
    from playwright.sync_api import sync_playwright

    server = serve(site)
    base = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browser(), args=list(FLAGS))
            found = {name: ([], []) for name, *_ in WAITS}
            for name, page, before, button, answer in WAITS * rounds:
                context = chromium.new_context()
                for seconds in found[name]:
                    tab = context.new_page()
                    tab.set_default_timeout(patience * 1000)
                    tab.goto(f"{base}/{page}", wait_until="networkidle")
                    if before:
                        tab.locator(before).click()
                    tab.get_by_role("button", name=button, exact=True).first.click()
                    start = time.monotonic()
                    tab.locator(answer).first.wait_for()
                    seconds.append(time.monotonic() - start)
                    tab.close()
                context.close()
            chromium.close()
            return {name: [statistics.median(s) for s in both] for name, both in found.items()}
    finally:
        server.shutdown()
        server.server_close()


COLUMNS = ("requests", "kb", "img", "paint", "math", "busy", "work", "nodes", "formulas", "cls")


def head() -> str:
    return f"{'page':38}" + "".join(f"{name:>9}" for name in COLUMNS)


def row(speed: Speed) -> str:
    page = speed.page.removeprefix("book/").removesuffix(".html")[-38:]
    return f"{page:38}" + "".join(f"{getattr(speed, name):>9}" for name in COLUMNS)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("site", nargs="?", type=Path, default=Path("_build/html"))
    parser.add_argument("pages", nargs="*")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--cpu", type=float, default=4.0)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--blocked", action="store_true", help="without scripts")
    parser.add_argument("--check", action="store_true", help="hold the limits")
    parser.add_argument("--python", action="store_true", help="how long one waits for Python")
    parser.add_argument("--jumps", action="store_true", help="name what jumped")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    try:
        browser()
    except PdfError as error:
        print(f"FAILED  {error}", file=sys.stderr)
        return 1
    if options.python:
        for name, (first, later) in waits(options.site).items():
            print(f"{name:8} first {first:5.1f} s   later {later:5.1f} s")
        return 0
    print(head())
    found = survey(
        options.site,
        options.pages or pages_of(options.site),
        options.runs,
        width=options.width,
        cpu=options.cpu,
        scripts=not options.blocked,
    )
    for name in ("kb", "paint", "math", "busy", "work", "cls"):
        values = [getattr(speed, name) for speed in found]
        print(f"{name:6} median {statistics.median(values):8.2f}   most {max(values):8.2f}")
    if options.jumps:
        for speed in found:
            print("\n".join(f"{speed.page}: {jump}" for jump in speed.jumps if jump[0] > 0.005))
    if options.json:
        options.json.write_text(json.dumps([asdict(speed) for speed in found], indent=1))
    problems = [problem for speed in found for problem in speed.exceeds()]
    if options.check:
        print("\n".join(problems) or "every page is within the limits")
    return bool(options.check and problems)


if __name__ == "__main__":
    sys.exit(main())
