"""Numbers that say how good predictions are, to be read, not differentiated.

All take the prediction first and the target second. `accuracies` count right answers, `confusion`
tells which classes are taken for which, `ranking` asks whether the true ones come first,
`probabilities` whether confidence is justified, `deviations` how near numbers come, and
`partitions` whether two ways of grouping agree; `arguments` has what they ask of both. A prediction
that is NaN and a target outside its domain are errors; a question without an answer, such as the
precision of a class that was never predicted, gives NaN.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
