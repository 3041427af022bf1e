"""From an executed notebook to the parts of a page: numbered, in order, nothing lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup
from nbformat import NotebookNode

from outcomes.errors import ReportError
from outcomes.report.block import BLOCK_TYPE, Block
from outcomes.report.markup import fragment, section
from outcomes.report.outputs import portable, stray_of

_COUNT = re.compile(r'<b data-count="(table|figure)">[^<]*</b>')
_SAME = re.compile(r'<span data-same="(table|figure)">[^<]*</span>')


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Markup made from one output; `block` where a section made it."""

    cell: int
    html: str
    block: Block | None = None


def parts_of(notebook: NotebookNode) -> tuple[Part, ...]:
    """Read the outputs of a notebook in order; tables and figures are numbered across them.

    Raises
    ------
    ReportError
        If two sections have the same id: a link could not say which one it means.
    """
    counter: Counter[str] = Counter()
    parts = tuple(
        Part(cell=part.cell, block=part.block, html=numbered(part.html, counter))
        for part in _parts(notebook)
    )
    ids = Counter(part.block.id for part in parts if part.block)
    twice = [name for name, count in ids.items() if count > 1]
    if twice:
        raise ReportError(
            f"{len(twice)} sections appear twice in this notebook: {', '.join(twice[:3])}. "
            "A report shows each section once; call it in one cell only."
        )
    return parts


def _parts(notebook: NotebookNode) -> Iterator[Part]:
    for position, number, cell in code_cells(notebook):
        for output in cell.outputs:
            if BLOCK_TYPE in output.get("data", {}):
                block = Block.from_json(output["data"][BLOCK_TYPE])
                yield Part(cell=position, html=block.html, block=block)
                continue
            stray = stray_of(output, number)
            if stray:
                yield Part(cell=position, html=str(fragment("stray", stray=stray)))


def code_cells(notebook: NotebookNode) -> Iterator[tuple[int, int, NotebookNode]]:
    """Go through code cells: position among all cells, number among code cells, cell."""
    positions = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    for number, position in enumerate(positions, start=1):
        yield position, number, notebook.cells[position]


def numbered(html: str, counter: Counter[str]) -> str:
    """Give tables and figures their numbers, counting on from `counter`.

    Examples
    --------
    >>> numbered('<b data-count="table">Table.</b> Flow', Counter(table=2))
    '<b>Table 3.</b> Flow'
    """

    def count(match: re.Match[str]) -> str:
        counter[match[1]] += 1
        return f"<b>{match[1].capitalize()} {counter[match[1]]}.</b>"

    def same(match: re.Match[str]) -> str:
        return f"{match[1]} {counter[match[1]]}"

    # One figure's caption and its data follow each other, so both are replaced in one walk.
    either = re.compile(f"{_COUNT.pattern}|{_SAME.pattern}")
    return either.sub(
        lambda found: (
            count(_COUNT.match(found[0])) if found[1] else same(_SAME.match(found[0]))  # type: ignore[arg-type]
        ),
        html,
    )


def code_section(notebook: NotebookNode) -> Markup:
    """Fold the notebook's code away at the end, after what the notebook says of itself."""
    about = [cell.source for cell in introduction(notebook)]
    cells = [(number, _source(cell)) for _, number, cell in code_cells(notebook)]
    says = f"The {len(cells)} code cells of the notebook that made this page."
    body = fragment("code", about=about, cells=cells)
    return Markup(section("code", "Code", says, [body]))  # noqa: S704 - escaped by its template


def _source(cell: NotebookNode) -> str:
    """Code of a cell; values that papermill wrote may hold folders of this machine."""
    injected = "injected-parameters" in cell.metadata.get("tags", [])
    return portable(cell.source) if injected else str(cell.source)


def introduction(notebook: NotebookNode) -> list[NotebookNode]:
    """Markdown cells before the first code cell: they speak of the notebook, not the result."""
    first = next((i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"), None)
    return [cell for cell in notebook.cells[:first] if cell.cell_type == "markdown"]
