"""What does a recurrent network remember, and is it worth more than counting or a straight line?

Three tasks, each with the cells `RNN` (tanh), `LSTM` and `GRU`, Adam with its gradient clipped to
the norm 1, and baselines that have no state.

*Text*: numbers below a million, drawn at random and written in English words, one a line: 1000 to
train on, 200 for tuning, 300 for the test. 32 pieces of text side by side are read 40 characters at
a time, and the state is handed on (400 steps, 48 units). Baselines: `NGram`, after 0, 1 and 4
characters, their strength tuned. `floor` is the perplexity of whoever knows the rule of the text.
Control for what truncation leaves out: GRU with 8 characters at a time (160 pieces side by side, so
that a step sees as many characters), with the state handed on and with the state forgotten.
`valid` is the share of 200 sampled lines that are numbers in words.

*Memory*: the first of T labels is one of four, the others are noise from four other labels; at the
end the first is asked for. 250 steps of 32 new sequences, 16 units; T is 10, 30 and 60. With `LSTM,
open` the bias of the forget gates begins at 4, not 1: they keep 98 % of the memory in a step, not
73 %; with `GRU, open` that of the gates z begins at 4, not 0. `reach` is the norm of the cotangent
of the first input over that of the last, in decades.

*Series*: the yearly number of sunspots. Networks of 12 units predict each next year in windows of
40 years, 200 steps over all windows; 1700 to 1920 to train on, the years from 1881 judging what was
trained on those before; 1921 to 2008 is the test. Baselines: the year before (`persistence`), and a
linear function of the last p years by least squares, p of 1 to 12 chosen on the same years.

Tuning: three rates (for the n-grams three strengths) on one other draw (seed 100) each. Ten seeds.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook.data import NGram, number_words
from nnbook.training.loop import loss_and_gradients

QUESTION = "What does a recurrent network remember, and is it worth more than counting or a line?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 101), 0.3
ALPHABET = "\n acdefghilnorstuvwxy-"  # the letters of the words of numbers
CELLS = {"RNN": nn.RNN, "LSTM": nn.LSTM, "GRU": nn.GRU}


# --- text -----------------------------------------------------------------------------------------


@cache
def text(seed: int, n: int) -> np.ndarray:
    """Lines of numbers in words, as labels."""
    numbers = np.random.default_rng(seed).integers(1, 1_000_000, n)
    lines = "".join(number_words(int(k)) + "\n" for k in numbers)
    return np.array([ALPHABET.index(c) for c in lines])


def text_network(kind: str, units: int = 48) -> nn.Graph:
    K = len(ALPHABET)
    states = ["h_0", "c_0"] if kind == "LSTM" else ["h_0"]
    network = nn.Graph("x", *states)
    network.add("e", nn.Embedding(K, 16), "x")
    network.add("h", CELLS[kind](16, units), "e", *states)
    network.add("z", nn.Dense(units, K), "h")
    return network


def start(network: nn.Graph, n: int, units: int = 48) -> dict:
    return {name: np.zeros((n, units), np.float32) for name in network.inputs if name != "x"}


def carried(tape: Any, names: dict) -> dict:
    """The state at the end of a piece, as numbers: no derivative goes back through them."""
    return {name: tape.values["h" if name == "h_0" else "h/c"][:, -1] for name in names}


def train_text(network: Any, stream: Any, rate: float, seed: int, rows: int, T: int, keep: bool,
               steps: int = 400) -> Any:  # fmt: skip
    """Adam over a text in `rows` rows, `T` characters at a time."""
    loss, optimizer = nn.SoftmaxCrossEntropy(), nn.clip_by_norm(nn.adam(rate), 1.0)
    params = network.init(np.random.default_rng(seed), dtype=np.float32)
    memory = optimizer.init(params)
    length = (len(stream) - 1) // rows // T * T
    x = stream[: rows * length].reshape(rows, length)
    t = stream[1 : rows * length + 1].reshape(rows, length)
    state = start(network, rows)
    for step in range(steps):
        at = step * T % length
        if at == 0 or not keep:
            state = start(network, rows)
        inputs = {"x": x[:, at : at + T], **state}
        _, grads, tape = loss_and_gradients(network, loss, params, inputs, t[:, at : at + T])
        state = carried(tape, state)
        params, memory = optimizer.update(params, grads, memory)
    return params


def text_loss(network: Any, params: Any, stream: Any) -> float:
    """Mean −log p of the characters of a text, each after all before it; the first is free."""
    inputs = {"x": stream[None, :-1], **start(network, 1)}
    values, _ = network.forward(params, inputs)
    return float(nn.SoftmaxCrossEntropy()(values["z"], stream[None, 1:]))


def sampled(network: Any, params: Any, rng: Any, n: int = 200, longest: int = 80) -> list[str]:
    """Lines that the network writes, each from a state of zeros after an end of line."""
    x, state = np.zeros((n, 1), int), start(network, n)
    lines = np.zeros((n, longest), int)
    for place in range(longest):
        values, tape = network.forward(params, {"x": x, **state})
        z = values["z"][:, 0].astype(float)
        x = np.argmax(z + rng.gumbel(size=z.shape), axis=1)[:, None]  # a draw from the softmax
        state = carried(tape, state)
        lines[:, place] = x[:, 0]
    return ["".join(ALPHABET[k] for k in line).partition("\n")[0] for line in lines]


def sampled_by_counts(model: NGram, rng: Any, n: int = 200, longest: int = 80) -> list[str]:
    lines = []
    for _ in range(n):
        line = [0]
        while len(line) <= longest and (len(line) == 1 or line[-1]):
            line.append(int(rng.choice(model.K, p=model.probabilities(line))))
        lines.append("".join(ALPHABET[k] for k in line[1:]).partition("\n")[0])
    return lines


@cache
def every_number() -> frozenset:
    return frozenset(number_words(k) for k in range(1_000_000))


def run_text(model: str, settings: dict, seed: int, tuning: bool) -> dict[str, float]:
    stream = text(1000 * seed + 1, 1000)
    judges = text(1000 * seed + 2, 200) if tuning else text(1000 * seed + 3, 300)
    rng = np.random.default_rng(seed)
    if model.startswith("after"):
        counts = NGram(int(model.split()[1]), len(ALPHABET), settings["strength"]).learn(stream)
        loss = -counts.log_probabilities(judges)[1:].mean()
        lines = [] if tuning else sampled_by_counts(counts, rng)
    else:
        kind, _, how = model.partition(", ")
        rows, T = (160, 8) if how else (32, 40)
        network = text_network(kind)
        keep = "forgotten" not in how
        params = train_text(network, stream, settings["rate"], seed, rows, T, keep)
        loss = text_loss(network, params, judges)
        lines = [] if tuning else sampled(network, params, rng)
    if tuning:
        return {"validation": -loss}
    floor = np.log(999_999) * 300 / len(judges)
    valid = float(np.mean([line in every_number() for line in lines]))
    return {"perplexity": np.exp(loss), "floor": np.exp(floor), "valid": valid}


# --- memory ---------------------------------------------------------------------------------------


def recall(rng: Any, n: int, T: int) -> tuple:
    x = rng.integers(4, 8, (n, T))
    x[:, 0] = rng.integers(0, 4, n)
    return x, x[:, 0]


def run_memory(T: int, model: str, settings: dict, seed: int, tuning: bool) -> dict[str, float]:
    kind = model.partition(", ")[0]
    cell = CELLS[kind](8, 16)
    if model == "LSTM, open":
        cell = nn.LSTM(8, 16, forget_bias=4.0)
    network = nn.Sequential(nn.Embedding(8, 8), cell, nn.Pick(), nn.Dense(16, 4))
    rng = np.random.default_rng(seed)
    loss, optimizer = nn.SoftmaxCrossEntropy(), nn.clip_by_norm(nn.adam(settings["rate"]), 1.0)
    params = network.init(rng, dtype=np.float32)
    if model == "GRU, open":
        params["gru1"]["b"][16:32] = 4  # the columns are those of r, z and the candidate
    first = params
    memory = optimizer.init(params)
    for _ in range(250):
        x, t = recall(rng, 32, T)
        _, grads, _ = loss_and_gradients(network, loss, params, x, t)
        params, memory = optimizer.update(params, grads, memory)
    x, t = recall(np.random.default_rng(10_000 + seed), 1000, T)
    if tuning:
        return {"validation": -float(loss(network.predict(params, x[:500]), t[:500]))}
    reach = reaches(network, first, x[:64], t[:64])
    after = reaches(network, params, x[:64], t[:64])
    return {"accuracy": nn.accuracy(network.predict(params, x), t), "reach": np.log10(reach),
            "reach after": np.log10(after)}  # fmt: skip


def reaches(network: Any, params: Any, x: Any, t: Any) -> float:
    """The norm of the cotangent of the first input over that of the last."""
    loss = nn.SoftmaxCrossEntropy()
    values, tape = network.forward(params, x)
    (z_bar, _), _ = loss.vjp({}, loss.forward({}, values["dense1"], t)[1], 1.0)
    _, bars = network.backward(params, tape, {"dense1": z_bar}, wrt=["embedding1"])
    sizes = np.linalg.norm(bars["embedding1"].astype(float), axis=(0, 2))
    return float(max(sizes[0], 1e-45) / sizes[-1])


# --- series ---------------------------------------------------------------------------------------

FIRST, JUDGED, TESTED, WINDOW = 1700, 1881, 1921, 40


@cache
def sunspots() -> np.ndarray:
    """In units of 100 spots, year by year from 1700."""
    return nn.load_sunspots()[1] / 100


def linear(y: np.ndarray, p: int, first: int, end: int) -> np.ndarray:
    """A constant and the weights of the last p years, by least squares over the years up to end."""
    years = range(max(first, FIRST + p), end)
    past = np.array([[1.0, *y[year - FIRST - p : year - FIRST]] for year in years])
    return np.linalg.lstsq(past, y[years[0] - FIRST : end - FIRST], rcond=None)[0]


def rmse(predicted: np.ndarray, y: np.ndarray, first: int, end: int) -> float:
    """In spots."""
    error = predicted - y[first - FIRST : end - FIRST]
    return float(100 * np.sqrt(np.mean(error**2)))


def by_line(y: np.ndarray, weights: np.ndarray, first: int, end: int) -> np.ndarray:
    p = len(weights) - 1
    past = np.array([y[year - FIRST - p : year - FIRST] for year in range(first, end)])
    return weights[0] + past @ weights[1:]


def run_series(model: str, settings: dict, seed: int, tuning: bool) -> dict[str, float]:
    y = sunspots()
    end, last = (JUDGED, TESTED) if tuning else (TESTED, 2009)
    if model == "persistence":
        predicted = y[end - FIRST - 1 : last - FIRST - 1]
    elif model == "linear":
        def judged(p: int) -> float:
            found = by_line(y, linear(y, p, FIRST, JUDGED), JUDGED, TESTED)
            return rmse(found, y, JUDGED, TESTED)

        p = min(range(1, 13), key=judged)
        predicted = by_line(y, linear(y, p, FIRST, end), end, last)
    else:
        network = nn.Sequential(CELLS[model](1, 12), nn.Dense(12, 1))
        ends = range(end - FIRST, WINDOW, -4)
        windows = np.array([y[e - WINDOW - 1 : e] for e in ends], np.float32)[..., None]
        trained = nn.fit(
            network, nn.MeanSquaredError(), windows[:, :-1], windows[:, 1:], epochs=200, seed=seed,
            batch_size=len(windows), progress=False,
            optimizer=nn.clip_by_norm(nn.adam(settings["rate"]), 1.0),
        )  # fmt: skip
        found = trained.predict(y[None, :-1, None].astype(np.float32))[0, :, 0]
        predicted = found[end - FIRST - 1 : last - FIRST - 1].astype(float)
    if tuning:
        return {"validation": -rmse(predicted, y, end, last)}
    return {"rmse": rmse(predicted, y, end, last),
            **{f"spots @ {end + k}": 100 * value for k, value in enumerate(predicted)}}  # fmt: skip


# --- all ------------------------------------------------------------------------------------------


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row, `task: model`."""
    task, _, model = row.partition(": ")
    if task == "text":
        return run_text(model, settings, seed, tuning)
    if task == "series":
        return run_series(model, settings, seed, tuning)
    return run_memory(int(task.split()[1]), model, settings, seed, tuning)


RATES = [{"rate": rate} for rate in (0.003, 0.01, 0.03)]
STRENGTHS = [{"strength": strength} for strength in (0.3, 1.0, 3.0)]
COUNTED = [f"text: after {order}" for order in (0, 1, 4)]
TRAINED = [
    *(f"text: {kind}" for kind in CELLS),
    *("text: GRU, 8 at a time", "text: GRU, 8 at a time, forgotten"),
    *(f"memory {T}: {kind}" for T in (10, 30, 60) for kind in (*CELLS, "LSTM, open", "GRU, open")),
    *(f"series: {kind}" for kind in CELLS),
]
CANDIDATES = dict.fromkeys(COUNTED, STRENGTHS) | dict.fromkeys(TRAINED, RATES)
FIXED: dict[str, dict] = {"series: persistence": {}, "series: linear": {}}
