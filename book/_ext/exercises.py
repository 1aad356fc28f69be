"""Exercises that answer in the page: a cell that checks an answer is marked with its exercise.

A chapter asks by a cell ``exercise("losses.width").check("")``; its container on the page gets
``data-exercise="losses.width"``, and ``data-answer`` with the answer, if the cell has one. Where
there are such cells, the page gets the script that puts a field in their place
(``book/_web/exercises/``). The pages of solutions keep their cells.
"""

from __future__ import annotations

import ast
import html
import json
import re

from live import release_of, versions_of

CELL = re.compile(r'(<div\b[^>]*\bid="cell-(\d+)")')


def asked(source: str) -> tuple[str, str] | None:
    """The exercise and the answer of a cell that checks one and does nothing else but imports.

    >>> asked('from nnbook.exercises import exercise\\nexercise("losses.width").check("")')
    ('losses.width', '')
    >>> asked("print(2)")
    """
    try:
        body = ast.parse(source).body
    except SyntaxError:   # a line for IPython
        return None
    rest = [line for line in body if not isinstance(line, ast.Import | ast.ImportFrom)]
    match rest:
        case [
            ast.Expr(
                ast.Call(
                    func=ast.Attribute(
                        attr="check",
                        value=ast.Call(
                            func=ast.Name("exercise"), args=[ast.Constant(str(name))], keywords=[]
                        ),
                    ),
                    args=[ast.Constant(str(answer))],
                    keywords=[],
                )
            )
        ]:
            return name, answer
    return None


def of_page(cells: list[dict]) -> dict[str, tuple[str, str]]:
    """Of the cells of a page (`live.mark_cells`), those that ask an exercise, by their place."""
    found = {str(cell["at"]): asked(cell["source"]) for cell in cells}
    return {at: row for at, row in found.items() if row}


def marked(body: str, exercises: dict[str, tuple[str, str]]) -> str:
    def attributes(match: re.Match) -> str:
        if match[2] not in exercises:
            return match[0]
        name, answer = map(html.escape, exercises[match[2]])
        own = f' data-answer="{answer}"' if answer else ""
        return f'{match[1]} data-exercise="{name}"{own}'

    return CELL.sub(attributes, body)


def mark_exercises(app, pagename, templatename, context, doctree) -> None:
    cells = app.env.metadata.get(pagename, {}).get("nnbook_cells")
    if not cells or "/solutions/" in f"/{pagename}":
        return
    if not (exercises := of_page(json.loads(cells))):
        return
    context["body"] = marked(context["body"], exercises)
    place = "../" * pagename.count("/")
    versions = versions_of(release_of())
    shown = ", ".join(f"{name} {versions[name]}" for name in ("Python", "SymPy"))
    context["metatags"] = context.get("metatags", "") + (
        f'<script type="module" src="{place}web/exercises/exercises.js"'
        f' data-exercises="{pagename}" data-versions="{shown}"></script>'
        f'<link rel="stylesheet" href="{place}web/exercises/exercises.css">'
    )


def setup(app):
    app.connect("html-page-context", mark_exercises)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
