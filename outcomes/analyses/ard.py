"""Analysis results data: one row for each number, in the vocabulary of R's `cards`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from outcomes.analyses.result import Headline, Result
from outcomes.trial.study import Analysis

COLUMNS = (
    *("analysis_id", "estimand_id", "context", "group1", "group1_level", "group2"),
    *("group2_level", "variable", "variable_level", "stat_name", "stat_label", "stat"),
    *("unit", "method", "n_rows", "warning", "error"),
)

LABELS = {
    "estimate": "Estimate",
    "std_error": "Standard error",
    "df": "Degrees of freedom",
    "statistic": "Test statistic",
    "p_value": "p value",
    "conf_low": "Confidence limit, low",
    "conf_high": "Confidence limit, high",
    "conf_level": "Confidence level",
    "n": "N",
    "sd": "Standard deviation",
    "q1": "First quartile",
    "q3": "Third quartile",
    "hedges_g": "Hedges’ g",
    "icc": "Intraclass correlation",
    "icc_conf_low": "Intraclass correlation, confidence limit, low",
    "icc_conf_high": "Intraclass correlation, confidence limit, high",
}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Part:
    """A tidy frame about to become rows.

    Parameters
    ----------
    context : str
        What the numbers are: ``"contrasts"``.
    frame : DataFrame
        One row per group, one column per statistic.
    groups : tuple of str
        Up to two columns that say what a row is about: arm, visit, stage …
    stats : tuple of str
        Columns that become rows; None is every other column.
    variable, method : str
    units : mapping
        Unit of a statistic by its column.
    level : str or None
        Column with the level of the variable.
    absent : str
        What it means that a statistic has no value.
    """

    context: str
    frame: pd.DataFrame
    groups: tuple[str, ...] = ()
    stats: tuple[str, ...] | None = None
    variable: str = ""
    method: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    level: str | None = None
    absent: str = "not estimated"


def ard(specification: Analysis, parts: Sequence[Part], *, n_rows: int) -> pd.DataFrame:
    """Lay parts out as rows.

    Parameters
    ----------
    specification : Analysis
        Gives analysis_id and estimand_id.
    parts : sequence of Part
        In order.
    n_rows : int
        Subjects the analysis rests on.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`. A statistic that could not be estimated has no value and says so under
        error.
    """
    known = dict.fromkeys(COLUMNS) | {
        "analysis_id": specification.id,
        "estimand_id": getattr(specification, "estimand", None),
        "n_rows": n_rows,
    }
    rows = [known | row for part in parts for row in _rows(part)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"stat": object})


def shared_parts(result: Result) -> list[Part]:
    """Headlines, flow, observed scores, design effects and judgements, which all kinds have."""
    variable = "" if result.outcome is None else variable_of(result)
    unit = "" if result.outcome is None else result.outcome.unit
    visits = {visit.label: visit.id for visit in result.visits}
    headlines = pd.DataFrame([_headline(each, visits) for each in result.headlines])
    on_scale = ("estimate", "conf_low", "conf_high", "margin", "threshold")
    head_unit = result.headlines[0].unit if result.headlines else ""
    parts = [
        Part(
            context="headline",
            frame=headlines,
            groups=("arm", "visit"),
            variable=variable,
            units=dict.fromkeys((*on_scale, "reference_value", "active_value"), head_unit),
            method=result.headlines[0].quantity if result.headlines else "",
        ),
        Part(
            context="judgement",
            frame=result.judgements,
            groups=("arm", "visit"),
            variable=variable,
            units={"margin": unit},
        ),
        Part(context="flow", frame=result.flow, groups=("arm", "stage")),
        Part(context="observed", frame=result.observed, groups=("arm", "visit"), variable=variable),
        Part(
            context="intercurrent_event",
            frame=result.intercurrent.drop(columns="handling"),
            groups=("arm", "event"),
            variable=variable,
        ),
        Part(
            context="design_effect",
            frame=result.design_effects.assign(at_icc=result.design_effects["icc"].astype(object)),
            groups=("arm", "at_icc"),
            method="1 + (sum of squared sizes / patients - 1) ICC",
        ),
    ]
    return [part for part in parts if len(part.frame)]


def variable_of(result: Result) -> str:
    """Name of the score: instrument, and scale where it has one."""
    if result.outcome is None:
        return ""
    return f"{result.outcome.instrument}/{result.outcome.scale}"


def _headline(headline: Headline, visits: Mapping[str, str]) -> dict[str, object]:
    row: dict[str, object] = {
        "arm": headline.active.id,
        "visit": None if headline.visit is None else visits[headline.visit],
        "estimate": headline.estimate,
        "conf_low": headline.conf_low,
        "conf_high": headline.conf_high,
        "conf_level": headline.conf_level,
        "p_value": headline.p_value,
        "reference_value": headline.reference_value,
        "active_value": headline.active_value,
        "margin": headline.hypothesis.margin,
        "threshold": headline.threshold.value if headline.threshold else None,
    }
    return {name: value for name, value in row.items() if value is not None or name == "visit"}


def _rows(part: Part) -> list[dict[str, object]]:
    """One row per row of the frame and statistic."""
    about = {*part.groups, part.level}
    stats = part.stats or tuple(name for name in part.frame.columns if name not in about)
    return [
        _about(part, record) | _stat(name, record[name], part)
        for record in part.frame.to_dict("records")
        for name in stats
    ]


def _about(part: Part, record: Mapping[Any, Any]) -> dict[str, object]:
    row: dict[str, object] = {
        "context": part.context,
        "variable": part.variable,
        "variable_level": None if part.level is None else record[part.level],
        "method": part.method,
    }
    for i, group in enumerate(part.groups, start=1):
        row |= {f"group{i}": group, f"group{i}_level": record[group]}
    return row


def _stat(name: str, value: object, part: Part) -> dict[str, object]:
    lacking = value is None or bool(pd.isna(value))  # type: ignore[call-overload]
    return {
        "stat_name": name,
        "stat_label": LABELS.get(name, name.replace("_", " ").capitalize()),
        "stat": None if lacking else value,
        "unit": part.units.get(name, ""),
        "error": part.absent if lacking else None,
    }
