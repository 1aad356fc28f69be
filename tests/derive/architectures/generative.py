"""Variational autoencoders, adversarial networks, diffusion."""

from sympy import Eq, Function, IndexedBase, Product, Sum, Symbol, exp, log, pi, sqrt

from nnbook.derive import (
    define,
    derivative,
    index,
    partial,
    product_over,
    reals,
    sizes,
    sum_over,
    tensor,
)

n, T, N = sizes("n T N")
i, a = index("i a", n)
t, s, r, q, p = index("t s r q p", T)
k, c = index("k c", N)
x, u, w, e, m, z = reals("x u w epsilon m z")
sigma, tau, beta, A, B, P, Q = reals("sigma tau beta A B P Q", positive=True)
mu, lv, g, eps = tensor("mu", n), tensor("s", n), tensor("g", n), tensor("e", n)
sd, xs = tensor("sigma", n, positive=True), tensor("x", n)
alpha, al = tensor("alpha", T, positive=True), IndexedBase("alpha", positive=True, real=True)
real_p, fake = tensor("p", N, positive=True), tensor("q", N, positive=True)
dis, F = tensor("D", N), tensor("F", N)
X, noise = IndexedBase("X", real=True), tensor("e", T)
phi = Function("f", real=True)
k_, y = Symbol("k", integer=True), Symbol("y", integer=True)


def sig(v):
    """The logistic function."""
    return 1 / (1 + exp(-v))


def log_normal(v, mean, variance):
    """The logarithm of a normal density."""
    return -(v - mean) ** 2 / (2 * variance) - log(2 * pi * variance) / 2


kl = define("K", sum_over(mu[i] ** 2 + sd[i] ** 2 - log(sd[i] ** 2) - 1, i) / 2)
best = define("D", k, real_p[k] / (real_p[k] + fake[k]))
middle = define("m", k, (real_p[k] + fake[k]) / 2)
abar = define("a", t, Product(al[k_], (k_, 1, t)))
whole = define("v", product_over(alpha[t], t))
post_var = define("v", (1 - A) * (1 - B) / (1 - A * B))          # A is ᾱ before, B is α
post_mean = define("m", (sqrt(A) * (1 - B) * z + sqrt(B) * (1 - A) * x) / (1 - A * B))
probability = [Eq(sum_over(real_p[k], k), 1), Eq(sum_over(fake[k], k), 1)]

