"""Does a decoder learn to add, what does it need for that, and is it worth more than counting?

*Addition*: two numbers of two digits, `47+85=` is asked, and the decoder writes the three digits of
the sum, the ones first: `231`. All 10,000 questions are shuffled; 4000 are for training, 1000 for
tuning, 1000 for the test. Adam, 2500 steps of 64 questions, the rate warmed up over 100 and then
falling along a cosine, the loss on the digits of the answer alone, the gradient clipped to the norm
1. `exact` is the share of test questions for which all digits that the model wrote, each after its
own earlier ones, are right; `carry` the same where a
carry is needed, `plain` where none is; `loss` is the loss on the training questions at the end,
with the right earlier digits given; `head h, at t @ s` how much the head looks, from place t, at
place s, on average over the test questions.

The decoder: one block, norms first, width 32, 4 heads, a hidden layer of 64, sinusoidal positions
of the base 100. Ablations: without positions; without the mask (training shows it the answer).
Baselines: a GRU of about as many parameters that reads the same text; an MLP of about as many that
reads the four digits; counts of what followed the last three signs (`NGram`).

*Text*: numbers below a million in English words, one a line, the text of the study `recurrent`:
1000 to train on, 200 for tuning, 300 for the test. The same decoder, with rotary positions, on
pieces of 48 characters, 300 steps of 32 pieces. It is judged in windows of 48, the last 24
characters of each, so it has at least 24 before it. Baselines: counts after 0, 1 and 4 characters.
`floor` is the perplexity of whoever knows the rule of the text.

Tuning: three rates (for counts three strengths) on two other draws (seeds 100, 101). Ten seeds.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook.data import NGram, number_words
from nnbook.training.loop import loss_and_gradients

QUESTION = "Does a decoder learn to add, what does it need for that, and is it more than counting?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.3
SIGNS = "0123456789+="
ALPHABET = "\n acdefghilnorstuvwxy-"
IGNORED = -1
STEPS, BATCH, WARM = 2500, 64, 100
TEXT_STEPS = 300


# --- the decoder ----------------------------------------------------------------------------------


def decoder(
    K: int, positions: str, d: int = 32, heads: int = 4, blocks: int = 1, causal: bool = True
) -> nn.Graph:
    """Embedding and positions, blocks with norms first, and a dense layer to the K signs."""
    g = nn.Graph("x")
    end = g.add("e", nn.Embedding(K, d), "x")
    if positions == "added":
        end = g.add("p", nn.SinusoidalPositions(100.0), end)
    for b in range(1, blocks + 1):
        n = g.add(f"n{b}", nn.LayerNorm(d), end)
        op = nn.MultiHeadAttention(d, heads, causal=causal, rotary=positions == "rotary")
        a = g.add(f"a{b}", op, n, n, n)
        r = g.add(f"r{b}", nn.Add(), end, a)
        m = g.add(f"m{b}", nn.LayerNorm(d), r)
        h = g.add(f"h{b}", nn.ReLU(), g.add(f"f{b}", nn.Dense(d, 2 * d), m))
        end = g.add(f"s{b}", nn.Add(), r, g.add(f"g{b}", nn.Dense(2 * d, d), h))
    g.add("z", nn.Dense(d, K), g.add("n", nn.LayerNorm(d), end))
    return g


class Places(nn.Op):
    """Thirty numbers as three places with ten each."""

    def forward(self, params: Any, x: Any, mode: Any = nn.EVAL) -> tuple:
        return x.reshape(len(x), 3, 10), None

    def vjp(self, params: Any, cache: Any, y_bar: Any, needs: Any = nn.EVERYTHING) -> tuple:
        return (y_bar.reshape(len(y_bar), 30),), {}


def train(network: Any, batches: Any, steps: int, rate: float, rng: Any, loss: Any) -> Any:
    falling = nn.schedules.cosine(rate, steps - WARM)
    optimizer = nn.clip_by_norm(nn.adam(nn.schedules.warm_up(WARM, falling)), 1.0)
    params = network.init(rng, dtype=np.float32)
    memory = optimizer.init(params)
    for x, t in batches:
        _, grads, _ = loss_and_gradients(network, loss, params, x, t)
        params, memory = optimizer.update(params, grads, memory)
    return params


# --- addition -------------------------------------------------------------------------------------


def written(a: Any, b: Any) -> np.ndarray:
    """`a+b=` and the sum as labels, `(n, 9)`, its ones first."""
    total = a + b
    digits = [total % 10, total // 10 % 10, total // 100]
    plus, equals = np.full_like(a, 10), np.full_like(a, 11)
    return np.stack([a // 10, a % 10, plus, b // 10, b % 10, equals, *digits], axis=1)


@cache
def questions(seed: int) -> tuple:
    """Training, tuning and test questions, pairs of numbers."""
    a, b = np.divmod(np.random.default_rng(1000 + seed).permutation(10_000), 100)
    return (a[:4000], b[:4000]), (a[4000:5000], b[4000:5000]), (a[5000:6000], b[5000:6000])


def carries(a: Any, b: Any) -> np.ndarray:
    return (a % 10 + b % 10 > 9) | (a + b > 99)


def inputs_and_targets(text: Any) -> tuple:
    x, t = text[:, :-1], text[:, 1:].copy()
    t[:, :5] = IGNORED
    return x, t


def answers(network: Any, params: Any, text: Any) -> np.ndarray:
    """Texts with the answers that the network writes, digit by digit."""
    said = text[:, :6]
    for _ in range(3):
        z = network.predict(params, said)
        said = np.concatenate([said, z[:, -1:].argmax(axis=-1)], axis=1)
    return said


def looks(network: Any, params: Any, text: Any) -> dict[str, float]:
    """The mean weights of attention of each head, from the places that write the answer."""
    A = network.forward(params, text[:, :-1])[0]["a1/weights"].mean(axis=0)
    rows = [(h, t, s) for h in range(len(A)) for t in (5, 6, 7) for s in range(8)]
    return {f"head {h}, at {t} @ {s}": round(float(A[h, t, s]), 3) for h, t, s in rows}


def features(text: Any) -> np.ndarray:
    """The four digits, one-hot, `(n, 40)`."""
    return np.eye(10, dtype=np.float32)[text[:, [0, 1, 3, 4]]].reshape(len(text), 40)


def run_addition(model: str, settings: dict, seed: int, tuning: bool) -> dict[str, float]:
    pairs = questions(seed)
    text = [written(a, b) for a, b in pairs]
    judged = pairs[1] if tuning else pairs[2]
    asked = written(*judged)
    rng = np.random.default_rng(seed)
    if model == "counts":
        counts = NGram(3, 12, settings["strength"]).learn(text[0].ravel())
        said = asked.copy()
        said[:, 6:] = 0
        for row in said:
            for place in range(6, 9):
                row[place] = counts.probabilities(row[:place].tolist()).argmax()
        loss = float("nan")
    else:
        rate = settings["rate"]
        own = nn.SoftmaxCrossEntropy(ignore=IGNORED)
        if model == "MLP":
            network: Any = nn.Sequential(
                nn.Dense(40, 80), nn.ReLU(), nn.Dense(80, 56), nn.ReLU(), nn.Dense(56, 30),
                Places())  # fmt: skip
            x, t = features(text[0]), text[0][:, 6:]
        else:
            x, t = inputs_and_targets(text[0])
            if model == "GRU":
                network = nn.Sequential(nn.Embedding(12, 16), nn.GRU(16, 46), nn.Dense(46, 12))
            else:
                network = decoder(
                    12, "none" if "positions" in model else "added", causal="mask" not in model
                )
        picks = (rng.choice(len(x), BATCH, replace=False) for _ in range(STEPS))
        params = train(network, ((x[p], t[p]) for p in picks), STEPS, rate, rng, own)
        loss = float(own(network.predict(params, x), t))
        if model == "MLP":
            said = asked.copy()
            said[:, 6:] = network.predict(params, features(asked)).argmax(axis=-1)
        else:
            said = answers(network, params, asked)
    right, carry = (said == asked).all(axis=1), carries(*judged)
    if tuning:
        return {"validation": float(right.mean())}
    looked = looks(network, params, asked) if model == "decoder" else {}
    found = {"exact": right.mean(), "carry": right[carry].mean(), "plain": right[~carry].mean()}
    return (
        {k: float(v) for k, v in found.items()}
        | looked
        | ({} if model == "counts" else {"loss": loss})
    )


# --- text -----------------------------------------------------------------------------------------

WINDOW = 48


@cache
def text(seed: int, n: int) -> np.ndarray:
    """Lines of numbers in words, as labels."""
    numbers = np.random.default_rng(seed).integers(1, 1_000_000, n)
    lines = "".join(number_words(int(k)) + "\n" for k in numbers)
    return np.array([ALPHABET.index(c) for c in lines])


def text_loss(network: Any, params: Any, stream: Any) -> float:
    """Mean −log p of the characters of a text, in windows of which the second half counts."""
    half = WINDOW // 2
    starts = range(0, len(stream) - WINDOW, half)
    x = np.stack([stream[s : s + WINDOW] for s in starts])
    t = np.stack([stream[s + 1 : s + WINDOW + 1] for s in starts])
    each = nn.SoftmaxCrossEntropy(reduction="none")(network.predict(params, x), t)
    return float(each[:, half:].mean())


def run_text(model: str, settings: dict, seed: int, tuning: bool) -> dict[str, float]:
    stream = text(1000 * seed + 1, 1000)
    judges = text(1000 * seed + 2, 200) if tuning else text(1000 * seed + 3, 300)
    rng = np.random.default_rng(seed)
    if model.startswith("after"):
        counts = NGram(int(model.split()[1]), len(ALPHABET), settings["strength"]).learn(stream)
        loss = -counts.log_probabilities(judges)[WINDOW // 2 + 1 :].mean()
    else:
        network = decoder(len(ALPHABET), "rotary")
        picks = (rng.integers(0, len(stream) - WINDOW - 1, 32)[:, None] for _ in range(TEXT_STEPS))
        places = (p + np.arange(WINDOW + 1) for p in picks)
        batches = ((stream[p[:, :-1]], stream[p[:, 1:]]) for p in places)
        params = train(
            network, batches, TEXT_STEPS, settings["rate"], rng, nn.SoftmaxCrossEntropy()
        )
        loss = text_loss(network, params, judges)
    if tuning:
        return {"validation": -float(loss)}
    floor = np.log(999_999) * 300 / len(judges)
    return {"perplexity": float(np.exp(loss)), "floor": float(np.exp(floor))}


# --- all ------------------------------------------------------------------------------------------


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row, `task: model`."""
    task, _, model = row.partition(": ")
    return (run_text if task == "text" else run_addition)(model, settings, seed, tuning)


RATES = [{"rate": rate} for rate in (0.005, 0.01, 0.02)]
STRENGTHS = [{"strength": strength} for strength in (0.3, 1.0, 3.0)]
MODELS = ("decoder", "no positions", "no mask", "GRU", "MLP")
COUNTED = ["add: counts", *(f"text: after {order}" for order in (0, 1, 4))]
CANDIDATES = dict.fromkeys(COUNTED, STRENGTHS) | dict.fromkeys(
    [*(f"add: {model}" for model in MODELS), "text: decoder"], RATES
)
FIXED: dict[str, dict] = {}
