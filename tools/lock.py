"""Resolve every package that the book needs and write requirements.txt, with hashes.

`--keep` takes the versions that stand there already and adds what pyproject.toml newly asks for.

uv resolves for all platforms and for Python 3.11 and newer at once; it is installed into a folder
of its own, so that the environment that it describes stays as it is.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.txt"
HEAD = """\
# The exact environment of the book, for Python 3.11 and newer on every platform.
# Written by `make lock` from the ranges in pyproject.toml; change those, not this file.
# pip takes no file but those with these hashes. The package itself has none, so it is installed
# after these: pip install --no-deps --no-build-isolation -e .
"""
OPTIONS = [
    *("--extra=book", "--extra=test"),
    *("--universal", "--python-version=3.11", "--fork-strategy=fewest", "--generate-hashes"),
    *("--no-header", "--no-annotate", "--no-emit-index-url", "--quiet"),
    f"--output-file={LOCK}",  # the versions in it are kept but for --upgrade
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", action="store_true", help="keep the versions that are pinned")
    upgrade = [] if parser.parse_args().keep else ["--upgrade"]
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", folder, "uv"]
        subprocess.run(pip, check=True)
        command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml"]
        environment = os.environ | {"PYTHONPATH": folder}
        subprocess.run([*command, *OPTIONS, *upgrade], cwd=ROOT, env=environment, check=True)
    LOCK.write_text(HEAD + LOCK.read_text(encoding="utf-8"), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
