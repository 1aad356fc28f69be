"""The measurement of the machine's limits. No test says how fast anything is."""

import json

import numpy as np
import pytest

from benchmarks import limits

FEW = [task for task in limits.TASKS if task.size <= 32]


def test_tasks_have_names_of_their_own():
    assert len(limits.BY_NAME) == len(limits.TASKS)


@pytest.mark.parametrize("task", FEW, ids=lambda task: task.name)
def test_a_task_runs_and_has_a_time(task):
    assert 0 < limits.seconds(task.name, threads=1, least=0.0) < 1


def test_the_three_convolutions_compute_the_same():
    rng = np.random.default_rng(0)
    x, W = rng.normal(size=(2, 3, 9, 8)), rng.normal(size=(5, 3, 3, 3))
    right = limits.by_columns(x, W)
    assert right.shape == (2, 5, 7, 6)
    assert right[1, 4, 6, 5] == pytest.approx(np.sum(x[1, :, 6:9, 5:8] * W[4]))
    for way in (limits.by_windows, limits.by_shifts):
        np.testing.assert_allclose(way(x, W), right)


def test_adam_in_blocks_is_adam_in_passes():
    rng = np.random.default_rng(0)
    g, found = rng.normal(size=64), []
    for block in (16, 64):
        theta, m, v = np.ones(64), np.zeros(64), np.zeros(64)
        work, scratch = np.empty(block), np.empty(block)
        for start in range(0, 64, block):
            part = slice(start, start + block)
            limits.adam_passes(theta[part], g[part], m[part], v[part], work, scratch)
        found.append(theta)
        np.testing.assert_allclose(v, 0.001 * g**2)
    np.testing.assert_array_equal(*found)


def test_what_is_written_keeps_the_rest(tmp_path):
    path = tmp_path / "results.json"
    path.write_text('{"rows": [1], "limits": {"rounds": 1}}')
    limits.write({"rounds": 2}, path)
    assert json.loads(path.read_text()) == {"rows": [1], "limits": {"rounds": 2}}


def test_sizes_of_caches_are_read(tmp_path):
    for place, (kind, level, size) in enumerate(
        (("Data", 1, "48K"), ("Instruction", 1, "32K"), ("Unified", 2, "1024K"))
    ):
        folder = tmp_path / f"index{place}"
        folder.mkdir()
        for name, value in (("type", kind), ("level", level), ("size", size)):
            (folder / name).write_text(f"{value}\n")
    assert limits.caches(tmp_path) == {"L1": 48 * 1024, "L2": 1024 * 1024}
    assert limits.caches(tmp_path / "nowhere") == {}
