"""Numbers in words, and counts of what follows."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook import NGram, load_sunspots, number_words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"), (13, "thirteen"), (20, "twenty"), (99, "ninety-nine"), (100, "one hundred"),
        (1000, "one thousand"), (110_011, "one hundred ten thousand eleven"),
        (999_999, "nine hundred ninety-nine thousand nine hundred ninety-nine"),
    ],
)  # fmt: skip
def test_numbers_in_words(number, words):
    assert number_words(number) == words


def test_each_number_has_words_of_its_own():
    assert len({number_words(k) for k in range(0, 1_000_000, 7)}) == len(range(0, 1_000_000, 7))


def test_numbers_that_have_no_words():
    for number in (-1, 1_000_000):
        with pytest.raises(ValueError, match="the number"):
            number_words(number)
    for number in (1.5, "two", True):
        with pytest.raises((TypeError, ValueError), match="must be a whole number"):
            number_words(number)


def test_probabilities_by_hand():
    """Text 0 0 1 with strength 1: unigram (2 + 1/2) / 4; after 0 came 0 and 1."""
    model = NGram(1, 2).learn([0, 0, 1])
    np.testing.assert_allclose(model.probabilities(), [2.5 / 4, 1.5 / 4])
    np.testing.assert_allclose(model.probabilities([1]), [2.5 / 4, 1.5 / 4])  # nothing followed
    np.testing.assert_allclose(model.probabilities([1, 0]), [(1 + 2.5 / 4) / 3, (1 + 1.5 / 4) / 3])


@pytest.mark.parametrize("order", [0, 1, 3])
def test_probabilities_sum_to_one_and_make_up_the_logarithms(order):
    text = np.random.default_rng(0).integers(0, 5, 300)
    model = NGram(order, 5, 0.3).learn(text[:200])
    logs = model.log_probabilities(text[200:])
    for place in (0, 1, 2, 50):
        p = model.probabilities(text[200 : 200 + place])
        assert p.sum() == pytest.approx(1)
        assert p.min() > 0
        assert logs[place] == pytest.approx(np.log(p[text[200 + place]]))


def test_a_longer_context_tells_more_of_a_text_with_a_rule():
    text = np.tile([0, 1, 0, 2], 50)
    losses = [-NGram(order, 3).learn(text).log_probabilities(text)[2:].mean() for order in range(3)]
    assert losses[0] > losses[1] > losses[2]
    assert losses[2] < 0.05


def test_counts_add_up():
    text = np.random.default_rng(1).integers(0, 3, 60)
    once = NGram(0, 3).learn(text)
    twice = NGram(0, 3).learn(text[:20]).learn(text[20:])
    np.testing.assert_array_equal(once.counts[()], twice.counts[()])


def test_models_that_cannot_be():
    with pytest.raises(ValueError, match="the order must be a whole number of at least 0"):
        NGram(-1, 3)
    with pytest.raises(ValueError, match="K must be a whole number of at least 1"):
        NGram(1, 0)
    for strength in (0, -1, np.nan):
        with pytest.raises(ValueError, match="the strength must be"):
            NGram(1, 3, strength)
    with pytest.raises(ValueError, match="a text"):
        NGram(1, 3).learn([0, 3])


def test_sunspots():
    years, numbers = load_sunspots()
    assert years[0] == 1700
    assert years[-1] == 2008
    assert np.all(np.diff(years) == 1)
    assert numbers.shape == (309,)
    assert numbers.min() == 0
    assert numbers[years == 1957] == 190.2  # the highest summit
    assert load_sunspots("float32")[1].dtype == np.float32
    with pytest.raises(TypeError, match="expected a floating dtype"):
        load_sunspots(int)
