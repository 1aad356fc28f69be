"""Augmentation: exact where it can be, near where it must interpolate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbook import data
from nnbook.data.augmentation import Augment, flip, rotate, scale, shift
from nnbook.graph import Sequential
from nnbook.op import Mode
from nnbook.ops.activations import ReLU
from nnbook.ops.linear import Dense
from nnbook.ops.losses import SoftmaxCrossEntropy
from nnbook.ops.pooling import Flatten
from nnbook.training.loop import fit
from nnbook.training.moments import adam

seeds = st.integers(0, 2**32 - 1)


def drawn(seed, size=(3, 2, 6, 6), dtype=np.float64):
    x = np.random.default_rng(seed).normal(size=size).astype(dtype)
    x.setflags(write=False)
    return x


@pytest.mark.parametrize("size", [(6, 6), (5, 5), (3, 2, 7, 7), (0, 4, 4)])
@pytest.mark.parametrize("quarters", [-1, 0, 1, 2, 3, 4])
def test_right_angles_are_exact(size, quarters):
    x = drawn(0, size)
    np.testing.assert_array_equal(rotate(x, 90 * quarters), np.rot90(x, quarters, axes=(-2, -1)))


@given(seed=seeds, down=st.integers(-3, 3), right=st.integers(-3, 3))
def test_whole_shifts_are_exact_and_can_be_undone(seed, down, right):
    x = drawn(seed, (2, 8, 9))
    moved = shift(x, down, right)
    inside = x[:, max(0, -down) : 8 - max(0, down), max(0, -right) : 9 - max(0, right)]
    there = moved[:, max(0, down) : 8 + min(0, down), max(0, right) : 9 + min(0, right)]
    np.testing.assert_array_equal(there, inside)
    assert np.sum(moved != 0) == inside.size  # and 0 elsewhere
    back = shift(moved, -down, -right)
    np.testing.assert_array_equal(back[:, 3:5, 3:6], x[:, 3:5, 3:6])


def test_half_a_pixel_is_a_mean_of_two():
    x = drawn(0, (5, 5))
    np.testing.assert_allclose(shift(x, 0.5)[1:], (x[1:] + x[:-1]) / 2)
    np.testing.assert_allclose(shift(x, 0, -0.5)[:, :-1], (x[:, 1:] + x[:, :-1]) / 2)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_identity_and_dtype(dtype):
    x = drawn(0, dtype=dtype)
    for same in (
        shift(x),
        rotate(x, 0),
        rotate(x, 360),
        scale(x, 1),
        flip(flip(x, -2), -2),
        rotate(rotate(x, 90), -90),
    ):
        np.testing.assert_array_equal(same, x)
        assert same.dtype == dtype
        assert not np.shares_memory(same, x)


def test_a_plane_stays_a_plane():
    """Linear interpolation is exact on linear images: a turned slope is a slope."""
    rows, columns = np.mgrid[-5:6, -5:6].astype(float)
    angle = np.deg2rad(20)
    # Counter-clockwise: what was on the right comes up.
    expected = np.cos(angle) * columns - np.sin(angle) * rows
    inner = (slice(3, 8), slice(3, 8))
    np.testing.assert_allclose(rotate(columns, 20)[inner], expected[inner], atol=1e-8)
    np.testing.assert_allclose(scale(columns, 2), columns / 2)
    assert scale(np.ones((11, 11)), 0.5)[0, 0] == 0


def test_flip():
    x = drawn(0)
    np.testing.assert_array_equal(flip(x), x[..., ::-1])
    np.testing.assert_array_equal(flip(x, -2), x[..., ::-1, :])
    np.testing.assert_array_equal(rotate(x, 180), flip(flip(x), -2))


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, bool, np.float16])
def test_other_numbers(dtype):
    """Bytes become float64, and the operation is what it would have been."""
    x = np.random.default_rng(0).integers(0, 2, (2, 5, 5)).astype(dtype)
    for f in (lambda a: rotate(a, 30), lambda a: shift(a, 0.5), flip, lambda a: scale(a, 1.3)):
        np.testing.assert_allclose(f(x), f(x.astype(np.float64)), atol=1e-3)
        assert f(x).dtype == (dtype if dtype == np.float16 else np.float64)
    with pytest.raises(TypeError, match="real numbers"):
        rotate(x * 1j, 30)


@pytest.mark.parametrize("shape", [(0, 2, 6, 6), (2, 0, 6, 6), (2, 3, 0, 6), (3, 4, 4)])
def test_batches_of_nothing(shape):
    x, op = np.ones(shape), Augment(shift=1, rotate=10)
    y, cache = op.forward({}, x, mode=Mode.train(np.random.default_rng(0)))
    assert y.shape == op.vjp({}, cache, y)[0][0].shape == rotate(x, 5).shape == shape


def test_random_augmentation():
    x = np.repeat(drawn(0, (1, 2, 6, 6)), 50, axis=0)
    op = Augment(shift=1, rotate=20, scale=1.2)

    def value(seed):
        return op.forward({}, x, mode=Mode.train(np.random.default_rng(seed)))[0]

    np.testing.assert_array_equal(value(1), value(1))
    assert (value(1) != value(2)).any()
    assert (np.ptp(value(1), axis=0) > 0).all()  # each image has its own
    # Channels move together, and nothing else happens: the sum of the channels moves likewise.
    both = Augment(shift=1).forward({}, x, mode=Mode.train(np.random.default_rng(3)))[0].sum(1)
    total = x.sum(1, keepdims=True)
    alone = Augment(shift=1).forward({}, total, mode=Mode.train(np.random.default_rng(3)))[0]
    np.testing.assert_allclose(both, alone[:, 0], atol=1e-12)


def test_each_part_is_the_function_of_its_name():
    x = drawn(0, (400, 1, 6, 6))
    flipped, _ = Augment(flip=(-1,)).forward({}, x, mode=Mode.train(np.random.default_rng(0)))
    mirrored = (flipped == flip(x)).all((1, 2, 3))
    np.testing.assert_array_equal(flipped[~mirrored], x[~mirrored])
    assert abs(mirrored.sum() - 200) < 4 * 10  # four standard deviations of 400 fair coins
    op, rng = Augment(rotate=30), np.random.default_rng(5)
    y, _ = op.forward({}, x[:2], mode=Mode.train(rng))
    degrees = 30 * np.random.default_rng(5).uniform(-1, 1, (2, 2))[0]
    np.testing.assert_allclose(y[1], rotate(x[1], degrees[1]), atol=1e-8)
    assert (Augment().forward({}, x, mode=Mode.train(rng))[0] == x).all()


def test_the_cotangent_goes_the_way_back():
    """⟨T x, y⟩ = ⟨x, Tᵀ y⟩ for the map that was drawn."""
    op = Augment(shift=2, rotate=45, scale=1.5, flip=(-1, -2))
    x, y_bar = drawn(0), drawn(1)
    y, cache = op.forward({}, x, mode=Mode.train(np.random.default_rng(0)))
    (x_bar,), _ = op.vjp({}, cache, y_bar)
    assert np.sum(y * y_bar) == pytest.approx(np.sum(x * x_bar), rel=1e-12)


def test_in_a_network():
    images, labels = data.load_digits()
    network = Sequential(
        Augment(shift=1, rotate=10), Flatten(), Dense(64, 32), ReLU(), Dense(32, 10)
    )
    run = fit(
        network,
        SoftmaxCrossEntropy(),
        images[:500],
        labels[:500],
        optimizer=adam(0.01),
        epochs=5,
        seed=0,
        progress=False,
    )
    assert run.history["loss"][-1] < 0.6 * run.history["loss"][0]
    np.testing.assert_array_equal(run.predict(images[:3]), run.predict(images[:3]))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: scale(np.ones((2, 2)), 0), "factor must be a positive number, got 0"),
        (lambda: flip(np.ones((2, 2)), 0), "axis -1 .* or -2, got 0"),
        (lambda: shift(np.ones(3), 1), r"shape \(…, H, W\), got \(3,\)"),
        (lambda: shift(np.ones((3, 3)), np.nan), "shift down must be a finite number, got nan"),
        (lambda: shift(np.ones((3, 3)), right=-np.inf), "to the right must be a finite number"),
        (lambda: rotate(np.ones((3, 3)), np.inf), "the angle must be a finite number, got inf"),
        (lambda: rotate(np.ones((3, 3)), np.nan), "the angle must be a finite number, got nan"),
        (lambda: scale(np.ones((3, 3)), np.inf), "the factor must be a finite number, got inf"),
        (lambda: Augment(rotate=np.nan), "rotate must be a finite number, 0 or more; got nan"),
        (lambda: Augment(shift=-1), "shift must be a finite number, 0 or more; got -1"),
        (lambda: Augment(scale=0.5), "scale must be a finite number, 1 or more; got 0.5"),
        (lambda: Augment(flip=(1,)), r"or -2, got 1"),
        (lambda: Augment().forward({}, np.ones((2, 2, 2)), mode=Mode(True)), "use Mode.train"),
        (
            lambda: Augment().forward(
                {}, np.ones((2, 2)), mode=Mode.train(np.random.default_rng(0))
            ),
            r"shape \(N, …, H, W\), got \(2, 2\)",
        ),
    ],
)
def test_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("arguments", ["", "shift=2", "rotate=1", "scale=2", "flip=(-1,)"])
def test_repr_names_what_is_not_usual(arguments):
    assert repr(eval(f"Augment({arguments})")) == f"Augment({arguments})"


def test_an_image_of_one_pixel():
    np.testing.assert_array_equal(shift(np.ones((1, 1, 1, 1)), 1, 0), [[[[0]]]])
