"""Convolution and pooling of any size, stride, padding, dilation and groups."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nnbook import gradcheck
from nnbook.op import Mode, Needs
from nnbook.ops.convolution import Conv2D
from nnbook.ops.linear import Dense
from nnbook.ops.pooling import AveragePool2D, Flatten, GlobalAveragePool, MaxPool2D
from nnbook.ops.windows import Windows, output_size

seeds = st.integers(0, 2**32 - 1)


def pairs(low, high):
    return st.tuples(st.integers(low, high), st.integers(low, high))


WINDOWS = {
    "kernel": pairs(1, 3),
    "stride": pairs(1, 3),
    "padding": st.one_of(pairs(0, 3), st.sampled_from(["same", "valid"])),
    "dilation": pairs(1, 3),
}
SIZES = pairs(1, 7)


def fits(windows, size):
    try:
        windows.output(np.empty(size))
    except ValueError:
        return False
    return True


def by_the_formula(op, params, x):
    """The definition, number by number."""
    w = op.windows
    (N, _, H, W), (rows, columns) = x.shape, (w.axis(0, x.shape[2]), w.axis(1, x.shape[3]))
    y = np.zeros((N, op.C_out, rows.count, columns.count))
    of_group, to_group = op.C_in // op.groups, op.C_out // op.groups
    for n, o, i, j in np.ndindex(y.shape):
        y[n, o, i, j] = params["b"][o] if "b" in params else 0
        for c, u, v in np.ndindex(of_group, *w.kernel):
            q = w.stride[0] * i + w.dilation[0] * u - rows.before
            r = w.stride[1] * j + w.dilation[1] * v - columns.before
            if 0 <= q < H and 0 <= r < W:
                channel = of_group * (o // to_group) + c
                y[n, o, i, j] += params["W"][o, c, u, v] * x[n, channel, q, r]
    return y


@settings(max_examples=60)
@given(**WINDOWS, size=SIZES, groups=st.integers(1, 3), channels=pairs(1, 2), seed=seeds)
def test_convolution(kernel, stride, padding, dilation, size, groups, channels, seed):
    assume(fits(Windows.of(kernel, stride, padding, dilation), size))
    rng = np.random.default_rng(seed)
    C_in, C_out = groups * channels[0], groups * channels[1]
    op = Conv2D(C_in, C_out, kernel, stride, padding, dilation, groups)
    params = {"W": op.init(rng)["W"], "b": rng.normal(size=C_out)}
    x = rng.normal(size=(2, C_in, *size))
    y, _ = op.forward(params, x)
    np.testing.assert_allclose(y, by_the_formula(op, params, x), atol=1e-12)
    p = padding if isinstance(padding, str) else None
    assert y.shape[2:] == tuple(
        output_size(size[a], kernel[a], stride[a], p or padding[a], dilation[a]) for a in (0, 1)
    )
    check = gradcheck.projection(op, params, (x,), rng)
    assert check.ok(1e-5), check


@settings(max_examples=40)
@given(**WINDOWS, size=SIZES, seed=seeds)
def test_pooling(kernel, stride, padding, dilation, size, seed):
    windows = Windows.of(kernel, stride, padding, dilation)
    assume(fits(windows, size))
    rng = np.random.default_rng(seed)
    x = rng.permutation(np.linspace(-9, -1, 6 * size[0] * size[1])).reshape(2, 3, *size)
    arguments = (kernel, stride, padding, dilation)
    if not windows.inside(x).all():
        for op in (MaxPool2D(*arguments), AveragePool2D(*arguments)):
            with pytest.raises(ValueError, match="nothing but padding"):
                op.forward({}, x)
        return
    # The windows themselves, with their margins as NaN, and NumPy's functions that leave NaN out.
    parts = np.stack([part for _, part in windows.parts(windows.pad(x, np.nan), windows.output(x))])
    expected = {
        MaxPool2D(*arguments): np.nanmax(parts, axis=0),
        AveragePool2D(*arguments): np.nanmean(parts, axis=0),
        AveragePool2D(*arguments, count_padding=True): np.nansum(parts, axis=0) / len(parts),
    }
    for op, y in expected.items():
        np.testing.assert_allclose(op.forward({}, x)[0], y, rtol=1e-12)
        check = gradcheck.projection(op, {}, (x,), rng)
        assert check.ok(1e-5), check


@given(size=st.integers(1, 20), kernel=st.integers(1, 5), stride=st.integers(1, 4))
def test_same_padding_keeps_the_size_but_for_the_stride(size, kernel, stride):
    assert output_size(size, kernel, stride, "same") == -(-size // stride)


def test_an_odd_pixel_of_same_padding_is_added_at_the_end():
    """So that the first weight of a kernel of two is the pixel itself."""
    x = np.arange(1.0, 10).reshape(1, 1, 3, 3)
    W = np.array([[[[1.0, 0.0], [0.0, 0.0]]]])
    op = Conv2D(1, 1, 2, padding="same", bias=None)
    np.testing.assert_array_equal(op.forward({"W": W}, x)[0], x)


def test_output_size():
    assert output_size(7, 3, 2, 1) == 4
    assert output_size(7, 3, dilation=3) == 1
    with pytest.raises(
        ValueError, match="window of 7 pixels does not fit into 6 with 0 of padding"
    ):
        output_size(6, 3, dilation=3)


def test_a_kernel_of_the_size_of_the_image_is_a_dense_layer():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4, 3, 5, 6))
    conv = Conv2D(3, 7, kernel=(5, 6))
    params = conv.init(rng)
    rows, _ = Flatten().forward({}, x)
    y, _ = Dense(90, 7).forward({"W": params["W"].reshape(7, 90).T, "b": params["b"]}, rows)
    np.testing.assert_allclose(conv.forward(params, x)[0][:, :, 0, 0], y)


def test_groups_are_convolutions_of_their_own():
    rng = np.random.default_rng(0)
    x, op = rng.normal(size=(2, 6, 5, 5)), Conv2D(6, 4, groups=2, padding="same")
    params = op.init(rng)
    assert params["W"].shape == (4, 3, 3, 3)
    halves = [
        Conv2D(3, 2, padding="same").forward({"W": params["W"][c], "b": params["b"][c]}, part)[0]
        for c, part in ((slice(0, 2), x[:, :3]), (slice(2, 4), x[:, 3:]))
    ]
    np.testing.assert_allclose(op.forward(params, x)[0], np.concatenate(halves, axis=1))


def test_groups_begin_with_the_variance_of_their_own_fans():
    W = Conv2D(32, 32, groups=8).init(np.random.default_rng(0))["W"]
    assert abs(W).max() <= np.sqrt(6 / (9 * (4 + 4)))  # Glorot, with 4 channels in and out
    assert abs(W).max() > np.sqrt(6 / (9 * (4 + 32)))


def test_convolution_moves_with_the_image():
    """A shifted image gives shifted maps: everywhere on a torus, here where no border is near."""
    rng = np.random.default_rng(0)
    op = Conv2D(1, 2)
    params, x = op.init(rng), rng.normal(size=(1, 1, 12, 12))
    moved = np.roll(x, (2, 1), axis=(2, 3))
    y, y_moved = (op.forward(params, a)[0] for a in (x, moved))
    np.testing.assert_allclose(y_moved[..., 2:, 1:], y[..., :-2, :-1])


def test_the_first_maximum_takes_the_gradient():
    x = np.zeros((1, 1, 4, 4))
    y, cache = MaxPool2D(2).forward({}, x)
    (x_bar,), _ = MaxPool2D(2).vjp({}, cache, np.arange(1.0, 5).reshape(1, 1, 2, 2))
    np.testing.assert_array_equal(
        x_bar[0, 0], [[1, 0, 2, 0], [0, 0, 0, 0], [3, 0, 4, 0], [0, 0, 0, 0]]
    )
    assert y.max() == 0


def test_padding_never_wins():
    x = np.full((1, 1, 2, 2), -5.0, np.float32)
    y, _ = MaxPool2D(3, stride=1, padding=1).forward({}, x)
    np.testing.assert_array_equal(y, np.full((1, 1, 2, 2), -5))
    constant, _ = AveragePool2D(3, stride=1, padding=1).forward({}, x)
    np.testing.assert_array_equal(constant, np.full((1, 1, 2, 2), -5))
    counted, _ = AveragePool2D(3, 1, 1, count_padding=True).forward({}, x)
    np.testing.assert_allclose(counted, np.full((1, 1, 2, 2), -5 * 4 / 9), rtol=1e-6)


@given(kernel=pairs(1, 3), blocks=pairs(1, 3), seed=seeds)
def test_average_pooling_conserves_mass(kernel, blocks, seed):
    """Windows that touch and do not overlap: nothing is lost on the way up or on the way down."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2, 2, kernel[0] * blocks[0], kernel[1] * blocks[1]))
    op = AveragePool2D(kernel)
    y, cache = op.forward({}, x)
    assert y.sum() * kernel[0] * kernel[1] == pytest.approx(x.sum())
    y_bar = rng.normal(size=y.shape)
    assert op.vjp({}, cache, y_bar)[0][0].sum() == pytest.approx(y_bar.sum())
    whole, _ = GlobalAveragePool().forward({}, x)
    np.testing.assert_allclose(y.mean((2, 3)), whole)


