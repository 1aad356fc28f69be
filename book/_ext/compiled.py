"""Compiles a folder of Python sources to bytecode without docstrings; standard library only.

    python3.12 compiled.py FOLDER PREFIX [--keep]

The bytecode is that of the Python which runs this file. Sources give way to it, or stay beside it
with ``--keep``. PREFIX is where the folder will lie when it is run.
"""

import compileall
import sys
from pathlib import Path
from py_compile import PycInvalidationMode


def main(folder: str, prefix: str, *options: str) -> bool:
    keep = "--keep" in options
    done = compileall.compile_dir(
        folder,
        quiet=1,
        legacy=not keep,
        optimize=0 if keep else 2,
        stripdir=folder,
        prependdir=prefix,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    if not keep:
        for source in Path(folder).rglob("*.py"):
            source.unlink()
    return bool(done)


if __name__ == "__main__":
    sys.exit(not main(*sys.argv[1:]))
