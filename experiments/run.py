"""Run studies and store their results: `python -m experiments.run [study …]`.

A study is a module of this folder with QUESTION, SEEDS, TUNING_SEEDS, CANDIDATES (what is tuned:
row → settings to try), FIXED (rows with settings that are not tuned), `run(row, settings, seed,
tuning)` and TOLERANCE, by how much a run may differ on another machine. Tuning and final runs go to
`results/<study>.json`, with the seeds, the versions, the files that they rest on, a hash of the
code in them and one of the numbers themselves; `--check` says whose numbers were changed by hand,
and whose code has changed since. `--confirm` runs some of their runs again with the new code.

Rows named in TIMED hold times of the machine that `machine()` of the module describes. No other run
can repeat them, so none is drawn from them.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import importlib
import json
import platform
import sys
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

import nnbook
from nnbook.studies import tune

HERE = Path(__file__).parent
RESULTS = HERE / "results"


def studies() -> list[str]:
    """The names of all studies."""
    return sorted(p.stem for p in HERE.glob("*.py") if p.stem not in ("__init__", "run"))


def sources(name: str) -> list[Path]:
    """The files of a study: its own, and those of the studies that it imports."""
    found, waiting = set(), [name]
    while waiting:
        path = HERE / f"{waiting.pop()}.py"
        if path not in found:
            found.add(path)
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module:
                    package, _, study = node.module.partition(".")
                    if package == "experiments":
                        waiting += [study] if study else [alias.name for alias in node.names]
    return sorted(found)


def rests_on(name: str) -> list[str]:
    """The files whose code a study runs: `sources`, and what of the package is loaded by now."""
    package = Path(nnbook.__file__).parent
    loaded = {m.__file__ for key, m in sys.modules.items() if key.split(".")[0] == "nnbook"}
    below = {Path(file).relative_to(package) for file in loaded}
    said = {"nnbook" / p for p in below if p.parts[0] not in ("derive", "exercises", "plots")}
    said -= {Path("nnbook/studies.py"), Path("nnbook/listing.py")}
    said |= {Path("experiments") / path.name for path in sources(name)}
    return sorted(path.as_posix() for path in said)


def without_comments(text: str) -> str:
    """Python code without docstrings, lines of comment and empty lines."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        owner = (ast.Module, ast.ClassDef, ast.FunctionDef)
        if isinstance(node, owner) and ast.get_docstring(node, clean=False) is not None:
            said = node.body[0]
            first, last = said.lineno - 1, said.end_lineno
            if said.lineno > getattr(node, "lineno", 0):  # no code stands on the same line
                lines[first:last] = [""] * (last - first)
    return "\n".join(line for line in lines if line.strip() and not line.lstrip().startswith("#"))


def code_hash(name: str, files: list[str]) -> str:
    """A hash of the code of these files, whatever their comments and docstrings say."""
    places = {"nnbook": Path(nnbook.__file__).parent, "experiments": HERE}
    digest = hashlib.sha256()
    for file in sorted({*files, *(f"experiments/{path.name}" for path in sources(name))}):
        room, _, rest = file.partition("/")
        path = places[room] / rest
        code = without_comments(path.read_text(encoding="utf-8")) if path.exists() else "gone"
        digest.update(f"{file}\n{code}\n".encode())
    return digest.hexdigest()[:16]


def numbers_hash(study: dict[str, Any]) -> str:
    """A hash of all that a study found, so that no number can be changed by hand."""
    found = json.dumps([study["seeds"], study["rows"], study["tuning"]], sort_keys=True)
    return hashlib.sha256(found.encode()).hexdigest()[:16]


def stored() -> dict[str, dict[str, Any]]:
    """The results of all studies, by name."""
    paths = sorted(RESULTS.glob("*.json"))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}


def tampered() -> list[str]:
    """The studies whose numbers are not those that were stored."""
    return [name for name, s in stored().items() if s["about"]["numbers"] != numbers_hash(s)]


def outdated() -> list[str]:
    """The studies whose code has changed since they were run, or since runs were confirmed."""
    found = []
    for name, study in stored().items():
        about = study["about"]
        confirmed = about.get("confirmed", {}).get("code")
        if code_hash(name, about.get("files", [])) not in (about["code"], confirmed):
            found.append(name)
    return found


