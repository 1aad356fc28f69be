"""Rates by parameter group: one optimizer for some parameters, another for the others."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from nnbook import tree
from nnbook.op import Params
from nnbook.training.elementwise import Optimizer, check_optimizer
from nnbook.training.penalties import Choice


def by_group(groups: Mapping[str | Choice, Optimizer]) -> Optimizer:
    """Each parameter by the optimizer of its group, `{which parameters: optimizer}`.

    A group is a pattern for the paths of its parameters, in which `*` stands for anything
    (`"conv*"`, `"dense1/*"`, `"*/W"`), or a function of the path that says whether it belongs.
    Every parameter has to be in exactly one group, for which nothing has to be written twice: the
    rates, their schedules, a decay are those of the group's optimizer. The state has those of the
    groups, numbered from 1 in their order: `{"rule": "by_group", "group1": …, "group2": …}`.

    Raises TypeError for what is no group, and ValueError without groups, and when `init` or
    `update` is given parameters of which one is in no group or in several, or none in a group.
    Source: chapter *Optimizers*. PyTorch calls the same `param_groups`.

    >>> import numpy as np
    >>> from nnbook import sgd
    >>> opt = by_group({"*/W": sgd(0.1), "*/b": sgd(1.0)})
    >>> params = {"dense1": {"W": np.zeros((1, 1)), "b": np.zeros(1)}}
    >>> opt.update(params, tree.map(np.ones_like, params), opt.init(params))[0]
    {'dense1': {'W': array([[-0.1]]), 'b': array([-1.])}}
    """
    if not isinstance(groups, Mapping) or not groups:
        raise ValueError(f"by_group needs a dict of at least one group, got {groups!r}")
    for which, optimizer in groups.items():
        if not (isinstance(which, str) or callable(which)):
            raise TypeError(f"by_group: a group is a pattern or a function, got {which!r}")
        check_optimizer(optimizer)
    numbered = [f"group{k + 1}" for k in range(len(groups))]

    def init(params: Params) -> Params:
        parts = _parts(groups, params)
        states = [o.init(part) for o, part in zip(groups.values(), parts, strict=True)]
        return {"rule": "by_group", **dict(zip(numbered, states, strict=True))}

    def update(params: Params, grads: Params, state: Params) -> tuple[Params, Params]:
        if not isinstance(state, Mapping) or set(state) != {"rule", *numbered}:
            found = list(state) if isinstance(state, Mapping) else state
            raise ValueError(f"by_group expects a state with {['rule', *numbered]}, got {found}")
        bars, new, after = tree.flatten(grads), tree.flatten(params), {}
        if unknown := bars.keys() - new.keys():
            raise ValueError(f"gradients {sorted(unknown)} belong to no parameter of {list(new)}")
        for group, optimizer, part in zip(
            numbered, groups.values(), _parts(groups, params), strict=True
        ):
            of_part = {path: bars[path] for path in tree.flatten(part) if path in bars}
            moved, after[group] = optimizer.update(part, tree.unflatten(of_part), state[group])
            new |= tree.flatten(moved)
        return tree.unflatten(new), {"rule": "by_group", **after}

    rules = ", ".join(f"{_text(which)}: {optimizer!r}" for which, optimizer in groups.items())
    return Optimizer(f"by_group({{{rules}}})", init, update)


def _parts(groups: Mapping[str | Choice, Optimizer], params: Params) -> list[Params]:
    """The parameters of each group, as trees."""
    flat = tree.flatten(params)
    parts: dict[str | Choice, dict[str, Any]] = {which: {} for which in groups}
    for path, theta in flat.items():
        found = [which for which in groups if _belongs(path, which)]
        if len(found) != 1:
            names = " and ".join(map(_text, found)) or f"none of {', '.join(map(_text, groups))}"
            raise ValueError(f"by_group: {path!r} must be in exactly one group, is in {names}")
        parts[found[0]][path] = theta
    for which, part in parts.items():
        if not part:
            raise ValueError(
                f"by_group: {_text(which)} must be true of one of the parameters, got {list(flat)}"
            )
    return [tree.unflatten(part) for part in parts.values()]


def _belongs(path: str, which: str | Choice) -> bool:
    return fnmatchcase(path, which) if isinstance(which, str) else bool(which(path))


def _text(which: str | Choice) -> str:
    return repr(which) if isinstance(which, str) else getattr(which, "__name__", repr(which))
