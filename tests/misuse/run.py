"""Every wrong call, and what came of it: `python -m tests.misuse.run [part of a name]`."""

from __future__ import annotations

import os
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from . import judge, legitimate, recipes, wrong


class Outcome(NamedTuple):
    """A call with one wrong argument, and how it ended."""

    name: str
    parameter: str
    what: str
    verdict: str
    words: str

    def __str__(self) -> str:
        return f"{self.verdict}: {self.name}({self.parameter} = {self.what}) -> {self.words}"


def outcomes(call: recipes.Call) -> Iterator[Outcome]:
    """One call, wrong in each argument in turn."""
    for parameter in call.tried():
        valid = call.make().get(parameter)
        annotation = call.annotations.get(parameter, "")
        right = valid is None or "None" in annotation or call.defaults.get(parameter, 0) is None
        kind = wrong.kind_of(annotation, valid)
        for what, value in wrong.wrong_values(kind, valid, right).items():
            found = judge.judged(lambda p=parameter, v=value: call(**{p: v}), value)
            yield Outcome(call.name, parameter, what, *found)
    if not any(p.startswith("**") for p in call.defaults):
        found = judge.judged(lambda: call(nonsense=1), 1)
        yield Outcome(call.name, "nonsense", "an unknown keyword", *found)


def as_it_likes(call: recipes.Call, parameter: str, value: object) -> bool:
    """Whether the value is a function that will be called, and may do and raise what it likes."""
    kind = wrong.kind_of(call.annotations.get(parameter, ""), call.make().get(parameter))
    handed_on = legitimate.reasons(call.name, parameter, "anything")
    return bool(handed_on) or (callable(value) and kind in ("function", "number", "thing"))


def no_network(*_, **__):
    """In the place of what would ask the network for anything."""
    raise OSError("no network here")


def faults(call: recipes.Call, needed: set[legitimate.Row]) -> list[Outcome]:
    """What went wrong with a callable; rows that excuse something are added to `needed`."""
    found = []
    for outcome in outcomes(call):
        if outcome.verdict == judge.REFUSED:
            continue
        rows = legitimate.reasons(outcome.name, outcome.parameter, outcome.what)
        needed.update(rows)
        if not rows:
            found.append(outcome)
    return found


if __name__ == "__main__":
    socket.getaddrinfo = socket.socket.connect = no_network
    os.chdir(recipes.folder())  # where a call that writes a file may write it
    count: Counter[str] = Counter()
    names = set()
    with judge.limited_memory():
        for call in recipes.calls():
            if len(sys.argv) > 1 and sys.argv[1] not in call.name:
                continue
            names.add(call.name)
            for outcome in outcomes(call):
                count[outcome.verdict] += 1
                rows = legitimate.reasons(outcome.name, outcome.parameter, outcome.what)
                if outcome.verdict != judge.REFUSED and not rows:
                    print(outcome)
                    count["faulty"] += 1
    print(len(names), "callables;", count.total() - count["faulty"], "calls:", dict(count))