def test_no_aliasing():
    """What comes out is never the memory of what went in, but for `Flatten`, which is a view."""
    x = np.ones((1, 1, 3, 3))
    for op in (Conv2D(1, 1, 1), MaxPool2D(1), AveragePool2D(1)):
        params = op.init(np.random.default_rng(0))
        y, cache = op.forward(params, x, mode=Mode())
        (x_bar,), _ = op.vjp(params, cache, y)
        assert not np.shares_memory(y, x)
        assert not np.shares_memory(x_bar, y)


def test_empty_batches_of_rows():
    assert Flatten().forward({}, np.empty((0, 2, 3)))[0].shape == (0, 6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Conv2D(0, 1), "at least 1, got C_in=0, C_out=1, groups=1"),
        (lambda: Conv2D(3, 4, groups=2), "2 groups do not divide C_in=3 and C_out=4"),
        (lambda: Conv2D(1, 1, kernel=0), "kernel must be a whole number of at least 1.* got 0"),
        (lambda: Conv2D(1, 1, stride=1.5), r"stride must be .* got 1\.5"),
        (lambda: Conv2D(1, 1, padding=-1), "padding must be .* at least 0.* got -1"),
        (lambda: Conv2D(1, 1, padding="full"), "'same' or 'valid', got 'full'"),
        (lambda: MaxPool2D((2, 2, 2)), r"kernel must be .* pair of such, got \(2, 2, 2\)"),
        (
            lambda: Conv2D(2, 1).forward(
                Conv2D(2, 1).init(np.random.default_rng(0)), np.ones((1, 3, 4, 4))
            ),
            r"Conv2D\(2, 1, 3\) expects images of shape \(N, 2, H, W\), got \(1, 3, 4, 4\)",
        ),
        (
            lambda: Conv2D(1, 1, bias=None).forward({"W": np.ones((1, 1, 2, 2))}, np.ones((1, 4))),
            r"expects 'W' of shape \(1, 1, 3, 3\), got \(1, 1, 2, 2\)",
        ),
        (lambda: MaxPool2D(2).forward({}, np.ones((2, 2))), r"\(N, C, H, W\), got \(2, 2\)"),
        (lambda: GlobalAveragePool().forward({}, np.ones(3)), r"\(N, C, H, W\), got \(3,\)"),
        (lambda: Flatten().forward({}, np.ones(())), "examples along the first axis"),
        (lambda: MaxPool2D(3).forward({}, np.ones((1, 1, 5, 2))), "does not fit into 2 .* width"),
    ],
)
def test_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_without_margins_nothing_is_copied():
    x = np.ones((1, 1, 4, 5))
    assert Windows.of(2).padding == (0, 0)
    assert Windows.of(2).pad(x) is x


