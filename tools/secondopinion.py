"""A second opinion on the book's proofs, by Z3: at fixed sizes, is there a point that refutes it?

    python tools/secondopinion.py --count 200 --seed 0        # needs the extra `prover`

The statements of a sample of the displays are written out at sizes 2 and 3 and given to Z3, which
looks for real numbers at which the sides differ. Nothing of the engine is used but its words:
sums are written out and derivatives taken here, by SymPy's scalar ``diff``, on plain symbols.
What is polynomial, rational or piecewise is Z3's own field. Of e^x it is told that it is positive
and turns sums into products, of log that it undoes that, of a root its square: then *no point* is a
proof all the same, and a point shows nothing, since Z3 may choose values that no e^x has.

* agreed: there is no point (``unsat``) at any of the sizes;
* disagreed: there is one, of a statement without such functions; it is printed;
* open: a point that may owe to a function of which Z3 knows little;
* unknown: no answer within the time;
* not expressible: means, products of unknown length, limits, derivatives of unknown functions.
"""

import argparse
import ast
import contextlib
import io
import itertools
import random
import sys
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import sympy
from sympy.core.function import AppliedUndef

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nnbook.derive.engine.verdict import Verdict
from nnbook.derive.page import derivation as makers
from nnbook.derive.words.language import Index, Named, Partial, symbolic
from nnbook.derive.words.statement import conditions_of, unfolded

ROOT = Path(__file__).resolve().parents[1]
SIZES = (2, 3)
MOST_TERMS = 3000  # nodes of a statement written out
MOST_INSTANCES = 4  # of its free indices
ANSWERS = ("agreed", "disagreed", "open", "unknown", "not expressible")


class NotExpressible(Exception):
    """Z3 has no words for it; the text says of what."""


@dataclass
class Statement:
    """Two sides claimed to be equal, with the conditions, and where the claim stands."""

    name: str
    left: object
    right: object
    given: tuple = ()


# The proofs of the book


def collected(notebook: Path) -> list[Statement]:
    """What the displays of a notebook claim: its statements are run, and nothing is proved."""
    from tests.slices import calls, needed, run, statements

    found: list[Statement] = []
    kept = {name: getattr(makers, name) for name in ("verdict_on", "chain_domain")}

    def noted(left, right, given=(), mentions=()):
        found.append(
            Statement(notebook.stem, symbolic(left), symbolic(right), tuple(conditions_of(given)))
        )
        return Verdict("proved")

    def wanted(statement):
        return bool(calls(statement, "equation", "derivation"))

    some = needed([_without_matches(s) for s in statements(notebook)], wanted)
    makers.verdict_on, makers.chain_domain = noted, lambda *arguments: None
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            run(some, notebook)
    finally:
        for name, function in kept.items():
            setattr(makers, name, function)
    return found


class _Matches(ast.NodeTransformer):
    """d.matches(…) is d: what code computes is not asked here."""

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "matches":
            return node.func.value
        return node


def _without_matches(statement):
    return ast.fix_missing_locations(_Matches().visit(statement))


# At fixed sizes


