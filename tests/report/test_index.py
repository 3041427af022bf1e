"""The index of a batch and the page of a failure."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from outcomes.report.index import (
    Failure,
    IndexAbout,
    IndexEntry,
    IndexEstimate,
    done,
    render_failure,
    render_index,
)

ABOUT = IndexAbout(title="A trial of care", synthetic=True, data_cut="Week 52 complete")
ESTIMATE = IndexEstimate(
    quantity="adjusted mean difference",
    unit="points",
    active="Integrative care",
    reference="Medication only",
    estimate=-4.6996,
    conf_low=-7.171,
    conf_high=-2.229,
    p_value=0.0002,
    favours_active="lower",
)
ENTRY = IndexEntry(
    status="done",
    title="ODI at week 26",
    link="odi/report.html",
    role="primary",
    analysis="odi",
    kind="MMRM",
    outcome="ODI",
    estimates=(ESTIMATE,),
)
FAILED = IndexEntry(status="failed", title="PEG", link="peg/report.html", cause="No optimum")


class Page(HTMLParser):
    """Text and links of a page, styles left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._style = False
        self.feed(html)
        self.text = re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self._style = tag == "style"
        self.links += [value for name, value in attrs if name in {"href", "src"}]

    def handle_endtag(self, _tag):
        self._style = False

    def handle_data(self, data):
        if not self._style:
            self.words.append(data)


def page(*entries, about=ABOUT):
    return Page(render_index(entries, about))


def test_a_row_shows_estimate_interval_p_and_direction():
    text = page(ENTRY).text
    assert "−4.70 (−7.17 to −2.23)" in text
    assert "<0.001" in text
    assert "favours Integrative care" in text
    assert "95% CI" in text
    assert "not declared" in text  # the adjusted p value


def test_failures_come_first_then_roles_in_order():
    entries = [
        replace(ENTRY, role=role, title=f"the {role} one")
        for role in ("exploratory", "secondary", "primary")
    ]
    text = page(*entries, FAILED).text
    order = [
        text.index(word)
        for word in ("No optimum", "the primary", "the secondary", "the exploratory")
    ]
    assert order == sorted(order)


def test_a_failed_report_shows_its_cause_and_no_number():
    text = page(replace(FAILED, estimates=(ESTIMATE,))).text
    assert "No optimum" in text
    assert "4.70" not in text


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ((), "The batch has no reports."),
        ((ENTRY,), "The report was made; none carries a warning."),
        ((ENTRY, ENTRY), "All 2 reports were made; none carries a warning."),
        ((ENTRY, replace(ENTRY, warnings=2)), "All 2 reports were made; 1 carries warnings."),
        ((ENTRY, FAILED), "1 of 2 reports were made and 1 failed; none carries a warning."),
        ((FAILED,), "0 of 1 reports were made and 1 failed."),
    ],
)
def test_the_batch_is_summed_up_in_a_sentence(entries, sentence):
    assert sentence in page(*entries).text


def test_status_is_said_in_words():
    assert "DRAFT SYNTHETIC DATA" in page(ENTRY).text
    final = page(ENTRY, about=IndexAbout(title="A trial", status="final")).text
    assert "FINAL" in final
    assert "SYNTHETIC" not in final


def test_a_draft_among_final_reports_is_marked():
    final = replace(ABOUT, status="final")
    assert "DRAFT" in page(replace(ENTRY, draft=True), about=final).text
    assert "DRAFT" not in page(ENTRY, about=final).text


def test_proportions_are_printed_in_percentage_points():
    risk = replace(
        ESTIMATE,
        quantity="risk difference",
        unit="percentage points",
        estimate=0.1275,
        conf_low=0.031,
        conf_high=0.219,
        favours_active="higher",
        percent=True,
        digits=1,
    )
    text = page(replace(ENTRY, estimates=(risk,))).text
    assert "12.8 (3.1 to 21.9)" in text
    assert "favours Integrative care" in text


@pytest.mark.parametrize(
    ("low", "high", "side", "words"),
    [
        (-2.0, -1.0, "higher", "favours Medication only"),
        (1.0, 2.0, "lower", "favours Medication only"),
        (-1.0, 0.0, "lower", "includes no difference"),
        (1.0, 2.0, None, "excludes no difference"),
        (1.0, float("inf"), "higher", "interval not finite"),
    ],
)
def test_the_reading_follows_from_the_interval(low, high, side, words):
    estimate = replace(ESTIMATE, estimate=low, conf_low=low, conf_high=high, favours_active=side)
    assert words in page(replace(ENTRY, estimates=(estimate,))).text


def test_lines_of_no_difference_stand_at_the_same_place_in_every_row():
    ratio = replace(
        ESTIMATE,
        quantity="hazard ratio",
        null=1.0,
        estimate=1.6,
        conf_low=1.1,
        conf_high=2.4,
        unit="",
    )
    other = replace(ESTIMATE, estimate=3.0, conf_low=-1.0, conf_high=7.0)
    html = render_index([ENTRY, replace(ENTRY, estimates=(ratio, other), outcome="NRS")], ABOUT)
    assert re.findall(r"M([\d.]+) 0V18", html) == ["80.0"] * 3


def test_estimates_of_one_score_share_an_axis():
    wide = replace(ESTIMATE, conf_low=-14.342, conf_high=4.943)
    html = render_index([ENTRY, replace(ENTRY, estimates=(wide,))], ABOUT)
    # The longer interval reaches the end at 5 px; the other half as far: 80 − 75 · 7.171 / 14.342.
    assert [float(low) for low in re.findall(r"M([\d.]+) 9H", html)] == [42.5, 5.0]


