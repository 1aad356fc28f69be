"""The packages of the lab: Pyodide's own, and the book's wheels beside them.

`pyodide-lock.json` is the lock file of the release, unchanged; it holds the sha256 of each package.
What is written into the site is that list with the book's packages added. Pyodide's own are at the
base: the release's distribution on the web, or a folder of the site, into which `live` puts what
`book/live.toml` lists.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import zipfile
from functools import cache
from pathlib import Path

import live

from . import wheels

HERE = Path(__file__).resolve().parent
# What the site serves itself, with what each needs. The errata pages read YAML.
OURS = {
    "sympy": ["mpmath"],
    "mpmath": [],
    "tqdm": [],
    "lazy-loader": [],
    "pyyaml": [],
    "comm": [],
    "nnbook": ["numpy", "sympy", "matplotlib", "tqdm", "lazy-loader", "pyyaml"],
}
# What the kernel loads at its start, under the names that it asks for; it has these of its own.
# The other packages load when they are imported.
KERNEL = {"piplite": ["micropip"], "ipykernel": [], "pyodide_kernel": ["ipython", "comm"]}
# What Pyodide's matplotlib asks for besides, and draws our figures without.
SPARED = {"matplotlib": {"fonttools", "pytz", "matplotlib-pyodide"}}
START = ["micropip", "ssl", "sqlite3", "comm", "jedi", "ipython", *KERNEL]


@cache
def release() -> dict:
    return live.release_of()


def core() -> dict[str, str]:
    """The digests of Pyodide's own files, by name."""
    return {row["name"]: row["sha256"] for row in release()["files"] if row["use"] == "core"}


def key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def entry(path: Path, depends: list[str]) -> dict:
    """What the lock file says of a pure Python wheel beside it."""
    name, version = path.name.split("-")[:2]
    with zipfile.ZipFile(path) as wheel:
        tops = {member.partition("/")[0] for member in wheel.namelist() if "/" in member}
    return {
        "depends": depends,
        "file_name": path.name,
        "imports": sorted(top for top in tops if not top.endswith(".dist-info")),
        "install_dir": "site",
        "name": name,
        "package_type": "package",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "unvendored_tests": False,
        "version": version,
    }


def our_wheels(folder: Path, kernel: Path, store: Path) -> dict[str, tuple[Path, list[str]]]:
    """The wheels that the site serves, by name, with what each needs."""
    python = live.browser_python(release()["python"])
    store = store / ("compiled" if python else "sources")
    made = {}
    for name, needs in OURS.items():
        if name == "nnbook":
            made[name] = wheels.nnbook(folder, python=python), needs
        else:
            made[name] = Path(shutil.copy(wheels.installed(name, store, python), folder)), needs
    made["ssl"] = wheels.nothing("ssl", folder), []
    for path in sorted(kernel.glob("*.whl")):
        name = path.name.partition("-")[0]
        if name in KERNEL:
            made[name] = Path(shutil.copy(path, folder)), KERNEL[name]
    return made


def read() -> dict:
    return json.loads((HERE / "pyodide-lock.json").read_text(encoding="utf-8"))


def needed(packages: dict) -> set[str]:
    """The packages that the kernel and the book load, of those listed."""
    found, asked = set(), [*START, "nnbook"]
    while asked:
        name = key(asked.pop())
        if name not in found:
            found.add(name)
            asked += packages[name]["depends"]
    return found


def write(folder: Path, kernel: Path, store: Path, base: str) -> dict:
    """Write the lock file, the book's wheels and the settings of `pyodide.js` into a folder.

    `kernel` has the wheels of JupyterLite's kernel, `store` keeps those of other packages. `base`
    is an address, or a folder relative to this one; then the lock file names only what that folder
    has, and nothing else is installed.
    """
    lock, web = read(), "://" in base
    for name, spared in SPARED.items():
        package = lock["packages"][name]
        package["depends"] = [need for need in package["depends"] if need not in spared]
    packages = {
        name: package | {"file_name": base + package["file_name"]}
        for name, package in lock["packages"].items()
        if web or (folder / base / package["file_name"]).is_file()
    }
    ours = our_wheels(folder, kernel, store)
    if not web:
        ours["micropip"] = wheels.module("micropip", HERE / "nothing_to_install.py", folder), []
    for name, (path, needs) in ours.items():
        packages[key(name)] = entry(path, needs)
    lacking = sorted(needed(lock["packages"] | packages) - set(packages))
    if lacking:
        raise FileNotFoundError(f"{base} lacks what the lab needs: {', '.join(lacking)}")
    for package in packages.values():
        package["depends"] = [n for n in map(key, package["depends"]) if n in packages]
    lock["packages"] = packages
    (folder / "pyodide-lock.json").write_text(json.dumps(lock, sort_keys=True), encoding="utf-8")
    sums = {n: "sha256-" + base64.b64encode(bytes.fromhex(s)).decode() for n, s in core().items()}
    settings = {"base": base, "release": release()["release"], "integrity": sums}
    (folder / "nnbook.json").write_text(json.dumps(settings, indent=1), encoding="utf-8")
    shutil.copy(HERE / "pyodide.js", folder)
    return lock
