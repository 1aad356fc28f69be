"""What each figure that moves must compute: a file for each, named as its script.

A file has `cases(rng)`, which gives triples (function of `numbers`, arguments, what nnbook says),
and `planted`, pairs (text of the script, a wrong text) each of which the comparison must notice. It
may have `tolerance`, the largest difference allowed, relative to 1 or to the value if that is
larger.
"""
