"""The policy of the pages: the scripts that the build put there may run, and no others."""

import re
import sys

import notebooks
import pytest

sys.path.insert(0, str(notebooks.ROOT / "book" / "_ext"))

import exercises
import policy

PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>A page</title>
<script>let hint = 'a > b';</script><script src="book.js"></script>
<script type="application/json">{"no": "script"}</script>
</head><body><button onclick="window.print()">Print</button></body></html>"""
FRAME = (notebooks.ROOT / "book/_web/live/frame.html").read_text(encoding="utf-8")


def directive(text: str, name: str) -> str:
    content = policy.META.search(text)[0].partition('content="')[2].partition('"')[0]
    rows = dict(row.strip().split(" ", 1) for row in content.split(";"))
    return rows[name]


def test_the_scripts_of_the_page_are_named_by_their_digests():
    scripts = directive(policy.with_policy(PAGE), "script-src")
    assert scripts.startswith("'self' 'sha256-")
    assert policy.digest("let hint = 'a > b';") in scripts
    assert policy.digest("window.print()") in scripts.partition("'unsafe-hashes'")[2]
    assert scripts.count("sha256") == 2
    assert not {"'unsafe-inline'", "'unsafe-eval'"} & set(scripts.split())


def test_a_script_that_comes_later_is_not_among_them():
    """Planted: the policy of a page does not let another script in."""
    scripts = directive(policy.with_policy(PAGE), "script-src")
    assert policy.digest("let hint = 'a > c';") not in scripts


def test_it_stands_before_all_scripts_and_once():
    once = policy.with_policy(PAGE)
    assert once.index("Content-Security-Policy") < once.index("<script")
    assert policy.with_policy(once) == once
    changed = policy.with_policy(once.replace("a > b", "a > c"))
    assert changed.count("Content-Security-Policy") == 1
    assert policy.digest("let hint = 'a > c';") in changed


@pytest.mark.parametrize(("base", "allowed"), [
    ("", "'self'"),
    ("pyodide/", "'self'"),
    ("https://host.example/v1/full/", "'self' https://host.example/v1/full/"),
])
def test_requests_go_to_the_site_and_to_the_place_of_the_files(base, allowed):
    assert directive(policy.with_policy(PAGE, base), "connect-src") == allowed


def test_a_page_that_only_leads_on_is_left_alone():
    assert policy.with_policy('<meta http-equiv="Refresh" content="0">') == (
        '<meta http-equiv="Refresh" content="0">'
    )


def test_the_frame_of_python_runs_its_own_script_and_asks_nobody():
    content = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', FRAME)[1]
    (script,) = policy.inline_scripts(FRAME)
    assert content == (
        f"default-src 'none'; script-src {policy.digest(script)} blob: 'wasm-unsafe-eval'; "
        "worker-src blob:"
    )
    assert FRAME.index("Content-Security-Policy") < FRAME.index("<script>")


def test_a_changed_script_of_the_frame_would_be_noticed():
    """Planted: one sign more."""
    (script,) = policy.inline_scripts(FRAME.replace("onmessage = null;", "onmessage = null;;"))
    assert policy.digest(script) not in FRAME


@pytest.mark.parametrize(("source", "found"), [
    ('exercise("losses.width").check("")', ("losses.width", "")),
    ('from nnbook.exercises import exercise\n\nexercise("home.bias").check("2 * s")',
     ("home.bias", "2 * s")),
    ('exercise("losses.width").check(answer)', None),
    ('exercise("losses.width").check("")\nprint(1)', None),
    ('exercise("losses.width", 1).check("")', None),
    ("%matplotlib inline", None),
    ("x = 1", None),
])
def test_cells_that_ask_an_exercise_are_found(source, found):
    assert exercises.asked(source) == found


def test_the_answer_of_a_cell_is_an_attribute_and_nothing_more():
    body = '<div class="cell docutils container" id="cell-7"><p id="cell-70">'
    marked = exercises.marked(body, {"7": ("a.b", '"><img src=x onerror=alert(1)>')})
    assert marked == (
        '<div class="cell docutils container" id="cell-7" data-exercise="a.b" '
        'data-answer="&quot;&gt;&lt;img src=x onerror=alert(1)&gt;"><p id="cell-70">'
    )
