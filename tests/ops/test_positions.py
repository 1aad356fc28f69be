"""Positions: what they are, that distances are all that counts, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook.op import Needs, NoGradientError
from nnbook.ops.positions import Rotary, SinusoidalPositions, rotary, sinusoidal_positions
from nnbook.ops.upsampling import Upsample


def rng(seed=0):
    return np.random.default_rng(seed)


def test_the_table_is_that_of_the_paper():
    P = sinusoidal_positions(50, 8)
    for t in (0, 3, 49):
        for j in range(4):
            angle = t / 10000 ** (2 * j / 8)
            np.testing.assert_allclose(P[t, 2 * j : 2 * j + 2], [np.sin(angle), np.cos(angle)])
    assert sinusoidal_positions(3, 2, dtype=np.float32).dtype == np.float32
    np.testing.assert_allclose(sinusoidal_positions(3, 4, base=4.0)[2, 2:], [np.sin(1), np.cos(1)])


def test_products_depend_on_distances():
    P = sinusoidal_positions(60, 16)
    for s in (1, 7):
        products = np.sum(P[s:] * P[:-s], axis=1)
        np.testing.assert_allclose(products, products[0], rtol=1e-12)
    q, k = rng().normal(size=(2, 1, 8))
    for s in (1, 7):
        products = [
            float((rotary(q, [t + s]) @ rotary(k, [t]).T)[0, 0]) for t in (0, 5, 1000, 123_456)
        ]
        np.testing.assert_allclose(products, products[0], rtol=1e-9)


def test_a_rotation_keeps_lengths_and_is_undone_by_turning_back():
    x = rng().normal(size=(2, 3, 5, 6))
    y = rotary(x)
    np.testing.assert_allclose(np.sum(y**2, axis=-1), np.sum(x**2, axis=-1))
    np.testing.assert_allclose(rotary(y, -np.arange(5)), x, atol=1e-14)
    np.testing.assert_allclose(rotary(rotary(x, [3] * 5), [4] * 5), rotary(x, [7] * 5), atol=1e-13)
    np.testing.assert_array_equal(y[:, :, 0], x[:, :, 0])
    t = rng().integers(0, 9, (3, 1))
    for n in range(3):
        np.testing.assert_array_equal(rotary(x, t)[:, n], rotary(x[:, n], np.full(5, t[n, 0])))


def test_late_positions_keep_their_digits_in_float32():
    x = rng().normal(size=(1, 64))
    for t in (100_000, 10_000_000):
        late = rotary(x.astype(np.float32), [t])
        np.testing.assert_allclose(late, rotary(x, [t]), atol=2e-6)


def test_positions_are_added():
    x = rng().normal(size=(2, 3, 4))
    y, cache = SinusoidalPositions().forward({}, x)
    np.testing.assert_array_equal(y, x + sinusoidal_positions(3, 4))
    assert SinusoidalPositions().vjp({}, cache, y)[0][0] is not None
    late, _ = SinusoidalPositions().forward({}, x, np.array([[7, 8, 9], [0, 1, 2]]))
    np.testing.assert_allclose(late[0], x[0] + sinusoidal_positions(10, 4)[7:])
    np.testing.assert_allclose(late[1], y[1])


@pytest.mark.parametrize("op", [Rotary(), SinusoidalPositions(100.0)], ids=repr)
def test_what_does_not_fit_is_refused(op):
    x = np.ones((2, 3, 4))
    assert repr(eval(repr(op))) == repr(op)
    for wrong in (np.ones((3, 5)), np.ones(4)):
        with pytest.raises(ValueError, match=r"expects inputs \(…, T, d\) with d even, got shape"):
            op.forward({}, wrong)
    for t in (np.arange(4), np.ones((1, 2, 3), int), np.array(3)):
        with pytest.raises(ValueError, match=r"expects positions that fit \(2, 3\), got shape"):
            op.forward({}, x, t)
    with pytest.raises(ValueError, match="labels that are integers"):
        op.forward({}, x, np.ones(3))
    with pytest.raises(ValueError, match="labels 0 …, got -1 … 1"):
        op.forward({}, x, np.array([-1, 0, 1]))
    y, cache = op.forward({}, x, np.arange(3))
    with pytest.raises(NoGradientError, match="positions have no cotangent"):
        op.vjp({}, cache, y, Needs((True, True)))
    assert op.vjp({}, cache, y, Needs((False, False)))[0] == (None, None)


def test_settings_are_refused():
    for make in (lambda b: sinusoidal_positions(2, 2, b), Rotary, SinusoidalPositions):
        for base in (1.0, -3.0, np.inf, np.nan):
            with pytest.raises(ValueError, match="must be a number above 1"):
                make(base)
    with pytest.raises(ValueError, match="d must be even, got 3"):
        sinusoidal_positions(2, 3)
    with pytest.raises(ValueError, match="whole numbers of at least 1, got T=0"):
        sinusoidal_positions(0, 2)
    with pytest.raises(ValueError, match=r"inputs of shape \(…, T, d\), got \(4,\)"):
        rotary(np.ones(4))
    with pytest.raises(ValueError, match="d must be even, got 3"):
        rotary(np.ones((2, 3)))


def test_upsampling():
    x = rng().normal(size=(2, 3, 4, 5))
    y, cache = Upsample((2, 3)).forward({}, x)
    assert y.shape == (2, 3, 8, 15)
    for i, j in ((0, 0), (7, 14), (3, 5)):
        np.testing.assert_array_equal(y[..., i, j], x[..., i // 2, j // 3])
    (x_bar,), _ = Upsample((2, 3)).vjp({}, cache, np.ones_like(y))
    np.testing.assert_array_equal(x_bar, np.full_like(x, 6))
    assert Upsample((2, 3)).vjp({}, cache, y, Needs((False,))) == ((None,), {})
    assert [repr(Upsample(s)) for s in (2, (2, 2), (1, 2))] == [
        "Upsample(2)",
        "Upsample(2)",
        "Upsample((1, 2))",
    ]
    for bad in (0, 1.5, (2,), "2"):
        with pytest.raises(ValueError, match="factor must be a whole number of at least 1"):
            Upsample(bad)
    with pytest.raises(ValueError, match=r"expects images of shape \(N, C, H, W\), got \(2, 3\)"):
        Upsample().forward({}, np.ones((2, 3)))
