"""The variational autoencoder: a network that turns random codes into examples, with a bound."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import finite, text, whole
from nnbook.energy.checks import shares
from nnbook.graph import Graph
from nnbook.kinds import generator, listed
from nnbook.numerics import Array, floating, log_sigmoid, log_sum_exp, sigmoid
from nnbook.op import Params, checked_params
from nnbook.ops.activations import ReLU
from nnbook.ops.initializers import he_normal
from nnbook.ops.latent import GaussianDivergence, GaussianSample
from nnbook.ops.linear import Dense


class BernoulliVAE:
    r"""A variational autoencoder of `m` pixels, each of them 0 or 1, with codes of `d` numbers.

    The model draws a code $h$ from $\mathcal N(0, 1)$ and pixels that are independent given it,
    $p(x_j = 1 \mid h) = σ(z_j(h))$. The encoder gives means $μ$ and log-variances $r$ of a normal
    distribution $q(h \mid x)$. Per example, training raises the bound

    $$\mathrm{E}_{h \sim q}[\log p(x \mid h)] - β\, \mathrm{KL}(q \,\|\, \mathcal N(0, 1))
      \le \log p(x) \quad \text{for } β \ge 1 .$$

    Both halves have hidden layers of ReLU of the sizes `hidden`, the decoder's in reverse order.
    `graph` has the inputs `x` `(N, m)` and `noise` `(N, d)`, and the outputs `divergence` `(N,)`
    and `logits` `(N, m)`. Raises ValueError for sizes less than 1 and examples of another size.

    Source: Kingma and Welling, *Auto-encoding variational Bayes* (2014); chapter *Variational
    autoencoders*.

    >>> vae = BernoulliVAE(4, 2, hidden=(8,))
    >>> params = vae.init(np.random.default_rng(0))
    >>> x, rng = np.array([[0, 1, 1, 0]]), np.random.default_rng(1)
    >>> vae.bound(params, x, rng) < vae.log_likelihood(params, x, rng, 1000)
    array([ True])
    """

    def __init__(self, m: int, d: int, hidden: tuple[int, ...] = (128,)):
        self.m, self.d = whole("the pixels", m), whole("the numbers of a code", d)
        sizes = listed("hidden", hidden, "(128,)")
        self.hidden = tuple(whole("the hidden units", H) for H in sizes)
        self.encoder, self.decoder = Graph("x"), Graph("code")
        self.graph = Graph("x", "noise")
        for graph in (self.encoder, self.graph):
            last = _layers(graph, "x", "read", m, self.hidden)
            width = self.hidden[-1] if self.hidden else m
            graph.add("mu", Dense(width, d), last)
            graph.add("log_variance", Dense(width, d), last)
        self.graph.add("divergence", GaussianDivergence(), "mu", "log_variance")
        self.graph.add("code", GaussianSample(), "mu", "log_variance", "noise")
        for graph in (self.decoder, self.graph):
            last = _layers(graph, "code", "write", d, self.hidden[::-1])
            graph.add("logits", Dense(self.hidden[0] if self.hidden else d, m), last)

    def __repr__(self) -> str:
        return f"BernoulliVAE({self.m}, {self.d}, hidden={self.hidden})"

    def init(self, rng: np.random.Generator, dtype: Any = np.float64) -> Params:
        """First parameters of both halves, by vertex."""
        return self.graph.init(generator(rng), dtype)

    def encode(self, params: Params, x: ArrayLike) -> tuple[Array, Array]:
        """The means and the log-variances of the codes of `x`, both `(N, d)`."""
        values, _ = self.encoder.forward(self._own(self.encoder, params), self._examples(x))
        return values["mu"], values["log_variance"]

    def logits(self, params: Params, h: ArrayLike) -> Array:
        """The logits of the pixels given codes `(…, d)`, shape `(…, m)`."""
        return self.decoder.predict(self._own(self.decoder, params), floating(h))

    def decode(self, params: Params, h: ArrayLike) -> Array:
        """The probabilities that the pixels are 1, given codes `(…, d)`; shape `(…, m)`."""
        return sigmoid(self.logits(params, h))

    def sample(self, params: Params, count: int, rng: np.random.Generator) -> Array:
        """So many new examples, `(count, m)`: codes from the prior, then pixels of 0 and 1."""
        h = generator(rng).normal(size=(whole("the count", count), self.d))
        last = self._own(self.decoder, params).get("logits", {})
        W = checked_params(self.decoder.vertices["logits"].op, last)["W"]
        probability = self.decode(params, h.astype(W.dtype, copy=False))
        return (rng.random(probability.shape) < probability).astype(probability.dtype)

    def terms(self, params: Params, x: ArrayLike, noise: ArrayLike) -> tuple[Array, Array]:
        r"""The two terms of the bound: $\log p(x \mid h)$ at one draw of $h$, and the divergence.

        Both of shape `(N,)`. `noise` `(N, d)` makes the draw.
        """
        x = self._examples(x)
        noise = floating(noise).astype(x.dtype, copy=False)
        values, _ = self.graph.forward(params, {"x": x, "noise": noise})
        return _log_bernoulli(x, values["logits"]), values["divergence"]

    def bound(
        self, params: Params, x: ArrayLike, rng: np.random.Generator, beta: float = 1.0
    ) -> Array:
        """An unbiased estimate of the bound of each example, by one draw of its code; `(N,)`."""
        x = self._examples(x)
        noise = generator(rng).normal(size=(len(x), self.d))
        log_p, divergence = self.terms(params, x, noise)
        return log_p - finite("beta", beta) * divergence

    def loss_and_gradients(
        self, params: Params, x: ArrayLike, noise: ArrayLike, beta: float = 1.0
    ) -> tuple[float, dict[str, Any]]:
        """The mean over the examples of minus the bound, at this noise, and its gradients.

        Raises ValueError for no examples.
        """
        x = self._examples(x)
        if not len(x):
            raise ValueError(f"expected at least one example, got shape {x.shape}")
        noise = floating(noise).astype(x.dtype, copy=False)
        values, tape = self.graph.forward(params, {"x": x, "noise": noise})
        loss = finite("beta", beta) * values["divergence"] - _log_bernoulli(x, values["logits"])
        bars = {
            "logits": (sigmoid(values["logits"]) - x) / len(x),
            "divergence": np.full(len(x), beta / len(x)),
        }
        grads, _ = self.graph.backward(params, tape, bars)
        return float(loss.mean()), grads

    def log_weights(
        self, params: Params, x: ArrayLike, rng: np.random.Generator, samples: int
    ) -> Array:
        r"""$\log \frac{p(x, h)}{q(h \mid x)}$ at so many draws of $h$ from $q$, `(samples, N)`."""
        x, rng = self._examples(x), generator(rng)
        mu, r = self.encode(params, x)
        found = []
        for _ in range(whole("the samples", samples)):
            noise = rng.normal(size=mu.shape).astype(mu.dtype)
            h = mu + np.exp(r / 2) * noise
            ratio = (noise**2 + r - h**2).sum(axis=-1) / 2  # log p(h) - log q(h | x)
            found.append(_log_bernoulli(x, self.logits(params, h)) + ratio)
        return np.array(found)

    def log_likelihood(
        self, params: Params, x: ArrayLike, rng: np.random.Generator, samples: int = 100
    ) -> Array:
        r"""The importance-weighted bound of each example: $\log \frac1K \sum_k w_k$; `(N,)`.

        $w_k$ is $p(x, h_k) / q(h_k \mid x)$ at $K$ draws from $q$, `samples` of them. The mean of
        the weights is an unbiased estimate of $p(x)$, so that of its logarithm is too low, and the
        more draws, the less so. Source: Burda, Grosse and Salakhutdinov, *Importance weighted
        autoencoders* (2016).
        """
        log_w = self.log_weights(params, x, rng, samples)
        return log_sum_exp(log_w.T) - math.log(samples)

    def _own(self, graph: Graph, params: Params) -> dict[str, Any]:
        """The parameters of the encoder or the decoder, of all that the whole has."""
        if not isinstance(params, Mapping):
            raise TypeError(f"expected a dict of parameters by vertex, got {text(params)}")
        if unknown := params.keys() - self.graph.vertices.keys():
            raise ValueError(f"expected parameters of {list(self.graph.vertices)}, got {unknown}")
        return {name: own for name, own in params.items() if name in graph.vertices}

    def _examples(self, x: ArrayLike) -> Array:
        return np.atleast_2d(shares(x, self.m))


def _layers(graph: Graph, last: str, name: str, width: int, sizes: tuple[int, ...]) -> str:
    """Hidden layers on top of a vertex; the name of the last one."""
    for place, H in enumerate(sizes, start=1):
        last = graph.add(f"{name}{place}", Dense(width, H, he_normal()), last)
        last = graph.add(f"{name}{place}_relu", ReLU(), last)
        width = H
    return last


def _log_bernoulli(x: Array, z: Array) -> Array:
    """The log-probability of pixels given their logits, summed over the last axis."""
    return (x * log_sigmoid(z) + (1 - x) * log_sigmoid(-z)).sum(axis=-1)
