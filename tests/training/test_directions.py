"""Lion and Muon: steps of a length of their own, against loops from the papers."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook import Dense, Flatten, Sequential, SoftmaxCrossEntropy, fit, load_digits, tree
from nnbook.training import schedules
from nnbook.training.directions import lion, muon, orthogonalized
from nnbook.training.groups import by_group
from nnbook.training.moments import adam

SHAPES = [(5, 5), (7, 3), (3, 7), (1, 4), (4, 1), (40, 20)]


def matrix(shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def with_singular_values(shape, values, seed=0):
    U, _, V = np.linalg.svd(matrix(shape, seed), full_matrices=False)
    return (U * values) @ V


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e6])
def test_singular_values_become_about_one_and_directions_stay(shape, scale):
    k = min(shape)
    G = with_singular_values(shape, scale * np.geomspace(1, 0.01, k) if k > 1 else scale)
    O = orthogonalized(G)
    s = np.linalg.svd(O, compute_uv=False)
    assert 0.6 < s.min() <= s.max() < 1.3
    U, _, V = np.linalg.svd(G, full_matrices=False)
    inner = U.T @ O @ V.T
    np.testing.assert_allclose(inner, np.diag(np.diag(inner)), atol=1e-6)
    assert (np.diag(inner) > 0.6).all()


def test_the_polynomial_acts_on_singular_values():
    s = np.array([3.0, 1.0, 0.1])
    expected = s / np.linalg.norm(s)
    for _ in range(3):
        expected = 3.4445 * expected - 4.7750 * expected**3 + 2.0315 * expected**5
    O = orthogonalized(np.diag(s), steps=3, eps=1e-30)
    np.testing.assert_allclose(O, np.diag(expected), atol=1e-14)


def test_of_nothing_and_of_zero():
    np.testing.assert_array_equal(orthogonalized(np.zeros((2, 3))), np.zeros((2, 3)))
    assert orthogonalized(np.zeros((0, 3))).shape == (0, 3)
    with pytest.raises(ValueError, match=r"expected a matrix, got shape \(3,\)"):
        orthogonalized(np.ones(3))


@pytest.mark.parametrize("shape", [(4, 3), (3, 4), (3, 12)])
def test_muon_is_its_algorithm(shape):
    """The authors' code, with weights of outputs by inputs, and a buffer that is a sum."""
    target, W = matrix(shape, 1), matrix(shape, 2)
    params = {"dense1": {"W": W.copy()}}
    opt = muon(0.05, mu=0.9, weight_decay=0.2)
    state, buffer = opt.init(params), np.zeros(shape[::-1])
    for _ in range(12):
        g = (W - target).T
        buffer = 0.9 * buffer + g
        X = g + 0.9 * buffer
        tall = X.shape[0] > X.shape[1]
        X = X.T if tall else X
        X = X / np.linalg.norm(X)
        for _ in range(5):
            A = X @ X.T
            X = 3.4445 * X + (-4.7750 * A + 2.0315 * A @ A) @ X
        X = X.T if tall else X
        X *= max(1, X.shape[0] / X.shape[1]) ** 0.5
        W = W - 0.05 * 0.2 * W - 0.05 * X.T
        grads = {"dense1": {"W": params["dense1"]["W"] - target}}
        params, state = opt.update(params, grads, state)
        np.testing.assert_allclose(params["dense1"]["W"], W, rtol=1e-4, atol=1e-6)
    assert state["step"] == 12


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_muon_is_pure_and_keeps_dtypes(dtype):
    params, grads = ({"W": matrix((3, 4), s).astype(dtype)} for s in (0, 1))
    opt = muon(0.1)
    state = opt.init(params)
    for a in (params["W"], grads["W"], state["m"]["W"]):
        a.setflags(write=False)
    first, second = (opt.update(params, grads, state) for _ in range(2))
    np.testing.assert_equal(first, second)
    assert first[0]["W"].dtype == dtype
    assert first[1]["m"]["W"].dtype == np.result_type(dtype, np.float32)
    assert state["step"] == 0
    np.testing.assert_array_equal(params["W"], matrix((3, 4), 0).astype(dtype))


