"""Machines of a Dask cluster: one that is started here, or any that runs, by its address.

It needs Dask's `distributed`, which is the extra of this name: `pip install 'nnbook[distributed]'`.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import Any

from nnbook.checks import positive, text, whole

PATIENCE = 0.5
"""Seconds after which is looked whether anybody still works."""


class Shared:
    """A value that the machines have, and which is sent again if those that had it are gone."""

    def __init__(self, value: Any):
        self.value, self.future = value, None


class Cluster:
    """Machines of a Dask cluster, as `Simulated` has them in one process.

    Without an `address` the cluster is started on this computer, with `machines` processes of one
    thread each, and ends with the `with` block or with `close`. With the address of a scheduler,
    `"tcp://10.0.0.7:8786"`, it is that cluster, with the workers that it has; they need the same
    version of nnbook. `now` is the time in seconds since the start.

    A worker that is lost takes nothing with it but what it was doing, which another one is asked
    for; a lost worker of a local cluster is started again. A piece of work that took the last
    worker with it `attempts` times is given up, or one that Dask gives up after four workers. While
    no worker is left, `timeout` seconds are waited for one.

    Raises ImportError without Dask, ValueError for what is no address, ConnectionError if no
    scheduler answers, or has no workers, or goes, and RuntimeError for work that was given up or
    has nobody left to do it. An error in the work itself is raised as it is.

    In a script, what makes a `Cluster` must stand under `if __name__ == "__main__":`, because the
    processes that it starts read the script too.

    Source: M. Rocklin, *Dask: parallel computation with blocked algorithms and task scheduling*
    (2015); chapter *Learning on many machines*.
    """

    def __init__(
        self,
        address: str | None = None,
        machines: int = 2,
        *,
        attempts: int = 4,
        timeout: float = 60.0,
    ):
        self.attempts = whole("attempts", attempts)
        self.timeout = positive("timeout", timeout)
        whole("the number of machines", machines)
        if address is not None and (not isinstance(address, str) or "://" not in address):
            raise ValueError(
                "the address of a scheduler must look like 'tcp://10.0.0.7:8786', "
                f"got {text(address)}"
            )
        try:
            import distributed
        except ImportError as error:
            raise ImportError(
                "a Cluster needs Dask's distributed: pip install 'nnbook[distributed]'"
            ) from error
        self._distributed, self._own = distributed, None
        if address is None:
            self._own = distributed.LocalCluster(
                n_workers=machines, threads_per_worker=1, processes=True, host="127.0.0.1",
                dashboard_address="127.0.0.1:0", silence_logs=50,
            )  # fmt: skip
        try:
            self._client = distributed.Client(
                address if self._own is None else self._own,
                timeout=self.timeout, set_as_default=False,
            )  # fmt: skip
        except OSError as error:
            raise ConnectionError(
                f"no Dask scheduler answers at {address}: start one with `dask scheduler`, or "
                "leave the address out for a cluster on this computer"
            ) from error
        try:
            self._client.wait_for_workers(1, timeout=self.timeout)
        except TimeoutError as error:
            self.close()
            raise ConnectionError(
                f"the scheduler at {address} has no workers: start some, `dask worker {address}`"
            ) from error
        self.machines = len(self._workers())
        self._begin = time.monotonic()
        self._done: queue.Queue[tuple[int, Any]] = queue.Queue()
        self._tickets = 0
        self._work: dict[int, tuple[Any, ...]] = {}
        self._futures: dict[int, Any] = {}
        self._shared: list[Shared] = []
        self._lost: dict[int, int] = {}

    @property
    def now(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._begin

    def share(self, value: Any) -> Shared:
        """Give a value to all machines; what stands for it among the arguments of `submit`."""
        shared = Shared(value)
        self._shared = [shared]  # a new job takes the place of the old one
        return shared

    def submit(self, work: Callable[..., Any], *arguments: Any, pieces: int = 1) -> int:
        """Ask for work, of so many pieces, which a worker does at its own pace; its ticket."""
        ticket, self._tickets = self._tickets, self._tickets + 1
        self._work[ticket] = (work, *arguments)
        self._send(ticket)
        return ticket

    def next(self) -> tuple[int, Any]:
        """Ticket and result of the piece of work that is done first.

        Raises ValueError if nothing is asked for.
        """
        idle = time.monotonic()
        while self._work:
            try:
                ticket, future = self._done.get(timeout=PATIENCE)
            except queue.Empty:
                if self._client.status != "running":
                    raise ConnectionError("the scheduler of the cluster is gone") from None
                if self._workers():
                    idle = time.monotonic()
                elif time.monotonic() - idle > self.timeout:
                    raise self._nobody() from None
                continue
            if self._futures.get(ticket) is not future or future is None:
                continue  # it was dropped, or sent again
            work = self._work.pop(ticket)
            del self._futures[ticket]
            try:
                return ticket, future.result()
            except CancelledError:  # what it needed went with the last machine that had it
                self._again(ticket, work)
            except self._distributed.scheduler.KilledWorker as error:
                raise RuntimeError(
                    f"a piece of work was given up, because no worker survived it: {error}"
                ) from error
        raise ValueError("no work is under way")

    def drop(self, ticket: int) -> None:
        """No longer wait for a piece of work."""
        self._work.pop(ticket, None)
        future = self._futures.pop(ticket, None)
        if future is not None:
            future.cancel()

    def close(self) -> None:
        """Leave the cluster; one that was started here ends."""
        self._client.close()
        if self._own is not None:
            self._own.close()

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        scheduler: Any = self._client.scheduler
        return f"Cluster({scheduler.address!r}, {self.machines} machines)"

    def _nobody(self) -> RuntimeError:
        return RuntimeError(f"no machine is left, and none came within {self.timeout:g} seconds")

    def _workers(self) -> dict[str, Any]:
        return self._client.scheduler_info(n_workers=-1)["workers"]

    def _send(self, ticket: int) -> None:
        """Ask the cluster for the work of a ticket, now."""
        work, *arguments = self._work[ticket]
        futures = [self._held(a) if isinstance(a, Shared) else a for a in arguments]
        future = self._client.submit(work, *futures, pure=False)
        self._futures[ticket] = future
        future.add_done_callback(lambda done: self._done.put((ticket, done)))

    def _again(self, ticket: int, work: tuple[Any, ...]) -> None:
        """Send work again, and with it all that was shared, unless that was done too often."""
        self._lost[ticket] = self._lost.get(ticket, 0) + 1
        if self._lost[ticket] >= self.attempts:
            raise RuntimeError(
                f"a piece of work was given up: it was begun {self.attempts} times, and no worker "
                "survived it"
            )
        for shared in self._shared:
            shared.future = None
        self._work[ticket] = work
        self._send(ticket)

    def _held(self, shared: Shared) -> Any:
        """The value on the machines, sent there if they do not have it."""
        if shared.future is None or shared.future.status in ("cancelled", "lost"):
            try:
                self._client.wait_for_workers(1, timeout=self.timeout)
                shared.future = self._client.scatter(shared.value, broadcast=True, hash=False)
            except TimeoutError as error:
                raise self._nobody() from error
        return shared.future
