"""A table as HTML that a screen reader can walk through and a narrow screen can hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from outcomes.tables.table import Column, Row, Table

#: Shape on the line of each arm, by its position; colours and dashes are the style sheet's.
MARKS = (
    Markup('<circle cx="15" cy="6" r="4.5"/>'),
    Markup('<rect x="10.5" y="1.5" width="9" height="9"/>'),
    Markup('<polygon points="15,1 20,11 10,11"/>'),
    Markup('<polygon points="15,0.5 20.5,6 15,11.5 9.5,6"/>'),
    Markup('<polygon points="15,11 20,1 10,1"/>'),
    Markup('<path class="solid" d="M15 1V11M10 6H20"/>'),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """A heading of the upper row: one column, or a group of them."""

    label: str
    span: int
    group: bool
    arm: int | None
    right: bool


def table_html(table: Table, *, counted: bool = True) -> Markup:
    """Lay a table out as HTML.

    Parameters
    ----------
    table : Table
        Its texts are plain; they are escaped here.
    counted : bool
        Whether the caption starts with a number, which the page gives out.

    Raises
    ------
    ValueError
        If a row has not one cell for each column.

    Examples
    --------
    >>> html = table_html(
    ...     Table(
    ...         caption="Seen",
    ...         stub="Visit",
    ...         columns=(Column(label="n"),),
    ...         rows=(Row(label="Week 4 <b>", cells=("12",)),),
    ...     )
    ... )
    >>> '<th scope="row">Week 4 &lt;b&gt;</th><td class="r">12</td>' in html
    True
    """
    _check_width(table)
    heads = tuple(_heads(table.columns))
    return Markup(  # noqa: S704 - rendered with autoescape
        _template().render(
            table=table,
            counted=counted,
            heads=heads,
            grouped=any(head.group for head in heads),
            bodies=tuple(_bodies(table.rows)),
            cells=lambda row: zip(table.columns, row.cells, strict=True),
            marks=MARKS,
        )
    )


def _heads(columns: tuple[Column, ...]) -> Iterator[Head]:
    runs = groupby(enumerate(columns), key=lambda item: item[1].group or item[0])
    for _, run in runs:
        group = [column for _, column in run]
        first = group[0]
        yield Head(
            label=first.group or first.label,
            span=len(group),
            group=first.group is not None,
            arm=first.arm if len({column.arm for column in group}) == 1 else None,
            right=first.align == "right",
        )


def _bodies(rows: tuple[Row, ...]) -> Iterator[tuple[Row, ...]]:
    """Split rows before each group heading."""
    body: list[Row] = []
    for row in rows:
        if row.kind == "group" and body:
            yield tuple(body)
            body = []
        body.append(row)
    yield tuple(body)


def _check_width(table: Table) -> None:
    wrong = [
        row.label
        for row in table.rows
        if row.kind != "group" and len(row.cells) != len(table.columns)
    ]
    if wrong:
        raise ValueError(
            f"{len(wrong)} rows have not one cell for each of the {len(table.columns)} columns "
            f"(first: {', '.join(wrong[:3])}). Give every row but group headings all its cells."
        )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("outcomes.tables"), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("table.html.j2")