def test_the_length_of_a_step_of_muon():
    """Set by the rate and the shape; the size of the gradient does not matter."""
    for shape in SHAPES:
        steps = []
        for scale in (1.0, 1e5):
            params, opt = {"W": np.zeros(shape)}, muon(0.1)
            g = {"W": scale * matrix(shape)}
            steps.append(opt.update(params, g, opt.init(params))[0]["W"])
        np.testing.assert_allclose(*steps, rtol=1e-4, atol=1e-8)
        largest = np.linalg.svd(steps[0], compute_uv=False).max()
        expected = 0.1 * max(1, shape[1] / shape[0]) ** 0.5
        assert 0.6 < largest / expected < 1.3


def test_a_step_of_lion_is_the_rate():
    params, opt = {"w": np.zeros(4)}, lion(0.25)
    g = {"w": np.array([1e-9, -1e9, 0.0, 3.0])}
    params, _ = opt.update(params, g, opt.init(params))
    np.testing.assert_array_equal(params["w"], [-0.25, 0.25, 0.0, -0.25])


def test_lion_mixes_more_of_the_gradient_into_the_step_than_into_memory():
    """A gradient that turns round: the step turns at once, the average later."""
    opt, params = lion(0.1, beta1=0.5, beta2=0.9), {"w": np.zeros(1)}
    state = opt.init(params)
    for g in (1.0, 1.0, -1.0):
        before = params["w"]
        params, state = opt.update(params, {"w": np.array([g])}, state)
    assert params["w"] > before
    assert state["m"]["w"] > 0


def test_what_is_no_matrix_is_refused():
    params = {"dense1": {"W": np.ones((2, 2)), "b": np.ones(2)}}
    message = r"muon needs matrices, and parameter 'dense1/b' has shape \(2,\).*by_group"
    with pytest.raises(ValueError, match=message):
        muon(0.1).init(params)
    with pytest.raises(ValueError, match=message):
        muon(0.1).update(params, params, {"step": 0, "m": params})
    with pytest.raises(ValueError, match=r"'conv1/W' has shape \(2, 3, 3, 3\)"):
        muon(0.1).init({"conv1": {"W": np.ones((2, 3, 3, 3))}})


def test_bad_arguments():
    for value in (1.0, -0.1, np.nan):
        with pytest.raises(ValueError, match=r"mu must lie in \[0, 1\)"):
            muon(0.1, mu=value)
    for value in (0, 2.5, -1):
        with pytest.raises(ValueError, match="steps must be a whole number"):
            muon(0.1, steps=value)
    with pytest.raises(ValueError, match="eps must be"):
        muon(0.1, eps=0)
    for rule in (muon, lion):
        with pytest.raises(ValueError, match="weight_decay must be a finite number"):
            rule(0.1, weight_decay=-1)
        with pytest.raises(ValueError, match="weights would change their sign"):
            rule(0.5, weight_decay=3.0)
        with pytest.raises(ValueError, match="learning rate must be a finite number"):
            rule(-0.1)
        with pytest.raises(TypeError, match="the learning rate must be a number"):
            rule("0.1")
        late = rule(lambda s: 0.5 * s, weight_decay=3.0)
        params = {"W": np.ones((2, 2))}
        params, state = late.update(params, params, late.init(params))
        with pytest.raises(ValueError, match="weights would change their sign"):
            late.update(params, params, state)


def test_names():
    assert repr(lion(0.1)) == "lion(0.1, beta1=0.9, beta2=0.99, weight_decay=0.0)"
    assert repr(muon(schedules.constant(0.1), 0.9)) == (
        "muon(constant(0.1), mu=0.9, steps=5, weight_decay=0.0, eps=1e-07)"
    )


def test_they_train_a_network():
    images, labels = load_digits()
    net = Sequential(Flatten(), Dense(64, 10))
    rules = [lion(0.02), by_group({"*/W": muon(0.2), "*/b": adam(0.02)})]
    for opt in rules:
        run = fit(net, SoftmaxCrossEntropy(), images[:500], labels[:500],
                  optimizer=opt, epochs=5, seed=0, progress=False)  # fmt: skip
        assert run.history["loss"][-1] < 0.6
        assert tree.count(run.params) == 650
