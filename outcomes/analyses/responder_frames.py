"""Frames a responder analysis rests on: rows that count, the curve, and the flow of patients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from outcomes.analyses.model_frame import recorded_at_visit
from outcomes.analyses.population import flow_frame
from outcomes.analyses.setting import Setting
from outcomes.endpoints import percent_improvement, responder_curve, response, why_undefined
from outcomes.tables.format import inside_sentence


def counted_rows(
    here: pd.DataFrame, *, percent: float, higher_is: str, adjusters: Sequence[str]
) -> pd.DataFrame:
    """Rows with a usable baseline and known adjusters, with their response and improvement."""
    why = why_undefined(here)
    usable = (why.isna() | (why == "value missing")) & here[list(adjusters)].notna().all(axis=1)
    reached = response(here, percent=percent, higher_is=higher_is)
    improvement = percent_improvement(here, higher_is=higher_is)
    return here.assign(response=reached, improvement=improvement)[usable]


def curve_frame(
    here: pd.DataFrame,
    *,
    percent: float,
    higher_is: str,
    missing: Literal["non_responder", "exclude"],
) -> pd.DataFrame:
    """Share of responders at every tenth per cent and at the declared one."""
    percents = tuple(sorted({*map(float, range(0, 101, 10)), percent}))
    found = responder_curve(here, higher_is=higher_is, percents=percents, missing=missing)
    return found.astype({"arm": object})


def responder_flow(setting: Setting, rows: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    """Patients from randomisation to those the comparison counts, by arm."""
    recorded = recorded_at_visit(setting)
    known = recorded["baseline"].notna()
    stages = setting.first_stages()
    stages["Baseline score known"] = recorded.loc[known, "arm"]
    if len(rows) < known.sum():
        stages["Response can be defined"] = rows["arm"]
    label = f"Score at {inside_sentence(setting.visit.label)}"
    if len(counted) < len(rows):
        stages[label] = counted["arm"]
    else:
        scored = recorded.loc[rows.index, "value"].notna()
        stages[label] = rows.loc[scored, "arm"]
        stages["Counted in the comparison"] = counted["arm"]
    return flow_frame(stages, setting.arms)
