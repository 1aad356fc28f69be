"""Run the book's notebooks and store them in one canonical form.

    python tools/notebooks.py                              all notebooks
    python tools/notebooks.py book/networks/losses.ipynb   one chapter
    python tools/notebooks.py --check                      run nothing, say what is not canonical

A notebook is run in its own folder, in a fresh kernel, from the first cell to the last; a cell that
raises stops it, unless the cell has the tag `raises-exception`. What is stored is the same whoever
ran it and when, so that a diff shows only what changed. When the chapters are done, the ledger is
collected from them (`nnbook.derive.page.ledger`), and the pages that print from it are run last.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import re
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import datetime
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
# How long the cells took that take long, so that the page can say so before a reader runs them.
SECONDS = ROOT / "book" / "seconds.json"
# They print the ledger, so they are run when it has been collected.
LEDGER_PAGES = [ROOT / "book" / f"{page}.ipynb" for page in ("ledger", "formula-sheet", "notation")]
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
PICTURES = ("image/png", "image/svg+xml", "image/jpeg")

# ipykernel names the file of a cell after its process: /tmp/ipykernel_93/2718.py
CELL_FILE = re.compile(r"(?:[A-Za-z]:)?[^\s:\"'<>]*ipykernel_\d+[/\\]\d+\.py")
MACHINE = re.compile(
    r"/(?:home|root|tmp|Users|usr|opt|mnt|private/var)/"
    r"|\b[A-Za-z]:\\+(?:Users|Program|Windows|hostedtoolcache|a\\)"
    r"|site-packages|" + re.escape(str(ROOT))
)
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]{6,}")
PROGRESS_BAR = re.compile(r"\r|\d+%\|")


class NotebookError(Exception):
    """A notebook that cannot be stored as it is."""


def texts(output) -> list[str]:
    """All text of an output: streams, tracebacks and every textual MIME type."""
    if output.output_type == "stream":
        return [output.text]
    if output.output_type == "error":
        return [output.evalue, *output.traceback]
    data = output.get("data", {})
    return [str(v) for k, v in data.items() if k not in ("image/png", "image/jpeg")]


def pictures(cell) -> list[dict]:
    """The metadata of every picture that a code cell shows."""
    found = []
    for output in cell.get("outputs", []):
        for kind in PICTURES:
            if kind in output.get("data", {}):
                found.append(dict(output.metadata.get(kind, {})))
                break
    return found


def merge_streams(outputs: list) -> list:
    """Join neighbouring pieces of one stream: how they were cut depends on the clock."""
    merged = []
    for output in outputs:
        last = merged[-1] if merged else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            merged.append(output)
    return merged


def canonical_outputs(cell, count: int) -> list:
    outputs = merge_streams(copy.deepcopy(cell.outputs))
    for output in outputs:
        output.pop("transient", None)
        if output.output_type == "stream":
            output.text = CELL_FILE.sub("<cell>", output.text)
            if PROGRESS_BAR.search(output.text):
                raise NotebookError("a progress bar is in an output; turn it off (progress=False)")
        if output.output_type == "execute_result":
            output.execution_count = count
        for text in texts(output):
            if found := MACHINE.search(text) or ADDRESS.search(text):
                start = max(found.start() - 30, 0)
                raise NotebookError(
                    f"an output says something of this machine: …{text[start : found.end() + 30]}…"
                )
    return outputs


def canonical_metadata(cell) -> dict:
    """Keep tags and what myst-nb reads; give myst-nb what the figure says of itself."""
    kept = (key for key in ("tags", "mystnb") if key in cell.metadata)
    metadata = {key: copy.deepcopy(cell.metadata[key]) for key in kept}
    if cell.cell_type != "code":
        return metadata
    mystnb = metadata.pop("mystnb", {})
    if any("nnbook" in output.get("metadata", {}) for output in cell.outputs):
        fold_proof(metadata)
    fold_in_jupyterlab(metadata)
    for prompt in ("code_prompt_show", "code_prompt_hide"):  # the site says "how" or "code"
        if "hide-cell" not in metadata.get("tags", ()):
            mystnb.pop(prompt, None)
    shown = pictures(cell)
    told = (("alt", "image"), ("width", "image"), ("classes", "image"), ("caption", "figure"))
    for name, place in told:
        values = {picture[name] for picture in shown if name in picture}
        if len(values) > 1:
            raise NotebookError(f"two pictures in one cell differ in {name}; show one in each cell")
        options = {key: value for key, value in mystnb.pop(place, {}).items() if key != name}
        if values:
            value = values.pop()
            options[name] = f"{value:.0f}px" if isinstance(value, int | float) else value
        if options:
            mystnb[place] = options
    mystnb.pop("moving", None)  # read by book/_ext/moving.py
    if moving := [picture["moving"] for picture in shown if "moving" in picture]:
        if len(shown) > 1:
            raise NotebookError("a figure that moves stands alone in its cell")
        mystnb["moving"] = moving[0]
    return metadata | ({"mystnb": mystnb} if mystnb else {})


def fold_proof(metadata: dict) -> None:
    """Fold the code that writes and proves an equation, so that the page reads as a text.

    The tag `show-input` keeps a cell open, where the code itself is what the reader should see.
    """
    tags = metadata.get("tags", [])
    if not {"show-input", "hide-input", "hide-cell", "remove-input"} & set(tags):
        metadata["tags"] = [*tags, "hide-input"]


def fold_in_jupyterlab(metadata: dict) -> None:
    """Fold in JupyterLab what the site folds or takes away."""
    tags = set(metadata.get("tags", ()))
    hidden = {}
    if tags & {"hide-input", "remove-input", "hide-cell", "remove-cell"}:
        hidden["source_hidden"] = True
    if tags & {"hide-output", "remove-output", "hide-cell", "remove-cell"}:
        hidden["outputs_hidden"] = True
    if hidden:
        metadata["jupyter"] = hidden


def canonical(notebook):
    """A copy of an executed notebook in canonical form."""
    result = nbformat.v4.new_notebook(
        metadata={"kernelspec": dict(KERNEL), "language_info": {"name": "python"}}
    )
    result.nbformat_minor = 5
    seen: dict[str, int] = {}
    count = 0
    for number, cell in enumerate(notebook.cells, 1):
        new = nbformat.from_dict({"cell_type": cell.cell_type, "source": cell.source})
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:8]
        seen[digest] = seen.get(digest, 0) + 1
        new.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
        try:
            new.metadata = nbformat.from_dict(canonical_metadata(cell))
            if cell.cell_type == "code":
                # An empty cell has no number when it is run; neither has one that never was.
                new.execution_count = None
                if cell.execution_count is not None:
                    count += 1
                    new.execution_count = count
                new.outputs = canonical_outputs(cell, count)
            elif "attachments" in cell:
                new.attachments = cell.attachments
        except NotebookError as error:
            raise NotebookError(f"cell {number}: {error}") from None
        result.cells.append(new)
    return result


def dumps(notebook) -> str:
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n"


def read(path: Path):
    return nbformat.read(path, as_version=4)


def problem(path: Path) -> str | None:
    """Say why a stored notebook is not in canonical form, or return None."""
    try:
        wanted = dumps(canonical(read(path)))
    except NotebookError as error:
        return str(error)
    stored = path.read_text(encoding="utf-8")
    if stored == wanted:
        return None
    pairs = zip(stored.splitlines(), wanted.splitlines(), strict=False)
    line = next((n for n, (a, b) in enumerate(pairs, 1) if a != b), "at the end")
    return f"not in canonical form (first difference: line {line}); run `make notebooks`"


def seconds(notebook) -> dict[str, int]:
    """The whole seconds that cells of a notebook just run took, of those that took a second."""
    found = {}
    for run, stored in zip(notebook.cells, canonical(notebook).cells, strict=True):
        times = run.metadata.get("execution", {})
        if "shell.execute_reply" in times and "iopub.execute_input" in times:
            begin, end = (
                datetime.fromisoformat(times[key])
                for key in ("iopub.execute_input", "shell.execute_reply")
            )
            if (taken := round((end - begin).total_seconds())) >= 1:
                found[stored.id] = taken
    return found


def keep_seconds(path: Path, new: dict[str, int]) -> None:
    """Store a notebook's running times; one that is about the same stays, so that diffs are few."""
    stored = json.loads(SECONDS.read_text(encoding="utf-8")) if SECONDS.exists() else {}
    page = path.relative_to(ROOT).with_suffix("").as_posix()
    old = stored.pop(page, {})
    for cell, taken in new.items():
        if cell in old and taken / 2 <= old[cell] <= taken * 2:
            new[cell] = old[cell]
    if new:
        stored[page] = new
    text = json.dumps(stored, indent=1, sort_keys=True) + "\n"
    SECONDS.write_text(text, encoding="utf-8", newline="\n")


