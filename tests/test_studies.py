"""Studies: their arithmetic, the same tuning for all, and stored results that a run bears out."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from experiments import run as runner
from nnbook.studies import (
    Study,
    estimate,
    load_benchmarks,
    load_study,
    paired,
    rounded,
    t_quantile,
    tune,
)

ROOT = Path(__file__).parents[1]
RAW = runner.stored()


# -- Arithmetic ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("df", "level", "t"), [
    (1, 0.95, 12.706), (4, 0.95, 2.776), (9, 0.95, 2.262), (9, 0.99, 3.250), (30, 0.9, 1.697),
    (1000, 0.95, 1.962),
])  # fmt: skip
def test_student(df, level, t):
    assert t_quantile(df, level) == pytest.approx(t, abs=6e-4)


def test_an_estimate_is_what_the_textbook_says():
    e = estimate([1.0, 2.0, 4.0])
    assert e.mean == pytest.approx(7 / 3)
    assert e.error == pytest.approx(np.sqrt(7 / 3 / 3))
    assert e.high - e.low == pytest.approx(2 * 4.3027 * e.error, rel=1e-4)
    assert (e.n, e.is_clear) == (3, False)
    assert estimate([1.0, 1.1, 1.05]).is_clear


def test_the_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(0)
    found = [estimate(rng.normal(3, 2, 5)) for _ in range(2000)]
    assert np.mean([e.low < 3 < e.high for e in found]) == pytest.approx(0.95, abs=0.015)


def test_pairs_are_taken_two_by_two():
    a = np.array([0.5, 0.7, 0.9])
    assert paired(a + 0.1, a).error == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match="expected pairs"):
        paired(a, a[:2])


def test_digits_are_those_that_the_error_allows():
    assert rounded(0.84632, 0.0041) == "0.846"
    assert rounded(0.84632, 0.012) == "0.846"   # two digits for an error that begins with 1
    assert str(estimate([0.80, 0.82, 0.90])) == "0.84 ± 0.03"
    assert rounded(123.4, 12.0) == "123"


@pytest.mark.parametrize("values", [[], [1.0], [[1.0, 2.0]]])
def test_one_run_is_no_estimate(values):
    with pytest.raises(ValueError, match="at least two values"):
        estimate(values)


def test_tuning_takes_the_best_mean_and_keeps_the_trials():
    def score(name, settings, seed):
        return settings["x"] if name == "a" else -abs(settings["x"] - 1) + seed * 0

    found = tune({"a": [{"x": 1}, {"x": 2}], "b": [{"x": 1}, {"x": 5}]}, score, [0, 1])
    assert (found["a"]["settings"], found["b"]["settings"]) == ({"x": 2}, {"x": 1})
    assert [t["score"] for t in found["b"]["trials"]] == [0, -4]


def test_another_budget_for_one_competitor_is_refused():
    with pytest.raises(ValueError, match="as many trials for each competitor"):
        tune({"a": [{}], "b": [{}, {}]}, lambda *_: 0.0, [0])


# -- Stored results --------------------------------------------------------------------------------


def off(found) -> list:
    """Runs anew that differ from what is stored by more than the study allows."""
    return [f for f in found if abs(f[3] - f[4]) > f[5] * max(1, abs(f[3]))]


@pytest.mark.parametrize("name", RAW)
def test_a_drawn_run_comes_out_as_stored(name):
    assert off(runner.spot(RAW[name])) == []


def test_no_stored_number_was_changed():
    assert runner.tampered() == []


@pytest.mark.parametrize("name", RAW)
def test_a_changed_number_is_found(name, tmp_path, monkeypatch):
    study = copy.deepcopy(RAW[name])
    row = sorted(study["rows"])[-1]
    measure = sorted(study["rows"][row]["values"])[0]
    study["rows"][row]["values"][measure][-1] += 1e-5
    (tmp_path / f"{name}.json").write_text(json.dumps(study), encoding="utf-8")
    monkeypatch.setattr(runner, "RESULTS", tmp_path)
    assert runner.tampered() == [name]


def test_a_run_that_comes_out_otherwise_is_found(monkeypatch):
    study = RAW["transfer"]
    ((row, seed, measure, value, anew, tolerance), *_) = runner.spot(study)
    assert off([(row, seed, measure, value, anew, tolerance)]) == []
    assert off([(row, seed, measure, value, anew + 2 * tolerance, tolerance)])


def test_changed_code_is_told(monkeypatch):
    for key in ("code", "confirmed"):
        said = {name: s["about"].get(key, s["about"]["code"]) for name, s in RAW.items()}
        said = {name: s["code"] if isinstance(s, dict) else s for name, s in said.items()}
        monkeypatch.setattr(runner, "code_hash", lambda name, files, said=said: said[name])
        assert runner.outdated() == []
    monkeypatch.setattr(runner, "code_hash", lambda name, files: "changed")
    assert runner.outdated() == sorted(RAW)


def test_runs_that_agree_confirm_a_study_and_others_do_not(monkeypatch, tmp_path):
    name = "transfer"
    (tmp_path / f"{name}.json").write_text(json.dumps(RAW[name]), encoding="utf-8")
    monkeypatch.setattr(runner, "RESULTS", tmp_path)
    row = ("row", 0, "test", 0.5)
    monkeypatch.setattr(runner, "spot", lambda study, places: [(*row, 0.6, 0.05)])
    assert not runner.confirm(name)
    assert runner.stored()[name] == RAW[name]
    monkeypatch.setattr(runner, "spot", lambda study, places: [(*row, 0.52, 0.05)])
    assert runner.confirm(name)
    assert runner.outdated() == runner.tampered() == []
    assert runner.stored()[name]["about"]["confirmed"]["runs"] == 1


def test_a_study_that_tunes_nothing_is_run():
    study = runner.run_study("by_heart", small=True, progress=False)
    assert study["tuning"] == {}
    assert [len(v) for row in study["rows"].values() for v in row["values"].values()] == [2] * 160


def test_of_a_study_of_few_rows_a_run_of_each_is_drawn(monkeypatch):
    study = RAW["by_heart"]   # of two rows
    module = __import__("experiments.by_heart", fromlist=["run"])
    monkeypatch.setattr(module, "run", lambda row, settings, seed: dict.fromkeys(
        study["rows"][row]["values"], 0.5))  # fmt: skip
    assert {row for row, *_ in runner.spot(study, 3)} == set(study["rows"])


@pytest.mark.parametrize("name", RAW)
def test_a_study_is_whole(name):
    study = RAW[name]
    module = __import__(f"experiments.{name}", fromlist=["QUESTION"])
    assert study["question"] == module.QUESTION
    assert study["seeds"] == list(module.SEEDS)
    assert len(study["seeds"]) >= 10
    assert set(study["rows"]) == {*module.CANDIDATES, *module.FIXED}
    assert not study["about"]["small"]
    for row, found in study["tuning"].items():
        assert [t["settings"] for t in found["trials"]] == list(module.CANDIDATES[row])
        assert found["score"] == max(t["score"] for t in found["trials"])
        assert study["rows"][row]["settings"] == found["settings"]
    for row in study["rows"].values():
        assert all(len(v) == len(study["seeds"]) for v in row["values"].values())
    assert len({len(trials) for trials in module.CANDIDATES.values()}) <= 1  # none: nothing tuned


def test_a_study_is_loaded_from_folders_below():
    study = load_study("regularizers", Path(runner.HERE).parent / "book" / "training")
    assert isinstance(study, Study)
    row = next(iter(study.rows))
    assert study.estimate(row, "test").n == len(study.seeds)
    with pytest.raises(KeyError, match="expected one of"):
        study.values("nothing at all", "test")
    with pytest.raises(KeyError, match="expected one of"):
        study.values(row, "speed")


def test_what_was_measured_on_the_way_is_a_curve():
    values = {"loss": [0.1, 0.2], "loss @ 100": [0.1, 0.2], "loss @ 20": [0.5, 0.6]}
    study = Study("s", "?", [0, 1], {"row": {"settings": {}, "values": values}}, {}, {})
    steps, curves = study.curve("row", "loss")
    assert steps.tolist() == [20, 100]
    assert curves.tolist() == [[0.5, 0.1], [0.6, 0.2]]
    for row, measure in (("row", "b"), ("other", "loss")):
        with pytest.raises(KeyError):
            study.curve(row, measure)


def test_a_study_that_was_not_run_is_an_error_that_says_how(tmp_path):
    with pytest.raises(FileNotFoundError, match="make experiments STUDY=nothing"):
        load_study("nothing", tmp_path)


def test_benchmarks_are_found_in_a_folder_above(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no benchmarks/results\.json .* `make bench`"):
        load_benchmarks(tmp_path)
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "results.json").write_text('{"rows": []}')
    (tmp_path / "book").mkdir()
    assert load_benchmarks(tmp_path / "book") == {"rows": []}


CHANGED = b"\nchanged = True\n"
COMMENTED = b"\n\n# A comment, and a function that says more.\n"


def copied(folder, files, changed, added):
    for path in files:
        text = path.read_bytes() + (added if path.stem == changed else b"")
        (folder / path.name).write_bytes(text)


@pytest.mark.parametrize(("added", "differs"), [(CHANGED, True), (COMMENTED, False)])
@pytest.mark.parametrize(
    ("name", "below"),
    [("regularizers", "regularizers"), ("slopes", "signals"), ("depth_controls", "rings")],
)
def test_changed_code_changes_the_hash(name, below, added, differs, monkeypatch, tmp_path):
    before = runner.code_hash(name, [])
    copied(tmp_path, runner.sources(name), below, added)
    monkeypatch.setattr(runner, "HERE", tmp_path)
    assert (runner.code_hash(name, []) != before) is differs


def test_a_study_rests_on_the_modules_that_it_loads():
    said = "import experiments.run as r; r.nnbook.Dense; print(*r.rests_on('slopes'))"
    found = subprocess.run(
        [sys.executable, "-c", said], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    assert {"experiments/slopes.py", "experiments/signals.py", "nnbook/ops/linear.py"} <= set(found)
    assert "nnbook/ops/convolution.py" not in found
    assert not any(file.startswith("nnbook/derive") for file in found)


def test_a_file_that_is_gone_changes_the_hash(monkeypatch):
    here = runner.code_hash("rings", ["nnbook/op.py"])
    assert runner.code_hash("rings", ["nnbook/no_more.py", "nnbook/op.py"]) != here


def test_docstrings_and_comments_do_not_count():
    code = 'def f(x):\n    """Says."""\n    # why\n    return "# x"\n'
    assert runner.without_comments(code) == 'def f(x):\n    return "# x"'
    assert "y=1" in runner.without_comments('def f(x, y=1): "Says."\n')
