"""Every notebook, run whole in the browser by the worker that runs the cells of a page.

    make test-browser                                          all of them; about an hour
    make test-browser FILES=book/networks/losses.ipynb         one

Not part of `make test`. What differs from the stored outputs is listed, with the reason, in
`differs_in_browser.toml`; whatever else differs, and what is listed and does not, fails.
"""

import os
import time

import notebooks
import pytest

from tests.site import comparing

FILES = os.environ.get("FILES", "").split() or [*map(notebooks.name, notebooks.all_notebooks())]
LISTED = comparing.listed()
SECONDS = 900  # for a cell; the slowest takes 60 s in a notebook

START = """async (seconds) => {
  const {engine} = await import("/web/live/engine.js");
  window.cell = async (source, folder) => {
    const outputs = [];
    const late = setTimeout(() => engine.stop(), 1000 * seconds);
    try {
      const result = await engine.run(source, (output) => outputs.push(output), folder);
      return {outputs, ...result};
    } finally {
      clearTimeout(late);
    }
  };
  return await engine.start("figures");
}"""
RUN = "([source, folder]) => window.cell(source, folder)"


@pytest.mark.whole
@pytest.mark.parametrize("name", FILES)
def test_notebook(page, live, name, record_property):
    path = notebooks.ROOT / name
    folder = path.parent.relative_to(notebooks.ROOT).as_posix()
    cells = comparing.code_cells(path)
    page.goto(f"{live.address}genindex.html")
    began = time.monotonic()
    page.evaluate(START, SECONDS)
    started = time.monotonic()
    problems, errors, equal = [], 0, 0
    for cell in cells:
        try:
            ran = page.evaluate(RUN, [cell.source, folder])["outputs"]
        except Exception as error:
            ran = [{"output_type": "error", "ename": type(error).__name__, "evalue": str(error)}]
        found = comparing.difference(cell.outputs, ran)
        errors += any(output["output_type"] == "error" for output in ran)
        equal += found is None
        ignored = comparing.IGNORED & set(cell.metadata.get("tags", ()))
        if ignored and not str(found).startswith("raised"):
            found = None
        reason = LISTED.get((name, cell.id))
        if found and not reason:
            problems.append(f"{cell.id}: {found}")
        elif reason and not found:
            problems.append(f"{cell.id}: is listed, but does not differ")
    ended = time.monotonic()
    record_property(
        "in browser", (name, len(cells), equal, errors, started - began, ended - started)
    )
    assert not problems, "\n".join(problems)
    assert page.watch.take() == []


def test_listed_cells_exist():
    ids = {(n, cell.id) for n, _ in LISTED for cell in comparing.code_cells(notebooks.ROOT / n)}
    assert set(LISTED) <= ids
    assert all(len(reason) > 20 for reason in LISTED.values())


# -- The comparison itself -------------------------------------------------------------------------


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def shown(**data):
    kinds = {"plain": "text/plain", "markdown": "text/markdown", "png": "image/png"}
    return {"output_type": "execute_result", "data": {kinds[k]: v for k, v in data.items()}}


ERROR = {"output_type": "error", "ename": "TypeError", "evalue": "cannot cast"}


@pytest.mark.parametrize(
    ("stored", "ran"),
    [
        ([], []),
        ([stream("a\nb\n")], [stream("a\n"), stream("b\n")]),
        ([shown(plain="1", png="aaaa")], [shown(plain="1", png="bbbb")]),
        ([stream("/tmp/ipykernel_3/12.py:1: a", "stderr")], [stream("<cell>:1: a", "stderr")]),
        ([ERROR], [ERROR]),
    ],
)
def test_equal(stored, ran):
    assert comparing.difference(stored, ran) is None


@pytest.mark.parametrize(
    ("stored", "ran", "said"),
    [
        ([stream("0.123\n")], [stream("0.124\n")], "stdout: stored '0.123', here '0.124'"),
        ([stream("a\n")], [], "stdout: stored 'a', here ''"),
        ([], [stream("warned\n", "stderr")], "stderr: stored '', here 'warned'"),
        ([shown(plain="x", markdown="$x$")], [shown(plain="x")], "text/markdown: stored '$x$'"),
        ([shown(plain="1")], [shown(plain="1"), shown(plain="1")], "text/plain"),
        ([shown(plain="1")], [ERROR], "raised TypeError: cannot cast"),
    ],
)
def test_planted_difference(stored, ran, said):
    assert said in comparing.difference(stored, ran)
