"""The laws of a chapter's words hold on its pages, and a planted error of each kind is found."""

import copy
import re

import bookcheck
import inlinecheck
import nbformat
import notebooks
import numbercheck
import prosecheck
import pytest
import symbols

LEDGER = bookcheck.read_ledger()
HELD = prosecheck.held()


@pytest.mark.parametrize("page", HELD)
def test_page_keeps_the_laws(page):
    assert prosecheck.problems(page, prosecheck.read(page), LEDGER) == []


def test_one_meaning_a_symbol():
    assert symbols.one_meaning(LEDGER, symbols.read_notation()) == []


def test_a_second_meaning_is_found():
    notation = copy.deepcopy(symbols.read_notation())
    notation["exceptions"] = [e for e in notation["exceptions"] if e["symbol"] != "\\gamma"]
    assert any("$\\gamma$ is a array" in text for text in symbols.one_meaning(LEDGER, notation))
    notation["symbols"]["n"]["kind"] = "index"
    assert any("$n$ is a size" in text for text in symbols.one_meaning(LEDGER, notation))


# -- A page made for the purpose -------------------------------------------------------------------

RECORDED = [{"latex": r"\bar{x}_{r} = \delta w_{r} - x_{r}^{2}", "status": "proved", "scope": ""}]
ROW = {"id": "eq-a", "latex": "\\begin{aligned} y &\\overset{\\checkmark}{=} \\frac{1}{n} "
       "\\sum_{i=1}^{n} x_{i} && \\text{why} \\\\ &= m + 1 \\end{aligned}"}


def page(text, printed="0.834 and 2.67", source="pass", alt=None):
    data = {"text/plain": "shown"} | ({"image/png": ""} if alt else {})
    about = {"nnbook_inline": RECORDED} | ({"image/png": {"alt": alt}} if alt else {})
    cell = nbformat.v4.new_code_cell(source, outputs=[
        nbformat.v4.new_output("stream", name="stdout", text=printed),
        nbformat.v4.new_output("display_data", data=data, metadata=about),
    ])
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text), cell])


def unchecked(text):
    return inlinecheck.inline_checked(page(text), {"equations": [ROW]})


@pytest.mark.parametrize("formula", [
    r"\bar{x}_{r} = \delta w_{r} - x_{r}^{2}",
    r"\bar x_r = \delta w_r - x_r^2",            # as one types it
    r"y = \frac1n \sum_{i=1}^n x_i",             # a line of a display
    r"y = m + 1", r"y=m+1",                      # another line of it
    "n = 3", r"0 < p < 1", r"\eta = 10^{-3}", r"\ell = 1, \dots, L", r"k \neq m",
    r"27.5 \cdot 2 = 55", "W", r"x \mapsto y",   # arithmetic; no claim
    r"\bar x = 2", r"\bar{w}_{1} = 2", r"a^{[1]}_2 = 0",
])  # fmt: skip
def test_what_is_checked_may_be_typed(formula):
    assert unchecked(f"We see ${formula}$ here.") == []


@pytest.mark.parametrize("formula", [
    r"\bar{x}_{r} = \delta w_{r} + x_{r}^{2}",   # sign
    r"\bar{x}_{r} = \delta w_{r} - x_{r}^{3}",   # exponent
    r"\bar{x}_{r} = \delta w_{j} - x_{r}^{2}",   # index
    r"\bar{x}_{r} = \delta w - x_{r}^{2}",       # index lost
    r"\bar{x}_{r} = \delta w_{r}",               # term lost
    r"\bar{x}_{r} \le \delta w_{r} - x_{r}^{2}",  # another relation
    r"\bar{y}_{r} = \delta w_{r} - x_{r}^{2}",   # another letter
    r"y = \frac{2}{n} \sum_{i=1}^{n} x_{i}", r"y = \frac{1}{n} \sum_{i=0}^{n} x_{i}",
    r"y = m - 1", r"y = -m + 1", r"27.5 \cdot 2 = 54", "L = r + 1", r"\bar{w} = u",
    "uw = 3", "2 u = 3",   # a product is no symbol
])  # fmt: skip
def test_a_changed_formula_is_found(formula):
    (problem,) = unchecked(f"We see ${formula}$ here.")
    assert formula in problem


