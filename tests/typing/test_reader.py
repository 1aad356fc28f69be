"""The program that mypy judges is one that runs."""

import numpy as np
import pytest

from .reader import Cube, train


@pytest.mark.filterwarnings("ignore::tqdm.TqdmWarning")
def test_it_runs(tmp_path):
    assert np.isfinite(train(tmp_path))


def test_its_op_has_the_right_gradient():
    y, cache = Cube().forward({}, np.array([1.0, 2.0]))
    (x_bar,), _ = Cube().vjp({}, cache, np.ones(2))
    np.testing.assert_array_equal([y, x_bar], [[1, 8], [3, 12]])