def test_a_margin_is_drawn_and_named():
    entry = replace(ENTRY, estimates=(replace(ESTIMATE, margins=(3.0,)),))
    assert 'stroke-dasharray="5 3"' in render_index([entry], ABOUT)
    assert "margin 3" in page(entry).text


def test_several_active_arms_are_told_apart():
    arms = tuple(replace(ESTIMATE, active=name) for name in ("Yoga", "Massage"))
    text = page(replace(ENTRY, estimates=arms)).text
    assert text.index("Yoga") < text.index("Massage")


def test_a_descriptive_report_says_so():
    assert "compares no arms" in page(replace(ENTRY, estimates=())).text


def test_nothing_of_the_data_becomes_markup():
    hostile = '<script>alert("x")</script>'
    bad = replace(
        ENTRY,
        title=hostile,
        kind=hostile,
        analysis=hostile,
        estimates=(replace(ESTIMATE, active=hostile, quantity=hostile, unit=hostile),),
    )
    shown = page(
        bad, replace(FAILED, title=hostile, cause=hostile), about=replace(ABOUT, title=hostile)
    )
    assert "script" not in shown.tags
    assert shown.text.count(hostile) >= 8


def test_the_page_asks_nothing_of_a_network_and_is_the_same_each_time():
    first = render_index([ENTRY, FAILED], ABOUT)
    assert first == render_index([ENTRY, FAILED], ABOUT)
    assert set(Page(first).links) == {"#main", "odi/report.html", "peg/report.html"}
    assert not re.search(r"https?://|url\(|@import", first)


def test_an_entry_is_made_from_the_summary_of_a_report():
    summary = {
        "title": "ODI at week 26",
        "role": "primary",
        "analysis": "odi",
        "short": "MMRM",
        "outcome": "ODI",
        "status": "draft",
        "notes": [{"kind": "warning"}, {"kind": "deviation"}, {"kind": "information"}],
        "headlines": [
            {
                "quantity": "adjusted mean difference",
                "unit": "points",
                "active": {"label": "Integrative care"},
                "reference": {"label": "Medication only"},
                "estimate": -4.6996,
                "conf_low": -7.171,
                "conf_high": -2.229,
                "conf_level": 0.95,
                "p_value": 0.0002,
                "null": 0.0,
                "favours_active": "lower",
                "hypothesis": {"kind": "non_inferiority", "margin": 2.0, "side": None},
                "digits": 2,
            }
        ],
    }
    entry = done(summary, link="odi/report.html")
    expected = replace(ENTRY, estimates=(replace(ESTIMATE, margins=(2.0,)),))
    assert entry == replace(expected, warnings=1, deviations=1, draft=True)


@pytest.mark.parametrize(
    ("hypothesis", "favours", "margins"),
    [
        ({"kind": "superiority", "margin": 2.0}, "lower", ()),
        ({"kind": "non_inferiority", "margin": 2.0, "side": None}, "lower", (2.0,)),
        ({"kind": "non_inferiority", "margin": 2.0, "side": None}, "higher", (-2.0,)),
        ({"kind": "non_inferiority", "margin": 2.0, "side": "lower"}, "lower", (-2.0,)),
        ({"kind": "equivalence", "margin": 2.0, "side": None}, "lower", (-2.0, 2.0)),
    ],
)
def test_margins_have_the_sign_of_their_side(hypothesis, favours, margins):
    headline = {
        "quantity": "difference",
        "unit": "points",
        "active": {"label": "A"},
        "reference": {"label": "B"},
        "estimate": 1.0,
        "conf_low": None,
        "conf_high": "Infinity",
        "conf_level": 0.95,
        "p_value": None,
        "null": 0.0,
        "favours_active": favours,
        "hypothesis": hypothesis,
    }
    (estimate,) = done({"title": "t", "headlines": [headline]}, link="x").estimates
    assert estimate.margins == margins
    assert not estimate.drawable


FAILURE = Failure(
    title="PEG at week 26",
    notebook="03_primary_mmrm.ipynb",
    cause="NotConvergedError: no optimum",
    cell=4,
    source="result = oc.analyse(trial, specification)",
    traceback="Traceback",
    parameters={"instrument": "peg", "visit": None},
    rerun="outcomes run notebooks/03_primary_mmrm.ipynb -p instrument peg",
)


def test_a_failure_page_says_cause_cell_parameters_and_what_to_do():
    text = Page(render_failure(FAILURE)).text
    for part in ("FAILED", FAILURE.cause, "cell 5", FAILURE.source, FAILURE.rerun, "not set"):
        assert part in text
    assert Page(render_failure(FAILURE)).links == ["#main", "../index.html"]


def test_a_failure_without_a_cell_is_shown_too():
    text = Page(render_failure(Failure(title="T", notebook="n.ipynb", cause="Stopped"))).text
    assert "Stopped" in text
    assert "cell" not in text.lower()


def test_nothing_of_a_failure_becomes_markup():
    hostile = "<script>1</script>"
    fields = dict.fromkeys(("title", "notebook", "cause", "source", "traceback", "rerun"), hostile)
    shown = Page(render_failure(Failure(**fields, cell=0, parameters={hostile: hostile})))
    assert "script" not in shown.tags
    assert shown.text.count(hostile) == 9  # the title stands twice