def unbound(text, **more):
    return numbercheck.numbers_bound(page(text, **more), LEDGER)


@pytest.mark.parametrize("text", [
    "The accuracy was 0.83.", "It was 0.834, about 83 %.", "Nearly 2.7 times.", "Of 7 runs,",
    "Others found 0.99 {cite}`griewank2008evaluating`.", "<!-- cited: 0.99 -->\nOthers found 0.99.",
    "A rate of $0.83$.",
])  # fmt: skip
def test_numbers_of_a_run_may_be_typed(text):
    assert unbound(text) == []


@pytest.mark.parametrize("text", [
    "The accuracy was 0.84.", "about 84 %", "2.6 times", "$0.93$", "1.5e-3", r"$2 \cdot 10^{-4}$",
])  # fmt: skip
def test_a_changed_number_is_found(text):
    assert len(unbound(text)) == 1


def test_the_number_of_another_section_does_not_count():
    notebook = page("The accuracy was 0.83.")
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell("## Elsewhere"))
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell("## Here"))
    assert len(numbercheck.numbers_bound(notebook, LEDGER)) == 1


def test_numbers_of_alt_texts_are_bound():
    assert unbound("A picture.", alt="A curve that ends at 0.83.") == []
    assert len(unbound("A picture.", alt="A curve that ends at 0.38.")) == 1


def test_an_alt_text_does_not_bear_itself_out():
    """Neither the words that stand for a picture nor the string in its cell are a run."""
    alt = "A curve that ends at 0.38."
    notebook = page("A picture.", alt=alt, source=f"show(fig, {alt!r})")
    notebook.cells[1].outputs[1]["data"]["text/plain"] = f"<figure: {alt}>"
    assert len(numbercheck.numbers_bound(notebook, LEDGER)) == 1
    notebook.cells[1].source = f"y = 0.38\nshow(fig, {alt!r})"   # what the cell sets counts
    assert numbercheck.numbers_bound(notebook, LEDGER) == []


def test_a_sentence_in_brackets_is_read():
    assert len(unbound("(The accuracy was 0.84.)")) == 1


def test_recorded_numbers_count():
    notebook = page("It took 4.2 times as long.")
    assert len(numbercheck.numbers_bound(notebook, LEDGER)) == 1
    notebook.cells[1].outputs[1].metadata["nnbook_numbers"] = {"ratio": 4.21}
    assert numbercheck.numbers_bound(notebook, LEDGER) == []


@pytest.mark.parametrize("page", HELD)
def test_numbers_are_as_they_were_read(page):
    assert prosecheck.kept_numbers(page, prosecheck.read(page), prosecheck.read_kept()) == []


@pytest.mark.parametrize("page", [p for p in HELD if p in prosecheck.read_kept()["numbers"]])
def test_every_changed_digit_is_found(page):
    """Of each number the last digit changed: what a cell prints by chance does not hide it."""
    kept, notebook = prosecheck.read_kept(), prosecheck.read(page)
    bound = {(n, text) for n, text, ok in numbercheck.bound_numbers(notebook) if ok}
    for number, text in sorted(bound):
        cell = notebook.cells[number - 1]
        if cell.cell_type != "markdown":
            continue
        other = re.sub(r"\d(?=\D*$)", lambda m: str((int(m[0]) + 4) % 10), text, count=1)
        changed = nbformat.v4.new_markdown_cell(cell.source.replace(text, other))
        notebook.cells[number - 1] = changed
        assert prosecheck.kept_numbers(page, notebook, kept), f"{text} to {other}"
        notebook.cells[number - 1] = cell


@pytest.mark.parametrize("page", HELD)
def test_formulas_and_numbers_within_lines_are_as_they_were_read(page):
    typed = prosecheck.typed_of(prosecheck.read(page))
    assert prosecheck.kept_typed(page, typed, prosecheck.read_kept()) == []


# -- What is written in no notebook: the glossary, and pages in Markdown ---------------------------

TEXTS, KEPT = prosecheck.texts(), prosecheck.read_kept()


def test_texts_claim_what_the_book_shows():
    assert prosecheck.text_problems(TEXTS, LEDGER) == []


