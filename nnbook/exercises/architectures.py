"""The graded exercises of *Architectures*."""

from sympy import Abs, Ne, sqrt

from nnbook.derive import Exercise, index, reals, sizes, sum_over, tensor


def distance() -> Exercise:
    """The distance of a decision boundary from the origin."""
    m = sizes("m")
    j, w, b = index("j", m), tensor("w", m), reals("b")
    return Exercise(
        Abs(b) / sqrt(sum_over(w[j] ** 2, j)),
        names={"w": w, "b": b, "j": j, "m": m},
        wrong={
            "|b| / sum(w[j]^2, j)":
                r"The step from $x$ to the foot is $z / \lVert w \rVert^2$ times $w$: do not "
                "forget the length of $w$.",
            "b / sqrt(sum(w[j]^2, j))": "A distance is not negative; what if $b$ is?",
            "|b|": "That is the pre-activation at the origin. Doubling all weights and the bias "
                   "must not change the distance.",
            "|b| / sum(|w[j]|, j)": "The length of $w$ is the root of the sum of squares.",
        },
    )


def stacked() -> Exercise:
    """The bias of three dense layers without activation functions, as one layer."""
    n1, n2, K = sizes("n_1 n_2 K")
    h, g, k = index("h", n1), index("g", n2), index("k", K)
    U, V = tensor("U", n1, n2), tensor("V", n2, K)
    b, c, d = tensor("b", n1), tensor("c", n2), tensor("d", K)
    return Exercise(
        sum_over((sum_over(b[h] * U[h, g], h) + c[g]) * V[g, k], g) + d[k],
        names={"b": b, "c": c, "d": d, "U": U, "V": V, "h": h, "g": g, "k": k},
        wrong={
            "sum(c[g] V[g, k], g) + d[k]":
                "The first bias goes through two more layers: where is it?",
            "d[k]": "Feed the stack with zeros: the first two biases still arrive at the output.",
            "sum((sum(b[h] U[h, g], h) + c[g]) V[g, k], g)": "The last layer has a bias too.",
        },
    )


def count() -> Exercise:
    """The parameters of a network with a skip connection."""
    m, n1, K = sizes("m n_1 K")
    return Exercise(
        (m + 1) * n1 + (n1 + 1) * n1 + (n1 + 1) * K + m * K,
        names={"m": m, "n_1": n1, "K": K},
        wrong={
            "(m + 1) n_1 + (n_1 + 1) n_1 + (n_1 + 1) K":
                "The skip connection has weights as well.",
            "m n_1 + n_1^2 + n_1 K + m K":
                "Those are the weights. Every unit but those of the skip connection has a bias.",
            "(m + 1) n_1 + (n_1 + 1) n_1 + (n_1 + 1) K + (m + 1) K":
                "The dense layer of the skip connection has no bias.",
        },
    )


def correction() -> Exercise:
    """What a step of the perceptron rule does to the example that it was taken for."""
    m = sizes("m")
    j, x = index("j", m), tensor("x", m)
    return Exercise(
        sum_over(x[j] ** 2, j) + 1,
        names={"x": x, "j": j, "m": m},
        wrong={
            "sum(x[j]^2, j)": "The bias moved as well.",
            "1": "That is what the bias contributes. What do the weights?",
            "sum(x[j], j) + 1": "Weight $j$ changes by $t x_j$, and is then multiplied by $x_j$.",
            "sqrt(sum(x[j]^2, j)) + 1": "No root: each weight's change is multiplied by its input.",
        },
    )


def parallel() -> Exercise:
    """The distance of two parallel lines."""
    w1, w2, b, c = reals("w_1 w_2 b c")
    return Exercise(
        Abs(b - c) / sqrt(w1**2 + w2**2),
        names={"w_1": w1, "w_2": w2, "b": b, "c": c},
        given=(Ne(w1**2 + w2**2, 0),),
        wrong={
            "|b - c|": "Doubling all weights and both biases moves neither line.",
            "|b + c| / sqrt(w_1^2 + w_2^2)":
                "Two lines with the same bias are the same line: their distance must be 0.",
            "(|b| - |c|) / sqrt(w_1^2 + w_2^2)":
                "The origin may lie between the lines; and a distance is not negative.",
        },
    )
