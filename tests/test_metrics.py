"""Accuracies."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook.metrics import accuracy, binary_accuracy


def test_accuracy_from_labels_and_one_hot():
    z = np.array([[[5.0, 1], [0, 2]], [[1, 0], [3, 4]]])
    t = np.array([[0, 1], [1, 1]])
    assert accuracy(z, t) == accuracy(z, np.eye(2)[t]) == 0.75
    assert accuracy([0.1, 0.9], 1) == 1
    assert isinstance(accuracy(z, t), float)


def test_binary_accuracy():
    assert binary_accuracy([[0.4], [0.6]], [[0], [0]]) == 0.5
    assert binary_accuracy([-3.0, 0.1, 0.2], [0, 1, 1], threshold=0) == 1


def test_errors():
    with pytest.raises(ValueError, match=r"labels of shape \(2,\) or one-hot .* got \(3,\)"):
        accuracy(np.ones((2, 3)), np.ones(3))
    with pytest.raises(ValueError, match=r"expected a target of shape \(2, 1\), got \(2,\)"):
        binary_accuracy(np.ones((2, 1)), np.ones(2))