IDENTITIES = {
    # variational autoencoders
    "kl by a mean": (partial(kl, mu[a]), mu[a]),
    "kl by a deviation": (partial(kl, sd[a]), sd[a] - 1 / sd[a]),
    "kl by a log variance": (
        partial(sum_over(mu[i] ** 2 + exp(lv[i]) - lv[i] - 1, i) / 2, lv[a]),
        (exp(lv[a]) - 1) / 2),
    "kl of equal densities": (kl, 0, [Eq(mu[i], 0), Eq(sd[i], 1)]),
    "kl of two normals, difference of logs": (
        log_normal(x, u, sigma ** 2) - log_normal(x, w, tau ** 2),
        log(tau / sigma) - (x - u) ** 2 / (2 * sigma ** 2) + (x - w) ** 2 / (2 * tau ** 2)),
    "density of independent latents": (
        log(product_over(exp(-(xs[i] - mu[i]) ** 2 / (2 * sd[i] ** 2))
                         / sqrt(2 * pi * sd[i] ** 2), i)),
        sum_over(log_normal(xs[i], mu[i], sd[i] ** 2), i)),
    "reparametrized, by the mean": (
        partial(sum_over(g[i] * phi(mu[i] + sd[i] * eps[i]), i), mu[a]),
        g[a] * derivative(phi(x), x).subs(x, mu[a] + sd[a] * eps[a])),
    "reparametrized, by the deviation": (
        partial(sum_over(g[i] * phi(mu[i] + sd[i] * eps[i]), i), sd[a]),
        g[a] * derivative(phi(x), x).subs(x, mu[a] + sd[a] * eps[a]) * eps[a]),
    "reparametrized, by the log variance": (
        partial(u + exp(w / 2) * e, w), exp(w / 2) * e / 2),
    "score of a normal, mean": (
        partial(log_normal(x, u, sigma ** 2), u), (x - u) / sigma ** 2),
    "score of a normal, deviation": (
        partial(log_normal(x, u, sigma ** 2), sigma),
        ((x - u) ** 2 - sigma ** 2) / sigma ** 3),
    "score function": (
        sum_over(F[k] * partial(real_p[k], real_p[c]), k),
        real_p[c] * F[c] * partial(log(real_p[c]), real_p[c])),
    "elbo and the gap": (
        sum_over(fake[k] * log(real_p[k] / fake[k]), k)
        + sum_over(fake[k] * log(fake[k] / (real_p[k] / P)), k), log(P),
        Eq(sum_over(fake[k], k), 1)),
    "elbo, two forms": (
        sum_over(fake[k] * (F[k] + log(real_p[k]) - log(fake[k])), k),
        sum_over(fake[k] * F[k], k) - sum_over(fake[k] * log(fake[k] / real_p[k]), k)),
    "importance weights": (
        log(sum_over(exp(F[k]) / N, k)), log(sum_over(exp(F[k]), k)) - log(N)),
    "weight on the divergence": (
        partial(F[c] - beta * kl, mu[a]), -beta * mu[a]),
    # adversarial networks
    "best discriminator": (
        partial(P * log(x) + Q * log(1 - x), x).subs(x, x), P / x - Q / (1 - x),
        [x > 0, x < 1]),
    "best discriminator is stationary": (
        real_p[k] / best[k] - fake[k] / (1 - best[k]), 0),
    "value at the best discriminator": (
        sum_over(real_p[k] * log(best[k]) + fake[k] * log(1 - best[k]), k),
        -2 * log(2) + sum_over(real_p[k] * log(real_p[k] / middle[k]), k)
        + sum_over(fake[k] * log(fake[k] / middle[k]), k), probability),
    "value of equal densities": (
        sum_over(real_p[k] * log(real_p[k] / (real_p[k] + real_p[k])), k), -log(2),
        Eq(sum_over(real_p[k], k), 1)),
    "saturating slope": (partial(log(1 - sig(u)), u), -sig(u)),
    "non-saturating slope": (partial(-log(sig(u)), u), sig(u) - 1),
    "discriminator's gradient": (
        partial(-sum_over(real_p[k] * log(sig(dis[k])) + fake[k] * log(1 - sig(dis[k])), k),
                dis[c]),
        fake[c] * sig(dis[c]) - real_p[c] * (1 - sig(dis[c]))),
    "generator by the discriminator": (
        partial(sum_over(phi(u * F[k] + w), k), u),
        sum_over(F[k] * derivative(phi(x), x).subs(x, u * F[k] + w), k)),
    "gradient penalty": (
        partial((sqrt(sum_over(g[i] ** 2, i)) - 1) ** 2, g[a]),
        2 * (sqrt(sum_over(g[i] ** 2, i)) - 1) * g[a] / sqrt(sum_over(g[i] ** 2, i)),
        sum_over(g[i] ** 2, i) > 0),
    "least squares": (
        partial(sum_over(real_p[k] * (dis[k] - 1) ** 2 + fake[k] * dis[k] ** 2, k), dis[c]),
        2 * real_p[c] * (dis[c] - 1) + 2 * fake[c] * dis[c]),
    # diffusion
    "signal and noise, one step more": (
        1 - Product(al[k_], (k_, 1, q)),
        1 - al[q] + al[q] * (1 - Product(al[k_], (k_, 1, q - 1)))),
    "forward in closed form": (
        X[T], product_over(sqrt(alpha[t]), t) * X[0]
        + sum_over(sqrt(1 - alpha[s]) * Product(sqrt(alpha[r]), (r, s + 1, T)) * noise[s], s),
        [Eq(X[t], sqrt(alpha[t]) * X[t - 1] + sqrt(1 - alpha[t]) * noise[t])]),
    "noise variances add up": (
        sum_over((1 - alpha[s]) * Product(alpha[r], (r, s + 1, T)), s), 1 - whole),
    "mean of the forward process": (
        X[T], product_over(alpha[t], t) * X[0], [Eq(X[t], alpha[t] * X[t - 1])]),
    "variance of the forward process": (
        X[T], 1 - whole, [Eq(X[t], alpha[t] * X[t - 1] + 1 - alpha[t]), Eq(X[0], 0)]),
    "variance is kept": (
        X[T], 1, [Eq(X[t], alpha[t] * X[t - 1] + 1 - alpha[t]), Eq(X[0], 1)]),
    "root of a product": (
        sqrt(Product(al[k_], (k_, 1, q))), Product(sqrt(al[k_]), (k_, 1, q))),
    "products of alpha, quotient": (abar[q] / abar[p], Product(al[k_], (k_, p + 1, q)), [p <= q]),
    "products of alpha, last": (abar[q] / Product(al[k_], (k_, 1, q - 1)), al[q]),
    "signal to noise": (
        log(whole / (1 - whole)), sum_over(log(alpha[t]), t) - log(1 - whole), whole < 1),
    "posterior, completing the square": (
        (z - sqrt(B) * x) ** 2 / (1 - B) + (x - sqrt(A) * w) ** 2 / (1 - A)
        - (z - sqrt(A * B) * w) ** 2 / (1 - A * B),
        (x - (sqrt(B) * (1 - A) * z + sqrt(A) * (1 - B) * w) / (1 - A * B)) ** 2
        * (1 - A * B) / ((1 - A) * (1 - B)), [A < 1, B < 1]),
    "posterior variance": (
        1 / (B / (1 - B) + 1 / (1 - A)), post_var, [A < 1, B < 1]),
    "posterior mean by the noise": (
        (sqrt(B) * (1 - A) * x + sqrt(A) * (1 - B) * (x - sqrt(1 - A * B) * e) / sqrt(A * B))
        / (1 - A * B),
        (x - (1 - B) / sqrt(1 - A * B) * e) / sqrt(B), [A < 1, B < 1]),
    "noise by the clean image": (
        (sqrt(A) * u + sqrt(1 - A) * e - sqrt(A) * u) / sqrt(1 - A), e, A < 1),
    "simplified loss": (
        partial((e - phi(u)) ** 2, u), -2 * (e - phi(u)) * derivative(phi(u), u)),
    "v prediction": (
        sqrt(A) * (sqrt(A) * u + sqrt(1 - A) * e) - sqrt(1 - A) * (sqrt(A) * e - sqrt(1 - A) * u),
        u, A < 1),
    "score and noise": (
        partial(log_normal(x, sqrt(A) * u, 1 - A), x), -(x - sqrt(A) * u) / (1 - A), A < 1),
    "ddim, no noise": (
        sqrt(P) * (sqrt(Q) * u + sqrt(1 - Q) * e - sqrt(1 - Q) * e) / sqrt(Q) + sqrt(1 - P) * e,
        sqrt(P) * u + sqrt(1 - P) * e, [P < 1, Q < 1]),
    "linear schedule": (
        Sum(u + (w - u) * (k_ - 1) / (T - 1), (k_, 1, T)), T * (u + w) / 2, T > 1),
    "constant schedule": (product_over(beta + 0 * alpha[t], t), beta ** T),
    "guidance": (u + w * (x - u), (1 - w) * u + w * x),
    "kl of two normals of one variance": (
        log_normal(x, u, sigma ** 2) - log_normal(x, w, sigma ** 2),
        ((x - w) ** 2 - (x - u) ** 2) / (2 * sigma ** 2)),
    "products of alpha, next": (abar[q] * al[q + 1], Product(al[k_], (k_, 1, q + 1))),
}
