"""What the page *Conventions* says of Keras, JAX, Optax, Flax and scikit-learn, tried on them.

They are no part of the book's environment, nor of `make test-oracle`: without them these tests are
skipped, and with them plain pytest runs them. Tried with keras 3.15.1, jax 0.10.2, optax 0.2.8,
flax 0.12.8 and scikit-learn 1.9.1, which `pip install jax keras optax flax scikit-learn` brings.
Keras runs on JAX.
"""

from __future__ import annotations

import inspect
import math
import os

import numpy as np
import pytest

from nnbook.op import Mode
from nnbook.ops import initializers, losses
from nnbook.ops.batchnorm import BatchNorm
from nnbook.ops.convolution import Conv2D
from nnbook.ops.linear import Dense
from nnbook.ops.pooling import Flatten
from nnbook.training import moments, optimizers, penalties, schedules

os.environ.setdefault("KERAS_BACKEND", "jax")
WHY = "needs jax, keras, optax, flax and scikit-learn"
jax = pytest.importorskip("jax", reason=WHY)
optax = pytest.importorskip("optax", reason=WHY)
nnx = pytest.importorskip("flax.nnx", reason=WHY)
keras = pytest.importorskip("keras", reason=WHY)
neural_network = pytest.importorskip("sklearn.neural_network", reason=WHY)
linear_model = pytest.importorskip("sklearn.linear_model", reason=WHY)
sklearn_preprocessing = pytest.importorskip("sklearn.preprocessing", reason=WHY)
jnp = jax.numpy


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def close(ours, theirs, rtol=2e-5):
    np.testing.assert_allclose(ours, np.asarray(theirs), rtol=rtol, atol=1e-6)


def default(function, *names):
    made = function.__init__ if inspect.isclass(function) else function
    parameters = inspect.signature(made).parameters
    return tuple(parameters[name].default for name in names)


def keras_steps(optimizer, gradients, start=1.0):
    """The values of one parameter, step by step."""
    w, path = keras.Variable([start]), []
    optimizer.build([w])
    for g in gradients:
        optimizer.apply([np.array([g], np.float32)], [w])
        path.append(float(w.numpy()[0]))
    return np.array(path)


def optax_steps(rule, gradients, start=1.0):
    p, path = jnp.array(start), []
    state = rule.init(p)
    for g in gradients:
        update, state = rule.update(jnp.array(g), state, p)
        p = optax.apply_updates(p, update)
        path.append(float(p))
    return np.array(path)


def our_steps(optimizer, gradients, start=1.0):
    params, path = {"W": np.array([start])}, []
    state = optimizer.init(params)
    for g in gradients:
        params, state = optimizer.update(params, {"W": np.array([float(g)])}, state)
        path.append(params["W"][0])
    return np.array(path)


GS = [1.0, -2.0, 0.5, 3.0]

# -- Arrays ----------------------------------------------------------------------------------------


def test_weights_are_in_by_out(rng):
    x, W, b = rng.normal(size=(4, 3)), rng.normal(size=(3, 5)), rng.normal(size=5)
    ours = Dense(3, 5).forward({"W": W, "b": b}, x)[0]
    layer = keras.layers.Dense(5)
    layer.build((None, 3))
    layer.set_weights([W, b])
    close(ours, layer(x.astype(np.float32)))
    layer = nnx.Linear(3, 5, rngs=nnx.Rngs(0))
    assert layer.kernel.shape == (3, 5)
    mlp = neural_network.MLPRegressor(hidden_layer_sizes=(5,), random_state=0)
    assert mlp.partial_fit(x, [0, 1, 0, 1]).coefs_[0].shape == (3, 5)


@pytest.mark.parametrize("stride", [1, 2])
def test_channels_last_and_same(rng, stride):
    x, W = rng.normal(size=(2, 3, 8, 8)), rng.normal(size=(4, 3, 3, 3))
    op = Conv2D(3, 4, 3, stride, "same", bias=None)
    ours = op.forward({"W": W}, x)[0].transpose(0, 2, 3, 1)
    x, W = x.transpose(0, 2, 3, 1), W.transpose(2, 3, 1, 0)
    layer = keras.layers.Conv2D(4, 3, stride, "same", use_bias=False)
    layer.build((None, 8, 8, 3))
    layer.set_weights([W])
    close(ours, layer(x.astype(np.float32)), rtol=1e-4)
    layer = nnx.Conv(3, 4, (3, 3), strides=stride, use_bias=False, rngs=nnx.Rngs(0))
    assert layer.padding == "SAME"
    layer.kernel[...] = jnp.array(W)
    close(ours, layer(jnp.array(x)), rtol=1e-4)


