"""Pairs of formulas against the engine: see ``tools/attack.py``, which runs them.

Nothing here but ``expressions`` and ``ways`` imports nnbook or SymPy: formulas are nested tuples
(``trees``) from a grammar, their values are worked out by plain Python and mpmath (``values``,
``points``), and what is true comes from rules of rewriting of its own (``rules``, ``sum_rules``,
``condition_rules``, ``slopes``).
"""
