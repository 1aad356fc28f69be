"""The program for a cluster that the page *Many machines* shows."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from nnbook import Cluster

distributed = pytest.importorskip("distributed")

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "book" / "training" / "many-machines.ipynb"


def program() -> str:
    """The program that the page shows."""
    cells = json.loads(PAGE.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells]
    (text,) = [source for source in sources if "<!-- cluster-program" in source]
    return re.search(r"```python\n(.*?)```", text, re.S)[1]


def told(path: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, path.name], cwd=path.parent, env=environment, capture_output=True,
        text=True, timeout=300, check=True,
    ).stdout.strip()  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("where", ["here", "by address"])
def test_the_program_of_the_page(where, tmp_path):
    lines, path = program(), tmp_path / "program.py"
    assert lines.count("Cluster(machines=2)") == 1
    cells = json.loads(PAGE.read_text(encoding="utf-8"))["cells"]
    (cell,) = [c for c in cells if "again = fit_parallel" in "".join(c["source"])]
    stored = "".join(cell["outputs"][0]["text"]).strip()
    if where == "here":
        path.write_text(lines, encoding="utf-8")
        assert told(path) == stored
        return
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    ) as other:
        address = other.scheduler_address
        path.write_text(lines.replace("machines=2", f'"{address}"'), encoding="utf-8")
        assert told(path) == stored
        with Cluster(address) as machines:
            assert machines.machines == 2
            assert "2 machines" in repr(machines)
        assert len(other.scheduler_info["workers"]) == 2  # it goes on without us