class Flat:
    """Writes expressions out: sums term by term, entries as plain symbols, derivatives taken."""

    def __init__(self, sizes: dict):
        self.sizes, self.symbols, self.kinks = sizes, {}, []

    def of(self, e, env):
        """The expression on plain symbols; ``env`` has the numbers of sizes and indices."""
        kind = type(e)
        if e in env:
            return env[e]
        if isinstance(e, Named):
            return self.of(unfolded(e), env)
        if isinstance(e, sympy.Sum | sympy.Product):
            return self._over(e, env)
        if isinstance(e, sympy.Indexed):
            return self._entry(e, env)
        if isinstance(e, Partial | sympy.Derivative):
            return self._slope(e, env)
        if isinstance(e, sympy.KroneckerDelta):
            return sympy.Integer(int(self._whole(e.args[0], env) == self._whole(e.args[1], env)))
        if isinstance(e, sympy.Piecewise):
            return sympy.Piecewise(*((self.of(v, env), self._case(c, env)) for v, c in e.args))
        if isinstance(e, sympy.Symbol):
            if e.is_integer:
                raise NotExpressible(f"the integer {e}")
            return e
        if not e.args:
            return e
        if kind.__name__ in ("OverGaussian", "OverMoments", "Subs", "Integral"):
            raise NotExpressible(kind.__name__)
        return e.func(*(self.of(a, env) for a in e.args))

    def _whole(self, e, env) -> int:
        x = self.of(e, env)
        if not x.is_Integer:
            raise NotExpressible(f"the index {e}")
        return int(x)

    def _case(self, c, env):
        if c in (True, False):
            return c
        if isinstance(c, sympy.Symbol):
            raise NotExpressible(str(c))
        return c.func(*(self._case(a, env) if a.is_Boolean else self.of(a, env) for a in c.args))

    def _over(self, e, env):
        def terms(limits, env):
            if not limits:
                yield self.of(e.function, env)
                return
            k, first, last = limits[-1]
            for j in range(self._whole(first, env), self._whole(last, env) + 1):
                yield from terms(limits[:-1], {**env, k: sympy.Integer(j)})

        found = list(itertools.islice(terms(list(e.limits), env), MOST_TERMS))
        return (sympy.Add if isinstance(e, sympy.Sum) else sympy.Mul)(*found)

    def _entry(self, e, env):
        key = (e.base, *(self._whole(i, env) for i in e.indices))
        if key not in self.symbols:
            name = f"{e.base.label}_{'_'.join(map(str, key[1:]))}"
            positive = {"positive": True} if e.base.label.is_positive else {}
            self.symbols[key] = sympy.Symbol(name, real=True, **positive)
        return self.symbols[key]

    def _slope(self, e, env):
        f = self.of(e.args[0], env)
        by = [(e.args[1], 1)] if isinstance(e, Partial) else e.args[1:]
        self.kinks += [a.args for a in f.atoms(sympy.Max, sympy.Min)]
        self.kinks += [
            (*a.args[:1], sympy.S.Zero) for a in f.atoms(sympy.Abs, sympy.Heaviside, sympy.sign)
        ]
        self.kinks += [
            c.args
            for a in f.atoms(sympy.Piecewise)
            for _, c in a.args
            if isinstance(c, sympy.core.relational.Relational)
        ]
        for variable, times in by:
            at = self.of(variable, env)
            if not at.is_Symbol:
                raise NotExpressible(f"a derivative by {variable}")
            f = sympy.diff(f, at, int(times))
        if f.has(sympy.Derivative, sympy.Subs):
            raise NotExpressible("derivatives of unknown functions")
        return f.replace(lambda a: isinstance(a, sympy.DiracDelta), lambda a: sympy.S.Zero)


def sizes_of(*parts) -> list:
    """The sizes: symbols in the ends of sums, in shapes and in the ranges of indices."""
    found = set()
    for e in parts:
        for i in e.atoms(Index):
            found |= i.size.free_symbols
        for s in e.atoms(sympy.Sum, sympy.Product):
            found |= {x for _, *ends in s.limits for end in ends for x in end.free_symbols}
        for x in e.atoms(sympy.IndexedBase):
            found |= {s for size in x.shape or () for s in size.free_symbols}
    return sorted(
        (s for s in found if s.is_positive and s.is_integer and not isinstance(s, Index)), key=str
    )