def test_keras_keeps_its_kernels_with_channels_first():
    layer = keras.layers.Conv2D(4, (2, 5), data_format="channels_first")
    layer.build((None, 3, 8, 8))
    assert layer.kernel.shape == (2, 5, 3, 4)
    assert keras.config.image_data_format() == "channels_last"


def test_flattening_goes_by_the_layout(rng):
    x = rng.normal(size=(2, 3, 4, 5))
    last = x.transpose(0, 2, 3, 1)
    close(last.reshape(2, -1), keras.layers.Flatten()(last.astype(np.float32)))
    assert not np.allclose(Flatten().forward({}, x)[0], last.reshape(2, -1))


# -- Losses ----------------------------------------------------------------------------------------


def test_squared_errors(rng):
    y, t = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    close(losses.MeanSquaredError()(y, t), keras.losses.MeanSquaredError()(t, y))
    close((y - t) ** 2, optax.squared_error(jnp.array(y), jnp.array(t)))
    close((y - t) ** 2 / 2, optax.l2_loss(jnp.array(y), jnp.array(t)))


def test_scikit_learn_reports_a_mean_and_descends_a_sum(rng):
    X, Y = rng.normal(size=(6, 3)), rng.normal(size=(6, 4))
    mlp = neural_network.MLPRegressor(
        hidden_layer_sizes=(), activation="identity", solver="sgd", momentum=0.0,
        nesterovs_momentum=False, alpha=0.6, learning_rate_init=1.0, batch_size=6, shuffle=False,
        random_state=0,
    )  # fmt: skip
    mlp.partial_fit(X, Y)
    W, b = mlp.coefs_[0].copy(), mlp.intercepts_[0].copy()
    mlp.partial_fit(X, Y)
    error = X @ W + b - Y
    penalty = penalties.l2(0.6 / (2 * 6))
    assert mlp.loss_ == pytest.approx(np.mean(error**2) / 2 + penalty.value(W))
    close(W - (X.T @ error / 6 + penalty.gradient(W)), mlp.coefs_[0])


def test_logits_probabilities_and_labels(rng):
    z, t = rng.normal(size=(4, 3)), rng.integers(0, 3, 4)
    ours, one_hot = losses.SoftmaxCrossEntropy()(z, t), np.eye(3)[t]
    close(ours, keras.losses.SparseCategoricalCrossentropy(from_logits=True)(t, z))
    close(ours, keras.losses.CategoricalCrossentropy(from_logits=True)(one_hot, z))
    each = optax.softmax_cross_entropy_with_integer_labels(jnp.array(z), jnp.array(t))
    assert each.shape == (4,)
    close(ours, each.mean())
    close(ours, optax.softmax_cross_entropy(jnp.array(z), jnp.array(one_hot)).mean())
    for name in ("SparseCategoricalCrossentropy", "CategoricalCrossentropy"):
        assert default(getattr(keras.losses, name), "from_logits") == (False,)


def test_keras_takes_logits_for_probabilities():
    z, t = np.array([[5.0, 0.0, 0.0]], np.float32), np.array([0])
    assert float(keras.losses.SparseCategoricalCrossentropy()(t, z)) < 2e-7
    assert losses.SoftmaxCrossEntropy()(z, t) == pytest.approx(0.0134, abs=1e-4)
    with pytest.raises(ValueError, match="probabilities"):
        losses.CategoricalCrossEntropy()(z, t)


# -- Penalties and decay ---------------------------------------------------------------------------


def test_the_penalty_of_keras_is_ours(rng):
    W = rng.normal(size=(3, 2))
    close(penalties.l2(0.3).value(W), keras.regularizers.L2(0.3)(W.astype(np.float32)))
    assert default(keras.regularizers.L2, "l2") == (0.01,)


