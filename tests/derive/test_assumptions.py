"""What is assumed: read once, printed whole, and all that a proof may use."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from sympy import (
    Abs,
    Eq,
    Function,
    IndexedBase,
    KroneckerDelta,
    Ne,
    Sum,
    Symbol,
    exp,
    log,
    sqrt,
    symbols,
)

import nnbook.derive
from nnbook.derive import (
    CheckError,
    Exercise,
    define,
    derivation,
    derivative,
    equation,
    grade,
    index,
    matches,
    partial,
    prove,
    reals,
    sizes,
    sum_over,
    tensor,
)
from nnbook.derive.engine.canonical import canonical
from nnbook.derive.engine.domains import certainly_defined, needs
from nnbook.derive.engine.facts import LOCAL, Facts, Sign, UnprintedAssumption, assumed_in
from nnbook.derive.registry import Table
from nnbook.derive.words.assumptions import Condition, Range
from nnbook.derive.words.scope import describe
from nnbook.derive.words.statement import read

from .identities import IDENTITIES, parts

n, K = sizes("n K")
i = index("i", n)
k = index("k", K)
x, y = tensor("x", n), tensor("y", K)
u, v = reals("u v")
w = reals("w", positive=True)
q, r, a, b = symbols("q r a b", integer=True)
X = IndexedBase("X", real=True)
W = IndexedBase("W", real=True)


# Printed whole


@pytest.mark.parametrize("name", IDENTITIES)
def test_every_assumption_is_printed(name):
    """Without any one of its ranges and conditions the scope reads otherwise."""
    lhs, rhs, given = parts(IDENTITIES[name])
    assumed = assumed_in(read(lhs, rhs, given))
    text = describe(assumed)
    for field in ("ranges", "conditions"):
        whole = getattr(assumed, field)
        for one in whole:
            rest = tuple(other for other in whole if other != one)
            assert describe(replace(assumed, **{field: rest})) != text, one
    for s in assumed.symbols:
        assert str(s) in text


@pytest.mark.parametrize("name", IDENTITIES)
def test_a_proof_uses_only_what_is_assumed(name):
    lhs, rhs, given = parts(IDENTITIES[name])
    verdict = prove(lhs, rhs, given)
    assumed = assumed_in(read(lhs, rhs, given))
    assert all(source in assumed or isinstance(source, str) for source in verdict.used)


@pytest.mark.parametrize(("symbol", "words"), [
    (Symbol("s", real=True), "real s"),
    (Symbol("s", negative=True), "negative s"),
    (Symbol("s", nonzero=True, real=True), "nonzero s"),
    (Symbol("s", nonpositive=True), "nonpositive s"),
    (Symbol("s", integer=True), "integer s"),
    (Symbol("s", even=True), "even s"),
    (Symbol("s", odd=True, positive=True), "positive odd s"),
    (Symbol("s", prime=True), "prime s"),
    (Symbol("s", integer=True, nonnegative=True), "nonnegative integer s"),
    (Symbol("s", rational=True), "rational s"),
])
def test_kinds_of_symbols_in_words(symbol, words):
    assert prove(symbol + 1 - 1, symbol).scope == f"for all {words}"


def test_scopes_in_words():
    assert prove(sum_over(x[i] * 2, i), 2 * sum_over(x[i], i)).scope == "for all sizes n ≥ 1"
    assert prove(x[i] * 2, x[i] + x[i]).scope == "for all sizes n ≥ 1, all i from 1 to n"
    assert prove(x[q] * 2, x[q] + x[q]).scope == "for all sizes n ≥ 1, all q from 1 to n"
    assert prove(sum_over(y[k], k), K, [Eq(y[a], 1)]).scope == \
        "for all sizes K ≥ 1, given y[a] = 1 for all a from 1 to K"
    assert prove(X[1], X[1] + 0, [Eq(W[a, b], 0), Ne(a, b), a >= 1]).scope == \
        "given W[a, b] = 0 for all a, b with a != b, a >= 1"
    f = Function("f")
    assert prove(partial(f(2 * u), u), 2 * derivative(f(u), u).func(2 * u)).scope == \
        "for all real u, all smooth functions f"
    assert prove(partial(u ** 2 + v, u), 2 * u, [Eq(u, v)]).scope.endswith(
        "given u = v, put in after differentiating")


# Nothing else is used


def test_a_planted_assumption_is_refused():
    """A fact that the scope would not print cannot be entered, whoever enters it."""
    facts = Facts(assumed_in(read(Sum(X[q], (q, 1, r)), 0)))
    for source in (Range(r, 1, n), Condition(r >= 1), "sizes are at least 1", None):
        with pytest.raises(UnprintedAssumption, match="not in the scope"):
            facts.bound(r, 1, None, source)
        with pytest.raises(UnprintedAssumption):
            facts.enter("positive", Sign(r, (), (), source))
        with pytest.raises(UnprintedAssumption):
            facts.supposing(positive=[Sign(r, (), (), source)])
    assert not facts.at_least_zero(r - 1)
    facts.bound(r, 1, None, LOCAL)   # as of a bound index
    assert facts.at_least_zero(r - 1)


def test_a_case_leaves_the_facts_outside_as_they_were():
    facts = Facts(assumed_in(read(u, v)))
    case = facts.supposing(positive=[Sign(u, (), (), LOCAL)])
    case.enter("nonzero", Sign(v, (), (), LOCAL))
    case.bound(q, 1, n)
    assert (facts.positive, facts.nonzero, facts.ranges) == ([], [], {})


@pytest.mark.parametrize(("given", "status"), [
    ([], "refuted"), ([r >= 0], "proved"), ([r > -3], "refuted"), ([r >= 3], "proved"),
])
def test_a_bound_is_what_it_is_said_to_be(given, status):
    assert prove(Sum(q, (q, 1, r)), r * (r + 1) / 2, given).status == status


def test_quantifiers_are_bounded_by_the_comparisons_that_name_them():
    off = [Eq(W[a, b], 0), Ne(a, b)]
    assert prove(W[1, 2], 0, off).status == "proved"
    assert prove(W[q, q], 0, off).status == "refuted"
    assert prove(W[q, r], 0, off).status == "refuted"
    assert prove(W[q, r], 0, [*off, Ne(q, r)]).status == "proved"
    lower = [Eq(W[a, b], 0), a < b]
    assert prove(W[1, 2], 0, lower).status == "proved"
    assert prove(W[2, 1], 0, lower).status == "refuted"
    assert prove(X[3], 1, [Eq(X[a], 1), a >= 2, a <= 4]).status == "proved"
    assert prove(X[5], 1, [Eq(X[a], 1), a >= 2, a <= 4]).status == "refuted"


def test_a_chain_reads_its_conditions_as_a_whole():
    """An index that any line mentions is one value in all of them."""
    with pytest.raises(CheckError, match="does not hold"), derivation(
            "eq-x", given=Eq(X[a], 1)) as d:
        d.start(X[1]).step(1, "for all a?").step(X[a], "at this a")


# Where it is defined


@pytest.mark.parametrize(("left", "right", "words"), [
    (log(u ** 2), 2 * log(u), "where u > 0 (elsewhere the right side is not defined)"),
    (u / u ** 2, 1 / u, "where u != 0"),
    (sqrt(u) ** 2, u, ""),
    (log(w * v) - log(w), log(v), "where v > 0"),
    (sum_over(log(x[i] ** 2), i), 2 * sum_over(log(Abs(x[i])), i), "where x[i] != 0 for all i"),
    (exp(log(w)), w, ""),
])
def test_where_a_side_is_not_defined_is_printed(left, right, words):
    verdict = prove(left, right)
    assert verdict
    assert words in verdict.scope
    if not words:
        assert ("where" in verdict.scope) == (left == sqrt(u) ** 2 and left != right)


@pytest.mark.parametrize("lines", [
    [Abs(u), 2 * u * log(u) / log(u ** 2), u],
    [sqrt(u ** 2), sqrt(u) * sqrt(u) + 0 * u, u],
])
def test_a_chain_keeps_its_domain(lines):
    chain = derivation("eq-x").start(lines[0])
    for line in lines[1:]:
        chain.step(line)
    with pytest.raises(CheckError), chain:
        pass


def test_a_narrower_line_needs_the_condition():
    def chain(given=()):
        with derivation("eq-x", given=given) as d:
            d.start(log(u ** 2)).step(2 * log(u), "power")
        return d
    with pytest.raises(CheckError, match=r"line 1 has a value only where u > 0"):
        chain()
    assert chain(u > 0).status == "proved"
    assert chain(u > 0).row()["scope"] == "for all real $u$, given $u > 0$"


def test_one_equation_prints_its_domain():
    row = equation("eq-y", log(u ** 2), 2 * log(u)).row()
    assert row["scope"] == ("for all real $u$, where $u > 0$ "
                            "(elsewhere the right side is not defined)")


@pytest.mark.parametrize(("expression", "defined"), [
    (u, True), (u ** 2, True), (exp(u), True), (1 / u, False), (1 / w, True), (sqrt(u), False),
    (sqrt(w), True), (log(u), False), (log(w), True), (1 / (1 + exp(u)), True), (u ** w, False),
    (Sum(1 / X[q], (q, 1, n)), False), (Sum(X[q] ** 2, (q, 1, n)), True), (w ** u, True),
])
def test_what_certainly_has_a_value(expression, defined):
    statement = read(expression, 0)
    facts = Facts(assumed_in(statement))
    assert certainly_defined(canonical(statement.lhs, facts), facts) == defined


def test_what_a_derivative_needs():
    """√u has a value at 0, and no slope there."""
    assert [need.relation for need in needs(sqrt(u))] == [u >= 0]
    assert (u > 0) in [need.relation for need in needs(partial(sqrt(u), u))]


# Text is not an expression


@pytest.mark.parametrize("call", [
    lambda s: prove(s, u), lambda s: prove(u, s), lambda s: prove(u, u, s),
    lambda s: prove(u, u, [s]), lambda s: equation("eq-z", s, u), lambda s: equation("eq-z", u, s),
    lambda s: derivation("eq-z").start(s), lambda s: derivation("eq-z").start(u).step(s),
    lambda s: define("S", s), lambda s: partial(s, u), lambda s: derivative(s, u),
    lambda s: derivative(u, s), lambda s: sum_over(s, i), lambda s: index("j", s),
    lambda s: grade(s, u), lambda s: grade(u, s), lambda s: matches(s, lambda u: u),
    lambda s: tensor("T", s),
    lambda s: Exercise(s, wrong={1: "", 2: "", 3: ""}),
])
def test_text_is_refused_and_never_run(call, tmp_path):
    trace = tmp_path / "trace"
    with pytest.raises(TypeError, match="without quotes"):
        call(f"__import__('pathlib').Path({str(trace)!r}).touch()")
    assert not trace.exists()


# The house


def test_rooms_of_the_engine_import_one_way():
    """words → numbers, words → engine → page, and no circle among the files.

    Numbers look at nothing of the engine, so that they can judge it.
    """
    root = Path(nnbook.derive.__file__).parent
    rooms = {"words": ["words"], "numbers": ["words", "numbers"],
             "engine": ["words", "numbers", "engine"],
             "page": ["words", "numbers", "engine", "page"]}
    imports = {}
    for path in [p for room in rooms for p in (root / room).glob("*.py")]:
        found = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                base = path.parent if node.level == 1 else root
                names = [node.module] if node.module else [alias.name for alias in node.names]
                found |= {base.joinpath(*name.split(".")).with_suffix(".py") for name in names}
        imports[path] = {p for p in found if p.exists() and p.parent != root}
        for other in imports[path]:
            assert other.parent.name in rooms[path.parent.name], f"{path} imports {other}"
    while imports:
        free = [path for path, needed in imports.items() if not needed & set(imports)]
        assert free, f"a circle among {sorted(p.stem for p in imports)}"
        for path in free:
            del imports[path]


def test_a_kind_has_one_rule():
    table = Table()
    table.rule(Sum)(lambda e: e)
    assert table.of(Sum) is not None
    assert table.of(KroneckerDelta) is None
    with pytest.raises(ValueError, match="two rules for Sum"):
        table.rule(Sum)(lambda e: e)
