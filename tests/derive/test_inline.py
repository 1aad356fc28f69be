"""Formulas and numbers within the text: proved and recorded, or an error."""

import numpy as np
import pytest

from nnbook.derive import (
    CheckError,
    as_written,
    define,
    inline,
    inline_definition,
    numbers,
    reals,
)

x, y = reals("x y")
with as_written():
    f = define("f", x + x)


def rows(shown):
    return shown._repr_mimebundle_()[1]["nnbook_inline"]


def test_an_equation_is_proved_and_recorded():
    (row,) = rows(inline((f, 2 * x)))
    assert row == {"latex": "f = 2 x", "status": "proved", "scope": "for all real $x$"}
    assert str(inline((f, 2 * x))) == "- $f = 2 x$ ✓ for all real $x$"


def test_a_chain_is_proved_from_side_to_side():
    (row,) = rows(inline((f, 3 * x - x, 2 * x)))
    assert row["latex"] == "f = 2 x = 2 x"
    with pytest.raises(CheckError, match="Line 2 is refuted"):
        inline((f, 2 * x, -2 * x))


def test_a_wrong_sign_is_refused():
    with pytest.raises(CheckError, match=r"does not hold.*\n?.*refuted"):
        inline((f, -2 * x))


def test_conditions_are_used_and_told():
    from sympy import Eq

    with pytest.raises(CheckError):
        inline((x, y))
    (row,) = rows(inline((x, y), given=Eq(x, y)))
    assert row["scope"].endswith("given $x = y$")


def test_one_side_alone_is_no_equation():
    with pytest.raises(ValueError, match="a pair"):
        inline((x,))


def test_definitions_are_recorded_without_a_check_mark():
    first, second = rows(inline_definition(f, ("g", r"\tanh")))
    assert first == {"latex": "f = x + x", "status": "definition", "scope": ""}
    assert second["latex"] == r"g = \tanh"
    assert "✓" not in str(inline_definition(f))


def test_numbers_are_kept_to_four_digits():
    shown = numbers(ratio=np.float64(2.66666), steps=12)
    assert shown._repr_mimebundle_()[1] == {"nnbook_numbers": {"ratio": 2.667, "steps": 12.0}}
    with pytest.raises(TypeError, match="name: expected a number"):
        numbers(name="0.5")
