"""The graded exercises of the book, a module a chapter: ``exercise("backpropagation.shortcut")``.

Each is a function that makes its own symbols, so that nothing in a reader's notebook changes what
is right. Loading this package loads neither SymPy nor a chapter.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nnbook.derive import Exercise

__all__ = ["chapters", "exercise", "exercises_of"]


def chapters() -> list[str]:
    """The chapters that have graded exercises."""
    return sorted(module.name for module in iter_modules(__path__))


def exercises_of(chapter: str) -> list[str]:
    """The names of a chapter's graded exercises, in their order there.

    Raises ValueError if there is no such chapter.
    """
    if chapter not in chapters():
        raise ValueError(f"expected one of {', '.join(chapters())}, got {chapter!r}")
    module = import_module(f"{__name__}.{chapter}")
    return [name for name, value in vars(module).items()
            if callable(value) and not name.startswith("_")
            and getattr(value, "__module__", "") == module.__name__]


@cache
def exercise(name: str) -> "Exercise":
    """A graded exercise of the book, such as ``"backpropagation.shortcut"``.

    Raises ValueError if there is none of this name; the message lists those that there are.

    >>> exercise("backpropagation.shortcut").check("y_bar[i")
    Expected ']', found the end.
    """
    chapter, _, own = name.partition(".")
    names = exercises_of(chapter)
    if own not in names:
        raise ValueError(f"expected one of {', '.join(names)} of {chapter}, got {own!r}")
    return getattr(import_module(f"{__name__}.{chapter}"), own)()
