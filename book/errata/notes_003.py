"""Errata of "Basics of Neural Networks" (003, set D)."""

from functools import partial as fixed

import numpy as np

from nnbook.derive import reals

from .entry import Claim, Erratum

erratum = fixed(Erratum, notes="003")

z = reals("z")
ENTRIES = (
    erratum(
        id="d-tanh-larger",
        section="1.8",
        lines=165,
        quote="Derivatives of tanh are larger than sigmoid",
        kind="too general",
        check=Claim(
            "“Derivatives of tanh are larger than sigmoid”",
            r"They are for $|x| < 1.66$, and smaller beyond",
            example=lambda: {
                "x": 3,
                "tanh": 1 - np.tanh(3) ** 2,
                "sigmoid": 1 / (1 + np.exp(-3)) / (1 + np.exp(3)),
            },
            claimed=lambda e: e.tanh > e.sigmoid,
            holds=lambda e: (e.tanh > e.sigmoid) == (abs(e.x) < 1.66),
            numbers="at $x = {x}$ the slope of tanh is {tanh:.4f}, that of the sigmoid "
            "{sigmoid:.4f}",
        ),
        why="At 0 the slope of tanh is four times as large, but it falls twice as fast.",
        where="networks/activations#eq-tanh-vs-sigmoid-slope",
    ),
)
