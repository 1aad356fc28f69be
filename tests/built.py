"""The site, built once for all tests of a run, whichever process of it asks first."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

MINUTES = 20
WHY_NOT = "why-not-live.txt"


def once(folder: Path, make) -> Path:
    """What `make(folder / "made")` leaves there; made by one process, awaited by the others.

    `folder` is new in each run of the tests and common to its processes. Making a folder succeeds
    in one of them only, so this needs no lock that a process could leave behind.
    """
    made, failed = folder / "made", folder / "failed"
    try:
        folder.mkdir()
    except FileExistsError:
        end = time.monotonic() + 60 * MINUTES
        while not made.exists() and not failed.exists():
            if time.monotonic() > end:
                raise TimeoutError(f"no other process made {made} in {MINUTES} min") from None
            time.sleep(0.2)
    else:
        try:
            make(folder / "making")
            (folder / "making").rename(made)
        except Exception as error:
            said = folder / "said"
            said.write_text(str(error) or repr(error), encoding="utf-8")
            said.rename(failed)  # whole, or not at all, for those who wait
    if failed.exists():
        raise RuntimeError(failed.read_text(encoding="utf-8"))
    return made


def common_folder(tmp_path_factory, config) -> Path:
    """A temporary folder that all processes of this run of the tests share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if hasattr(config, "workerinput") else base


def build(target: Path) -> None:
    """The site, from nothing, warnings being errors; with Pyodide beside it if that can be had."""
    import notebooks  # not at the top: a machine that tests the package alone can't import them
    import pyodide
    import sitecheck

    from tests.site import chromium

    target.mkdir()
    variables = {"LIVE": ""}
    if not chromium.missing():
        release = pyodide.listed()
        given = [Path(os.environ["PYODIDE"])] if os.environ.get("PYODIDE") else []
        places = pyodide.places(release, given, None)
        folder = notebooks.ROOT / "_build" / "pyodide"  # stays for the next run
        if problems := pyodide.gather(folder, places, release["files"]):
            (target / WHY_NOT).write_text("\n".join(problems), encoding="utf-8")
        else:
            variables = {"LIVE": "bundle", "PYODIDE": str(folder)}
    run = sitecheck.build(notebooks.ROOT, target, **variables)
    if run.returncode:
        raise RuntimeError(run.stdout + run.stderr)


def site(tmp_path_factory, config) -> Path:
    """The folder of the pages. `NNBOOK_SITE` names one that is built, to save the minutes."""
    if os.environ.get("NNBOOK_SITE"):
        return Path(os.environ["NNBOOK_SITE"]).resolve()
    return once(common_folder(tmp_path_factory, config) / "site", build) / "_build" / "html"


def not_live(site: Path) -> str | None:
    """Why code can't run in the pages of a site without the network, or None if it can."""
    manifest = json.loads((site / "web" / "live" / "manifest.json").read_text(encoding="utf-8"))
    missing = [
        file["name"]
        for file in manifest["files"]
        if not (site / "web" / "live" / file["url"]).is_file()
    ]
    if not missing:
        return None
    why = site.parents[1] / WHY_NOT
    reason = (
        why.read_text(encoding="utf-8") if why.is_file() else "it was built without LIVE=bundle"
    )
    return f"{missing[0]} is not on the site: {reason}"
