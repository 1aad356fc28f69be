"""Style of all code, the chapters' cells included."""

import subprocess
import sys

import notebooks


def test_ruff():
    ruff = [sys.executable, "-m", "ruff", "check", "--quiet", "--no-cache"]
    command = [*ruff, "--output-format=concise", "."]
    run = subprocess.run(command, cwd=notebooks.ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
