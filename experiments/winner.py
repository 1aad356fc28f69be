"""How much too good is the score by which a network was chosen? By candidates and validation set.

32 candidates with random learning rates, widths and starts are trained on 200 digits, 12 epochs
of Adam with batches of 32. The other digits are a pool. 200 times, m of the candidates and a
validation set are drawn; the candidate with the highest validation accuracy wins, and is tested
on the rest of the pool. A row is a size of the validation set. Measured: the mean accuracy of
the winner of m where it was chosen (`validated @ m`) and in the test (`tested @ m`).

Three controls take away one likeness to the networks after the other. `independent`: each candidate
keeps its accuracy on the pool, but its mistakes are dealt out anew, apart from the others';
`equal`: independent, and all with the mean accuracy of the 32; `coins`: equal, with accuracy ½.
"""

from __future__ import annotations

from functools import cache

import numpy as np

import nnbook as nn
from nnbook import Dense, ReLU, Sequential, fit

QUESTION = "How far apart are the score by which a network was chosen and its test score?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(0), 0.1
CANDIDATE_COUNT, COUNTS, SIZES = 32, (1, 2, 4, 8, 16, 32), (50, 100, 400)


@cache
def right(seed: int) -> np.ndarray:
    """For each candidate and each example of the pool, whether the answer is right."""
    images, labels = nn.load_digits()
    pixels = images.reshape(len(images), -1) - 0.3
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(pixels))
    few, pool = order[:200], order[200:]
    found = []
    for start in range(CANDIDATE_COUNT):
        rate, width = 10 ** rng.uniform(-3, -1.5), int(2 ** rng.uniform(4, 7))
        done = fit(Sequential(Dense(64, width), ReLU(), Dense(width, 10)), nn.SoftmaxCrossEntropy(),
                   pixels[few], labels[few], optimizer=nn.adam(rate), epochs=12, seed=start,
                   progress=False)  # fmt: skip
        found.append(done.predict(pixels[pool]).argmax(axis=1) == labels[pool])
    return np.array(found)


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One draw of the training digits, for a size of the validation set."""
    trained, size = right(seed), int(row.split()[0])
    rng, control = np.random.default_rng(seed), row.partition(", ")[2]
    found = {f"{name} @ {m}": 0.0 for name in ("validated", "tested") for m in COUNTS}
    for _ in range(200):
        answers = trained
        if control == "independent":
            answers = rng.permuted(trained, axis=1)
        elif control:
            level = trained.mean() if control == "equal" else 0.5
            answers = rng.random(trained.shape) < level
        draw = rng.permutation(answers.shape[1])
        scores = answers[:, draw[:size]].mean(axis=1)
        tests = answers[:, draw[size:]].mean(axis=1)
        order = rng.permutation(CANDIDATE_COUNT)
        for m in COUNTS:
            best = order[:m][scores[order[:m]].argmax()]
            found[f"validated @ {m}"] += scores[best] / 200
            found[f"tested @ {m}"] += tests[best] / 200
    return found


CANDIDATES: dict[str, list] = {}
FIXED: dict[str, dict] = {
    f"{size} examples{control}": {}
    for size in SIZES
    for control in ("", ", independent", ", equal", ", coins")
}
