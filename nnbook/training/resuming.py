"""Going on with a run that was interrupted."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from numpy.typing import ArrayLike

from nnbook.graph import Graph
from nnbook.ops.losses import Loss
from nnbook.training.course import Course
from nnbook.training.loop import Fit, fit


def resume(
    path: str | os.PathLike[str],
    network: Graph,
    loss: Loss | Mapping[str, Loss],
    x: ArrayLike | Mapping[str, ArrayLike],
    t: ArrayLike | Mapping[str, ArrayLike],
    **options: Any,
) -> Fit:
    """Go on with the run of `fit` whose checkpoint is at `path`, and keep it there.

    Everything else is given as to `fit`, without seed, parameters, state and preprocessing, which
    are in the file. The run ends bit for bit where it would have ended without the interruption.
    `epochs` counts from the beginning, and may be more than before; a run that is over returns at
    once.

    Raises ValueError for a file that is no checkpoint of `fit`, and for a network, loss, optimizer,
    penalty, batch size or data that are not those of the run: all differences are listed; and what
    `fit` raises. Source: chapter *Saving, restarting, predicting*.

    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from nnbook import Dense, MeanSquaredError, Sequential, adam
    >>> path = Path(tempfile.mkdtemp()) / "run.npz"
    >>> x, network = np.array([[0.0], [1.0], [2.0]]), Sequential(Dense(1, 1))
    >>> given = (network, MeanSquaredError(), x, 3 * x - 1)
    >>> usual = {"optimizer": adam(0.1), "progress": False}
    >>> whole_run = fit(*given, epochs=9, seed=0, **usual)
    >>> part = fit(*given, epochs=5, seed=0, checkpoint=path, **usual)
    >>> run = resume(path, *given, epochs=9, **usual)
    >>> bool(np.all(run.params["dense1"]["W"] == whole_run.params["dense1"]["W"]))
    True
    """
    if taken := {"seed", "params", "state", "checkpoint", "preprocessing"} & set(options):
        raise TypeError(f"resume takes no {', '.join(sorted(taken))}: the file has them")
    return fit(network, loss, x, t, seed=Course.load(path), checkpoint=path, **options)
