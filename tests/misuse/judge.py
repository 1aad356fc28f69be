"""One call with a wrong argument, within limits, and what is to be said of how it ended.

Right is an error of a documented kind, that a `raise` of nnbook made in the call itself, whose
words say what was expected and what came.
"""

from __future__ import annotations

import contextlib
import re
import signal
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

import nnbook

PACKAGE = Path(nnbook.__file__).parent
SECONDS = 3.0
MEMORY = 512 * 2**20
"""What a single call may take beyond what the process has: bytes."""

DOCUMENTED = (ValueError, TypeError, KeyError, OSError, FloatingPointError)
EXPECTING = ("expect", "must", "need", "no ", "knows", "not ", "became", "another run")

PYTHONS_OWN = r"unexpected keyword argument '\w+'|takes no arguments"
"""What Python says of an argument that a function does not have."""

REFUSED = "refused"
SILENT = "silently wrong"
NONSENSE = "nonsense accepted"
FOREIGN = "somebody else's words"
VAGUE = "words that say too little"
LATE = "an error after the call"
TOO_MUCH = "time or memory"
KINDS = (SILENT, NONSENSE, FOREIGN, VAGUE, LATE, TOO_MUCH)


class TooLong(BaseException):
    """A call did not come back in time."""


@contextlib.contextmanager
def limits() -> Iterator[None]:
    """A limit of time for the block, where the system has one."""
    here = threading.current_thread() is threading.main_thread()
    if not (here and hasattr(signal, "setitimer")):
        yield
        return

    def stop(*_: Any) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def memory_can_be_limited() -> bool:
    """Whether the system limits the memory of a process, and says what it has."""
    return Path("/proc/self/statm").exists()


@contextlib.contextmanager
def limited_memory() -> Iterator[None]:
    """A limit of the memory that the block may ask for in addition, where the system has one."""
    if not memory_can_be_limited():
        yield
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def judged(call: Callable[[], Any], came: Any) -> tuple[str, str]:
    """How a call with the wrong value `came` ended, and the words for it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a result with a warning is a result
        try:
            with limits():
                result = call()
                lazy = isinstance(result, Iterator)
                if not lazy:
                    return (SILENT if numbers(result) else NONSENSE), brief(result)
        except (TooLong, MemoryError) as error:
            return TOO_MUCH, type(error).__name__
        except RecursionError as error:
            return FOREIGN, words(error)
        except Exception as error:
            return verdict(error, came), words(error)
        try:
            with limits():
                for _, item in zip(range(3), result, strict=False):
                    brief(item)
        except Exception as error:
            return LATE, words(error)
        return SILENT, "an iterator"


def verdict(error: Exception, came: Any) -> str:
    """What is to be said of an error."""
    if isinstance(error, TypeError) and re.search(PYTHONS_OWN, str(error)):
        return REFUSED
    if isinstance(error, OSError) and came and str(came) in str(error):
        return REFUSED  # the system's own, with the name of the file
    if not isinstance(error, DOCUMENTED) or not raised_by_us(error):
        return FOREIGN
    return REFUSED if says_enough(str(error), came) else VAGUE


def raised_by_us(error: Exception) -> bool:
    """Whether an error comes out of a `raise` in the package."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return PACKAGE in Path(last.filename).parents and (last.line or "").startswith("raise")


def says_enough(message: str, came: Any) -> bool:
    """Whether a message says what was expected, and what came."""
    expected = any(word in message for word in EXPECTING)
    return expected and any(sign and sign in message for sign in signs_of(came))


def signs_of(came: Any) -> Iterator[str]:
    """How a message may speak of a value."""
    yield from ("got", "not finite", "became", "is of another run")
    if isinstance(came, Mapping):
        yield from (str(name) for name in came)
    else:
        yield str(came)
        yield repr(came)
        yield type(came).__name__
    if isinstance(came, np.ndarray):
        yield str(came.shape)
        yield str(came.dtype)


def numbers(result: Any) -> bool:
    """Whether a result is a number or an array, or holds one."""
    if isinstance(result, Mapping):
        return any(map(numbers, result.values()))
    if isinstance(result, (tuple, list)):
        return any(map(numbers, result))
    return isinstance(result, (int, float, complex, np.ndarray, np.generic))


def words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200]


def brief(value: Any) -> str:
    return " ".join(repr(value).split())[:120]
