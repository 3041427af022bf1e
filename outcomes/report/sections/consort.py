"""CONSORT 2025 item map: which items of the guideline the sections of a page speak to.

References
----------
Hopewell S, Chan AW, Collins GS, et al. CONSORT 2025 statement: updated guideline for reporting
randomised trials. PLoS Med 2025;22(4):e1004587, table 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from outcomes.report.block import Block
from outcomes.report.markup import section
from outcomes.tables.html import table_html
from outcomes.tables.table import Column, Row, Table

TOPICS: Mapping[str, str] = {
    "10": "Changes to the trial protocol",
    "14": "Outcomes",
    "21a": "Statistical methods: comparison of groups",
    "21b": "Statistical methods: who is in each analysis",
    "21c": "Statistical methods: missing data",
    "21d": "Statistical methods: additional analyses",
    "22a": "Participant flow: numbers assigned, treated and analysed",
    "22b": "Participant flow: losses and exclusions with reasons",
    "24a": "Intervention and comparator as delivered",
    "24b": "Concomitant care",
    "25": "Baseline data",
    "26": "Numbers analysed, outcomes and estimation",
    "27": "Harms",
    "28": "Ancillary analyses",
}
"""Items a report can speak to, by number, in words of our own."""

_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "estimand": ("14",),
    "planned": ("10",),
    "population": ("21b", "26"),
    "patient-flow": ("22a", "22b"),
    "exposure": ("24a",),
    "missing": ("21c", "26"),
    "methods": ("21a",),
}


def consort(blocks: Sequence[Block], results: Iterable[str]) -> Block | None:
    """Map the sections of a page to the items they speak to; None where there are none.

    Parameters
    ----------
    blocks : sequence of Block
        The sections, in order.
    results : iterable of str
        Items that the results of this kind of analysis speak to.
    """
    rows = tuple(_rows(blocks, tuple(results)))
    if not rows:
        return None
    table = Table(
        caption="Items of the CONSORT 2025 checklist and where this page speaks to them.",
        stub="Item",
        columns=(Column(label="Topic", align="left"), Column(label="Section", align="left")),
        rows=rows,
        footnotes=(
            "Hopewell S, et al. PLoS Med 2025;22(4):e1004587. One report speaks to a few of the 30 "
            "items; whether what it says suffices is for the authors to judge.",
        ),
    )
    title = "CONSORT 2025 items"
    says = "Where a reader with the checklist in hand finds what."
    return Block(
        id="consort",
        title=title,
        html=section("consort", title, says, [table_html(table, counted=False)]),
    )


def _rows(blocks: Sequence[Block], results: tuple[str, ...]) -> Iterator[Row]:
    spoken = {**_SECTIONS, "results": results, "figures": results}
    for item, topic in TOPICS.items():
        where = [block.title for block in blocks if item in spoken.get(block.id, ())]
        if where:
            yield Row(label=item, cells=(topic, "; ".join(where)))
