"""Print the formula sheet of the built site as a PDF of its own.

    python tools/pdf.py [_build/html]

A browser of the Chromium family does it, since only a browser sets the formulas as the site does.
The PDF lands beside the page, and the page gets a link to it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PAGE = "book/formula-sheet.html"
BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "msedge"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
NAME = re.compile(r"(?<!\.pdf\">)<code[^>]*>(?:<span[^>]*>)?formula-sheet\.pdf(?:</span>)?</code>")


class PdfError(Exception):
    """The PDF could not be made."""


def browser() -> str:
    """The path of a browser: the one that the variable CHROME names, or the first one found."""
    names = [os.environ["CHROME"]] if os.environ.get("CHROME") else BROWSERS
    for name in names:
        if found := shutil.which(name):
            return found
    raise PdfError(
        f"expected a browser that prints, one of {', '.join(names)}; found none. "
        "Install Chromium or Chrome, or let the variable CHROME name it."
    )


def print_page(page: Path, target: Path, seconds=120, outline=False) -> None:
    """Print a page to a PDF, with its headings as bookmarks if wanted."""
    if not page.is_file():
        raise PdfError(f"expected the built page {page}; run `make book` first")
    with tempfile.TemporaryDirectory() as profile:
        command = [
            *(browser(), "--headless", "--disable-gpu", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
            *("--no-pdf-header-footer", "--run-all-compositor-stages-before-draw"),
            *("--allow-file-access-from-files", "--virtual-time-budget=60000"),
            *(f"--user-data-dir={profile}", f"--print-to-pdf={target.resolve()}"),
            page.resolve().as_uri(),
        ]
        if outline:
            command.insert(1, "--generate-pdf-document-outline")
        if hasattr(os, "geteuid") and os.geteuid() == 0:  # its sandbox refuses the superuser
            command.insert(1, "--no-sandbox")
        target.unlink(missing_ok=True)
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds)
    if not target.is_file():
        raise PdfError(f"the browser printed nothing; it said:\n{done.stderr[-2000:]}")


def link(page: Path, target: Path) -> None:
    """Make the name of the PDF on the page a link to it, unless it is one."""
    html, count = NAME.subn(
        lambda name: f'<a href="{target.name}">{name[0]}</a>', page.read_text(encoding="utf-8")
    )
    if f'<a href="{target.name}">' not in html:
        raise PdfError(f"expected the page {page} to name {target.name}, and found no such words")
    if count:
        page.write_text(html, encoding="utf-8")


def main() -> int:
    site = Path(sys.argv[1] if len(sys.argv) > 1 else "_build/html")
    page = site / PAGE
    target = page.with_suffix(".pdf")
    try:
        print_page(page, target)
        link(page, target)
    except (PdfError, subprocess.TimeoutExpired) as error:
        print(f"FAILED  {error}", file=sys.stderr)
        return 1
    print(f"The formula sheet is printed: {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
