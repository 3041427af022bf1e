"""Markup of tables: scopes, groups, roles, marks, escaping."""

from html.parser import HTMLParser

import pytest

from outcomes.tables.html import table_html
from outcomes.tables.table import Column, Row, Table


class Cells(HTMLParser):
    """Collects heading cells with their attributes and text."""

    def __init__(self) -> None:
        super().__init__()
        self.heads: list[tuple[dict[str, str | None], str]] = []
        self.inside = False

    def handle_starttag(self, tag, attrs):
        if tag == "th":
            self.inside = True
            self.heads.append((dict(attrs), ""))

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "th"

    def handle_data(self, data):
        if self.inside:
            attributes, text = self.heads[-1]
            self.heads[-1] = (attributes, text + data)


def heads(html: str) -> list[tuple[dict[str, str | None], str]]:
    parser = Cells()
    parser.feed(html)
    return parser.heads


GROUPED = Table(
    caption="Seen",
    stub="Visit",
    columns=(
        Column(label="n", group="Care", arm=1),
        Column(label="%", group="Care", arm=1),
        Column(label="All"),
    ),
    rows=(
        Row(label="Adults", kind="group"),
        Row(label="Week 4", cells=("1", "2", "3")),
        Row(label="Children", kind="group"),
        Row(label="Week 4", cells=("1", "2", "3"), kind="primary"),
    ),
)


def test_every_heading_has_a_scope_and_a_text():
    found = heads(str(table_html(GROUPED)))
    assert len(found) == 1 + 2 + 2 + 4
    assert all(
        attributes["scope"] in {"col", "row", "colgroup", "rowgroup"} for attributes, _ in found
    )
    assert all(text.strip() for _, text in found)


def test_grouped_headings_span_their_columns_and_others_both_rows():
    found = {text: attributes for attributes, text in heads(str(table_html(GROUPED)))}
    assert found["Care"]["colspan"] == "2"
    assert found["Visit"]["rowspan"] == found["All"]["rowspan"] == "2"


def test_a_group_heading_starts_a_new_body():
    assert str(table_html(GROUPED)).count("<tbody>") == 2


def test_an_arm_has_its_mark_once_beside_the_shared_heading():
    html = str(table_html(GROUPED))
    assert html.count('class="mark a1"') == 1


def test_a_scrolling_table_can_be_reached_and_has_a_name():
    assert '<div class="wrap" role="region" tabindex="0" aria-label="Seen">' in table_html(GROUPED)


def test_a_stacked_table_keeps_its_roles_and_labels():
    table = Table(
        caption="c",
        stub="s",
        columns=(Column(label="Planned", align="left"),),
        rows=(Row(label="r", cells=("x",)),),
        stack=True,
    )
    html = str(table_html(table))
    assert 'role="table"' in html
    assert '<td role="cell" data-l="Planned">x</td>' in html
    assert "wrap" not in html


def test_text_is_escaped_wherever_it_stands():
    hostile = "<script>alert('x')</script>\"&"
    table = Table(
        caption=hostile,
        stub=hostile,
        columns=(Column(label=hostile, group=hostile), Column(label=hostile, arm=0)),
        rows=(Row(label=hostile, kind="group"), Row(label=hostile, cells=(hostile, hostile))),
        footnotes=(hostile,),
    )
    html = str(table_html(table))
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 11


def test_rows_that_do_not_fit_their_columns_are_refused():
    table = Table(caption="c", stub="s", columns=(Column(label="a"),), rows=(Row(label="short"),))
    with pytest.raises(ValueError, match=r"1 rows have not one cell .* \(first: short\)"):
        table_html(table)
