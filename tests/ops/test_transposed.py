"""Transposed and one-dimensional convolution, and windows that reach beyond the image."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nnbook.ops.conv1d import Conv1D
from nnbook.ops.convolution import Conv2D
from nnbook.ops.initializers import orthogonal
from nnbook.ops.pooling import AveragePool2D, MaxPool2D
from nnbook.ops.transposed import ConvTranspose2D
from nnbook.ops.windows import Windows


def pairs(low, high):
    return st.tuples(st.integers(low, high), st.integers(low, high))


@settings(max_examples=40)
@given(
    kernel=pairs(1, 3),
    stride=pairs(1, 3),
    padding=st.one_of(pairs(0, 2), st.just("same"), st.just("valid")),
    dilation=pairs(1, 2),
    groups=st.integers(1, 2),
    size=pairs(4, 7),
    seed=st.integers(0, 2**32 - 1),
)
def test_it_is_the_transpose_of_a_convolution(
    kernel, stride, padding, dilation, groups, size, seed
):
    """⟨conv(x), y⟩ = ⟨x, transposed(y)⟩ for all x and y, with the same weights."""
    rng = np.random.default_rng(seed)
    conv = Conv2D(2 * groups, groups, kernel, stride, padding, dilation, groups, bias=None)
    x = rng.normal(size=(2, 2 * groups, *size))
    params = conv.init(rng)
    try:
        there, _ = conv.forward(params, x)
    except ValueError:
        assume(False)
    # How many rows and columns the convolution leaves out at the end: they say which size is meant.
    if padding == "same":
        assume(all(n % s == 0 for n, s in zip(size, stride, strict=True)))
        extra = (0, 0)
    else:
        p = (0, 0) if padding == "valid" else padding
        extra = tuple(
            (size[a] + 2 * p[a] - dilation[a] * (kernel[a] - 1) - 1) % stride[a] for a in (0, 1)
        )
    back = ConvTranspose2D(
        groups, 2 * groups, kernel, stride, padding, dilation, groups, extra, bias=None
    )
    assert back.shapes() == conv.shapes()
    y = rng.normal(size=there.shape)
    returned, _ = back.forward(params, y)
    assert returned.shape == x.shape
    assert np.sum(there * y) == pytest.approx(np.sum(x * returned), rel=1e-9, abs=1e-9)


def test_it_doubles_an_image():
    x = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    op = ConvTranspose2D(1, 1, 2, 2, bias=None)
    y, _ = op.forward({"W": np.ones((1, 1, 2, 2))}, x)
    np.testing.assert_array_equal(y[0, 0], np.kron(x[0, 0], np.ones((2, 2))))


def test_its_weights_begin_with_the_fans_of_what_it_reads():
    op = ConvTranspose2D(8, 2, 2, groups=2, weights=orthogonal())
    W = op.init(np.random.default_rng(0))["W"]
    assert W.shape == (8, 1, 2, 2)
    for group in (W[:4], W[4:]):
        rows = group.swapaxes(0, 1).reshape(1, -1)  # one output, which reads 4 channels
        np.testing.assert_allclose(rows @ rows.T, np.eye(1), atol=1e-12)


@pytest.mark.parametrize("padding", [0, 2, "same", "valid"])
def test_one_axis_is_two_with_a_height_of_one(padding):
    rng = np.random.default_rng(0)
    op = Conv1D(4, 6, 3, 2, padding, 2, groups=2)
    params, x = op.init(rng), rng.normal(size=(3, 4, 9))
    pads = padding if isinstance(padding, str) else (0, padding)
    wide = Conv2D(4, 6, (1, 3), (1, 2), pads, (1, 2), groups=2)
    y, _ = op.forward(params, x)
    flat, _ = wide.forward({**params, "W": params["W"][:, :, None]}, x[:, :, None])
    np.testing.assert_array_equal(y, flat[:, :, 0])


def test_differences_of_a_sequence():
    op = Conv1D(1, 1, 2, bias=None)
    squares = np.arange(6.0)[None, None] ** 2
    y, _ = op.forward({"W": np.array([[[-1.0, 1.0]]])}, squares)
    np.testing.assert_array_equal(y[0, 0], [1, 3, 5, 7, 9])


@pytest.mark.parametrize(
    ("op", "text"),
    [
        (Conv1D(1, 2), "Conv1D(1, 2, 3)"),
        (
            Conv1D(2, 4, 2, 2, 1, 2, 2, bias=None),
            "Conv1D(2, 4, 2, stride=2, padding=1, dilation=2, groups=2, bias=None)",
        ),
        (Conv1D(1, 1, 3, padding="same"), "Conv1D(1, 1, 3, padding='same')"),
        (Conv2D(4, 4, 3, groups=2), "Conv2D(4, 4, 3, groups=2)"),
        (Conv2D(4, 4, 3, groups=4), "Conv2D(4, 4, 3, groups=4)"),
        (Conv2D(4, 4, 3), "Conv2D(4, 4, 3)"),
        (
            ConvTranspose2D(2, 4, (2, 3), 2, 1, groups=2, output_padding=(0, 1), bias=None),
            "ConvTranspose2D(2, 4, (2, 3), stride=2, padding=1, groups=2, "
            "output_padding=(0, 1), bias=None)",
        ),
        (MaxPool2D(3, 2, ceil_mode=True), "MaxPool2D(3, stride=2, ceil_mode=True)"),
    ],
)
def test_repr_says_what_is_not_usual(op, text):
    assert repr(op) == text


# --- ceil_mode ------------------------------------------------------------------------------------


def test_what_is_left_over_has_windows_of_its_own():
    x = np.arange(9.0).reshape(1, 1, 3, 3)
    np.testing.assert_array_equal(MaxPool2D(2).forward({}, x)[0][0, 0], [[4]])
    y, cache = MaxPool2D(2, ceil_mode=True).forward({}, x)
    np.testing.assert_array_equal(y[0, 0], [[4, 5], [7, 8]])
    (x_bar,), _ = MaxPool2D(2, ceil_mode=True).vjp({}, cache, y)
    np.testing.assert_array_equal(x_bar[0, 0], [[0, 0, 0], [0, 4, 5], [0, 7, 8]])
    for counted in (False, True):  # nothing beyond the image is counted: there is no padding
        mean = AveragePool2D(2, ceil_mode=True, count_padding=counted)
        np.testing.assert_array_equal(mean.forward({}, x)[0][0, 0], [[2, 3.5], [6.5, 8]])


@given(
    size=st.integers(1, 12),
    kernel=st.integers(1, 4),
    stride=st.integers(1, 4),
    padding=st.integers(0, 2),
)
def test_the_number_of_windows_is_rounded_up(size, kernel, stride, padding):
    assume(padding <= kernel // 2)
    windows = Windows.of(kernel, stride, padding, ceil_mode=True)
    places = list(range(-padding, size, stride))  # where a window may begin
    least = -(-(size + 2 * padding - kernel) // stride) + 1
    assume(least >= 1)
    assert windows.axis(0, size).count == min(least, len(places))
    q, inside = windows.at(0, size)
    assert inside.any(axis=1).all()
    assert q.max() < size + windows.axis(0, size).after


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Conv1D(2, 2, groups=3), "3 groups do not divide"),
        (lambda: Conv1D(1, 1, kernel=0), r"kernel must be .*got \(1, 0\)"),
        (
            lambda: Conv1D(2, 1, bias=None).forward({"W": np.ones((1, 2, 3))}, np.ones((1, 3, 5))),
            r"Conv1D\(2, 1, 3, bias=None\) expects inputs of shape \(N, 2, L\), got \(1, 3, 5\)",
        ),
        (lambda: ConvTranspose2D(1, 1, output_padding=1), r"below \(1, 1\), got 1"),
        (
            lambda: ConvTranspose2D(1, 1, stride=2, padding="same", output_padding=1),
            "output_padding must be below",
        ),
        (lambda: ConvTranspose2D(0, 1), "at least 1"),
        (
            lambda: ConvTranspose2D(1, 1, 2, padding=1, bias=None).forward(
                {"W": np.ones((1, 1, 2, 2))}, np.ones((1, 1, 1, 1))
            ),
            "leaves nothing of 2 pixels",
        ),
    ],
)
def test_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    "op",
    [
        "MaxPool2D(3, stride=(2, 1))",
        "MaxPool2D((2, 3), stride=2)",
        "ConvTranspose2D(2, 4, 3)",
        "ConvTranspose2D(2, 4, 3, groups=2)",
    ],
)
def test_repr_of_strides_and_groups(op):
    assert repr(eval(op)) == op
