"""Stands for micropip in a copy of the site that brings its own Pyodide and asks no other host.

The kernel's `piplite`, which is behind `%pip`, imports these names.
"""

import sys
from types import SimpleNamespace

ProjectInfo = object


async def install(requirements, *args, **kwargs):
    raise RuntimeError(
        f"{requirements} cannot be installed: this copy of the book asks no other host"
    )


query_package = fetch_string_and_headers = install
package_index = sys.modules["micropip.package_index"] = SimpleNamespace(
    ProjectInfo=ProjectInfo,
    query_package=query_package,
    fetch_string_and_headers=fetch_string_and_headers,
)
