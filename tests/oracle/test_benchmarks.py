"""Both sides of each benchmark compute the same numbers; how fast is no matter here."""

import pytest

from benchmarks.timing import agree
from benchmarks.works import WORKS

pytest.importorskip("torch", reason="needs torch: make test-oracle")
pytest.importorskip("sklearn", reason="needs scikit-learn: make test-oracle")
pytestmark = pytest.mark.oracle
LARGE = {work.name for work in WORKS if work.point and work.point.multiplications > 1e9}


@pytest.mark.parametrize("work", [w for w in WORKS if w.name not in LARGE], ids=lambda w: w.name)
def test_both_sides_agree(work):
    ours, theirs = work.ours().first_numbers(), work.theirs().first_numbers()
    agree(work.name, ours, theirs, work.rtol)
