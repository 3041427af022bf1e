"""The whole page: structure, names, numbers, stability, and nothing that reaches outside."""

import json
import re
from itertools import pairwise

import nbformat
import pytest

from outcomes.errors import ReportError
from outcomes.report.block import Block
from outcomes.report.markup import section
from outcomes.report.render import render_report
from tests.report.made import PROVENANCE, all_sections, mmrm, notebook, trial
from tests.report.markup import Page

v4 = nbformat.v4


@pytest.fixture(scope="module")
def rendered():
    return render_report(notebook(*all_sections(trial(), mmrm())), provenance=PROVENANCE)


@pytest.fixture(scope="module")
def page(rendered):
    return Page(rendered.html)


def test_tags_close_in_order_and_ids_are_unique(page):
    assert page.wrong == []
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))


def test_one_first_heading_and_no_level_left_out(page):
    levels = [level for level, _ in page.headings]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_page_has_a_language_a_title_landmarks_and_a_way_past_the_contents(page):
    assert page.all("html") == [{"lang": "en"}]
    assert "<title>" not in page.text
    for landmark in ("header", "nav", "main", "footer"):
        assert len(page.all(landmark)) == 1
    assert page.all("a")[0] == {"class": "skip", "href": "#main"}


def test_every_link_of_the_contents_leads_somewhere(page):
    targets = [str(link["href"])[1:] for link in page.all("a")]
    assert set(targets) <= set(page.ids)
    assert {"headline", "results", "provenance", "code"} <= set(targets)


def test_every_heading_cell_has_a_scope(page):
    assert len(page.all("th")) > 40
    assert all(cell.get("scope") for cell in page.all("th"))


def test_nothing_is_asked_from_elsewhere(rendered, page):
    addresses = [
        attributes[name]
        for _, attributes in page.tags
        for name in ("href", "src", "srcset", "data", "action", "poster")
        if name in attributes
    ]
    assert addresses
    assert all(str(address).startswith("#") for address in addresses)
    assert not page.all("script")
    assert not page.all("link")
    assert "@import" not in rendered.html
    assert not re.search(r"url\((?!#)", rendered.html)


def test_a_page_without_its_figures_is_small(rendered):
    bare = re.sub(r"<svg.*?</svg>", "", rendered.html, flags=re.DOTALL)
    assert len(bare.encode()) < 150_000


def test_two_renders_are_the_same_bytes(rendered):
    again = render_report(notebook(*all_sections(trial(), mmrm())), provenance=PROVENANCE)
    assert again.html == rendered.html
    assert again.ard == rendered.ard
    assert again.figures == rendered.figures


def test_tables_and_figures_are_numbered_across_sections(rendered):
    for name in ("Table", "Figure"):
        numbers = [int(n) for n in re.findall(rf"<b>{name} (\d+)\.</b>", rendered.html)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) > 2
    assert "Data of figure 2" in rendered.html
    assert "data-count" not in rendered.html
    assert "data-same" not in rendered.html


def test_no_subject_is_named(rendered):
    assert "secret-" not in rendered.html


def test_numbers_carry_the_run_key_and_are_json(rendered):
    assert rendered.ard
    assert {row["run_key"] for row in rendered.ard} == {PROVENANCE.run_key}
    json.dumps(rendered.ard, allow_nan=False)


def test_the_summary_is_enough_for_an_index(rendered):
    summary = json.loads(json.dumps(rendered.summary, allow_nan=False))
    assert summary["role"] == "primary"
    assert summary["status"] == "final"
    assert summary["synthetic"] is True
    (only,) = summary["headlines"]
    assert only["estimate"] == -4.7
    assert only["active"]["label"] == "Acupuncture"


def test_inputs_and_seed_come_from_the_header_where_the_run_does_not_give_them(rendered):
    assert "cd" * 32 in rendered.html
    assert "<dt>Seed</dt>\n<dd>11</dd>" in rendered.html


