"""JupyterLite as part of the site: `lite/`, on the book's notebooks, with the book's packages.

The site gets two folders:

    lite/        JupyterLab in the browser; `lite/files/` has the notebooks, also for download
    downloads/   all notebooks in one archive, and the wheel of nnbook

JupyterLite's own builder puts the application together; what no reader's browser asks for is left
out. Nothing is done if nothing has changed since the last time.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import live
from jupyter_core.paths import jupyter_path

from . import lock, notebooks, wheels

KERNEL = "@jupyterlite/pyodide-kernel-extension"
EXTENSIONS = (KERNEL, "jupyterlab-myst")
MADE_OF = ("jupyterlite-core", "jupyterlite-pyodide-kernel", "jupyterlab-myst", *lock.OURS)
# The same icons again, for browsers of 2015.
OLD_FONTS = (".eot", ".svg", ".ttf", ".woff")
OVERRIDES = {
    "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "doNotDisturbMode": True,
        "fetchNews": "false",
    },
}


def extension(name: str) -> Path:
    for folder in jupyter_path("labextensions"):
        if (Path(folder) / name / "package.json").is_file():
            return Path(folder) / name
    raise FileNotFoundError(f"JupyterLab's extension {name} is not installed")


def fingerprint(root: Path, base: str) -> str:
    """Of all that the lab is made of."""
    here = Path(__file__).parent
    paths = [root / path for path in notebooks.sources(root)]
    paths += [p for p in (root / "nnbook").rglob("*") if p.is_file()]
    paths += [p for p in here.iterdir() if p.is_file()]
    python = live.browser_python(lock.release()["python"])
    total = hashlib.sha256(f"{base} {bool(python)}\n".encode())
    for name in MADE_OF:
        total.update(f"{name}=={metadata.version(name)}\n".encode())
    for path in sorted(p for p in paths if "__pycache__" not in p.parts):
        total.update(os.path.relpath(path, root).encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def settings(base: str) -> dict:
    """What JupyterLite is told of its kernel."""
    kernel = {
        "pyodideUrl": "./pyodide/pyodide.js",
        "disablePyPIFallback": "://" not in base,
        "loadPyodideOptions": {"packages": lock.START},
    }
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "The lab",
            "litePluginSettings": {f"{KERNEL}:kernel": kernel},
        },
    }


def application(work: Path, target: Path, base: str) -> None:
    """Have JupyterLite put its application and the notebooks of `work` into a folder."""
    options = {
        "apps": ["lab"],
        "contents": ["notebooks"],
        "federated_extensions": [str(extension(name)) for name in EXTENSIONS],
        "ignore_sys_prefix": True,
        "no_libarchive": True,
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
        "output_dir": str(target),
    }
    for name, content in (
        ("jupyter_lite_config.json", {"LiteBuildConfig": options}),
        ("jupyter-lite.json", settings(base)),
        ("overrides.json", OVERRIDES),
    ):
        (work / name).write_text(json.dumps(content, indent=1), encoding="utf-8")
    command = [sys.executable, "-m", "jupyterlite_core", "build"]
    run = subprocess.run(command, cwd=work, capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(f"JupyterLite was not built:\n{run.stdout}\n{run.stderr}")
    for path in (target / "build").iterdir():
        if path.name.startswith("fa-") and path.suffix in OLD_FONTS:
            path.unlink()
    # Else the browser asks for an icon at the root of the host.
    page = target / "lab" / "index.html"
    text, icon = page.read_text(encoding="utf-8"), '<link rel="icon" href="favicon.ico" />'
    if icon not in text:
        page.write_text(text.replace("</title>", f"</title>{icon}", 1), encoding="utf-8")


def build(root: Path, site: Path, work: Path, base: str) -> bool:
    """Make the lab and the downloads of a site; say whether there was anything to do.

    `base` is an address, or a folder relative to the site that has Pyodide's files.
    """
    mark, stamp = fingerprint(root, base), site / "lite" / "made-of.txt"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == mark:
        return False
    stamp.unlink(missing_ok=True)
    work.mkdir(parents=True, exist_ok=True)
    notebooks.stage(root, work / "notebooks")
    # JupyterLite remembers what it has made. It is not to keep what the book has no longer, nor to
    # count on what somebody has removed.
    made = (site / "lite" / "files", site / "lite" / "api")
    for old in (*work.glob(".jupyterlite.doit.db*"), *made):
        shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)
    application(work, site / "lite", base)
    pyodide = site / "lite" / "pyodide"
    shutil.rmtree(pyodide, ignore_errors=True)
    pyodide.mkdir()
    relative = base if "://" in base else os.path.relpath(site / base, pyodide) + "/"
    kernel = extension(KERNEL) / "static" / "pypi"
    lock.write(pyodide, kernel, work / "wheels", relative.replace(os.sep, "/"))
    downloads = site / "downloads"
    wheel = wheels.nnbook(downloads, root)
    notebooks.archive(work / "notebooks", wheel, downloads / notebooks.ZIP)
    stamp.write_text(mark, encoding="utf-8")
    return True
