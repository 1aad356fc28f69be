"""Z3's opinion is asked of the statements that a chapter displays."""

import notebooks
import pytest
import secondopinion
from secondopinion import collected

CHAPTER = notebooks.ROOT / "book" / "foundations" / "probability.ipynb"


def test_the_statements_of_a_chapter_are_collected_and_nothing_is_proved():
    found = collected(CHAPTER)
    assert len(found) > 20
    assert all(s.name == "probability" for s in found)
    assert secondopinion.makers.verdict_on.__module__ == "nnbook.derive.engine.verdict"


def test_the_table(capsys):
    pytest.importorskip("z3", reason="needs the extra `prover`")
    assert secondopinion.main(["--count", "3", str(CHAPTER)]) == 0
    assert "3 drawn, 3 asked at sizes (2, 3)" in capsys.readouterr().out
