"""Outputs of cells that ran in the browser beside the stored ones, compared as nbval does it."""

from __future__ import annotations

import configparser
import re
import tomllib
from pathlib import Path

import notebooks

HERE = Path(__file__).resolve().parent
PICTURES = ("image/png", "image/jpeg")  # pixels are not compared, as nbval doesn't either
IGNORED = {"nbval-ignore-output", "nbval-skip"}


def sanitizers(path: Path = HERE.parent / "nbval_sanitize.cfg") -> list[tuple[re.Pattern, str]]:
    """What may differ from run to run, and what stands for it."""
    config = configparser.RawConfigParser()
    config.read(path, encoding="utf-8")
    return [
        (re.compile(s["regex"]), s["replace"]) for s in map(config.__getitem__, config.sections())
    ]


SANITIZERS = sanitizers()


def sanitized(text) -> str:
    text = "".join(text) if isinstance(text, list) else str(text)
    for pattern, word in SANITIZERS:
        text = pattern.sub(word, text)
    return text.strip()


def compared(outputs: list[dict]) -> dict[str, list[str]]:
    """What is compared of a cell's outputs: by stream or MIME type, in their order."""
    found: dict[str, list[str]] = {}
    for output in outputs:
        if output["output_type"] == "stream":
            texts = found.setdefault(output["name"], [""])
            texts[0] = texts[0] + output["text"]  # how a stream is cut depends on the clock
        elif output["output_type"] == "error":
            found.setdefault("error", []).append(f"{output['ename']}: {output['evalue']}")
        else:
            for kind, text in output["data"].items():
                if kind not in PICTURES:
                    found.setdefault(kind, []).append(text)
    return {kind: [sanitized(text) for text in texts] for kind, texts in found.items()}


def difference(stored: list[dict], ran: list[dict]) -> str | None:
    """The first place at which outputs differ, or None if they are equal."""
    old, new = compared(stored), compared(ran)
    if "error" in new and "error" not in old:
        return f"raised {new['error'][0]}"
    for kind in [*old, *(kind for kind in new if kind not in old)]:
        a, b = "\n".join(old.get(kind, [])), "\n".join(new.get(kind, []))
        if a != b:
            lines = zip((a + "\n").splitlines(), (b + "\n").splitlines(), strict=False)
            for line, other in lines:
                if line != other:
                    return f"{kind}: stored {line[:200]!r}, here {other[:200]!r}"
            return f"{kind}: stored {len(a)} characters, here {len(b)}"
        if len(old[kind]) != len(new[kind]):
            return f"{kind}: stored {len(old[kind])} outputs, here {len(new[kind])}"
    return None


def code_cells(path: Path) -> list:
    return [cell for cell in notebooks.read(path).cells if cell.cell_type == "code"]


def listed() -> dict[tuple[str, str], str]:
    """(notebook, id of the cell) → why its outputs are not the stored ones in the browser."""
    rows = tomllib.loads((HERE / "differs_in_browser.toml").read_text(encoding="utf-8"))
    return {(row["notebook"], row["cell"]): row["reason"] for row in rows.get("cells", [])}
