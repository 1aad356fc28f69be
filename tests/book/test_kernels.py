"""Kernels that are forked: each on its own, and gone with what made them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import kernels

pytest.importorskip("nbval")
pytestmark = pytest.mark.skipif(not kernels.POSSIBLE, reason="kernels are forked on Linux only")

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "ipykernel_launcher", "-f"]


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Starts kernels in a folder, as nbval does: pairs of a manager and a client."""
    from jupyter_client.provisioning import local_provisioner
    from nbval.kernel import CURRENT_ENV_KERNEL_NAME, start_new_kernel

    forks, running = kernels.Forks(), []
    monkeypatch.setattr(local_provisioner, "launch_kernel", forks.launch)

    def start():
        running.append(start_new_kernel(kernel_name=CURRENT_ENV_KERNEL_NAME, cwd=str(tmp_path)))
        return running[-1]

    yield start
    for manager, client in running:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    forks.close()


def said(kernel, source: str) -> str:
    """What the cell prints."""
    texts = []
    kernel[1].execute_interactive(
        source, timeout=60, output_hook=lambda m: texts.append(m["content"].get("text", ""))
    )
    return "".join(texts).strip()


def test_each_is_a_process_of_its_own_in_its_folder(start, tmp_path):
    one, other = start(), start()
    look = "import os, sys; print(os.getpid(), os.getcwd(), '' in sys.path, 'tests' in sys.modules)"
    (pid, *mine), (another, *its) = (said(kernel, look).split() for kernel in (one, other))
    assert pid != another
    assert mine == its == [str(tmp_path), "True", "False"]
    said(one, "import numpy as np, sympy; x, np.ones = 1, None")
    assert said(other, "import numpy as np; print('x' in globals(), np.ones(2))") == "False [1. 1.]"


def test_one_that_dies_is_noticed(start):
    manager, client = start()
    assert manager.is_alive()
    client.execute("import os; os._exit(3)")
    end = time.monotonic() + 20
    while manager.is_alive() and time.monotonic() < end:
        time.sleep(0.05)
    assert not manager.is_alive()


MAKE = """
import sys, time
from tests.kernels import Forks
kernel = Forks().launch(sys.argv[1:])
print(kernel.pid, flush=True)
time.sleep(100)
"""


def test_kernels_end_with_the_process_that_asked_for_them(tmp_path):
    command = [sys.executable, "-c", MAKE, *COMMAND, str(tmp_path / "connection.json")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as maker:
        kernel = kernels.Kernel(int(maker.stdout.readline()))
        assert kernel.poll() is None
        maker.send_signal(signal.SIGKILL)
    end = time.monotonic() + 20
    while kernel.poll() is None and time.monotonic() < end:
        time.sleep(0.1)
    alive = kernel.poll() is None
    if alive:
        os.kill(kernel.pid, signal.SIGKILL)
    assert not alive
