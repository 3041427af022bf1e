"""Colours and marks: told apart without colour, readable on light and dark."""

import re

import pytest

from outcomes.errors import UnsupportedCombinationError
from outcomes.plots.theme import CSS_VARIABLES, STYLES, arm_styles
from outcomes.trial.study import Arm


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_agrees_with_the_definition():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.variable)
def test_text_of_arms_has_contrast_on_white(style):
    assert contrast(style.text, "#ffffff") >= 4.5


def test_no_two_arms_share_marker_or_dashes():
    assert len({style.marker for style in STYLES}) == len(STYLES)
    assert len({style.dash for style in STYLES}) == len(STYLES)


def sheet(root, dark: bool) -> dict[str, str]:
    """Colours of the reports' style sheet by variable."""
    css = (root / "outcomes/report/templates/style.css").read_text(encoding="utf-8")
    light, after = css.split("prefers-color-scheme: dark", 1)
    part = after.split("/* Page */")[0] if dark else light
    found = re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", part)
    return {
        name: value if len(value) == 7 else "#" + "".join(2 * c for c in value[1:])
        for name, value in found
    }


def test_the_style_sheet_knows_every_colour_of_the_figures(root):
    light = sheet(root, dark=False)
    assert {variable: light.get(variable) for variable in CSS_VARIABLES.values()} == {
        variable: colour for colour, variable in CSS_VARIABLES.items()
    }


def test_dark_colours_have_contrast_on_dark_paper(root):
    dark = sheet(root, dark=True)
    assert set(CSS_VARIABLES.values()) <= set(dark)
    for style in STYLES:
        assert contrast(dark[style.variable], dark["paper"]) >= 3, style.variable
        assert contrast(dark[f"{style.variable}-ink"], dark["paper"]) >= 4.5, style.variable


def test_the_reference_arm_is_dashed_and_open_wherever_it_stands():
    arms = (Arm(id="a", label="A"), Arm(id="r", label="R", reference=True), Arm(id="b", label="B"))
    styles = arm_styles(arms)
    assert styles["r"] is STYLES[0]
    assert styles["r"].open
    assert (styles["a"], styles["b"]) == STYLES[1:3]


def test_more_arms_than_marks_are_refused():
    arms = tuple(Arm(id=str(i), label=str(i), reference=i == 0) for i in range(len(STYLES) + 1))
    with pytest.raises(UnsupportedCombinationError, match="6 arms apart and the design has 7"):
        arm_styles(arms)
