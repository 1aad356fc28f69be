"""Losses: one number that says how far predictions are from targets.

`base` has the contract and the mean over examples, `regression` the losses of numbers, `binary`
those of two classes, `classes` those of K classes, and `options` what the cross-entropies share.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
