"""Statistical claims: shown with their error bar, and refused when the sample is against them."""

import pytest
from sympy import Rational

from nnbook.derive import CheckError, reals, sampled

HALF = Rational(1, 2)


def claim(estimate, standard_error=0.01, right=HALF):
    return sampled("eq-claim", "P", right, estimate, standard_error, samples=2500)


def test_it_is_sampled_and_says_how_well():
    row = claim(0.5083).row()
    assert row["status"] == "sampled"
    assert row["scope"] == "0.51 ± 0.01 in 2,500 samples"
    assert "roved" not in claim(0.5).caption()


@pytest.mark.parametrize("estimate", [0.459, 0.541, float("nan")])
def test_a_sample_against_the_claim_raises(estimate):
    with pytest.raises(CheckError, match="four standard errors"):
        claim(estimate)


@pytest.mark.parametrize("error", [0.0, -1.0, float("nan")])
def test_an_error_bar_is_positive(error):
    with pytest.raises(ValueError, match="standard error"):
        claim(0.5, error)


def test_the_claim_is_a_number():
    with pytest.raises(TypeError, match="number on the right"):
        claim(0.5, right=reals("q"))