def execute(path: Path, timeout: int) -> dict[str, int]:
    """Run a notebook and store it; one that fails stays as it was. Gives the seconds of cells."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = read(path)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        extra_arguments=["--IPKernelApp.log_level=50"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        raise NotebookError(f"a cell raised an error\n{error}") from None
    path.write_text(dumps(canonical(notebook)), encoding="utf-8", newline="\n")
    return seconds(notebook)


def execute_all(paths: list[Path], jobs: int, timeout: int) -> int:
    """Run notebooks in several processes; return how many failed."""
    failed = 0
    with ProcessPoolExecutor(jobs) as pool:
        runs = {pool.submit(execute, path, timeout): path for path in paths}
        for run in as_completed(runs):
            try:
                taken = run.result()
                if runs[run].is_relative_to(ROOT):
                    keep_seconds(runs[run], taken)
                print(f"done    {name(runs[run])}", flush=True)
            except Exception as error:
                failed += 1
                print(f"FAILED  {name(runs[run])}: {error}", file=sys.stderr, flush=True)
    return failed


def collect_ledger() -> int:
    """Write book/ledger.json from what all notebooks displayed; return 1 if they contradict."""
    from nnbook.derive.page.ledger import write

    try:
        print(f"ledger  {len(write(ROOT / 'book')['equations'])} equations", flush=True)
    except ValueError as error:
        print(f"FAILED  book/ledger.json: {error}", file=sys.stderr)
        return 1
    return 0


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def all_notebooks() -> list[Path]:
    found = sorted((ROOT / "book").rglob("*.ipynb"))
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path, help="notebooks; none means all of the book")
    parser.add_argument("--check", action="store_true", help="run nothing; check the stored form")
    parser.add_argument("--jobs", type=int, default=2, help="notebooks run at the same time")
    parser.add_argument("--timeout", type=int, default=300, help="seconds that one cell may take")
    arguments = parser.parse_args()

    paths = [path.resolve() for path in arguments.files] or all_notebooks()
    if missing := [name(path) for path in paths if not path.is_file()]:
        parser.error(f"no such file: {', '.join(missing)}")

    if arguments.check:
        problems = {name(path): text for path in paths if (text := problem(path))}
        for path, text in problems.items():
            print(f"{path}: {text}")
        return bool(problems)

    chapters = [path for path in paths if path not in LEDGER_PAGES]
    if execute_all(chapters, arguments.jobs, arguments.timeout):
        return 1
    if any(path.is_relative_to(ROOT / "book") for path in paths):
        return collect_ledger() or execute_all(LEDGER_PAGES, 1, arguments.timeout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
