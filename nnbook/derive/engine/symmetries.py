"""Symmetries given, such as W[i, j] = W[j, i] for all i, j: of equal entries one stands for all.

As a rule for rewriting such an equation would lead back and forth. Instead every entry is written
in the least of its forms: indices of inner sums before those of outer ones, what is free first.
The indices of a sum are named when all are known, so then its entries are looked at again.
"""

from sympy import Dummy, Indexed, Mul, S

from ..limits import ORBIT
from ..words.statement import put_in
from .facts import Facts, Rule
from .rules import match


def is_symmetry(rule: Rule) -> bool:
    """Whether a rule says that an entry is, up to the sign, one with its indices in other places.

    Each index must be a symbol, and each wildcard one of them.
    """
    number, other = rule.replacement.as_coeff_Mul()
    entry = rule.pattern
    if not (isinstance(entry, Indexed) and isinstance(other, Indexed) and abs(number) == 1):
        return False
    names = set(entry.indices)
    return entry.base == other.base and names == set(other.indices) \
        and len(names) == len(entry.indices) and set(rule.wildcards) <= names


def least(entry: Indexed, facts: Facts):
    """The least of the entries that are equal to one, with its sign; 0 if it is its opposite."""
    forms = _equal_to(entry, facts)
    if not forms:
        return S.Zero
    first = min(forms, key=_rank)
    return forms[first] * first


def _equal_to(entry: Indexed, facts: Facts) -> dict:
    """{equal entry: 1 or -1}, the entry itself among them; none if it is its own opposite."""
    found, queue = {entry: 1}, [entry]
    while queue and len(found) < ORBIT:
        here = queue.pop()
        for number, other in _one_step(here, facts):
            sign = number * found[here]
            if other not in found:
                found[other] = sign
                queue.append(other)
            elif found[other] != sign:
                return {}
    return found


def _one_step(entry, facts):
    """(1 or -1, entry) by each symmetry that fits, read from either side."""
    for rule in facts.symmetries:
        number, other = rule.replacement.as_coeff_Mul()
        for pattern, replacement in ((rule.pattern, other), (other, rule.pattern)):
            binding = match(pattern, entry, rule, facts)
            if binding is not None:
                facts.use(rule)
                yield number, put_in(replacement, binding)


class Turned:
    """The entries of a summand in all their forms, found while its indices know their ranges."""

    def __init__(self, body, facts: Facts):
        self.body, self.forms = body, {}
        if not facts.symmetries:
            return
        factors = Mul.make_args(body)
        for entry in body.atoms(Indexed):
            forms = _equal_to(entry, facts) if entry.atoms(Dummy) else {}
            if entry not in factors:   # in the middle of something, a sign would not come out
                forms = {form: sign for form, sign in forms.items() if sign == 1}
            if len(forms) > 1:
                self.forms[entry] = forms

    def named(self, names: dict):
        """The summand with names for its indices, its entries in their least forms."""
        chosen = {}
        for entry, forms in self.forms.items():
            ranked = {form.xreplace(names): sign for form, sign in forms.items()}
            first = min(ranked, key=_rank)
            chosen[entry.xreplace(names)] = ranked[first] * first
        return self.body.xreplace(names).xreplace(chosen)


def _rank(entry):
    """Free indices before those of inner sums, and these before those of outer ones."""
    return [_place(i) for i in entry.indices]


def _place(i):
    dummies = sorted(d.dummy_index for d in i.atoms(Dummy))
    depths = sorted(s.depth for s in i.free_symbols if hasattr(s, "depth"))
    return (2 if dummies else 1 if depths else 0, dummies or depths, str(i))