@pytest.mark.parametrize("name", TEXTS)
def test_texts_are_as_they_were_read(name):
    typed = prosecheck.typed_in(TEXTS[name])
    assert prosecheck.kept_typed(name, typed, KEPT) == []
    assert prosecheck.kept_typed(name, [*typed, "x"], KEPT)


def test_every_number_of_a_text():
    text = "Of 640 digits, 1,000 or 2.5: not $5$, {cite}`6`, [7](8), `9` or MNIST-10.\n(a-11)=\n"
    assert prosecheck.typed_in(text) == ["5", "640", "1,000", "2.5", "7", "9"]


def test_planted_formula_in_the_glossary():
    name = "glossary, gradient descent"
    planted = {name: TEXTS[name].replace(r"- \eta", r"+ \eta")}
    assert planted[name] != TEXTS[name]
    (problem,) = prosecheck.text_problems(planted, LEDGER)
    assert "nothing checks" in problem


# -- The form of a page ----------------------------------------------------------------------------

GOOD = """# A chapter

How?

**After this chapter you can** walk.

**You need** legs.

## First

Text.

## Deeper: more

Text.

## The formulas to remember

## Exercises

{exercises}

## Summary

## Further reading
"""
TITLES = [f"### {n}. Walk ({level})" for n, level in enumerate(
    ["recall", "derive", "run", "build", "think", "project"] * 2, 1)]  # fmt: skip


def form(text=None, graded=4, picture="What is to be seen."):
    text = text or GOOD.format(exercises="\n\n".join(TITLES))
    opening, rest = text.split("\n## ", 1)
    cells = [nbformat.v4.new_markdown_cell(opening), page("", alt=picture).cells[1],
             nbformat.v4.new_markdown_cell("## " + rest)]
    cells += [nbformat.v4.new_code_cell('exercise("a.b").check("")') for _ in range(graded)]
    return prosecheck.form(nbformat.v4.new_notebook(cells=cells), LEDGER)


def test_a_chapter_in_form():
    assert form() == []


@pytest.mark.parametrize(("old", "new", "problem"), [
    ("## Summary\n", "", "no section 'Summary'"),
    ("## Exercises", "## Tasks", "no section 'Exercises'"),
    ("**You need**", "You need", "**You need**"),
    ("### 3. Walk (run)", "### 4. Walk (run)", "expected an exercise '3."),
    ("### 3. Walk (run)", "### 3. Walk (hard)", "expected an exercise '3."),
    ("(project)", "(think)", "no exercise is a project"),
    ("### 12. Walk (project)", "", "11 exercises, at least 12"),
    ("## First\n\nText.", "## First\n\n" + "word " * 4501, "words on the main path"),
])  # fmt: skip
def test_what_a_chapter_lacks_is_named(old, new, problem):
    text = GOOD.format(exercises="\n\n".join(TITLES))
    assert old in text
    assert any(problem in found for found in form(text.replace(old, new)))


def test_words_that_may_be_skipped_do_not_count():
    text = GOOD.format(exercises="\n\n".join(TITLES))
    assert form(text.replace("more\n\nText.", "more\n\n" + "word " * 9000)) == []


def test_ungraded_and_unpictured_chapters_are_found():
    assert form(graded=3) == ["3 exercises are graded, at least 4 are wanted"]
    assert form(picture=None) == ["no picture before the first section"]


def test_the_notes_are_found_and_musical_ones_are_not():
    text = "The lecture notes have it. So do the notes in set C. A bell has two notes."
    found = prosecheck.speaks_of_networks(page(text), LEDGER)
    assert len(found) == 3
    assert prosecheck.speaks_of_networks(page("t", source="chapter_summary()"), LEDGER)


def test_every_page_but_those_from_the_ledger_is_held():
    pages = {notebooks.name(p).removesuffix(".ipynb") for p in notebooks.all_notebooks()}
    assert pages - set(HELD) == {"book/ledger", "book/formula-sheet"}


@pytest.mark.parametrize("text", ["Before.\n\nDEPTH-RESULT\n\nAfter.", "SOL13", "TODO: say"])
def test_a_text_to_come_is_found(text):
    assert prosecheck.written(page(text), LEDGER)


def test_names_in_capitals_are_no_text_to_come():
    assert not prosecheck.written(page("A GLU in XOR. **AND** is a line, and ReLU too."), LEDGER)
