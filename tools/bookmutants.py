"""Change the book at random, one place at a time, and see which changes its checks do not notice.

    python tools/bookmutants.py --seed=1 --count=200
    python tools/bookmutants.py --kind=proof --count=50 book/networks/losses

Places are of five kinds. A *display* is a formula in the stored output of a cell; an *inline*
formula and a *number* stand in the text of a page, *glossary* formulas in its definitions. These
meet what `make check` does. A *proof* is code that states a formula: its cell is run after those
that it needs, and then the cells that need it, as after `make notebooks`, so that nothing is
noticed only because stored outputs are others. It is noticed when a step or a comparison with the
code is refuted, when a verdict is less than it was, or when a cell fails; and it is the same when
the page shows the same. What else it shows is printed: is it true? Then nothing is lost. If not,
write the check that is missing.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import bookcheck
import mutations
import nbformat
import notebooks
import prosecheck
from numbercheck import EVERY_NUMBER

sys.path.insert(0, str(notebooks.ROOT / "book" / "_ext"))
from before import needed

KINDS = ("display", "inline", "number", "glossary", "proof")
FATES = ("noticed", "same", "survived")
STATES = re.compile(
    r"\b(?:equation|definition|derivation|argued|inline|inline_definition|define|numbers)\("
)
RANKS = {"undecided": 0, "definition": 1, "argued": 1, "matched": 2, "proved": 3}
LATER = 5  # so many of the cells that need a changed one are run as well
SECONDS = 300

# A sign, a relation, a digit, an index, an order: what slips when a formula is typed or copied.
SLIPS = (
    *((rf"(?<![\w{{^_]){re.escape(a)}(?=[ \w\\(])", b) for a, b in (("+", "-"), ("-", "+"))),
    *((re.escape(a) + r"(?![a-zA-Z])", lambda m, b=b: b) for a, b in (
        (r"\le", r"\ge"), (r"\leq", r"\geq"), (r"\ge", r"\le"), (r"\geq", r"\leq"), ("<", ">"),
        (">", "<"), (r"\max", r"\min"), (r"\min", r"\max"), (r"\sum", r"\prod"),
        (r"\partial", "d"), (r"\exp", r"\log"), (r"\log", r"\exp"), (r"\sqrt", ""),
        (r"\alpha", r"\beta"), (r"\beta", r"\alpha"), (r"\eta", r"\lambda"), (r"\top", "-1"),
    )),
    (r"\d(?![\d}]*})", lambda m: str((int(m[0]) + 1) % 10)),
    (r"(?<=\^)\d|(?<=\^\{)\d(?=})", lambda m: str((int(m[0]) + 1) % 10)),
    (r"(?<=_)[ijk]|(?<=_\{)[ijk](?=[}\w])", lambda m: {"i": "j", "j": "k", "k": "i"}[m[0]]),
    (r"\\frac\{([^{}]+)\}\{([^{}]+)\}", r"\\frac{\2}{\1}"),
    (r"\^\{?-?[\d\w]\}?", ""),
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A change of a page, or of an entry of the glossary; `cell` counts from 0."""

    kind: str
    page: str
    cell: int
    before: str
    after: str
    change: str

    def __str__(self) -> str:
        return f"{self.page}, cell {self.cell + 1} ({self.kind}): {self.change}"


def slips(latex: str) -> list[tuple[str, str]]:
    """Everything that one slip makes of a formula, and what slipped."""
    found = []
    for pattern, new in SLIPS:
        for match in re.finditer(pattern, latex):
            after = latex[: match.start()] + match.expand(new) if isinstance(new, str) else None
            if after is None:
                after = latex[: match.start()] + new(match)
            after += latex[match.end() :]
            near = latex[max(0, match.start() - 15) : match.end() + 15]
            if after.split() != latex.split():
                found.append((after, f"{match[0]!r} in {near!r}"))
    return found


# -- The places ------------------------------------------------------------------------------------


def displays(page: str, notebook) -> list[Mutant]:
    return [
        Mutant("display", page, n - 1, latex, after, said)
        for n, cell in bookcheck.code_cells(notebook)
        for _, latex, row in bookcheck.equations_of(cell)
        if row
        for after, said in slips(latex)
    ]


def inlines(page: str, notebook) -> list[Mutant]:
    return [
        Mutant("inline", page, n, f"${latex}$", f"${after}$", said)
        for n, cell in enumerate(notebook.cells)
        if cell.cell_type == "markdown"
        for latex in prosecheck.Prose(cell.source).formulas
        if f"${latex}$" in cell.source
        for after, said in slips(latex)
    ]


def digits(page: str, notebook) -> list[Mutant]:
    found = []
    for n, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            for match in EVERY_NUMBER.finditer(cell.source):
                if match[1]:
                    other = re.sub(r"\d(?=\D*$)", lambda m: str((int(m[0]) + 4) % 10), match[1])
                    after = cell.source[: match.start(1)] + other + cell.source[match.end(1) :]
                    said = f"{cell.source[max(0, match.start() - 20) : match.end()]!r}: {other}"
                    found.append(Mutant("number", page, n, cell.source, after, said))
    return found


