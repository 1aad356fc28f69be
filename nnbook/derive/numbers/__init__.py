"""Numbers that judge the proofs: values, points, counterexamples; the engine is not looked at."""