def test_ridge_is_a_sum(rng):
    X, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    w = linear_model.Ridge(alpha=5.0, fit_intercept=False).fit(X, y).coef_
    gradient = 2 / 20 * X.T @ (X @ w - y) + penalties.l2(5.0 / 20).gradient(w)
    close(0, gradient)


def test_logistic_regression_multiplies_the_sum_by_c(rng):
    X, y = rng.normal(size=(20, 3)), rng.integers(0, 2, 20)
    model = linear_model.LogisticRegression(C=0.7, fit_intercept=False, tol=1e-10)
    w = model.fit(X, y).coef_[0]
    loss = losses.SigmoidBinaryCrossEntropy()
    gradient = X.T @ loss.gradient(X @ w, y) + penalties.l2(1 / (2 * 20 * 0.7)).gradient(w)
    np.testing.assert_allclose(gradient, 0, atol=1e-5)


def test_sgd_classifier_has_a_half(rng):
    """On a constant rate the weights settle where the gradient of the objective is zero."""
    X, y = rng.normal(size=(20, 2)), rng.integers(0, 2, 20)
    model = linear_model.SGDClassifier(
        loss="log_loss", alpha=0.5, fit_intercept=False, learning_rate="constant", eta0=1e-4,
        max_iter=5000, tol=None, random_state=0,
    )  # fmt: skip
    w = model.fit(X, y).coef_[0]
    g = X.T @ losses.SigmoidBinaryCrossEntropy().gradient(X @ w, y)
    np.testing.assert_allclose(g + penalties.l2(0.5 / 2).gradient(w), 0, atol=2e-3)


def test_decay_of_keras_is_decoupled_in_every_optimizer():
    for name in ("SGD", "Adam", "AdamW", "RMSprop"):
        optimizer = getattr(keras.optimizers, name)(learning_rate=0.1, weight_decay=0.5)
        close((1 - 0.05) ** np.arange(1, 4), keras_steps(optimizer, [0.0] * 3))
    optimizer = keras.optimizers.SGD(0.01, momentum=0.9, weight_decay=0.01)
    assert keras_steps(optimizer, [0.0] * 50)[-1] == pytest.approx((1 - 1e-4) ** 50, rel=1e-5)


def test_decay_of_optax_includes_the_rate():
    close(
        our_steps(moments.adamw(0.1, weight_decay=0.5), GS),
        optax_steps(optax.adamw(0.1, weight_decay=0.5), GS),
    )
    coupled = optax.chain(optax.add_decayed_weights(0.5), optax.adam(0.1))
    assert 1 - optax_steps(coupled, [0.0])[0] == pytest.approx(0.1, rel=1e-4)


# -- Optimizers ------------------------------------------------------------------------------------


def test_momentum_and_nesterov():
    ball, look = optimizers.momentum(0.1, 0.9), optimizers.nesterov(0.1, 0.9)
    for ours, nesterov in ((ball, False), (look, True)):
        sgd = keras.optimizers.SGD(0.1, momentum=0.9, nesterov=nesterov)
        close(our_steps(ours, GS), keras_steps(sgd, GS))
        close(our_steps(ours, GS), optax_steps(optax.sgd(0.1, 0.9, nesterov), GS))


def test_momentum_of_scikit_learn_is_that_of_nesterov():
    from sklearn.neural_network._stochastic_optimizers import SGDOptimizer

    p = np.array([1.0])
    sgd, path = SGDOptimizer([p], 0.1), []
    for g in GS:
        sgd.update_params([p], [np.array([g])])
        path.append(p[0])
    close(our_steps(optimizers.nesterov(0.1, 0.9), GS), path)
    names = "solver", "momentum", "nesterovs_momentum", "alpha", "epsilon", "learning_rate_init"
    found = default(neural_network.MLPClassifier, *names)
    assert found == ("adam", 0.9, True, 0.0001, 1e-8, 0.001)


def test_a_schedule_and_the_past():
    """Optax: a new rate applies to the whole past. Keras: to the new gradient."""
    rate = schedules.step(0.1, 0.5, every=1)
    ones = np.ones(5)
    theirs = optax_steps(optax.sgd(lambda count: 0.1 * 0.5**count, 0.9), ones)
    close(our_steps(optimizers.momentum(rate, 0.9, "sum"), ones), theirs)
    halving = keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)
    theirs = keras_steps(keras.optimizers.SGD(halving, momentum=0.9), ones)
    close(our_steps(optimizers.momentum(rate, 0.9), ones), theirs)


