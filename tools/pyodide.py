"""Gather the files of Pyodide that run the book's code in a browser, each checked, into one folder.

    python tools/pyodide.py _build/pyodide                     from Pyodide's own distribution
    python tools/pyodide.py _build/pyodide --from ~/wheels     what lies there; the rest from there
    python tools/pyodide.py _build/pyodide --base https://…/   from another address

`make book LIVE=bundle PYODIDE=<the folder>` then puts them beside the pages. `book/live.toml` lists
the files with their sizes and digests. A file is looked for in the folder itself, in the folders
and .tgz archives of --from, at the base address, and, if it belongs to Pyodide's core, in the npm
package of the release (`npm pack`). One whose digest is another is not taken.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 60


class Absent(Exception):
    """A place does not have a file; the message says why."""


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Folder:
    """Files of a folder."""

    def __init__(self, path: Path):
        self.path = path

    def read(self, file: dict) -> bytes:
        try:
            return (self.path / file["name"]).read_bytes()
        except OSError as error:
            raise Absent(f"{self.path}: {error.strerror}") from None


class Archive:
    """Files of a .tgz that npm packed."""

    def __init__(self, path: Path):
        self.path = path

    def content(self) -> bytes:
        return self.path.read_bytes()

    def read(self, file: dict) -> bytes:
        try:
            with tarfile.open(fileobj=io.BytesIO(self.content()), mode="r:gz") as archive:
                return archive.extractfile(f"package/{file['name']}").read()
        except KeyError:
            raise Absent(f"{self.path}: not in it") from None
        except (OSError, tarfile.TarError) as error:
            raise Absent(f"{self.path}: {error}") from None


class Web:
    """Files of an address. A host that can't be reached is asked once."""

    def __init__(self, base: str):
        self.path = base if base.endswith("/") else base + "/"
        self.unreached: str | None = None

    def read(self, file: dict) -> bytes:
        address = self.path + file["name"]
        if self.unreached:
            raise Absent(f"{address}: {self.unreached}")
        try:
            with urllib.request.urlopen(address, timeout=SECONDS) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            raise Absent(f"{address}: HTTP {error.code}") from None
        except (OSError, http.client.HTTPException) as error:
            self.unreached = str(getattr(error, "reason", error))
            raise Absent(f"{address}: {self.unreached}") from None


class Npm(Archive):
    """The core, from the npm package of the release."""

    def __init__(self, release: str):
        self.path = f"npm pack pyodide@{release}"
        self.packed: bytes | Absent | None = None

    def pack(self) -> bytes | Absent:
        command = [shutil.which("npm") or "npm", *self.path.split()[1:], "--silent"]
        with tempfile.TemporaryDirectory() as folder:
            try:
                subprocess.run(
                    command, cwd=folder, capture_output=True, check=True, timeout=5 * SECONDS
                )
            except subprocess.CalledProcessError as error:
                said = error.stderr.decode(errors="replace").strip().splitlines()
                return Absent(f"{self.path}: {said[-1] if said else error}")
            except (OSError, subprocess.SubprocessError) as error:
                return Absent(f"{self.path}: {error}")
            return next(Path(folder).glob("*.tgz")).read_bytes()

    def content(self) -> bytes:
        if self.packed is None:
            self.packed = self.pack()
        if isinstance(self.packed, Absent):
            raise self.packed
        return self.packed

    def read(self, file: dict) -> bytes:
        if file["use"] != "core":
            raise Absent(f"{self.path}: has the core only")
        return super().read(file)


def listed(path: Path = ROOT / "book" / "live.toml") -> dict:
    """The release and its files."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def fetch(file: dict, places: list) -> bytes:
    """The content of a file from the first place that has the right one."""
    reasons = []
    for place in places:
        try:
            content = place.read(file)
        except Absent as error:
            reasons.append(str(error))
            continue
        if digest(content) == file["sha256"]:
            return content
        got = digest(content)
        reasons.append(f"{place.path}: expected sha256 {file['sha256']}, got {got}")
    raise Absent("\n".join([f"{file['name']} could not be had", *(f"  {r}" for r in reasons)]))


def gather(target: Path, places: list, files: list[dict]) -> list[str]:
    """Put the files into a folder; what is there and right stays. Returns what is wrong."""
    target.mkdir(parents=True, exist_ok=True)
    problems = []
    for file in files:
        path = target / file["name"]
        if path.is_file() and digest(path.read_bytes()) == file["sha256"]:
            continue
        try:
            content = fetch(file, places)
        except Absent as error:
            problems.append(str(error))
            continue
        part = path.with_name(path.name + ".part")  # so that no file is there by half
        part.write_bytes(content)
        part.replace(path)
    return problems


def places(release: dict, sources: list[Path], base: str | None) -> list:
    """Where files are looked for, in this order."""
    local = [Archive(p) if p.suffix == ".tgz" else Folder(p) for p in sources]
    return [*local, Web(base or release["base"]), Npm(release["release"])]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("target", type=Path, help="the folder that gets the files")
    parser.add_argument(
        "--from", dest="sources", type=Path, action="append", default=[], metavar="FOLDER",
        help="a folder or .tgz that has some of them; may be repeated",
    )  # fmt: skip
    parser.add_argument("--base", help="the address of the files, instead of the one of live.toml")
    options = parser.parse_args(arguments)
    release = listed()
    found = places(release, options.sources, options.base)
    if problems := gather(options.target, found, release["files"]):
        print("\n".join(f"FAILED  {problem}" for problem in problems), file=sys.stderr)
        return 1
    size = sum(file["size"] for file in release["files"]) / 2**20
    count = len(release["files"])
    print(f"{count} files of Pyodide {release['release']}, {size:.1f} MiB: {options.target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
