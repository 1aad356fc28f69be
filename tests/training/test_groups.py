"""Rates by parameter group: each parameter has exactly one optimizer."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook import tree
from nnbook.training.clipping import clip_by_norm, clip_by_value
from nnbook.training.groups import by_group
from nnbook.training.moments import adam
from nnbook.training.optimizers import momentum, sgd

LAYERS = {
    "conv1": {"W": np.ones((2, 2)), "b": np.ones(2)},
    "dense1": {"W": np.ones((2, 1)), "b": np.ones(1)},
}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("conv*", "dense1/*"),
        (lambda path: path.startswith("conv"), lambda path: not path.startswith("conv")),
    ],
)
def test_each_group_has_its_optimizer(first, second):
    schedule = momentum(lambda step: [1.0, 0.5][step], 0.5)
    opt = by_group({first: sgd(0.1), second: clip_by_value(schedule, 0.25)})
    state, params = opt.init(LAYERS), LAYERS
    grads = tree.map(np.ones_like, LAYERS)
    for _ in range(2):
        params, state = opt.update(params, grads, state)
    np.testing.assert_allclose(params["conv1"]["W"], 0.8)
    np.testing.assert_allclose(params["dense1"]["b"], 1 - 0.25 - (0.125 + 0.125))
    assert [list(branch) for branch in params.values()] == [["W", "b"]] * 2
    assert state["group1"]["step"] == state["group2"]["step"] == 2
    assert tree.flatten(state["group2"]["v"]).keys() == {"dense1/W", "dense1/b"}
    np.testing.assert_equal(LAYERS["conv1"]["b"], np.ones(2))
    outside, _ = clip_by_norm(opt, 1e-3).update(LAYERS, grads, opt.init(LAYERS))
    assert abs(outside["dense1"]["W"] - 1).max() < 1e-3


def test_a_group_without_gradient_stays():
    opt = by_group({"conv*": adam(0.1), "dense*": adam(0.1)})
    new, _ = opt.update(LAYERS, {"dense1": LAYERS["dense1"]}, opt.init(LAYERS))
    assert new["conv1"]["W"] is LAYERS["conv1"]["W"]
    assert (new["dense1"]["W"] != 1).all()


@pytest.mark.parametrize(
    ("groups", "kind", "message"),
    [
        (
            {"conv1/*": sgd(0.1), "pool*": sgd(0.1)},
            ValueError,
            r"'dense1/W' must be in exactly one group, is in none of 'conv1/\*', 'pool\*'$",
        ),
        (
            {"*/W": sgd(0.1), "*": sgd(0.2)},
            ValueError,
            r"'conv1/W' must be in exactly one group, is in '\*/W' and '\*'",
        ),
        ({"*": sgd(0.1), "relu1": sgd(0.1)}, ValueError, r"'relu1' must be true .* \['conv1/W'"),
        ({}, ValueError, "at least one group"),
        ([sgd(0.1)], ValueError, "at least one group"),
        ({"*": sgd}, TypeError, "such as .*, got sgd"),
        ({1: sgd(0.1)}, TypeError, "a group is a pattern or a function"),
    ],
)
def test_groups_that_are_refused(groups, kind, message):
    with pytest.raises(kind, match=message):
        by_group(groups).init(LAYERS)


def test_groups_and_their_states():
    opt = by_group({"conv*": adam(0.1), "dense*": sgd(0.1)})
    assert repr(opt).startswith("by_group({'conv*': adam(0.1, beta1=0.9")
    with pytest.raises(ValueError, match=r"by_group expects a state with .*'group2'.*got"):
        opt.update(LAYERS, LAYERS, adam(0.1).init(LAYERS))
    other_order = by_group({"dense*": sgd(0.1), "conv*": adam(0.1)})
    with pytest.raises(ValueError, match="expects a state of the rule 'sgd'"):
        other_order.update(LAYERS, LAYERS, opt.init(LAYERS))
    with pytest.raises(ValueError, match=r"gradients \['pool/W'\] belong to no parameter"):
        opt.update(LAYERS, {"pool": {"W": np.ones(1)}}, opt.init(LAYERS))
