"""Labels from a study file can hold anything; the page must show them and nothing else."""

from functools import cache
from xml.etree import ElementTree

import pytest

from outcomes.estimands import Handling
from outcomes.report.render import render_report
from tests.report.made import (
    PROVENANCE,
    all_sections,
    arms,
    estimand,
    mmrm,
    notebook,
    trial,
    visits,
)
from tests.report.markup import Page

HOSTILE = {
    "markup": "<script>alert(1)</script> </title></style></svg></section> --><!-- <![CDATA[ ]]>",
    "attribute": '"\' onmouseover=alert(1) x=" &lt;b&gt; & <b data-count="table">Table.</b>',
    "template": "{{ 7 * 7 }}{% raw %} ${x} %s {0} \\1",
    "right to left": "\u202eمجموعة العلاج\u202c",
    "long": "word " * 100,
    "unbroken": "x" * 500,
}


@pytest.fixture(scope="module", params=HOSTILE.values(), ids=HOSTILE)
def text(request):
    return request.param


@pytest.fixture(scope="module")
def rendered(text):
    return _rendered(text)


@cache
def _rendered(text):
    made = trial(
        text, estimand(text, Handling.HYPOTHETICAL), arms=arms(text, text), visits=visits(text)
    )
    return render_report(notebook(*all_sections(made, mmrm(text))), provenance=PROVENANCE)


def test_the_page_keeps_its_structure(rendered):
    hostile, plain = Page(rendered.html), Page(_rendered("t").html)
    assert hostile.wrong == []
    own = {"text", "tspan", "g", "path", "use", "defs", "clippath", "rect"}
    tags = [[tag for tag, _ in page.tags if tag not in own] for page in (hostile, plain)]
    assert tags[0] == tags[1]


def test_no_attribute_comes_from_a_label(rendered):
    names = {name for _, attributes in Page(rendered.html).tags for name in attributes}
    assert not [name for name in names if name.startswith("on")]
    assert "<script" not in rendered.html


def test_the_label_is_read_as_it_was_written(rendered, text):
    assert Page(rendered.html).text.count(text.strip()) > 15


def test_figures_as_files_are_sound_xml(rendered):
    assert rendered.figures
    for svg in rendered.figures.values():
        found = ElementTree.fromstring(svg)  # noqa: S314 - our own figures
        assert not found.findall(".//{http://www.w3.org/2000/svg}script")
