"""Sequences of labels without a network: numbers in words as a text, and counts of what follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnbook.checks import finite, whole
from nnbook.data.targets import class_labels

Array = NDArray[Any]

SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def number_words(number: int) -> str:
    """A number from 0 to 999,999 in English words, for texts of which every rule is known.

    Raises ValueError for other numbers, TypeError for what is no whole number.

    >>> number_words(342), number_words(70015)
    ('three hundred forty-two', 'seventy thousand fifteen')
    """
    number = whole("the number", number, 0)
    if number > 999_999:
        raise ValueError(f"the number is at most 999,999, got {number:,}")
    if number < 20:
        return SMALL[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return TENS[tens - 2] + (f"-{SMALL[ones]}" if ones else "")
    unit, word = (100, "hundred") if number < 1000 else (1000, "thousand")
    many, rest = divmod(number, unit)
    return f"{number_words(many)} {word}" + (f" {number_words(rest)}" if rest else "")


class NGram:
    r"""How often each label followed what stands before it, smoothed: a model without a network.

    With $c$ the last `order` labels, $N_{ck}$ how often $k$ came after them in the text, and $c'$
    those without the first,

    $$p(k \mid c) = \frac{N_{ck} + α\, p(k \mid c')}{\sum_l N_{cl} + α},$$

    and $1/K$ where nothing is left of $c$ to be shortened. A context that was never seen tells what
    the shorter one does. `order` 0 is the unigram, 1 the bigram; $α$ is the `strength`.

    Raises ValueError for an order below 0, no classes, a strength that is not positive, and labels
    that are not whole numbers from 0 to K - 1. Source: MacKay and Bauman Peto, *A hierarchical
    Dirichlet language model* (1995).

    >>> model = NGram(1, 2).learn([0, 1, 0, 1, 0, 0])
    >>> model.probabilities([0]).round(3)                # counts 1 and 2; in all, 4 and 2
    array([0.411, 0.589])
    >>> model.log_probabilities([0, 1]).round(3).tolist()     # of each label, after those before it
    [-0.442, -0.529]
    """

    def __init__(self, order: int, K: int, strength: float = 1.0):
        self.order, self.K = whole("the order", order, 0), whole("K", K)
        self.strength = finite("the strength", strength, 0)
        if not self.strength:
            raise ValueError("the strength must be positive, got 0")
        self.counts: dict[tuple[int, ...], Array] = {}

    def learn(self, text: ArrayLike) -> NGram:
        """Counts the labels of a text, beside those counted before; returns the model itself."""
        labels = self._labels(text)
        for place, label in enumerate(labels):
            for length in range(min(self.order, place) + 1):
                context = tuple(labels[place - length : place])
                self.counts.setdefault(context, np.zeros(self.K))[label] += 1
        return self

    def probabilities(self, context: Sequence[int] = ()) -> Array:
        """$p(k | c)$ of each label $k$, `(K,)`, after the last `order` labels of the context."""
        context = tuple(self._labels(context))
        context = context[max(len(context) - self.order, 0) :]
        p = np.full(self.K, 1 / self.K)
        for length in range(len(context) + 1):
            counts = self.counts.get(context[len(context) - length :])
            if counts is None:
                break
            p = (counts + self.strength * p) / (counts.sum() + self.strength)
        return p

    def log_probabilities(self, text: ArrayLike) -> Array:
        """The logarithm of the probability of each label of a text, given those before it."""
        labels = self._labels(text)
        return np.array(
            [
                np.log(self.probabilities(labels[max(place - self.order, 0) : place])[label])
                for place, label in enumerate(labels)
            ]
        )

    def _labels(self, text: ArrayLike) -> list[int]:
        nothing = isinstance(text, (tuple, list)) and not text  # which has no dtype
        labels = class_labels(np.empty(0, int) if nothing else text, self.K, "a text")
        if labels.ndim != 1:
            raise ValueError(f"expected a text, labels (n,), got shape {labels.shape}")
        return labels.tolist()

    def __repr__(self) -> str:
        return f"NGram({self.order}, {self.K}, strength={self.strength:g})"
