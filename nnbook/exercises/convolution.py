"""The graded exercises of *Convolution*."""

from nnbook.derive import Exercise, define, index, partial, sizes, sum_over, tensor


def same() -> Exercise:
    """The padding that keeps the size."""
    k, d = sizes("k d")
    return Exercise(
        d * (k - 1) / 2,
        names={"k": k, "d": d},
        wrong={
            "(k - 1) / 2": "That is right for a dilation of 1.",
            "d (k - 1)": "That is the padding on both sides together.",
            "(d (k - 1) + 1) / 2":
                "The window covers d(k - 1) + 1 places; one of them is the pixel itself.",
            "d k / 2": "A kernel of one place needs no padding at all.",
        },
    )


def separable() -> Exercise:
    """The weights of a depthwise separable convolution."""
    C_in, C_out, k = sizes("C_in C_out k")
    return Exercise(
        C_in * k**2 + C_in * C_out,
        names={"C_in": C_in, "C_out": C_out, "k": k},
        wrong={
            "C_in C_out k^2": "That is the ordinary convolution.",
            "C_in^2 k^2 + C_in C_out": "In the depthwise part each channel reads itself alone.",
            "k^2 + C_in C_out": "Each channel has a kernel of its own.",
            "C_in k^2 + C_out": "A 1 × 1 convolution reads all channels.",
        },
    )


def dilated() -> Exercise:
    """The gradient of the weights of a dilated kernel."""
    m, k, s, d = sizes("m k s d")
    i, (u, u2) = index("i", m), index("u u'", k)
    size = s * (m - 1) + d * (k - 1) + 1
    x, w, y_bar = tensor("x", size), tensor("w", k), tensor(r"\bar{y}", m)
    y = define("y", i, sum_over(w[u] * x[s * (i - 1) + d * (u - 1) + 1], u))
    return Exercise(
        partial(sum_over(y_bar[i] * y[i], i), w[u2]),
        names={"x": x, "w": w, "y_bar": y_bar, "s": s, "d": d, "i": i, "u": u, "u'": u2,
               "q": index("q", size)},
        wrong={
            "sum(y_bar[i] x[s (i - 1) + u'], i)": "The weight looks at every d-th place.",
            "sum(y_bar[i] x[s (i - 1) + 1], i)": "Which place does weight u' see?",
            "sum(y_bar[i] w[u'] x[s (i - 1) + d (u' - 1) + 1], i)":
                "The output is linear in the weight: its derivative does not contain it.",
        },
    )


def doubling() -> Exercise:
    """The receptive field of layers whose dilation doubles."""
    k, depth = sizes("k ell")
    return Exercise(
        1 + (k - 1) * (2**depth - 1),
        names={"k": k, "ell": depth},
        wrong={
            "1 + ell (k - 1)": "That is the field without dilation.",
            "1 + (k - 1) * 2^ell": "The sum of 1, 2, 4, … up to the last power is one less.",
            "1 + (k - 1) * 2^(ell - 1)": "That is the last layer alone.",
            "k * 2^(ell - 1)":
                "That is right for k = 2 only. How far does each layer reach beyond one place?",
        },
    )


def upwards() -> Exercise:
    """The size that a transposed convolution makes."""
    m, k, s, p = sizes("m k s p")
    return Exercise(
        s * (m - 1) + k - 2 * p,
        names={"m": m, "k": k, "s": s, "p": p},
        wrong={
            "s m + k - 2 p": "Between m windows there are m - 1 strides.",
            "s (m - 1) + k - p": "Places are cut off at both ends.",
            "s (m - 1) + k + 2 p": "Padding of the convolution is what its way back cuts off.",
            "(m + 2 p - k) / s + 1": "That is the convolution, which makes the row smaller.",
        },
    )