def proofs(page: str, notebook) -> list[Mutant]:
    found = []
    for n, cell in bookcheck.code_cells(notebook):
        if STATES.search(cell.source) and not re.search(r"^[%!]", cell.source, re.MULTILINE):
            for mutation in mutations.mutations(cell.source):
                after = mutation.edited(cell.source)
                start, end = mutation.start, mutation.end
                old = cell.source.encode()[start:end].decode(errors="replace")
                line = cell.source.encode()[:start].decode(errors="replace").count("\n")
                said = f"{mutation.kind}, {old!r} → {mutation.new.decode()!r}"
                said += f" in {cell.source.splitlines()[line].strip()!r}"
                if mutations.differ(cell.source, after):
                    found.append(Mutant("proof", page, n - 1, cell.source, after, said))
    return found


def glossary() -> list[Mutant]:
    return [
        Mutant("glossary", name, 0, latex, after, said)
        for name, text in prosecheck.texts().items()
        for latex in prosecheck.Prose(text).formulas
        for after, said in slips(latex)
    ]


FINDERS = {"display": displays, "inline": inlines, "number": digits, "proof": proofs}


def sample(pages: list[str], kinds: list[str], count: int, seed: int) -> list[Mutant]:
    """`count` mutants of each kind, each place of a page as likely as every other."""
    book = {page: prosecheck.read(page) for page in pages}
    drawn = []
    for kind in kinds:
        if kind == "glossary":
            pool = glossary()
        else:
            pool = [m for page, notebook in book.items() for m in FINDERS[kind](page, notebook)]
        random.Random(f"{seed} {kind}").shuffle(pool)
        drawn += pool[:count]
    return drawn


# -- The verdict -----------------------------------------------------------------------------------


class Checks:
    """What `make check` says of a page: nothing, as it stands."""

    def __init__(self) -> None:
        self.ledger, self.kept = bookcheck.read_ledger(), prosecheck.read_kept()

    def problems(self, page: str, notebook) -> list[str]:
        found = bookcheck.equations_recorded(notebook, self.ledger)
        found += prosecheck.problems(page, notebook, self.ledger)
        found += prosecheck.kept_numbers(page, notebook, self.kept)
        return found + prosecheck.kept_typed(page, prosecheck.typed_of(notebook), self.kept)

    def judge(self, mutant: Mutant) -> tuple[str, str]:
        if mutant.kind == "glossary":
            text = {mutant.page: prosecheck.texts()[mutant.page]}
            text[mutant.page] = text[mutant.page].replace(mutant.before, mutant.after, 1)
            typed = prosecheck.typed_in(text[mutant.page])
            found = prosecheck.text_problems(text, self.ledger)
            found += prosecheck.kept_typed(mutant.page, typed, self.kept)
        else:
            notebook = copy.deepcopy(prosecheck.read(mutant.page))
            cell = notebook.cells[mutant.cell]
            if mutant.kind == "display":
                for output in cell.outputs:
                    text = output.get("data", {}).get("text/markdown")
                    if text and mutant.before in text:
                        output.data["text/markdown"] = text.replace(mutant.before, mutant.after, 1)
                        break
            else:
                cell.source = cell.source.replace(mutant.before, mutant.after, 1)
            found = self.problems(mutant.page, notebook)
        return ("noticed", found[0]) if found else ("survived", "")


# Runs cells one after the other, and says of those that are wanted what they show.
RUNNER = """
import json, sys
kernel_folder, ext, root, folder, target = sys.argv[1:6]
sys.path[:0] = [kernel_folder, ext, root]
import nnbook_kernel as kernel
kernel.BOOK = root
kernel.begin("figures")
told = []
for source, wanted in json.load(sys.stdin):
    shown = []
    result = json.loads(kernel.run(source, folder, shown.append))
    outputs = [json.loads(output) for output in shown] if wanted else []
    told.append({"error": None if result["status"] == "ok" else result, "outputs": outputs})
    if result["status"] != "ok":
        break
json.dump(told, open(target, "w"))
"""


def run(cells: list[tuple[str, bool]], folder: str) -> list[dict]:
    """What cells do in a Python of their own, until one fails: its error, and outputs if wanted."""
    live = notebooks.ROOT / "book" / "_web" / "live"
    with tempfile.TemporaryDirectory() as made:
        target = Path(made) / "told.json"
        command = [sys.executable, "-W", "ignore", "-c", RUNNER, live, notebooks.ROOT / "book/_ext"]
        done = subprocess.run(
            [*map(str, command), str(notebooks.ROOT), folder, str(target)],
            input=json.dumps(cells),
            text=True,
            capture_output=True,
            timeout=SECONDS,
        )
        if not target.exists():
            raise RuntimeError(done.stderr[-500:])
        return json.loads(target.read_text(encoding="utf-8"))


