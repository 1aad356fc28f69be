"""A statement as runnable Python, and smaller statements that fail alike."""

from sympy import Add, Indexed, IndexedBase, Integer, Mul, Symbol
from sympy.printing.str import StrPrinter

from .generator import replace_one
from .reading import free, walk
from .words import Case

_ASSUMED = ("integer", "real", "positive", "negative", "nonnegative", "nonpositive", "nonzero",
            "even", "odd", "prime")


class _Python(StrPrinter):
    def _print_Partial(self, e):
        return f"partial({self._print(e.args[0])}, {self._print(e.args[1])})"

    def _print_Heaviside(self, e):
        return f"Heaviside({self._print(e.args[0])}, {self._print(e.args[1])})"

    def _print_Float(self, e):
        return f"Float('{e}', {e.prec if hasattr(e, 'prec') else 15})" if e._prec != 53 \
            else f"Float('{float(e)!r}')"


def code(e) -> str:
    return _Python({"sympy_integers": True}).doprint(e)


def _declared(s) -> str:
    made = s._assumptions_orig if hasattr(s, "_assumptions_orig") else s.assumptions0
    words = "".join(f", {name}={value}" for name, value in sorted(made.items())
                    if name in _ASSUMED)
    return f'{s.name} = Symbol("{s.name}"{words})'


def as_python(case) -> str:
    """Python that asks the engine for its verdict on the statement."""
    parts = [case.lhs, case.rhs, *case.given]
    nodes = [x for e in parts for x in walk(e)]
    symbols = {x for x in nodes if isinstance(x, Symbol)}
    bases = {x.base for x in nodes if isinstance(x, Indexed)}
    symbols |= free(*(size for b in bases for size in b.shape or ()))
    for _ in range(2):
        symbols |= free(*(s.size for s in symbols if hasattr(s, "size")))
    lines = ["from sympy import *", "from nnbook.derive import index, partial, prove"]
    ordered = sorted(symbols, key=lambda s: (hasattr(s, "size"), s.name))
    for s in ordered:
        lines.append(f'{s.name} = index("{s.name}", {code(s.size)})' if hasattr(s, "size")
                     else _declared(s))
    for b in sorted(bases, key=str):
        lines.append(_base(b))
    given = ", ".join(code(c) for c in case.given)
    lines.append(f"print(prove({code(case.lhs)}, {code(case.rhs)}, [{given}]))")
    return "\n".join(lines)


def _base(b: IndexedBase) -> str:
    words = "".join(f", {name}=True" for name in _ASSUMED[1:] if b.label.assumptions0.get(name)
                    and name in getattr(b.label, "_assumptions_orig", b.label.assumptions0))
    shape = f", shape={code(b.shape)}" if b.shape else ""
    return f'{b.label} = IndexedBase("{b.label}"{shape}{words})'


def smaller(case):
    """Cases with a condition, a term, a factor or a number less."""
    lhs, rhs, given = case.parts()
    for t in range(len(given)):
        yield lhs, rhs, given[:t] + given[t + 1:]
    for which in range(2):
        sides = [lhs, rhs]
        side = sides[which]
        for x in walk(side):
            replacements = []
            if isinstance(x, Add | Mul):
                replacements += [x.func(*(a for a in x.args if a is not dropped))
                                 for dropped in x.args]
            if isinstance(x, Integer) and abs(x) > 1:
                replacements.append(Integer(1))
            if x.is_Pow or x.is_Function:
                replacements += [a for a in x.args[:1] if hasattr(a, "is_commutative")]
            for new in replacements:
                try:
                    sides[which] = replace_one(side, x, new)
                except (TypeError, ValueError, AttributeError, ZeroDivisionError):
                    continue   # SymPy cannot build it
                yield *sides, given
                sides[which] = side


def shrunk(case, fails, tries=40):
    """The smallest case found that still fails."""
    for _ in range(8):
        for lhs, rhs, given in smaller(case):
            tries -= 1
            if tries < 0:
                return case
            made = Case(lhs, rhs, list(given), case.witness, case.family, case.note)
            try:
                if fails(made):
                    case = made
                    break
            except (TypeError, ValueError, AttributeError, ZeroDivisionError, RecursionError):
                continue
        else:
            return case
    return case