K, FIRST = keras.optimizers, 0.1  # the first gradient
HAT = 0.1 / (0.1 + 0.5 / math.sqrt(0.001))  # ε beside the root that is not corrected
INSIDE = 0.1 / math.sqrt(0.0025 + 0.5)  # at ρ = 0.75


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (lambda: keras_steps(K.Adagrad(1.0, 0.0, epsilon=0.5), [FIRST]), 0.1 / math.sqrt(0.51)),
        (lambda: keras_steps(K.RMSprop(1.0, 0.75, epsilon=0.5), [FIRST]), INSIDE),
        (
            lambda: keras_steps(K.Adadelta(1.0, 0.75, epsilon=0.5), [FIRST]),
            INSIDE * math.sqrt(0.5),
        ),
        (lambda: keras_steps(K.Adam(1.0, epsilon=0.5), [FIRST]), HAT),
        (lambda: optax_steps(optax.adagrad(1.0, 0.0, 0.5), [FIRST]), 0.1 / math.sqrt(0.51)),
        (lambda: optax_steps(optax.rmsprop(1.0, 0.75, 0.5), [FIRST]), INSIDE),
        (
            lambda: optax_steps(optax.rmsprop(1.0, 0.75, 0.5, eps_in_sqrt=False), [FIRST]),
            0.1 / (0.05 + 0.5),
        ),
        (
            lambda: optax_steps(optax.adadelta(1.0, 0.75, 0.5), [FIRST]),
            INSIDE * math.sqrt(0.5),
        ),
        (lambda: optax_steps(optax.adam(1.0, eps=0.5), [FIRST]), 0.1 / (0.1 + 0.5)),
        (lambda: optax_steps(optax.adam(1.0, eps_root=0.5), [FIRST]), 0.1 / math.sqrt(0.51)),
    ],
)
def test_where_epsilon_stands(step, expected):
    assert 1 - step()[0] == pytest.approx(expected, rel=1e-4)


def test_adam_of_scikit_learn_has_no_hat():
    from sklearn.neural_network._stochastic_optimizers import AdamOptimizer

    p = np.array([1.0])
    AdamOptimizer([p], 1.0, epsilon=0.5).update_params([p], [np.array([FIRST])])
    assert 1 - p[0] == pytest.approx(HAT)


def test_defaults_of_keras():
    assert default(K.SGD, "learning_rate", "momentum") == (0.01, 0.0)
    names = "learning_rate", "initial_accumulator_value", "epsilon"
    assert default(K.Adagrad, *names) == (0.001, 0.1, 1e-7)
    assert default(K.RMSprop, "learning_rate", "rho", "epsilon") == (0.001, 0.9, 1e-7)
    assert default(K.Adadelta, "learning_rate", "rho", "epsilon") == (0.001, 0.95, 1e-7)
    for rule in (K.Adam, K.AdamW):
        names = "learning_rate", "beta_1", "beta_2", "epsilon"
        assert default(rule, *names) == (0.001, 0.9, 0.999, 1e-7)
    assert default(K.AdamW, "weight_decay") == (0.004,)


def test_defaults_of_optax():
    needed = inspect.Parameter.empty
    for name in ("sgd", "adagrad", "rmsprop", "adam", "adamw"):
        assert default(getattr(optax, name), "learning_rate") == (needed,)
    assert default(optax.sgd, "momentum") == (None,)
    assert default(optax.adagrad, "initial_accumulator_value", "eps") == (0.1, 1e-7)
    assert default(optax.rmsprop, "decay", "eps", "initial_scale") == (0.9, 1e-8, 0.0)
    assert default(optax.adadelta, "learning_rate", "rho", "eps") == (None, 0.9, 1e-6)
    assert default(optax.adamw, "b1", "b2", "eps", "weight_decay") == (0.9, 0.999, 1e-8, 1e-4)


def test_adadelta_of_optax_without_a_rate_goes_uphill():
    assert optax_steps(optax.adadelta(), [1.0])[0] > 1 > optax_steps(optax.adadelta(1.0), [1.0])[0]


