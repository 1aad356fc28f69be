"""Formulas rewritten by random rules at random places."""

from .around import Around
from .condition_rules import derived, means, one_by_weights, under_derivative, use_given
from .rules import (
    absolute,
    add_nothing,
    angle,
    conjugate,
    distribute,
    exponent,
    extreme,
    fraction,
    into_log,
    logarithm,
    order,
    rectifier,
    root,
    split_in_two,
    square_out,
    squash,
    steps,
    times_one,
)
from .sum_rules import (
    backward,
    closed,
    cut,
    delta_away,
    ends,
    exchange,
    insert_delta,
    into_sum,
    linear,
    mean_of_constant,
    product_of_sums,
    product_rules,
    rename,
    shift,
    telescope,
)
from .trees import (
    OutOfLetters,
    places,
    replaced,
    size,
)

LARGEST = 40  # parts of a formula that is rewritten further
GROWING = (
    split_in_two,
    add_nothing,
    times_one,
    into_log,
    insert_delta,
    mean_of_constant,
    one_by_weights,
    conjugate,
)
RULES = (
    order,
    distribute,
    square_out,
    fraction,
    exponent,
    logarithm,
    root,
    absolute,
    extreme,
    rectifier,
    steps,
    squash,
    angle,
    linear,
    into_sum,
    rename,
    backward,
    shift,
    ends,
    cut,
    exchange,
    product_of_sums,
    delta_away,
    closed,
    telescope,
    product_rules,
    derived,
    under_derivative,
    means,
    use_given,
    *GROWING,
)


def rewritten(e, words, given, rng, times) -> tuple:
    """(the formula after so many rules at random places, their names)."""
    used = []
    for _ in range(40 * times):
        if len(used) == times or size(e) > LARGEST:
            break
        path, part, scope = rng.choice(list(places(e)))
        rule = rng.choice(RULES)
        if rule in GROWING and rng.random() < 0.7:
            continue
        around = Around(e, scope, words, given, rng)
        try:
            new = rule(part, around)
        except OutOfLetters:
            continue
        if new is not None and new != part:
            e = replaced(e, path, new)
            used.append(rule.__name__)
    return e, used