def instances(statement, size) -> list[tuple]:
    """(left, right, conditions, pairs that differ) at one size, for values of its indices.

    The pairs are where a slope was taken of something with a kink. An integer of which no range is
    told is one from 1 to the size.
    """
    parts = [unfolded(e) for e in (statement.left, statement.right, *statement.given)]
    sizes = {s: sympy.Integer(size) for s in sizes_of(*parts)}
    sizes.setdefault(sympy.Dummy("size"), sympy.Integer(size))
    whole = {
        s for e in parts for s in e.free_symbols if s.is_Symbol and s.is_integer and s not in sizes
    }
    own = whole & (parts[0].free_symbols | parts[1].free_symbols)
    made = []
    for env in _values(own, sizes):
        if len(made) == MOST_INSTANCES:
            break
        flat = Flat(sizes)
        sides = [flat.of(e, env) for e in parts[:2]]
        conditions = []
        for c in parts[2:]:
            other = (whole - own) & c.free_symbols  # of all of which it holds
            conditions += [flat._case(c, inner) for inner in _values(other, env)]
        if sympy.false in conditions:  # of indices, which are numbers here
            continue
        if sum(1 for e in sides for _ in sympy.preorder_traversal(e)) > MOST_TERMS:
            raise NotExpressible("more terms than Z3 is asked of")
        made.append((*sides, conditions, flat.kinks))
    return made


def _values(indices, env):
    indices = sorted(indices, key=str)
    ranges = []
    for i in indices:
        size = i.size.xreplace(env) if isinstance(i, Index) else max(env.values())
        if not size.is_Integer:
            raise NotExpressible(f"the range of {i}")
        ranges.append(range(1, int(size) + 1))
    for values in itertools.product(*ranges):
        yield {**env, **{i: sympy.Integer(j) for i, j in zip(indices, values, strict=True)}}


# In the language of Z3