def test_windows_of_nothing_but_padding():
    with pytest.raises(ValueError, match="images of 2 × 3 some windows hold nothing"):
        AveragePool2D(1, padding=1, count_padding=False).forward({}, np.ones((4, 1, 2, 3)))


@pytest.mark.parametrize(
    ("sizes", "options"),
    [
        ((3, 4, 6), {"padding": 1}),
        ((3, 4, 6), {"padding": (0, 2), "groups": 2}),
        ((5, 3, 2), {"kernel": (2, 3), "padding": "same", "dilation": (1, 2)}),
        ((40, 8, 8), {"kernel": 5, "padding": 4}),  # more images than are worked on at a time
        ((2, 3, 4), {"padding": 3}),  # margins wider than a window reaches
        ((2, 1, 9), {}),
        ((4, 2, 2), {"stride": 2, "padding": 1}),
    ],
)
def test_float32_goes_a_way_of_its_own_to_the_same_numbers(sizes, options):
    (N, C_in, C_out), rng = sizes, np.random.default_rng(0)
    op, x = Conv2D(C_in, C_out, **options), rng.normal(size=(N, C_in, 15, 12))
    found = {}
    for dtype in (np.float64, np.float32):
        params = op.init(np.random.default_rng(1), dtype)
        y, cache = op.forward(params, x.astype(dtype))
        y_bar = np.random.default_rng(2).normal(size=y.shape).astype(dtype)
        (x_bar,), bars = op.vjp(params, cache, y_bar)
        (alone,), _ = op.vjp(params, cache, y_bar, Needs((True,), params=False))
        np.testing.assert_array_equal(alone, x_bar)
        found[dtype] = [y, x_bar, bars["W"], bars["b"]]
        assert all(a.dtype == dtype and a.flags.c_contiguous for a in found[dtype])
    for exact, near in zip(*found.values(), strict=True):
        np.testing.assert_allclose(near, exact, 1e-4, atol=2e-5 * np.abs(exact).max())
