"""The graded exercises of *Early stopping and more data*."""

from sympy import log, tanh

from nnbook.derive import Exercise, partial, reals, sizes


def equally_strong() -> Exercise:
    """The strength of L2 that leaves what stopping leaves."""
    T = sizes("T")
    η, h = reals("eta h", positive=True)
    return Exercise(
        h * (1 - η * h) ** T / (2 * (1 - (1 - η * h) ** T)),
        given=(η * h < 1,),
        names={"η": η, "h": h, "T": T},
        wrong={
            "1 / (2 η T)": "That is the limit for small curvatures.",
            "h (1 - η h)^T / (1 - (1 - η h)^T)": "Our penalty is λθ², without a half: its "
            "curvature is 2λ.",
            "h (1 - (1 - η h)^T) / (2 (1 - η h)^T)": "Upside down: more steps must mean a weaker "
            "penalty.",
        },
    )


def other_start() -> Exercise:
    """Gradient descent on a parabola from any start."""
    T = sizes("T")
    η, h = reals("eta h", positive=True)
    target, start = reals("theta_* theta_0")
    return Exercise(
        target + (1 - η * h) ** T * (start - target),
        names={"η": η, "h": h, "T": T, "t": target, "s": start},
        wrong={
            "(1 - (1 - η h)^T) t": "That is for the start at 0.",
            "s + (1 - η h)^T (t - s)": "For T = 0 this is the minimum.",
            "t + (1 - η h) T (s - t)": "Each step multiplies the distance.",
            "s + (1 - (1 - η h)^T) t": "The start counts less and less.",
        },
    )


def how_many() -> Exercise:
    """The number of steps to a share of the solution."""
    η, h = reals("eta h", positive=True)
    q = reals("q")
    return Exercise(
        log(1 - q) / log(1 - η * h),
        given=(η * h < 1, q > 0, q < 1),
        names={"η": η, "h": h, "q": q},
        wrong={
            "log(q) / log(1 - η h)": "What has the power T is the share that is missing.",
            "q / (η h)": "Every step is smaller than the one before.",
            "log(1 - q) / (1 - η h)": "Take the logarithm of both sides.",
        },
    )


def towards() -> Exercise:
    """The minimum of a parabola with a penalty towards a given value."""
    h, λ = reals("h lamda", positive=True)
    a, c = reals("a c")
    return Exercise(
        (h * a + 2 * λ * c) / (h + 2 * λ),
        names={"h": h, "λ": λ, "a": a, "c": c},
        wrong={
            "h a / (h + 2 λ)": "That is for a penalty towards 0.",
            "(h a + λ c) / (h + λ)": "The derivative of λ(θ - c)² is 2λ(θ - c).",
            "(a + c) / 2": "The two pull with different strengths.",
        },
    )


def three_uses() -> Exercise:
    """The derivative with respect to a weight that is used three times."""
    w, x = reals("w x")
    return Exercise(
        partial(w**2 * tanh(w * x), w),
        names={"w": w, "x": x},
        wrong={
            "2 w tanh(w x)": "The use inside of the tanh sends a message too.",
            "w^2 x (1 - tanh(w x)^2)": "That is the inner use alone.",
            "2 w tanh(w x) + w^2 (1 - tanh(w x)^2)": "The inner derivative of wx is x.",
        },
    )
