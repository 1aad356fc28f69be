"""The engine: what may be assumed, the canonical form and its rules, values at points, verdicts."""
