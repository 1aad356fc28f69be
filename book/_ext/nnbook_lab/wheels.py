"""Wheels of the pure Python packages that the lab runs, made from what is installed here.

So the lab has the very versions by which the book was made, and the build asks no host for them.
"""

from __future__ import annotations

import base64
import hashlib
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

import live

ROOT = Path(__file__).resolve().parents[3]
# What nobody imports: SymPy's own tests are half of it.
LEFT_OUT = ("/tests/", "/benchmarks/", "/__pycache__/")
BUILT = (".so", ".pyd", ".dylib")


def target(folder: Path, name: str, version: str) -> Path:
    return folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"


def pack(folder: Path, name: str, version: str, files: dict[str, bytes], about: str) -> Path:
    """Write the wheel of these files. The same files give the same bytes, whenever it is made."""
    goal = target(folder, name, version)
    info = f"{'-'.join(goal.name.split('-')[:2])}.dist-info"
    files = dict(sorted(files.items()))
    files[f"{info}/METADATA"] = about.encode()
    files[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: nnbook\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    rows = []
    for path, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
        rows.append(f"{path},sha256={digest.decode()},{len(content)}")
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""]).encode()
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(goal, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, content in files.items():
            wheel.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)
    return goal


def compiled(files: dict[str, bytes], python: str | None, *options: str) -> dict[str, bytes]:
    """The files with bytecode for the browser's Python, if one of its version is here."""
    with TemporaryDirectory() as temporary:
        for path, content in files.items():
            Path(temporary, path).parent.mkdir(parents=True, exist_ok=True)
            Path(temporary, path).write_bytes(content)
        live.compiled(Path(temporary), live.LIBRARY, python, *options)
        found = [path for path in Path(temporary).rglob("*") if path.is_file()]
        return {path.relative_to(temporary).as_posix(): path.read_bytes() for path in found}


def installed(name: str, folder: Path, python: str | None = None) -> Path:
    """The wheel of an installed package, without what is compiled for this machine.

    A wheel of that name and version that is there already is left as it is.
    """
    package = metadata.distribution(name)
    title = package.metadata["Name"].lower()
    if (ready := target(folder, title, package.version)).is_file():
        return ready
    files = {}
    for path in package.files or ():
        part = path.as_posix()
        left_out = any(word in f"/{part}" for word in LEFT_OUT)
        if left_out or part.startswith("..") or ".dist-info/" in part or path.suffix in BUILT:
            continue
        files[part] = Path(package.locate_file(path)).read_bytes()
    files, about = compiled(files, python), package.read_text("METADATA")
    return pack(folder, title, package.version, files, about)


def nnbook(folder: Path, root: Path = ROOT, python: str | None = None) -> Path:
    """The wheel of the book's package, from its sources."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    files = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in (root / "nnbook").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    files = compiled(files, python, "--keep")
    about = [
        "Metadata-Version: 2.1",
        f"Name: {project['name']}",
        f"Version: {project['version']}",
        f"Summary: {project['description']}",
        f"License: {project['license']}",
        f"Requires-Python: {project['requires-python']}",
        *(f"Requires-Dist: {need}" for need in project["dependencies"]),
    ]
    return pack(folder, project["name"], project["version"], files, "\n".join([*about, ""]))


def nothing(name: str, folder: Path) -> Path:
    """An empty wheel: stands for a package that the lab's kernel asks for and does not need."""
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: 0\n"
    return pack(folder, name, "0", {}, about)


def module(name: str, source: Path, folder: Path) -> Path:
    """The wheel of a package of one file."""
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: 0\n"
    return pack(folder, name, "0", {f"{name}/__init__.py": source.read_bytes()}, about)
