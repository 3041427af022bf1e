"""Exposure: how many sessions of the allocated treatment each patient attended."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from outcomes.analyses.setting import Compared
from outcomes.analyses.yes_no import yes_or_no
from outcomes.errors import SchemaError
from outcomes.trial.trial import Trial

COLUMNS = [
    *("arm", "group", "n", "offered", "mean", "sd", "median", "q1", "q3"),
    *("none", "share_none", "least", "reached", "share_reached"),
]


def sessions_attended(trial: Trial, who: Compared) -> pd.DataFrame:
    """Count the sessions of every patient of an arm that has records of sessions.

    Parameters
    ----------
    trial : Trial
        Its adherence: subject and attended (yes or no), one row per session offered.
    who : Compared
        Who was randomised.

    Returns
    -------
    DataFrame
        subject, arm, offered, attended; a patient without records attended none. No rows where no
        arm has records.

    Raises
    ------
    SchemaError
        The records have no column ``attended``, or it is neither yes nor no.
    """
    people = who.randomised[["subject", "arm"]].astype({"arm": object})
    records = trial.adherence
    if not len(records):
        return people.iloc[:0].assign(offered=0, attended=0)
    mine = records[records["subject"].isin(people["subject"])]
    came = _attended(mine)
    counts = pd.DataFrame({"subject": mine["subject"], "offered": 1, "attended": came.astype(int)})
    counts = counts.groupby("subject", as_index=False).sum()
    found = people.merge(counts, on="subject", how="left")
    with_records = found.loc[found["offered"].notna(), "arm"].unique()
    found = found[found["arm"].isin(with_records)].reset_index(drop=True)
    return found.fillna({"offered": 0, "attended": 0}).astype({"offered": int, "attended": int})


def _attended(records: pd.DataFrame) -> pd.Series[bool]:
    if "attended" not in records.columns:
        raise SchemaError(
            "Adherence records have no column 'attended' (yes or no for each session). Map it "
            "under columns, or leave the adherence file out."
        )
    return yes_or_no(records, "attended", "adherence records")


def exposure(trial: Trial, who: Compared, least: int | None) -> pd.DataFrame:
    """Summarise the sessions attended by arm and, where clusters are declared, by group.

    Parameters
    ----------
    trial : Trial
    who : Compared
    least : int or None
        Sessions that count as enough, only where declared.

    Returns
    -------
    DataFrame
        arm, group ("" is the whole arm), n, offered (most sessions offered to a patient), mean, sd,
        median, q1, q3 of the sessions attended, none and share_none (patients without any), least,
        reached and share_reached (NaN where nothing is declared). Quartiles interpolate linearly.
        No rows without records.
    """
    sessions = sessions_attended(trial, who)
    rows = [
        _row(str(arm), group, part, least)
        for arm in (arm.id for arm in who.arms)
        for group, part in _groups(who, sessions[sessions["arm"] == arm], arm)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _groups(who: Compared, sessions: pd.DataFrame, arm: str) -> Iterator[tuple[str, pd.DataFrame]]:
    if sessions.empty:
        return
    yield "", sessions
    clusters = who.design.clusters
    if clusters is None or arm not in clusters.arms:
        return
    of = sessions["subject"].map(who.randomised.set_index("subject")[clusters.column])
    for name, part in sessions.groupby(of):
        yield str(name), part
    if of.isna().any():
        yield f"no {clusters.label}", sessions[of.isna()]


def _row(arm: str, group: str, part: pd.DataFrame, least: int | None) -> dict[str, object]:
    values = part["attended"].to_numpy(float)
    q1, median, q3 = np.quantile(values, [0.25, 0.5, 0.75])
    reached = np.nan if least is None else int((values >= least).sum())
    return {
        "arm": arm,
        "group": group,
        "n": len(values),
        "offered": int(part["offered"].max()),
        "mean": float(values.mean()),
        "sd": float(values.std(ddof=1)) if len(values) > 1 else np.nan,
        "median": float(median),
        "q1": float(q1),
        "q3": float(q3),
        "none": int((values == 0).sum()),
        "share_none": float((values == 0).mean()),
        "least": np.nan if least is None else least,
        "reached": reached,
        "share_reached": reached / len(values),
    }
