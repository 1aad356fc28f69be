"""All benchmarks, one after another: `python -m benchmarks` (`make bench`)."""

import subprocess
import sys
from pathlib import Path

for script in sorted(Path(__file__).parent.glob("*.py")):
    if not script.name.startswith("_"):
        print(f"\n=== {script.stem} ===\n", flush=True)
        # A process each: the number of threads is fixed when NumPy is loaded.
        subprocess.run([sys.executable, str(script)], check=False)
