"""Kernels for nbval, forked from a process that has loaded what nearly all notebooks import.

A kernel needs a second to start, nearly all of it for imports, and there are eighty notebooks. A
fork has the modules at once and shares nothing else with its like: whatever a notebook does, it
does in a process of its own, as in one that is started anew.

    python tests/kernels.py        the process that forks: a line of JSON in, a process id out
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

# Only imported, nothing computed: SymPy's caches and random numbers begin as they always do.
LOADED = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "matplotlib.pyplot",
    "nnbook.derive.page",
    "nnbook.exercises",
    "nnbook.plots",
)
# As a kernel sets it, if nothing is set.
BACKEND = os.environ.get("MPLBACKEND", "module://matplotlib_inline.backend_inline")
# Forking a process that has loaded frameworks of macOS breaks them, and Windows has no fork.
POSSIBLE = sys.platform == "linux"


class Kernel:
    """A kernel's process as jupyter_client sees it: what it uses of a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int):
        self.pid = pid

    def poll(self) -> int | None:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0  # with what status it ended, nobody asks
        return None

    def wait(self) -> int:
        return 0  # jupyter_client asks when `poll` has said that it has ended

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Forks:
    """The process that forks. It ends with the one that made it, and so do its kernels."""

    def __init__(self):
        self.process = None

    def launch(self, cmd: list[str], *, env=None, cwd=None, **_) -> Kernel:
        """A kernel for the command `python … -m ipykernel_launcher arguments`."""
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        wish = {"arguments": arguments, "env": dict(env or os.environ), "cwd": cwd or os.getcwd()}
        print(json.dumps(wish), file=self.process.stdin, flush=True)
        if not (said := self.process.stdout.readline()):
            raise RuntimeError("the process that forks kernels has ended")
        return Kernel(int(said))

    def close(self) -> None:
        if self.process:
            with self.process:
                self.process.stdin.close()
            self.process = None


def fork_kernels() -> Forks:
    """From now on, jupyter_client gets its kernels from a process that forks."""
    from jupyter_client.provisioning import local_provisioner

    forks = Forks()
    local_provisioner.launch_kernel = forks.launch
    return forks


def serve() -> None:
    """Fork a kernel for each line, until there are no more."""
    sys.path.remove(str(Path(__file__).parent))
    # What ipykernel and matplotlib read of their environment when they are imported.
    os.environ |= {"JPY_PARENT_PID": str(os.getpid()), "MPLBACKEND": BACKEND}
    for name in LOADED:
        import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    for line in sys.stdin:
        if os.fork() == 0:
            run(**json.loads(line))


def run(arguments: list[str], env: dict[str, str], cwd: str) -> None:
    """Be a kernel from here on."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    print(os.getpid(), flush=True)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    from ipykernel import kernelapp

    sys.argv = ["ipykernel_launcher", *arguments]
    kernelapp.launch_new_instance()
    sys.exit()


if __name__ == "__main__":
    serve()