def test_what_is_not_known_is_said(rendered):
    assert "<dt>Commit</dt>\n<dd>not known</dd>" in rendered.html
    assert "visit = not given" in rendered.html


def test_outputs_that_no_section_made_are_shown_as_text():
    outputs = [
        v4.new_output("stream", name="stdout", text="<i>printed</i>\n"),
        v4.new_output("stream", name="stderr", text="/home/me/x/y.py:3: UserWarning: careful\n"),
        v4.new_output(
            "display_data",
            data={"text/plain": "   a\n0  <1>", "text/html": "<table><script>x</script></table>"},
        ),
        v4.new_output("display_data", data={"text/plain": "<Figure>", "image/png": "aGVs\nbG8="}),
        v4.new_output("error", ename="ValueError", evalue="<bad>", traceback=["\x1b[31m/a/b/c.py"]),
    ]
    html = render_report(notebook(*outputs), provenance=PROVENANCE).html
    page = Page(html)
    assert page.wrong == []
    for text in ("<i>printed</i>", "y.py:3: UserWarning: careful", "0  <1>", "ValueError: <bad>"):
        assert text in page.text
    assert not page.all("script")
    assert "/home" not in html
    (image,) = page.all("img")
    assert image == {"src": "data:image/png;base64,aGVsbG8=", "alt": "<Figure>"}


def test_prose_keeps_its_place_and_its_headings_fit_the_page():
    made = notebook(v4.new_output("stream", name="stdout", text="first"))
    made.cells.append(
        v4.new_markdown_cell("# Discussion\n\n<script>x</script>\n\n![p](http://a/b.png) **bold**")
    )
    html = render_report(made, provenance=PROVENANCE).html
    assert (2, "Discussion") in Page(html).headings
    assert "<strong>bold</strong>" in html
    assert "<script" not in html
    assert "<img" not in html
    assert html.index("first") < html.index("Discussion") < html.index("Provenance</h2>")


def test_a_notebook_without_a_header_takes_its_own_first_heading_as_title():
    html = render_report(
        notebook(v4.new_output("stream", name="stdout", text="x")), provenance=PROVENANCE
    ).html
    assert Page(html).headings[0] == (1, "About this notebook")


def test_values_given_on_the_command_line_show_no_folder_of_the_machine():
    made = notebook(v4.new_output("stream", name="stdout", text="x"))
    injected = {"tags": ["injected-parameters"]}
    made.cells.append(v4.new_code_cell('study = "/home/me/trial/study.yaml"', metadata=injected))
    html = render_report(made, provenance=PROVENANCE).html
    assert "study.yaml" in html
    assert "/home" not in html


def test_a_section_shown_twice_is_refused():
    block = Block(id="note", title="Note", html=section("note", "Note", ""))
    with pytest.raises(ReportError, match="1 sections appear twice in this notebook: note"):
        render_report(notebook(block, block), provenance=PROVENANCE)


def test_the_notebook_is_not_changed():
    made = notebook(*all_sections(trial(), mmrm()))
    before = nbformat.writes(made)
    render_report(made, provenance=PROVENANCE)
    assert nbformat.writes(made) == before


def test_the_item_map_names_sections_of_the_page_only(rendered, page):
    part = rendered.html.split('id="consort"', 1)[1].split("</section>", 1)[0]
    items = dict(
        re.findall(r'scope="row"[^>]*>([^<]*)</th>\s*<td[^>]*>[^<]*</td>\s*<td[^>]*>([^<]*)<', part)
    )
    assert items["26"] == "Analysis population; Missing data; Results; Figures"
    assert items["21a"] == "Methods"
    titles = {text for _, text in page.headings}
    for where in items.values():
        assert set(where.split("; ")) <= titles


def test_a_page_without_sections_has_no_item_map():
    made = render_report(notebook(), provenance=PROVENANCE)
    assert 'id="consort"' not in made.html
