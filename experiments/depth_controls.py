"""Controls for the studies `depth` and `rings`: the losers get what might have helped them.

Waves with 8 teeth: the networks of two, three and four hidden layers with four times the steps, at
the settings that `depth` chose for them at 4000 steps. Waves with 4 teeth: four layers at the
smallest of the three rates, which came second in their trials by a hair. Clothes: one hidden layer
at the rate 0.001, which lost its trials to 0.01 by 0.002. Rings: the two controls of one hidden
layer, which had chosen the smallest of their three rates, at a rate three times smaller.

Nothing is tuned here. Measured as in the two studies, on the same seeds 0 to 9.
"""

from __future__ import annotations

from experiments import depth, rings

QUESTION = "Do the networks that lost in `depth` and `rings` win with other settings?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(0), 0.15


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row, a row of `depth` or, after `rings: `, of `rings`."""
    kind, _, name = row.partition(": ")
    if kind == "rings":
        return rings.run(name, settings, seed, tuning)
    return depth.run(row, settings, seed, tuning)


CANDIDATES: dict[str, list] = {}
FIXED = {
    "clothes: 1 × 64": {"rate": 0.001},
    "4 teeth: 4 × 9": {"rate": 0.003, "spread": False},
    "rings: 1 × 800": {"rate": 0.001, "spread": True},
    "rings: 1 × 200, longer": {"rate": 0.001, "spread": True},
    "8 teeth: 2 × 15, longer": {"rate": 0.01, "spread": True},
    "8 teeth: 3 × 11, longer": {"rate": 0.003, "spread": True},
    "8 teeth: 4 × 9, longer": {"rate": 0.01, "spread": True},
}
