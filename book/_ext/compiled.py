"""Compiles a folder of Python sources to bytecode without docstrings; standard library only.

    python3.12 compiled.py FOLDER PREFIX [--keep]

The bytecode is that of the Python which runs this file. Sources give way to it, or stay beside it
with ``--keep``. PREFIX is where the folder will lie when it is run.
"""

import compileall
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

folder, prefix, *options = sys.argv[1:]
ok = compileall.compile_dir(
    folder,
    quiet=1,
    legacy="--keep" not in options,
    optimize=2 if "--keep" not in options else 0,
    stripdir=folder,
    prependdir=prefix,
    invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
)
if "--keep" not in options:
    for source in Path(folder).rglob("*.py"):
        source.unlink()
sys.exit(not ok)
