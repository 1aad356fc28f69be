"""Resolve every package that the book needs and write requirements.txt.

uv resolves for all platforms and for Python 3.11 and newer at once; it is installed into a folder
of its own, so that the environment that it describes stays as it is.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = """\
# The exact environment of the book, for Python 3.11 and newer on every platform.
# Written by `make lock` from the ranges in pyproject.toml; change those, not this file.
"""
OPTIONS = [
    *("--extra=book", "--extra=test"),
    *("--universal", "--python-version=3.11", "--fork-strategy=fewest", "--upgrade"),
    *("--no-header", "--no-annotate", "--no-emit-index-url", "--quiet"),
]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", folder, "uv"]
        subprocess.run(pip, check=True)
        command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", *OPTIONS]
        environment = os.environ | {"PYTHONPATH": folder}
        run = subprocess.run(
            command, cwd=ROOT, env=environment, check=True, text=True, stdout=subprocess.PIPE
        )
    (ROOT / "requirements.txt").write_text(f"{HEAD}{run.stdout}-e .\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
