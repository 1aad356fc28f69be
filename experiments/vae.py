"""What does a variational autoencoder learn of digits, and what do its gradient and its price do?

Data, splits and judges are those of the study `energy`, so that its rows (`pixels`, `mixture`, `RBM
64, …`) can be compared seed by seed: 1000 pictures to train on, 300 that judge four settings on two
draws (seeds 100, 101), and 497 test pictures that are looked at in the final runs only (seeds 0 to
9: draw, start, batches, noise). All networks have 128 hidden units in each half and take 2400 steps
of Adam on batches of 50, the rate (chosen) falling to 0.

`VAE d` has codes of d numbers. Measures: `test`, `training`: the importance-weighted bound on the
mean log-likelihood of a picture in nats, of 1000 draws (`test @ K` of fewer); `bound`: the evidence
bound itself; `rate`, its divergence; `rebuild`, minus its other term; `active`, how many numbers of
the code have a divergence of more than 0.02 nats on average; `near`, `covers`: as in the study
`energy`, by 497 samples; `near q`, `covers q` by samples whose codes are not drawn from the prior
but from the encoder, at training pictures. `VAE 2` also has `exact`, the log-likelihood by a sum
over a grid of the plane, and `neighbour`, the share of test pictures whose nearest training picture
in the plane has the same label; the row `pca` has it for two principal components.

`score function` and `score, baseline`: VAE 8 in which the encoder learns by the score function in
place of the noise that is passed through; the second subtracts from each log-probability the mean
of its batch (without the picture itself). `VAE 8` and these have `bound @` step on the judges.

`beta b` is VAE 16 with the divergence weighted by b, at the rate 0.008. `autoencoder` has no noise
and no divergence, codes of 8 numbers, the same rate, and its samples come from a normal
distribution with mean and covariance of the codes.

`labels: …` learn pictures and labels together, ten more pixels of which the label's is 1, and then
draw both. `named` is the share of 1000 drawn pictures to which a classifier that was trained on the
1000 real ones gives the label they were drawn with; `teaches` the accuracy on test pictures of a
classifier trained on the drawn ones. The row `labels: real` has both for real pictures: the test
pictures to be named, the training pictures to teach; with ` q` the codes are drawn as above. The
classifier has 64 hidden units.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import nnbook as nn
from experiments.energy import TEST, distance, draw, pictures
from nnbook import BernoulliMixture, Dense, ReLU, Sequential
from nnbook.energy.rbm import draw as coins
from nnbook.numerics import log_sigmoid, log_sum_exp, sigmoid
from nnbook.training.loop import loss_and_gradients
from nnbook.variational import BernoulliVAE

QUESTION = "What does a variational autoencoder learn of digits?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.3
STEPS, BATCH, HIDDEN = 2400, 50, (128,)
DRAWS = (1, 10, 100, 1000)


def score_gradients(vae: Any, params: Any, x: Any, noise: Any, baseline: bool) -> dict:
    """The gradients of minus the bound, those of the encoder by the score function."""
    values, tape = vae.graph.forward(params, {"x": x, "noise": noise})
    z, n = values["logits"], len(x)
    cost = -(x * log_sigmoid(z) + (1 - x) * log_sigmoid(-z)).sum(axis=1)
    if baseline:
        cost = cost - (cost.sum() - cost) / (n - 1)
    s = np.exp(values["log_variance"] / 2)
    bars = {
        "divergence": np.full(n, 1 / n),
        "mu": cost[:, None] * noise / s / n,
        "log_variance": cost[:, None] * (noise**2 - 1) / 2 / n,
    }
    grads, _ = vae.graph.backward(params, tape, bars)
    own = {name: p for name, p in params.items() if name in vae.decoder.vertices}
    _, tape = vae.decoder.forward(own, values["code"])
    below, _ = vae.decoder.backward(own, tape, (sigmoid(z) - x) / n)
    return {**grads, **below}


def learn(vae: Any, x: Any, seed: int, settings: dict, watch: Any = None) -> Any:
    """The parameters after training; `watch(step, params)` is called ten times."""
    rng = np.random.default_rng(seed)
    params = vae.init(rng)
    optimizer = nn.adam(lambda step: settings["rate"] * (1 - step / STEPS))
    state, step = optimizer.init(params), 0
    while step < STEPS:
        for (v,) in nn.batches(rng, BATCH, x):
            noise = rng.normal(size=(len(v), vae.d))
            how, beta = settings.get("gradient", "noise"), settings.get("beta", 1.0)
            if how == "none":
                _, grads = vae.loss_and_gradients(params, v, 0 * noise, 0.0)
            elif how == "noise":
                _, grads = vae.loss_and_gradients(params, v, noise, beta)
            else:
                grads = score_gradients(vae, params, v, noise, how == "score, baseline")
            params, state = optimizer.update(params, grads, state)
            step += 1
            if watch is not None and step % (STEPS // 10) == 0:
                watch(step, params)
    return params


def encoded(vae: Any, params: Any, x: Any, count: int, rng: np.random.Generator) -> Any:
    """Codes that the encoder draws at random pictures."""
    mu, r = vae.encode(params, x[rng.choice(len(x), count)])
    return mu + np.exp(r / 2) * rng.normal(size=mu.shape)


def on_plane(vae: Any, params: Any, x: Any) -> float:
    """The mean log-likelihood of a model with two numbers, by a sum over a grid of the plane."""
    edge = np.linspace(-5, 5, 101)
    h = np.stack(np.meshgrid(edge, edge), axis=-1).reshape(-1, 2)
    z = vae.logits(params, h)
    log_p = x @ (log_sigmoid(z) - log_sigmoid(-z)).T + log_sigmoid(-z).sum(axis=1)
    prior = -(h**2).sum(axis=1) / 2 - np.log(2 * np.pi) + 2 * np.log(edge[1] - edge[0])
    return float(log_sum_exp(log_p + prior).mean())


def same_label(codes: Any, seed: int, test_codes: Any) -> float:
    """The share of test pictures whose nearest training picture, by codes, has their label."""
    (_, t), _ = draw(seed)
    distances = ((test_codes[:, None] - codes) ** 2).sum(axis=-1)
    return float(np.mean(t[distances.argmin(axis=1)] == pictures()[1][-TEST:]))


def classifier(x: Any, t: Any, seed: int) -> Any:
    """A trained classifier of digits, as a function of pictures."""
    net = Sequential(Dense(64, 64), ReLU(), Dense(64, 10))
    params = net.init(np.random.default_rng(seed))
    optimizer = nn.adam(0.01)
    state = optimizer.init(params)
    for _ in range(200):
        _, grads, _ = loss_and_gradients(net, nn.SoftmaxCrossEntropy(), params, x, t)
        params, state = optimizer.update(params, grads, state)
    return lambda x: net.predict(params, x).argmax(axis=1)


def with_labels(row: str, settings: dict, seed: int, tuning: bool) -> dict[str, float]:
    """Models of pictures and labels together, and the real thing."""
    (x, t), (judges, t_judges) = draw(seed)
    rng, eye = np.random.default_rng([seed, 2]), np.eye(10)
    real, real_labels = (part[-TEST:] for part in pictures())
    if row == "labels: real":
        judge = classifier(x, t, seed)
        right = float(np.mean(judge(real) == real_labels))
        return {"named": right, "teaches": right}
    both, judging = np.hstack([x, eye[t]]), np.hstack([judges, eye[t_judges]])
    if row == "labels: mixture":
        mixture = BernoulliMixture(74, settings["components"])
        params = mixture.fit(both, rng, extra=0.1)
        if tuning:
            return {"validation": float(mixture.log_likelihood(params, judging).mean())}
        drawn = {"": params["q"][rng.choice(mixture.K, 1000, p=params["w"])]}
    else:
        vae = BernoulliVAE(74, 16, HIDDEN)
        params = learn(vae, both, seed, settings)
        if tuning:
            return {"validation": float(vae.log_likelihood(params, judging, rng, 100).mean())}
        codes = {"": rng.normal(size=(1000, 16)), " q": encoded(vae, params, both, 1000, rng)}
        drawn = {mark: vae.decode(params, h) for mark, h in codes.items()}
    judge, found = classifier(x, t, seed), {}
    for mark, p in drawn.items():
        made, labels = coins(p[:, :64], rng), p[:, 64:].argmax(axis=1)
        taught = classifier(made, labels, seed)
        found[f"named{mark}"] = float(np.mean(judge(made) == labels))
        found[f"teaches{mark}"] = float(np.mean(taught(real) == real_labels))
    return found


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row."""
    if row.startswith("labels"):
        return with_labels(row, settings, seed, tuning)
    (x, _), (judges, _) = draw(seed)
    test, rng = pictures()[0][-TEST:], np.random.default_rng([seed, 1])
    if row == "pca":
        pca = nn.pca(2)
        state = pca.init(x)
        return {"neighbour": same_label(pca.apply(state, x), seed, pca.apply(state, test))}
    vae = BernoulliVAE(64, settings["d"], HIDDEN)
    found: dict[str, float] = {}

    def watch(step: int, params: Any) -> None:
        if vae.d == 8 and not tuning:
            found[f"bound @ {step}"] = float(vae.bound(params, judges, rng).mean())

    params = learn(vae, x, seed, settings, watch)
    if tuning:
        return {"validation": float(vae.log_likelihood(params, judges, rng, 100).mean())}
    mu, r = vae.encode(params, test)
    if settings.get("gradient") == "none":
        codes, _ = vae.encode(params, x)
        h = rng.multivariate_normal(codes.mean(axis=0), np.cov(codes.T), TEST)
        samples = coins(vae.decode(params, h), rng)
        return {"near": distance(samples, x), "covers": distance(test, samples)}
    log_w = vae.log_weights(params, test, rng, DRAWS[-1])
    for K in DRAWS:
        blocks = log_w[: 10 * K].reshape(-1, K, TEST)
        found[f"test @ {K}"] = float((log_sum_exp(blocks, axis=1) - np.log(K)).mean())
    found["test"] = found[f"test @ {DRAWS[-1]}"]
    found["training"] = float(vae.log_likelihood(params, x, rng, 200).mean())
    price = (mu**2 + np.exp(r) - r - 1).mean(axis=0) / 2
    found["rate"], found["active"] = float(price.sum()), float((price > 0.02).sum())
    terms = [vae.terms(params, test, rng.normal(size=mu.shape))[0].mean() for _ in range(10)]
    found["rebuild"] = -float(np.mean(terms))
    found["bound"] = -found["rebuild"] - found["rate"]
    samples = vae.sample(params, TEST, rng)
    found |= {"near": distance(samples, x), "covers": distance(test, samples)}
    samples = coins(vae.decode(params, encoded(vae, params, x, TEST, rng)), rng)
    found |= {"near q": distance(samples, x), "covers q": distance(test, samples)}
    if vae.d == 2:
        found["exact"] = on_plane(vae, params, test)
        found["neighbour"] = same_label(vae.encode(params, x)[0], seed, mu)
    return found


RATES = (0.002, 0.004, 0.008, 0.016)
CANDIDATES: dict[str, list] = {
    **{f"VAE {d}": [{"d": d, "rate": rate} for rate in RATES] for d in (2, 8, 16)},
    **{
        how: [{"d": 8, "rate": rate, "gradient": how} for rate in RATES]
        for how in ("score function", "score, baseline")
    },
    "labels: VAE": [{"rate": rate} for rate in RATES],
    "labels: mixture": [{"components": K} for K in (65, 130, 260, 390)],
}
FIXED: dict[str, dict] = {
    **{
        f"beta {beta}": {"d": 16, "rate": 0.008, "beta": beta}
        for beta in (0.1, 0.3, 1.0, 3.0, 10.0)
    },
    "autoencoder": {"d": 8, "rate": 0.008, "gradient": "none"},
    "labels: real": {},
    "pca": {},
}
