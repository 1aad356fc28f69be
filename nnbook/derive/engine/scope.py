"""For what a statement is claimed, in words: sizes, ranges, kinds of symbols, conditions."""

from sympy import Eq, Indexed

from .facts import Facts


def describe(facts: Facts, show=str) -> str:
    """The scope of a statement; ``show`` writes a symbol or a condition, as text or as LaTeX."""
    sizes, indices, symbols = facts.symbols()
    parts = []
    if sizes:
        parts.append("all sizes " + _list(sizes, show))
    if indices:
        parts.append("all " + _list(indices, show) + " in range")
    for kind, group in _by_kind(symbols):
        parts.append(f"all {kind} " + _list(group, show))
    for kind, group in _by_kind(_tensors(facts)):
        if kind != "real":   # entries are real unless more is said
            parts.append(f"all {kind} entries of " + _list(group, show))
    text = "for " + ", ".join(parts) if parts else ""
    if facts.has_kinks():
        text += ", away from kinks"
    if facts.given:
        text += (", " if text else "") + "given " \
            + ", ".join(condition(c, facts, show) for c in facts.given)
    return text


def condition(c, facts: Facts, show=str) -> str:
    """A condition given, and for which indices it is to hold."""
    everywhere = facts.wildcards(c)
    return _relation(c, show) + (f" for all {_list(everywhere, show)}" if everywhere else "")


def _relation(c, show) -> str:
    if show is not str:
        return show(c)
    relation = "=" if isinstance(c, Eq) else getattr(c, "rel_op", "")
    return f"{c.lhs} {relation} {c.rhs}" if relation else str(c)


def _list(things, show) -> str:
    return ", ".join(show(thing) for thing in things)


def _tensors(facts) -> list:
    return sorted({entry.base.label for e in facts.statement for entry in e.atoms(Indexed)},
                  key=str)


def _by_kind(symbols):
    kinds: dict[str, list] = {}
    for s in symbols:
        sign = "positive" if s.is_positive else "nonnegative" if s.is_nonnegative else ""
        kind = f"{sign} {'integer' if s.is_integer else ''}".strip()
        kinds.setdefault(kind or "real", []).append(s)
    return kinds.items()
