"""Counts of adverse events by arm: patients, events, rates, and how far the arms differ."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from outcomes.analyses.adverse_events import AdverseEvents, first_days, years_at_risk
from outcomes.analyses.setting import Compared
from outcomes.stats.proportions import score_interval
from outcomes.stats.rates import poisson_interval

PER = 100.0
NUMBERS = (
    *("n", "with_event", "percent", "conf_low", "conf_high", "events"),
    *("years_at_risk", "rate", "rate_low", "rate_high"),
    *("years", "event_rate", "event_rate_low", "event_rate_high"),
)
UNITS = {
    **dict.fromkeys(("percent", "conf_low", "conf_high"), "percent"),
    **dict.fromkeys(("years_at_risk", "years"), "patient-years"),
    **dict.fromkeys(("rate", "rate_low", "rate_high"), "patients per 100 patient-years"),
    **dict.fromkeys(
        ("event_rate", "event_rate_low", "event_rate_high"), "events per 100 patient-years"
    ),
}


Kind = tuple[str, str, str, pd.DataFrame]


def kinds_of_events(found: AdverseEvents, severities: tuple[str, ...]) -> Iterator[Kind]:
    """Events of each kind and term: group, system, label, rows."""
    events = found.events
    yield "overview", "", "Any adverse event", events
    for name, label in (
        ("related", "Judged related to treatment"),
        ("serious", "Serious"),
        ("stopped", "Led to stopping treatment"),
    ):
        if name in events.columns:
            yield "overview", "", label, events[events[name].astype(bool)]
    if "severity" in events.columns:
        for grade in severities:
            yield "severity", "", grade, events[events["severity"] == grade]
    if "collection" in events.columns:
        for how in sorted(events["collection"].dropna().unique()):
            yield "collection", "", str(how), events[events["collection"] == how]
    yield from _terms(events)


def _terms(events: pd.DataFrame) -> Iterator[Kind]:
    """Each system and its terms, in alphabetical order; one empty system where none is recorded."""
    systems = events["system"] if "system" in events.columns else pd.Series("", events.index)
    for system, rows in events.groupby(systems, sort=True):
        if "system" in events.columns:
            yield "term", str(system), "", rows
        for term, each in rows.groupby("term", sort=True):
            yield "term", str(system), str(term), each


def harm_counts(
    found: AdverseEvents, who: Compared, kinds: list[Kind], level: float
) -> pd.DataFrame:
    """One row per kind of event and arm: group, system, label, arm and `NUMBERS`."""
    rows = [
        {"group": group, "system": system, "label": label, "arm": arm.id}
        | _numbers(found, events, arm.id, level)
        for group, system, label, events in kinds
        for arm in who.arms
    ]
    return pd.DataFrame(rows, columns=["group", "system", "label", "arm", *NUMBERS])


def _numbers(
    found: AdverseEvents, events: pd.DataFrame, arm: str, level: float
) -> dict[str, float]:
    here = found.patients["arm"] == arm
    first = first_days(found, events)
    n, with_event = int(here.sum()), int(first[here].notna().sum())
    many = int((events["arm"] == arm).sum())
    limits = binomtest(with_event, n).proportion_ci(level, method="exact")
    until_first = float(years_at_risk(found, first)[here].sum())
    whole = float(found.patients.loc[here, "last_day"].sum()) / 365.25
    first_rate, event_rate = _rate(with_event, until_first, level), _rate(many, whole, level)
    values = (
        *(n, with_event, 100 * with_event / n, 100 * float(limits.low), 100 * float(limits.high)),
        *(many, until_first, *first_rate, whole, *event_rate),
    )
    return dict(zip(NUMBERS, values, strict=True))


def _rate(events: int, years: float, level: float) -> tuple[float, float, float]:
    """Rate per 100 patient-years with exact limits; NaN without time at risk."""
    if not years > 0:
        return np.nan, np.nan, np.nan
    low, high = poisson_interval(events, years, conf_level=level)
    return PER * events / years, PER * low, PER * high


def harm_differences(
    found: AdverseEvents, who: Compared, kinds: list[Kind], level: float
) -> pd.DataFrame:
    """Risk differences from the reference arm: group, system, label, arm, estimate, limits."""
    rows = []
    for group, system, label, events in kinds:
        has = first_days(found, events).notna()
        of = {arm.id: has[found.patients["arm"] == arm.id] for arm in who.arms}
        x0, n0 = int(of[who.reference.id].sum()), len(of[who.reference.id])
        for arm in who.active:
            x1, n1 = int(of[arm.id].sum()), len(of[arm.id])
            low, high = score_interval(
                "difference", x1, n1, x0, n0, conf_level=level, corrected=True
            )
            rows.append((group, system, label, arm.id, x1 / n1 - x0 / n0, low, high))
    names = ["group", "system", "label", "arm", "estimate", "conf_low", "conf_high"]
    return pd.DataFrame(rows, columns=names)
