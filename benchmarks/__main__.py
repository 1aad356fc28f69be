"""All benchmarks, one after another: `python -m benchmarks` (`make bench`)."""

import runpy
import sys
from pathlib import Path

sys.argv = sys.argv[:1]
for script in sorted(Path(__file__).parent.glob("*.py")):
    if not script.name.startswith("_"):
        print(f"\n=== {script.stem} ===\n", flush=True)
        try:
            runpy.run_path(str(script), run_name="__main__")
        except SystemExit as stop:  # without torch there is nothing to compare with
            print(stop)
