"""Outputs of a notebook that no section made: shown as text, free of what changes by machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")
_CELL_FILE = re.compile(r"\S*ipykernel_\d+[/\\]\d+\.py")
# An absolute path of two parts or more, with or without a drive letter.
_PATH = re.compile(r"(?<![\w.:/\\])(?:[A-Za-z]:)?(?:[/\\][\w.+@ -]*[\w.+@-]){2,}")
_IMAGES = ("image/png", "image/jpeg")


@dataclass(frozen=True, kw_only=True, slots=True)
class Stray:
    """An output shown as it is: `text`, or an image with `text` in its place for who cannot see.

    `image` is a data address, empty for text.
    """

    kind: Literal["text", "warning", "error", "image"]
    cell: int
    text: str
    image: str = ""


def stray_of(output: Mapping[str, Any], cell: int) -> Stray | None:
    """Read an output of the notebook's code cell number `cell`, None where there is nothing.

    Examples
    --------
    >>> stray_of({"output_type": "stream", "name": "stdout", "text": "<b>hi</b>"}, 2).text
    '<b>hi</b>'
    """
    if output["output_type"] == "stream":
        kind: Literal["text", "warning"] = "warning" if output["name"] == "stderr" else "text"
        return _text(kind, cell, output["text"])
    if output["output_type"] == "error":
        return _text("error", cell, f"{output['ename']}: {output['evalue']}")
    data = output.get("data", {})
    image = next((type_ for type_ in _IMAGES if type_ in data), None)
    words = portable(str(data.get("text/plain", "")))
    if image:
        address = f"data:{image};base64,{''.join(str(data[image]).split())}"
        return Stray(kind="image", cell=cell, text=words, image=address)
    return _text("text", cell, words)


def _text(kind: Literal["text", "warning", "error"], cell: int, text: str) -> Stray | None:
    text = portable(text).strip("\n")
    return Stray(kind=kind, cell=cell, text=text) if text.strip() else None


def portable(text: str) -> str:
    """Remove terminal colours, memory addresses and folders, which differ from run to run.

    Examples
    --------
    >>> portable("/tmp/ipykernel_12/34.py:1: UserWarning: <Axes at 0x7f12>")
    'cell:1: UserWarning: <Axes at 0x…>'
    >>> portable("saved /home/me/trial/out.csv, ratio 1/2")
    'saved out.csv, ratio 1/2'
    """
    text = _CELL_FILE.sub("cell", _COLOUR.sub("", text))
    text = _PATH.sub(lambda path: re.split(r"[/\\]", path[0])[-1], text)
    return _ADDRESS.sub("at 0x…", text)