def rows_in(outputs) -> dict[str, dict]:
    """What the ledger would have of some outputs, by label."""
    return {label: row for output in outputs for label, row in bookcheck.rows_of(output).items()}


def says(outputs) -> list:
    """What outputs show and record, without pictures."""
    keys = ("nnbook", "nnbook_inline", "nnbook_numbers")
    return [
        (
            o.get("data", {}).get("text/markdown") or o.get("text", ""),
            [o["metadata"].get(k) for k in keys],
        )
        for o in (nbformat.from_dict({"metadata": {}, **o}) for o in outputs)
    ]


def bound_at(mutant: Mutant) -> set[str]:
    """The names that the changed statement binds."""
    pairs = zip(mutant.before.splitlines(), mutant.after.splitlines(), strict=False)
    line = next((n for n, (old, new) in enumerate(pairs, 1) if old != new), 0)
    return {
        name.id
        for node in ast.walk(ast.parse(mutant.before))
        if isinstance(node, ast.Assign) and node.lineno <= line <= node.end_lineno
        for target in node.targets
        for name in ast.walk(target)
        if isinstance(name, ast.Name)
    }


def judge_proof(mutant: Mutant, checks: Checks) -> tuple[str, str]:
    """The fate of a changed proof: run anew, with what depends on it."""
    notebook = copy.deepcopy(prosecheck.read(mutant.page))
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    at = code.index(notebook.cells[mutant.cell])
    needs = needed([cell.source for cell in code])
    code[at].source = mutant.after
    later = [n for n in range(at + 1, len(code)) if at in needs[n]]
    later = [n for n in later if STATES.search(code[n].source)]
    names = bound_at(mutant)  # the cells that use these are the first to be run
    later.sort(key=lambda n: names.isdisjoint(re.findall(r"\w+", code[n].source)))
    wanted = [at, *later[:LATER]]
    order = sorted({*wanted, *(n for w in wanted for n in needs[w])})
    try:
        told = run([(code[n].source, n in wanted) for n in order], str(Path(mutant.page).parent))
    except subprocess.TimeoutExpired:
        return "noticed", f"takes more than {SECONDS} s"
    same, ledger = True, copy.deepcopy(checks.ledger)
    for n, result in zip(order, told, strict=False):
        if error := result["error"]:
            return (
                "noticed",
                f"code cell {n + 1}: {error.get('ename')}: {error.get('evalue', '')[:80]}",
            )
        if n in wanted:
            new, old = rows_in(result["outputs"]), rows_in(code[n].outputs)
            if gone := old.keys() - new.keys():
                return "noticed", f"code cell {n + 1}: no {', '.join(sorted(gone))} any more"
            for label in old:
                now, before = new[label]["status"], old[label]["status"]
                if RANKS[now] < RANKS[before]:
                    return "noticed", f"code cell {n + 1}: {label} is {now} and was {before}"
            ledger["equations"] = [new.get(row["id"], row) for row in ledger["equations"]]
            same = same and says(result["outputs"]) == says(code[n].outputs)
            code[n].outputs = [nbformat.from_dict(output) for output in result["outputs"]]
    if same:
        return "same", ""
    found = prosecheck.problems(mutant.page, notebook, ledger)
    return ("noticed", found[0]) if found else ("survived", "")


def table(mutants: list[Mutant], fates: list[str]) -> str:
    """How many mutants of each kind met which fate."""
    counts = Counter(zip((mutant.kind for mutant in mutants), fates, strict=True))
    lines = [f"{'':10}{'mutants':>9}" + "".join(f"{fate:>10}" for fate in FATES)]
    for kind in dict.fromkeys(mutant.kind for mutant in mutants):
        own = [counts[kind, fate] for fate in FATES]
        lines.append(f"{kind:10}{sum(own):9}" + "".join(f"{n:10}" for n in own))
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=100, help="mutants of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--kind", action="append", choices=KINDS, help="by default all kinds")
    parser.add_argument("pages", nargs="*", help="such as book/networks/losses; by default all")
    options = parser.parse_args(arguments)
    pages = options.pages or prosecheck.held()
    mutants = sample(pages, options.kind or list(KINDS), options.count, options.seed)
    checks = Checks()

    def judge(mutant: Mutant) -> str:
        fate, by = judge_proof(mutant, checks) if mutant.kind == "proof" else checks.judge(mutant)
        if mutant.kind == "proof" or fate == "survived":
            print(f"{fate:9} {mutant}  {by}", file=sys.stderr, flush=True)
        return fate

    with ThreadPoolExecutor(options.jobs) as pool:
        fates = list(pool.map(judge, mutants))
    print(f"seed {options.seed}\n{table(mutants, fates)}")
    return int("survived" in fates)


if __name__ == "__main__":
    sys.exit(main())
