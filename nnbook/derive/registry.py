"""Rules by the kind of expression that they are for: one shape of table for the whole engine.

A table is a function of kinds: ``canonical_form``, ``slopes``, ``values``, ``needs`` and ``latex``
each say, for sums, powers, logarithms and so on, what that function makes of them. The rule for
the nearest class among an expression's own and those above it counts. A table that several modules
fill lists them, and loads them when it is first asked, so that the order of imports is no matter.
"""

from collections.abc import Callable
from importlib import import_module


class Table:
    """Rules of one kind; ``modules`` are those of :mod:`nnbook.derive` that hold them."""

    def __init__(self, *modules: str):
        self._modules, self._rules, self._found = modules, {}, {}

    def rule(self, *kinds: type) -> Callable:
        """Decorator: the function is the rule for expressions of these kinds.

        Raises ValueError if one of them has a rule already.
        """
        def enter(function):
            for kind in kinds:
                if kind in self._rules:
                    raise ValueError(f"there are two rules for {kind.__name__}")
                self._rules[kind] = function
            self._found.clear()
            return function
        return enter

    def of(self, kind: type) -> Callable | None:
        """The rule for expressions of a kind, or None."""
        if kind not in self._found:
            while self._modules:
                module, *self._modules = self._modules
                import_module(f"nnbook.derive.{module}")
            self._found[kind] = next((self._rules[k] for k in kind.__mro__ if k in self._rules),
                                     None)
        return self._found[kind]

    def kinds(self) -> list[type]:
        """The kinds for which there is a rule."""
        self.of(object)
        return list(self._rules)
