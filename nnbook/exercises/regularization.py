"""The graded exercises of *Regularization: a price on complexity*."""

from sympy import log, sqrt

from nnbook.derive import Exercise, define, index, partial, reals, sizes, sum_over, tensor


def group_lasso() -> Exercise:
    """The gradient of the length of a weight vector."""
    n = sizes("n")
    i, r = index("i r", n)
    w, λ = tensor("w", n), reals("lamda", positive=True)
    length = define(r"\lVert w\rVert", sqrt(sum_over(w[i] ** 2, i)))
    return Exercise(
        partial(λ * length, w[r]),
        names={"λ": λ, "w": w, "i": i, "r": r, "length": length},
        wrong={
            "2 λ w[r]": "That is the gradient of the squared length.",
            "λ sign(w[r])": "That is L1. Here the root is taken of the whole sum.",
            "λ / (2 length)": "The inner derivative is missing, that of the sum.",
            "λ w[r] / (2 length)": "The inner derivative of w_r² is 2 w_r.",
        },
    )


def curvature() -> Exercise:
    """The minimum of a parabola of curvature h with L2."""
    h, λ = reals("h lamda", positive=True)
    a = reals("a")
    return Exercise(
        h * a / (h + 2 * λ),
        names={"h": h, "λ": λ, "a": a},
        wrong={
            "a / (1 + 2 λ)": "That is for the curvature 1.",
            "h a / (h + λ)": "The derivative of λθ² is 2λθ.",
            "a (h + 2 λ) / h": "Upside down: a price makes the weight smaller.",
        },
    )


def threshold() -> Exercise:
    """The largest minimum without a price that L1 still turns into zero."""
    h, λ = reals("h lamda", positive=True)
    return Exercise(
        λ / h,
        names={"h": h, "λ": λ},
        wrong={
            "λ": "That is for the curvature 1. At zero the slope of the loss is -ha.",
            "λ h": "A steep loss pulls harder, so less of it is needed.",
            "2 λ / h": "The slope of λ|θ| is λ, on either side.",
        },
    )


def half_life() -> Exercise:
    """The number of steps after which half of a weight is left."""
    η, λ = reals("eta lamda", positive=True)
    return Exercise(
        -log(2) / log(1 - 2 * η * λ),
        given=(2 * η * λ < 1,),
        names={"η": η, "λ": λ},
        wrong={
            "log(2) / (2 η λ)": "Close, if ηλ is small: the decay is in steps, not continuous.",
            "1 / (4 η λ)": "Each step takes a share of what is left, not of the start.",
            "-log(2) / log(1 - η λ)": "The derivative of λθ² is 2λθ.",
        },
    )


def prior_width() -> Exercise:
    """The standard deviation of the normal prior behind a strength."""
    N = sizes("N")
    λ = reals("lamda", positive=True)
    return Exercise(
        1 / sqrt(2 * N * λ),
        names={"λ": λ, "N": N},
        wrong={
            "1 / (2 N λ)": "That is the variance.",
            "1 / sqrt(2 λ)": "That is for the sum of the losses. The mean divides by N.",
            "sqrt(N / (2 λ))": "With more examples the same λ is a narrower prior.",
        },
    )


def off_centre() -> Exercise:
    """The gradient of the penalty of a normal prior around given values."""
    n = sizes("n")
    i, r = index("i r", n)
    θ, c, τ = tensor("theta", n), tensor("c", n), reals("tau", positive=True)
    return Exercise(
        partial(sum_over((θ[i] - c[i]) ** 2, i) / (2 * τ**2), θ[r]),
        names={"θ": θ, "c": c, "τ": τ, "r": r, "i": i},
        wrong={
            "θ[r] / τ^2": "The prior is centred at c, not at 0.",
            "(c[r] - θ[r]) / τ^2": "The price falls towards c, so the slope above c is positive.",
            "2 (θ[r] - c[r]) / τ^2": "The exponent of the density has a factor one half.",
            "(θ[r] - c[r]) / τ": "The exponent has the variance, not the deviation.",
        },
    )