def test_adagrad_begins_slowly():
    for steps in (keras_steps(K.Adagrad(1.0), [0.01]), optax_steps(optax.adagrad(1.0), [0.01])):
        assert 1 - steps[0] == pytest.approx(0.032, abs=5e-4)


def test_schedules():
    s = K.schedules.ExponentialDecay(0.1, 100, 0.5)
    ours = schedules.exponential(0.1, math.log(2) / 100)
    close([ours(i) for i in (0, 50, 300)], [float(s(i)) for i in (0, 50, 300)])
    s = optax.exponential_decay(0.1, 100, 0.5)
    close([ours(i) for i in (0, 50, 300)], [float(s(i)) for i in (0, 50, 300)])
    ours = schedules.cosine(0.1, 10, floor=0.02)
    for s in (K.schedules.CosineDecay(0.1, 10, 0.2), optax.cosine_decay_schedule(0.1, 10, 0.2)):
        close([ours(i) for i in range(15)], [float(s(i)) for i in range(15)])
    warm = K.schedules.CosineDecay(0.0, 90, warmup_target=0.1, warmup_steps=10)
    assert (float(warm(0)), float(warm(10))) == (0, pytest.approx(0.1))
    warm = optax.warmup_cosine_decay_schedule(0.0, 0.1, 10, 100)
    assert (float(warm(0)), float(warm(10))) == (0, pytest.approx(0.1))


def test_the_first_step_is_number_0():
    assert 1 - optax_steps(optax.sgd(lambda count: count + 1.0), [1.0])[0] == pytest.approx(1)
    optimizer = keras.optimizers.SGD(K.schedules.ExponentialDecay(0.1, 1, 0.5))
    assert 1 - keras_steps(optimizer, [1.0])[0] == pytest.approx(0.1)


def test_clipping():
    grads = [np.array([3.0, 0.0], np.float32), np.array([0.0, 4.0], np.float32)]

    def clipped(**options):
        ws = [keras.Variable(np.zeros(2)) for _ in range(2)]
        optimizer = keras.optimizers.SGD(1.0, **options)
        optimizer.build(ws)
        optimizer.apply(grads, ws)
        return -np.concatenate([w.numpy() for w in ws])

    close([1, 0, 0, 1], clipped(clipnorm=1.0))
    close([0.6, 0, 0, 0.8], clipped(global_clipnorm=1.0))
    rule = optax.clip_by_global_norm(1.0)
    update, _ = rule.update([jnp.array(g) for g in grads], rule.init(None))
    close([0.6, 0, 0, 0.8], np.concatenate(update))


# -- First values ----------------------------------------------------------------------------------


def test_first_values_of_layers():
    for layer, shape, fans in (
        (keras.layers.Dense(400), (None, 300), 700),
        (keras.layers.Conv2D(40, 5), (None, 8, 8, 20), 25 * 60),
    ):
        layer.build(shape)
        W, b = (np.array(v) for v in layer.get_weights())
        assert W.var() == pytest.approx(2 / fans, rel=0.03)
        assert abs(W).max() <= math.sqrt(6 / fans) * (1 + 1e-6)
        assert not b.any()
    layer = nnx.Linear(300, 400, rngs=nnx.Rngs(0))
    W = np.array(layer.kernel[...])
    assert W.var() == pytest.approx(1 / 300, rel=0.03)
    assert abs(W).max() <= 2 / 0.8796 / math.sqrt(300) * 1.001  # cut at two deviations
    assert not np.array(layer.bias[...]).any()


@pytest.mark.parametrize(("activation", "six"), [("relu", 6), ("tanh", 6), ("logistic", 2)])
def test_first_values_of_scikit_learn(rng, activation, six):
    mlp = neural_network.MLPRegressor(
        hidden_layer_sizes=(400,), activation=activation, solver="sgd", learning_rate_init=1e-12,
        random_state=0,
    )  # fmt: skip
    mlp.partial_fit(rng.normal(size=(5, 300)), np.zeros(5))
    bound = math.sqrt(six / 700)
    for p in (mlp.coefs_[0], mlp.intercepts_[0]):
        assert 0.97 * bound < abs(p).max() <= bound * (1 + 1e-9)