@dataclass
class Terms:
    """Expressions on plain symbols as terms of Z3, with what is known of them."""

    z3: object
    facts: list = field(default_factory=list)
    atoms: dict = field(default_factory=dict)
    names: set = field(default_factory=set)
    loose: bool = False  # a function occurs of which Z3 knows only something

    def of(self, e):
        """The term; raises NotExpressible."""
        z3 = self.z3
        if e.is_Rational:
            return z3.RealVal(f"{e.p}/{e.q}")
        if e.is_Symbol:
            return self._symbol(e)
        if e.is_Add:
            return z3.Sum([self.of(a) for a in e.args])
        if e.is_Mul:
            return z3.Product([self.of(a) for a in e.args])
        if isinstance(e, sympy.exp):
            return self._exp(e.args[0])
        if e.is_Pow:
            return self._power(*e.args)
        if isinstance(e, sympy.log):
            return self._log(e.args[0])
        if isinstance(e, sympy.Max | sympy.Min):
            return self._extreme(e)
        if isinstance(e, sympy.Abs):
            a = self.of(e.args[0])
            return z3.If(a >= 0, a, -a)
        if isinstance(e, sympy.sign):
            a = self.of(e.args[0])
            return z3.If(a > 0, z3.RealVal(1), z3.If(a < 0, z3.RealVal(-1), z3.RealVal(0)))
        if isinstance(e, sympy.Heaviside):
            a = self.of(e.args[0])
            return z3.If(a > 0, z3.RealVal(1), z3.If(a < 0, z3.RealVal(0), self.of(e.args[1])))
        if isinstance(e, sympy.Piecewise):
            return self._cases(e)
        if isinstance(e, sympy.tanh | sympy.sinh | sympy.cosh | sympy.tan):
            return self.of(e.rewrite(sympy.cos if isinstance(e, sympy.tan) else sympy.exp))
        if isinstance(e, sympy.sin | sympy.cos):
            return self._angle(e)
        if isinstance(e, AppliedUndef | sympy.erf) or e in (sympy.pi, sympy.E):
            return self._atom(e)
        raise NotExpressible(type(e).__name__)

    def _symbol(self, s):
        if s not in self.atoms:  # two symbols of one name are two numbers
            term = self.atoms[s] = self.z3.Real(
                f"{s}" if s.name not in self.names else f"{s} of {len(self.atoms)}"
            )
            self.names.add(s.name)
            for name, fact in (
                ("positive", term > 0),
                ("negative", term < 0),
                ("nonnegative", term >= 0),
                ("nonzero", term != 0),
            ):
                if getattr(s, f"is_{name}"):
                    self.facts.append(fact)
        return self.atoms[s]

    def _atom(self, e):
        """A value of which nothing is known but that it is the same for the same argument."""
        self.loose = True
        key = e.func(*map(_normal, e.args)) if e.args else e
        if key not in self.atoms:
            self.atoms[key] = self.z3.Real(f"value {len(self.atoms)}")
            if key in (sympy.pi, sympy.E):
                self.facts.append(self.atoms[key] > 0)
        return self.atoms[key]

    def _power(self, base, exponent):
        z3 = self.z3
        if base == sympy.E:
            return self._exp(exponent)
        if exponent.is_Integer and abs(exponent) <= 12:
            term = self.of(base)
            if exponent < 0:
                self.facts.append(term != 0)
            power = z3.Product([term] * abs(int(exponent)))
            return power if exponent > 0 else 1 / power
        if exponent.is_Rational and exponent.q == 2 and abs(exponent.p) <= 5:
            inside = self.of(base)
            key = ("root", _normal(base))
            if key not in self.atoms:
                self.atoms[key] = z3.Real(f"root {len(self.atoms)}")
                self.facts += [self.atoms[key] >= 0, self.atoms[key] * self.atoms[key] == inside]
            root = self.atoms[key]
            power = z3.Product([root] * abs(int(exponent.p)))
            if exponent < 0:
                self.facts.append(root != 0)
            return power if exponent > 0 else 1 / power
        raise NotExpressible(f"the power {exponent}")

    def _exp(self, a):
        """e^(2x - y/2) = E(x)² / √E(y), of positive atoms."""
        self.loose = True
        result, a = self.z3.RealVal(1), sympy.expand(a)
        for term in sympy.Add.make_args(a):
            number, rest = term.as_coeff_Mul()
            if isinstance(rest, sympy.log):
                result = result * self.of(rest.args[0] ** number)
                continue
            if abs(number.p) > 12 or number.q > 6:
                raise NotExpressible(f"e^({term})")
            key = ("exp", rest)
            if key not in self.atoms:
                self.atoms[key] = {}
            share = self._share(self.atoms[key], number.q)
            power = self.z3.Product([share] * abs(int(number.p)))
            result = result * (power if number > 0 else 1 / power)
        return result

    def _share(self, known, q):
        """E with E^q = e^x; those of several q are tied to that of q = 1."""
        if 1 not in known:
            known[1] = self.z3.Real(f"exp {len(self.atoms)}")
            self.facts.append(known[1] > 0)
        if q not in known:
            known[q] = self.z3.Real(f"exp {len(self.atoms)} by {q}")
            self.facts += [known[q] > 0, self.z3.Product([known[q]] * q) == known[1]]
        return known[q]

    def _log(self, a):
        """log(x y²/e^z) = L(x) + 2 L(y) - z, where x and y are positive."""
        self.loose = True
        a = sympy.factor(sympy.together(a))
        total = self.z3.RealVal(0)
        for factor in sympy.Mul.make_args(a):
            base, power = factor.as_base_exp()
            if factor == 1:
                continue
            if isinstance(factor, sympy.exp):
                total = total + self.of(factor.args[0])
                continue
            if not power.is_Rational:
                base, power = factor, sympy.S.One
            term = self.of(base)
            self.facts.append(term > 0)
            key = ("log", _normal(base))
            if key not in self.atoms:
                self.atoms[key] = self.z3.Real(f"log {len(self.atoms)}")
            total = total + self.of(power) * self.atoms[key]
        return total

    def _angle(self, e):
        self.loose = True
        key = ("angle", _normal(e.args[0]))
        if key not in self.atoms:
            s, c = (self.z3.Real(f"{f} {len(self.atoms)}") for f in ("sin", "cos"))
            self.atoms[key] = (s, c)
            self.facts.append(s * s + c * c == 1)
        return self.atoms[key][isinstance(e, sympy.cos)]

    def _extreme(self, e):
        first, *others = (self.of(a) for a in e.args)
        for other in others:
            above = other > first if isinstance(e, sympy.Max) else other < first
            first = self.z3.If(above, other, first)
        return first

    def _cases(self, e):
        rows = [(self.of(v), self.truth(c)) for v, c in e.args]
        result = rows[-1][0]
        if rows[-1][1] is not True:
            self.facts.append(self.z3.Or([c for _, c in rows]))
        for value, condition in reversed(rows[:-1]):
            result = self.z3.If(condition, value, result)
        return result

    def truth(self, c):
        """A condition as a formula of Z3."""
        if c in (True, False):
            return bool(c)
        if isinstance(c, sympy.And | sympy.Or | sympy.Not):
            made = [self.truth(a) for a in c.args]
            return {sympy.And: self.z3.And, sympy.Or: self.z3.Or, sympy.Not: self.z3.Not}[c.func](
                *made
            )
        left, right = map(self.of, c.args)
        return {
            "==": left == right,
            "!=": left != right,
            "<": left < right,
            "<=": left <= right,
            ">": left > right,
            ">=": left >= right,
        }[c.rel_op]


