"""The graded exercises of *Mathematics*."""

from sympy import Integer, sqrt

from nnbook.derive import Exercise, define, index, partial, reals, sizes, sum_over, tensor


def direction() -> Exercise:
    """The slope of a bowl in a direction of length 1."""
    u, v = Integer(3) / 5, Integer(4) / 5
    return Exercise(
        2 * u + 6 * v,
        names={},
        wrong={
            "8": "That is the sum of both partial derivatives. Each counts as much as the "
                 "direction moves along its axis.",
            "sqrt(40)": "That is the slope in the steepest direction, the length of the gradient.",
            "3": "The gradient is that of the squares: 2 θ_1 and 6 θ_2.",
        },
    )


def quadratic_form() -> Exercise:
    """The gradient of a double sum whose matrix need not be symmetric."""
    d = sizes("d")
    j, k, r = index("j k r", d)
    x, A = tensor("x", d), tensor("A", d, d)
    return Exercise(
        partial(sum_over(sum_over(x[j] * A[j, k] * x[k], k), j), x[r]),
        names={"x": x, "A": A, "j": j, "k": k, "r": r, "d": d},
        wrong={
            "2 * sum(A[r, k] * x[k], k)": "This is so only if A is symmetric.",
            "sum(A[r, k] * x[k], k)": "x_r stands in two places: as the first factor and as the "
                                      "last.",
            "sum(A[k, r] * x[k], k)": "x_r stands in two places: as the first factor and as the "
                                      "last.",
        },
    )


def length() -> Exercise:
    """The gradient of the length of a vector."""
    d = sizes("d")
    j, r = index("j r", d)
    theta = tensor("theta", d)
    return Exercise(
        theta[r] / sqrt(sum_over(theta[j] ** 2, j)),
        names={"theta": theta, "j": j, "r": r, "d": d},
        given=[sum_over(theta[j] ** 2, j) > 0],
        wrong={
            "1/(2 sqrt(sum(theta[j]^2, j)))": "The chain rule: what stands under the root has a "
                                              "slope, too.",
            "2 theta[r]": "That is the gradient of the squared length.",
            "theta[r]/sum(theta[j]^2, j)": "One root got lost. This would be the gradient of the "
                                           "logarithm of the length.",
        },
    )


def variance() -> Exercise:
    """The gradient of the variance."""
    n = sizes("n")
    i, a = index("i a", n)
    x = tensor("x", n)
    x_bar = define("xbar", sum_over(x[i], i) / n)
    v = define("v", (1 / n) * sum_over((x[i] - x_bar) ** 2, i))
    return Exercise(
        partial(v, x[a]),
        names={"x": x, "x_bar": x_bar, "i": i, "a": a, "n": n},
        wrong={
            "2/n * (1 - 1/n) * (x[a] - x_bar)":
                "You differentiated the a-th term only. The mean contains x_a too, and so every "
                "other term depends on it.",
            "2/n * x[a]":
                "That is the slope of the mean square. The mean depends on x_a as well.",
            "2 * (x[a] - x_bar)": "The factor 1/n in front stays.",
        },
    )


def speeds() -> Exercise:
    """How fast (x y)(x + y) moves with y, at 2 and 3."""
    x, y = Integer(2), Integer(3)
    return Exercise(
        (x + y) * x + (x * y) * 1,
        names={},
        wrong={
            "21": "That is the speed if x moves.",
            "10": "One path goes through b = x + y.",
            "6": "One path goes through a = x y.",
        },
    )


def best_step() -> Exercise:
    """The step against the gradient that is best for the quadratic approximation."""
    G, Q = reals("G Q", positive=True)
    return Exercise(
        G / Q,
        names={"G": G, "Q": Q},
        wrong={
            "2 G/Q": "There the quadratic approximation is as high as at the start.",
            "Q/G": "Turned over: the more curvature, the shorter the step.",
            "G/(2 Q)": "The second-order term has a factor 1/2, and its square a slope with 2.",
        },
    )


def condition() -> Exercise:
    """The condition number of a bowl with a mixed term."""
    return Exercise(
        Integer(3) / 1,
        names={},
        wrong={
            "1": "The mixed term bends the contours: H has entries beside its diagonal.",
            "2": "That is an entry of H. Find its eigenvalues.",
            "1/3": "The largest eigenvalue stands above.",
        },
    )