def test_cut_tails():
    shape, key = (1000, 1000), jax.random.key(0)
    ones = [keras.initializers.HeNormal(seed=0)(shape), jax.nn.initializers.he_normal()(key, shape)]
    for W in ones:
        assert np.std(W) == pytest.approx(math.sqrt(2 / 1000), rel=0.003)
        assert np.max(np.abs(W)) < 2.3 * math.sqrt(2 / 1000)
    ours = initializers.he_normal()(np.random.default_rng(0), shape)
    assert abs(ours).max() > 4 * math.sqrt(2 / 1000)
    for W in (
        keras.initializers.TruncatedNormal(stddev=0.1, seed=0)(shape),
        jax.nn.initializers.truncated_normal(0.1)(key, shape),
    ):
        assert np.std(W) == pytest.approx(0.08796, rel=0.003)
    assert default(keras.initializers.RandomNormal, "stddev") == (0.05,)
    assert default(jax.nn.initializers.normal, "stddev") == (0.01,)


# -- Normalization, dropout, the rest --------------------------------------------------------------


def test_batch_normalization_keeps_the_biased_variance(rng):
    x = rng.normal(size=(4, 2)).astype(np.float32)
    ours = BatchNorm(2, momentum=0.01, eps=1e-3)
    params = ours.init(rng)
    y, cache = ours.forward(params, x.astype(float), mode=Mode(training=True))
    layer = keras.layers.BatchNormalization()
    close(y, layer(x, training=True), rtol=1e-3)
    close(ours.measured(params, cache)["running_mean"], layer.moving_mean)
    close(0.99 + 0.01 * x.var(axis=0), layer.moving_variance)
    layer = nnx.BatchNorm(2, rngs=nnx.Rngs(0))
    layer(jnp.array(x))
    close(ours.measured(params, cache)["running_mean"], layer.mean[...])
    close(0.99 + 0.01 * x.var(axis=0), layer.var[...])
    names = "momentum", "epsilon", "axis"
    assert default(keras.layers.BatchNormalization, *names) == (0.99, 1e-3, -1)
    assert default(nnx.BatchNorm, *names) == (0.99, 1e-5, -1)
    assert default(keras.layers.LayerNormalization, "epsilon") == (1e-3,)
    assert default(nnx.LayerNorm, "epsilon") == (1e-6,)


def test_variance_is_biased(rng):
    x = rng.normal(size=7)
    close(x.var(), jnp.var(jnp.array(x)))
    close(x.var(), keras.ops.var(x))
    close(x.var(), sklearn_preprocessing.StandardScaler().fit(x[:, None]).var_[0])


def test_the_rate_of_dropout_is_what_is_dropped():
    ones = np.ones(100_000, np.float32)
    for y in (
        keras.layers.Dropout(0.1, seed=0)(ones, training=True),
        nnx.Dropout(0.1, rngs=nnx.Rngs(0))(jnp.array(ones)),
    ):
        assert np.mean(np.asarray(y) == 0) == pytest.approx(0.1, abs=0.005)
        assert np.max(y) == pytest.approx(1 / 0.9)
    kept = jax.random.bernoulli(jax.random.key(0), 0.1, (100_000,))
    assert float(kept.mean()) == pytest.approx(0.1, abs=0.005)


def test_slopes_and_switches():
    assert default(keras.layers.LeakyReLU, "negative_slope") == (0.3,)
    assert default(keras.activations.leaky_relu, "negative_slope") == (0.2,)
    assert default(jax.nn.leaky_relu, "negative_slope") == (0.01,)
    assert default(jax.nn.gelu, "approximate") == (True,)
    assert default(keras.activations.gelu, "approximate") == (False,)
    ones = np.ones(100, np.float32)
    assert np.all(np.asarray(keras.layers.Dropout(0.5)(ones)) == 1)  # evaluation unless told
    dropout = nnx.Dropout(0.5, rngs=nnx.Rngs(0))
    assert np.any(np.asarray(dropout(jnp.array(ones))) == 0)
    dropout.eval()
    assert np.all(np.asarray(dropout(jnp.array(ones))) == 1)
    assert default(nnx.BatchNorm, "use_running_average") == (False,)