def _normal(e):
    return sympy.factor(sympy.together(sympy.expand(e)))


def opinion(statement, seconds=5.0) -> tuple[str, str]:
    """(one of ANSWERS, what is to be said of it)."""
    import z3

    found, said = [], ""
    for size in SIZES:
        try:
            made = instances(statement, size)
        except NotExpressible as error:
            return "not expressible", str(error)
        for left, right, conditions, kinks in made:
            terms = Terms(z3)
            solver = z3.Solver()
            solver.set("timeout", int(1000 * seconds))
            try:
                claim = terms.of(left) == terms.of(right)
                solver.add(*(terms.truth(c) for c in conditions if c not in (True,)))
                solver.add(*(terms.of(a) != terms.of(b) for a, b in kinks))
            except NotExpressible as error:
                return "not expressible", str(error)
            solver.add(*terms.facts)
            if str(solver.check()) == "unsat":  # then Z3 would agree to anything
                continue
            solver.add(z3.Not(claim))
            answer = str(solver.check())
            if answer == "sat":
                found.append("open" if terms.loose else "disagreed")
                said = f"sizes {size}: {solver.model()}"
            else:
                found.append({"unsat": "agreed"}.get(answer, "unknown"))
    if not found:
        return "not expressible", "no point fulfils the conditions"
    return next(a for a in ("disagreed", "open", "unknown", "agreed") if a in found), said


def main(argv=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200, help="of statements drawn")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=5.0, help="of Z3, for a question")
    parser.add_argument("--show", action="store_true", help="every answer, not the table alone")
    parser.add_argument("notebooks", nargs="*", type=Path)
    options = parser.parse_args(argv)
    paths = options.notebooks or sorted((ROOT / "book").glob("*/*.ipynb"))
    every = []
    for path in paths:
        try:
            every += collected(path.resolve())
        except Exception as error:  # a chapter of which nothing is asked is said, not hidden
            print(f"{path.name}: {type(error).__name__}: {error}")
    random.Random(options.seed).shuffle(every)
    counts, reasons = Counter(), Counter()
    for statement in every[: options.count]:
        answer, said = opinion(statement, options.seconds)
        counts[answer] += 1
        if answer == "not expressible":
            reasons[" ".join(said.split()[:2])] += 1
        if answer == "disagreed" or options.show:
            print(
                f"{answer}: {statement.name}: {statement.left} = {statement.right}, given "
                f"{list(statement.given)} {said}",
                flush=True,
            )
    asked = sum(counts.values()) - counts["not expressible"]
    print(
        f"{len(every)} statements, {sum(counts.values())} drawn, {asked} asked at sizes {SIZES}: "
        + ", ".join(f"{counts[a]} {a}" for a in ANSWERS)
    )
    print("not expressible: " + ", ".join(f"{n} {r}" for r, n in reasons.most_common(12)))
    return int(counts["disagreed"] > 0)


if __name__ == "__main__":
    sys.exit(main())
