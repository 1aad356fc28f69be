"""A folder served on this machine, to one test process, with a count of what is asked for."""

from __future__ import annotations

import functools
import threading
from collections import Counter
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HOST = "127.0.0.1"


class Handler(SimpleHTTPRequestHandler):
    """Files of a folder; connections stay open, as those of a real host do."""

    protocol_version = "HTTP/1.1"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".whl": "application/zip",
    }

    def log_message(self, *arguments):
        pass

    def translate_path(self, path):
        return super().translate_path(path.removeprefix(self.server.below))

    def send_response(self, code, message=None):
        self.server.asked[self.path.partition("?")[0]] += 1
        super().send_response(code, message)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, folder: Path, below: str = ""):
        super().__init__((HOST, 0), functools.partial(Handler, directory=str(folder)))
        self.asked: Counter[str] = Counter()  # path → how often
        self.below = below.rstrip("/")
        self.address = f"http://{HOST}:{self.server_port}{self.below}/"

    def handle_error(self, request, client_address):
        """Nothing: a browser that closes a connection is no fault of the site."""


@contextmanager
def running(server):
    """The server in a thread of its own, as long as the block runs."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def serve(folder: Path, below: str = ""):
    """Serves the folder at `.address` as long as the block runs; `below` a path, as `/book/`."""
    return running(Server(folder, below))
