"""The graded exercises of *Measures*."""

from sympy import Eq

from nnbook.derive import Exercise, index, reals, sizes, sum_over, tensor


def guesser() -> Exercise:
    """The accuracy of guessing each class as often as it occurs."""
    K = sizes("K")
    k, s = index("k", K), tensor("s", K, positive=True)
    return Exercise(
        sum_over(s[k] ** 2, k),
        given=(Eq(sum_over(s[k], k), 1),),
        names={"s": s, "k": k, "K": K},
        wrong={
            "1/K": "That is for guessing all classes equally often.",
            "sum(s[k], k)": "That is 1: it forgets that the guess has to be k as well.",
            "sum(s[k]^2, k) / K": "The weights are in it already.",
        },
    )


def all_positive() -> Exercise:
    """F1 of calling everything positive."""
    s = reals("s", positive=True)
    return Exercise(
        2 * s / (1 + s),
        given=(s < 1,),
        names={"s": s},
        wrong={
            "s": "That is the precision; the recall is 1.",
            "(1 + s) / 2": "That is the ordinary mean of precision and recall.",
            "s / (1 + s)": "The harmonic mean of two numbers has a 2.",
        },
    )


def half_precise() -> Exercise:
    """The share of positives at which half of the alarms are right."""
    r, f = reals("r f", positive=True)
    return Exercise(
        f / (r + f),
        given=(r <= 1, f <= 1),
        names={"r": r, "f": f},
        wrong={
            "f / r": "Those are the odds s/(1 - s); solve for the share.",
            "r / (r + f)": "Upside down: many false alarms take many positives.",
            "f": "True alarms are s r, false ones (1 - s) f. They are equal.",
        },
    )


def shifted() -> Exercise:
    """The area for two even distributions of scores that overlap."""
    d = reals("d", positive=True)
    return Exercise(
        1 - (1 - d) ** 2 / 2,
        given=(d < 1,),
        names={"d": d},
        wrong={
            "1 - (1 - d)^2": "In half of the overlapping square the order is still right.",
            "(1 - d)^2 / 2": "That is the share of the pairs in the wrong order.",
            "(1 + d) / 2": "Both scores have to lie in the overlap: a square of side 1 - d.",
            "d": "Pairs within the overlap can be in order as well.",
        },
    )


def alarm() -> Exercise:
    """The probability from which on an alarm pays."""
    a, b = reals("a b", positive=True)
    return Exercise(
        a / b,
        given=(a < b,),
        names={"a": a, "b": b},
        wrong={
            "a / (a + b)": "That is where only false alarms cost a; here every alarm does.",
            "b / a": "Upside down: an expensive miss makes us alarm earlier.",
            "1/2": "That is for equal costs of the two mistakes.",
        },
    )
