"""Pairs of formulas against the engine: see ``tools/attack.py``, which runs them.

Nothing here but ``ways`` imports nnbook or SymPy: formulas are nested tuples (``trees``), their
values are worked out by plain Python and mpmath (``values``, ``points``), and what is true comes
from rules of rewriting of its own (``rules``, ``slopes``).
"""
