"""Tables of a time to response: medians, hazard ratios, and patients at risk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import active, against, ordered, positions
from outcomes.tables.rows import by_key
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm

NOT_REACHED = "not reached"


def medians(
    medians: pd.DataFrame,
    at_risk: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    conf_level: float,
    event: str | None = None,
) -> Table:
    """One row per arm: patients, events, and the median time with its interval.

    Parameters
    ----------
    medians : DataFrame
        arm, median, conf_low, conf_high in days; NaN or infinite where not reached.
    at_risk : DataFrame
        arm, time, at_risk, censored, events; the last two cumulative.
    arms : sequence of Arm
        As declared.
    conf_level : float
        Level of the intervals.
    event : str, optional
        What happens on a day of its own; by default a response, known to the visit.
    """
    found = by_key(medians, "arm")
    what = event or "response"
    return Table(
        caption=f"Patients with {what}, and median time to it by arm.",
        stub="Arm",
        columns=(
            Column(label="n"),
            Column(label=_events(event)),
            Column(label="Censored"),
            Column(label="Median, days"),
            Column(label=f"{f.level(conf_level)} CI, days"),
        ),
        rows=tuple(
            Row(
                label=f.heading(arm.label),
                arm=positions(arms)[arm.id],
                cells=(*_totals(at_risk, arm), *_median(found[(arm.id,)])),
            )
            for arm in ordered(arms)
        ),
        footnotes=(
            *(() if event else (_TO_THE_VISIT,)),
            f"CI: confidence interval; {NOT_REACHED}: the estimated share without {what} does not "
            "fall to one half.",
        ),
    )


_TO_THE_VISIT = (
    "Times are nominal days of scheduled visits: a response is known to have come between two "
    "visits, and is counted at the second."
)


def _events(event: str | None) -> str:
    return "Events" if event else "Responses"


def _totals(at_risk: pd.DataFrame, arm: Arm) -> tuple[str, str, str]:
    rows = at_risk[at_risk["arm"].astype(str) == arm.id].sort_values("time")
    n = rows["at_risk"].iloc[0]
    return (
        f.count(n),
        f.count_percent(rows["events"].iloc[-1], n),
        f.count(rows["censored"].iloc[-1]),
    )


def _median(row: dict[str, Any]) -> tuple[str, str]:
    low, high = days(row["conf_low"]), days(row["conf_high"])
    return days(row["median"]), low if low == high == NOT_REACHED else f"{low} to {high}"


def days(value: float) -> str:
    """Print a day, or that it was not reached.

    Examples
    --------
    >>> days(84.0), days(float("inf"))
    ('84', 'not reached')
    """
    return NOT_REACHED if not abs(value) < float("inf") else f.plain(value)


def hazards(
    contrasts: pd.DataFrame,
    log_rank: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    conf_level: float,
    event: str = "response",
) -> Table:
    """One row per active arm: hazard ratio, and the log-rank test.

    `contrasts` has arm, estimate (hazard ratio), conf_low, conf_high, p_value; `log_rank` has
    arm, statistic, df, p_value.
    """
    ratio, test = by_key(contrasts, "arm"), by_key(log_rank, "arm")
    return Table(
        caption=f"Hazard ratio of {event} and log-rank test.",
        stub="Contrast",
        columns=(
            Column(label="Hazard ratio", group="Cox model"),
            Column(label=f"{f.level(conf_level)} CI", group="Cox model"),
            Column(label="p", group="Cox model"),
            Column(label="χ²", group="Log-rank test"),
            Column(label="df", group="Log-rank test"),
            Column(label="p", group="Log-rank test"),
        ),
        rows=tuple(
            Row(
                label=against(arm, arms),
                arm=positions(arms)[arm.id],
                cells=(*_ratio(ratio.get((arm.id,))), *_test(test.get((arm.id,)))),
            )
            for arm in active(arms)
        ),
        footnotes=(f"A hazard ratio above 1 means that {event} comes sooner.",),
    )


def _ratio(row: dict[str, Any] | None) -> tuple[str, str, str]:
    if row is None:
        return (f.MISSING,) * 3
    interval = f.interval(row["conf_low"], row["conf_high"], 2)
    return f.number(row["estimate"], 2), interval, f.p_value(row["p_value"])


def _test(row: dict[str, Any] | None) -> tuple[str, str, str]:
    if row is None:
        return (f.MISSING,) * 3
    return f.number(row["statistic"], 2), f.count(row["df"]), f.p_value(row["p_value"])


def at_risk(at_risk: pd.DataFrame, *, arms: Sequence[Arm], event: str | None = None) -> Table:
    """Patients at risk at each time, with censored and events so far."""
    found = by_key(at_risk, "time", "arm")
    times = sorted({time for time, _ in found})
    columns = (
        Column(label=label, group=f.heading(arm.label), arm=positions(arms)[arm.id])
        for arm in ordered(arms)
        for label in ("At risk", "Censored", _events(event))
    )
    return Table(
        caption=f"Patients at risk, and censored and with {event or 'response'} up to each day.",
        stub="Day",
        columns=tuple(columns),
        rows=tuple(
            Row(
                label=f.plain(time),
                cells=tuple(
                    cell for arm in ordered(arms) for cell in _at_risk(found.get((time, arm.id)))
                ),
            )
            for time in times
        ),
        footnotes=("At risk: counted at the start of the interval.",),
    )


def _at_risk(row: dict[str, Any] | None) -> tuple[str, ...]:
    if row is None:
        return (f.MISSING,) * 3
    return f.count(row["at_risk"]), f.count(row["censored"]), f.count(row["events"])


def reasons(ends: pd.DataFrame, *, arms: Sequence[Arm]) -> Table:
    """Why each patient's time ends, one row per reason; `ends` has arm, reason, n."""
    found = by_key(ends, "reason", "arm")
    return Table(
        caption="Why times end, patients.",
        stub="Time ends with",
        columns=tuple(
            Column(label=f.heading(arm.label), arm=positions(arms)[arm.id]) for arm in ordered(arms)
        ),
        rows=tuple(
            Row(
                label=f.heading(str(reason)),
                cells=tuple(
                    f.count(found.get((reason, arm.id), {"n": 0})["n"]) for arm in ordered(arms)
                ),
            )
            for reason in dict.fromkeys(reason for reason, _ in found)
        ),
    )