def run_study(name: str, small: bool = False, progress: bool = True) -> dict[str, Any]:
    """Tunes and runs a study; with `small` on two seeds and two trials for each row."""
    module = importlib.import_module(f"experiments.{name}")
    seeds = list(module.SEEDS)[: 2 if small else None]
    candidates = {row: trials[: 2 if small else None] for row, trials in module.CANDIDATES.items()}
    tuning_seeds = list(module.TUNING_SEEDS)[: 1 if small else None]

    def score(row: str, settings: Any, seed: int) -> float:
        return module.run(row, settings, seed, tuning=True)["validation"]

    def bar(rows: list) -> Any:
        return tqdm(rows, desc=f"{name}: tuning", disable=not progress)

    tuning = tune(candidates, score, tuning_seeds, bar) if candidates else {}
    chosen = {row: found["settings"] for row, found in tuning.items()} | dict(module.FIXED)
    rows = {}
    for row, settings in tqdm(chosen.items(), desc=f"{name}: runs", disable=not progress):
        runs = [module.run(row, settings, seed) for seed in seeds]
        values = {key: [round(float(r[key]), 5) for r in runs] for key in runs[0]}
        rows[row] = {"settings": settings, "values": values}
    files = rests_on(name)
    about = {"numpy": np.__version__, "python": platform.python_version(), "files": files,
             "code": code_hash(name, files), "small": small,
             "tuning_seeds": tuning_seeds}  # fmt: skip
    if hasattr(module, "TIMED"):
        about["machine"] = module.machine()
    found = {"name": name, "question": module.QUESTION, "seeds": seeds, "rows": rows,
             "tuning": tuning, "about": about}  # fmt: skip
    about["numbers"] = numbers_hash(found)
    return found


def spot(study: dict[str, Any], places: int = 1) -> list[tuple]:
    """Runs that the results themselves draw: (row, seed, measure, stored, run anew, tolerance).

    One run of each of so many rows, or of all if there are no more.
    """
    module = importlib.import_module(f"experiments.{study['name']}")
    rng = np.random.default_rng(int(numbers_hash(study), 16))
    found = []
    repeatable = set(study["rows"]) - getattr(module, "TIMED", set())
    for row in rng.choice(sorted(repeatable), min(places, len(repeatable)), replace=False):
        number = int(rng.integers(len(study["seeds"])))
        stored = study["rows"][row]
        anew = module.run(str(row), stored["settings"], study["seeds"][number])
        found += [
            (str(row), study["seeds"][number], key, values[number], anew[key], module.TOLERANCE)
            for key, values in stored["values"].items()
        ]
    return found


def confirm(name: str, places: int = 3) -> bool:
    """Runs some drawn runs again; if all agree, the study notes how many, and for which code."""
    study = stored()[name]
    drawn = spot(study, places)
    if any(abs(anew - value) > tolerance for *_, value, anew, tolerance in drawn):
        return False
    files = rests_on(name)
    confirmed = {"code": code_hash(name, files), "runs": len({row for row, *_ in drawn})}
    study["about"] |= {"files": files, "confirmed": confirmed}
    write(study)
    return True


def write(study: dict[str, Any]) -> None:
    text = json.dumps(study, indent=1, sort_keys=True) + "\n"
    (RESULTS / f"{study['name']}.json").write_text(text, encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description="Run studies and store their results.")
    parser.add_argument("study", nargs="*", help=f"of {', '.join(studies())}; none means all")
    parser.add_argument("--small", action="store_true", help="two seeds and trials; store nothing")
    parser.add_argument("--check", action="store_true", help="run nothing; look at what is stored")
    parser.add_argument("--confirm", action="store_true", help="run some drawn runs again")
    arguments = parser.parse_args()
    if arguments.check:
        for name in outdated():
            print(f"experiments/results/{name}.json: its code has changed since it was run")
        for name in tampered():
            print(f"experiments/results/{name}.json: its numbers are not those that were stored")
        return bool(tampered())
    if unknown := set(arguments.study) - set(studies()):
        parser.error(f"no such study: {', '.join(sorted(unknown))}")
    if arguments.confirm:
        failed = [name for name in arguments.study or outdated() if not confirm(name)]
        for name in failed:
            print(f"experiments/results/{name}.json: a run comes out otherwise")
        return bool(failed)
    for name in arguments.study or studies():
        result = run_study(name, arguments.small)
        if arguments.small:
            print(json.dumps({row: r["values"] for row, r in result["rows"].items()}, indent=1))
        else:
            write(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
