"""What holds for every figure: stable, self-contained, safe, described, without collisions."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache
from itertools import combinations

import matplotlib as mpl
import pytest
from matplotlib.text import Annotation, Text

from outcomes.plots.svg import figure_html, figure_svg
from outcomes.plots.theme import CSS_VARIABLES, canvas, theme
from tests.plots import examples as ex
from tests.plots.figures import FAMILIES

NARROW_TEXT = 11.0


@cache
def markup(family: str, n_arms: int = 2) -> str:
    """Markup of a figure, drawn once for all tests."""
    return figure_html(FAMILIES[family](n_arms))


@cache
def document(family: str) -> str:
    """File of a figure, drawn once for all tests."""
    return figure_svg(FAMILIES[family](2))


def parsed(svg: str) -> ET.Element:
    """Read markup that this package wrote."""
    return ET.fromstring(svg)  # noqa: S314 - our own markup


figures = pytest.mark.parametrize("family", FAMILIES)
_PRINT_ALL = """
import hashlib
from outcomes.plots.svg import figure_html, figure_svg
from tests.plots.figures import FAMILIES
for make in FAMILIES.values():
    figure = make(3)
    print(hashlib.sha256((figure_svg(figure) + figure_html(figure)).encode()).hexdigest())
"""


def test_two_processes_write_the_same_bytes(root):
    runs = [
        subprocess.run(
            [sys.executable, "-c", _PRINT_ALL], cwd=root, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert len(runs[0].split()) == len(FAMILIES)


@figures
def test_a_page_has_no_identifier_twice_and_no_dangling_reference(family):
    page = markup(family) + figure_html(replace(FAMILIES[family](2), key="another"))
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    used = re.findall(r'(?:href="|url\()#([^")]+)', page)
    used += " ".join(re.findall(r'aria-labelledby="([^"]+)"', page)).split()
    assert used
    assert set(used) <= set(ids)


@figures
def test_svg_is_well_formed_and_starts_with_title_and_description(family):
    figure = FAMILIES[family](2)
    root = parsed(document(family))
    namespace = "{http://www.w3.org/2000/svg}"
    assert [child.tag for child in root][:2] == [f"{namespace}title", f"{namespace}desc"]
    assert root[0].text == figure.title
    assert root[1].text == figure.description
    assert root.attrib["role"] == "img"


@figures
def test_page_markup_uses_the_colours_of_the_page_only(family):
    page = markup(family, 4)
    assert re.findall(r"(?:fill|stroke):\s*(#\w+)", page) == []
    for variable, colour in re.findall(r"var\(--([\w-]+),(#\w+)\)", page):
        assert CSS_VARIABLES[colour] == variable


@figures
def test_style_rules_of_a_figure_reach_no_other_element(family):
    own = f"#{FAMILIES[family](2).key}-"
    (rules,) = re.findall(r"<style>(.*?)</style>", markup(family))
    selectors = re.findall(r"([^{}]+)\{display:\w+\}", rules)
    assert len(selectors) == 3
    assert all(selector.startswith(own) for selector in selectors)


@figures
def test_markup_in_labels_stays_text(family):
    hostile = '<script>alert("x")</script> & $\\frac{1}{2}$'
    figure = FAMILIES[family](2)
    title = replace(figure, title=hostile, description=hostile)
    root = parsed(figure_svg(title))
    assert root[0].text == root[1].text == hostile
    assert not [element for element in root.iter() if element.tag.endswith("script")]


def test_an_arm_label_with_markup_is_drawn_as_it_is(monkeypatch):
    monkeypatch.setattr(ex, "LABELS", ("<b>$x$</b>", "<script>"))
    text = "".join(parsed(figure_svg(FAMILIES["means"](2))).itertext())
    assert "<b>$x$</b>" in text
    assert "<script>" in text


@figures
def test_settings_of_matplotlib_stay_as_they_were(family):
    before = dict(mpl.rcParams)
    figure_html(FAMILIES[family](2))
    assert dict(mpl.rcParams) == before


@figures
@pytest.mark.parametrize("n_arms", [2, 3, 4])
@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
def test_no_text_covers_another_or_leaves_the_figure(family, n_arms, narrow):
    figure = FAMILIES[family](n_arms)
    texts = drawn_texts(figure, figure.narrow_size if narrow else figure.size)
    for (one, first), (other, second) in combinations(texts, 2):
        assert not first.padded(-1.5).overlaps(second.padded(-1.5)), (one, other)
    width = (figure.narrow_size if narrow else figure.size)[0]
    for text, box in texts:
        assert box.x0 >= -3, text
        assert box.x1 <= width + 3, text


@figures
def test_narrow_figures_keep_text_readable(family):
    figure = FAMILIES[family](4)
    svg = markup(family, 4).split("-narrow", 1)[1]
    sizes = {float(size) for size in re.findall(r"font-size:\s*([\d.]+)px", svg)}
    # 280 px is what margins leave of a screen of 320 px.
    assert min(sizes) * 280 / figure.narrow_size[0] >= NARROW_TEXT


@figures
def test_figures_stay_small(family):
    assert len(markup(family)) < 40_000


def drawn_texts(figure, size):
    """Each text that is seen, with its box in pixels."""
    with theme():
        page, axes = canvas(size)
        figure.draw(axes)
        page.draw_without_rendering()
    found = [text for text in axes.findobj(Text) if text.get_text() and text.get_visible()]
    hidden = _ticks_out_of_view(axes)
    return [(text.get_text(), _box(text)) for text in found if id(text) not in hidden]


def _box(text):
    if isinstance(text, Annotation):
        return Text.get_window_extent(text)
    return text.get_window_extent()


def _ticks_out_of_view(axes):
    out = set()
    for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        low, high = sorted(limits)
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            seen = low <= tick.get_loc() <= high
            out |= {id(tick.label2)} if seen else {id(tick.label1), id(tick.label2)}
    return out
