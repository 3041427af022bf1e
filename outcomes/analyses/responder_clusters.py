"""Responders of arms treated in groups: a comparison robust to that, beside the headline."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from typing import Any

import pandas as pd

from outcomes.analyses.ard import Part
from outcomes.analyses.result import Note
from outcomes.analyses.setting import Setting
from outcomes.errors import OutcomesError
from outcomes.models.responders import responder_difference
from outcomes.tables import format as f
from outcomes.trial.study import OutcomeAnalysis

NUMBERS = ("estimate", "std_error", "df", "conf_low", "conf_high", "p_value")
COLUMNS = ["arm", "n", "n_clusters", "n_alone", *NUMBERS, "reason"]
METHOD = "Standardisation, cluster-robust (CR2-type), Satterthwaite"


def cluster_robust(
    setting: Setting,
    rows: pd.DataFrame,
    adjusters: tuple[str, ...],
    *,
    missing: str,
    conf_level: float,
) -> pd.DataFrame:
    """Compare responders again, with groups of patients as what is independent.

    Parameters
    ----------
    setting : Setting
        Its design declares the groups.
    rows : DataFrame
        One row per subject: arm, response, adjusters and the column of groups.
    adjusters : tuple of str
        Those of the headline's comparison.
    missing, conf_level
        As in `responder_difference`.

    Returns
    -------
    DataFrame
        One row for each active arm that was treated in groups, or whose reference was: arm, n (of
        both arms), n_clusters and n_alone (groups of the clustered arms, and their patients without
        one), estimate, std_error, df, conf_low, conf_high, p_value of the risk difference; reason
        says why there is no estimate, and is empty elsewhere. No rows where the design declares no
        groups. Patients of arms without groups are groups of their own.
    """
    clusters = setting.design.clusters
    if clusters is None or clusters.column not in rows.columns:
        return no_clusters()
    arms = set(clusters.arms)
    asked = [arm.id for arm in setting.active if {arm.id, setting.reference.id} & arms]
    if not asked or rows.loc[rows["arm"].isin(arms), clusters.column].isna().all():
        return no_clusters()
    grouped = rows.assign(_group=rows[clusters.column].where(rows["arm"].isin(arms)))
    found, reason = {}, ""
    try:
        fit = responder_difference(
            grouped,
            response="response",
            arm="arm",
            reference=setting.reference.id,
            covariates=adjusters,
            cluster="_group",
            missing=missing,  # type: ignore[arg-type]
            conf_level=conf_level,
        )
        contrasts = fit.contrasts.query("quantity == 'risk_difference'").set_index("arm")
        found = contrasts[list(NUMBERS)].to_dict("index")
    except OutcomesError as error:
        reason = str(error)
    counted = grouped if missing == "non_responder" else grouped[grouped["response"].notna()]
    made = [
        {
            "arm": arm,
            **_sizes(counted, {arm, setting.reference.id}, arms),
            **found.get(arm, dict.fromkeys(NUMBERS, math.nan)),
            "reason": reason,
        }
        for arm in asked
    ]
    return pd.DataFrame(made, columns=COLUMNS)


def no_clusters() -> pd.DataFrame:
    """Make the frame of a comparison without groups: no rows."""
    return pd.DataFrame(columns=COLUMNS)


def _sizes(rows: pd.DataFrame, pair: set[str], clustered: set[str]) -> dict[str, int]:
    both = rows[rows["arm"].isin(pair)]
    within = both[both["arm"].isin(clustered)]
    return {
        "n": len(both),
        "n_clusters": int(within.groupby("arm", observed=True)["_group"].nunique().sum()),
        "n_alone": int(within["_group"].isna().sum()),
    }


def cluster_robust_notes(
    setting: Setting, specification: OutcomeAnalysis, robust: pd.DataFrame, headline: pd.DataFrame
) -> list[Note]:
    """Say beside the headline what is found where patients of a group may be alike.

    Parameters
    ----------
    setting, specification
        What was analysed.
    robust : DataFrame
        From `cluster_robust`.
    headline : DataFrame
        Risk differences the headline shows: arm, conf_low, conf_high.
    """
    shown = headline.set_index("arm")
    return [
        _note(setting, specification, row, shown.loc[row["arm"]])
        for row in robust.to_dict("records")
    ]


def _note(
    setting: Setting,
    specification: OutcomeAnalysis,
    row: dict[Hashable, Any],
    shown: pd.Series[float],
) -> Note:
    label = next(arm.label for arm in setting.active if arm.id == row["arm"])
    start = (
        f"{f.heading(label)} minus {setting.reference.label}: the headline takes patients of a "
        "group as independent. "
    )
    if row["reason"]:
        says, agree = f"A comparison that does not could not be made: {row['reason']}", False
    else:
        found = [_concludes(specification, each) for each in (shown, pd.Series(row))]
        agree = found[0] == found[1]
        says = f"{_estimate(setting, specification, row)} {_verdict(specification, found)}"
    return Note(
        kind="information" if agree else "warning",
        title="Treated in groups",
        text=start + says,
        beside_headline=True,
    )


def _estimate(setting: Setting, specification: OutcomeAnalysis, row: dict[Hashable, Any]) -> str:
    clusters = setting.design.clusters
    group = clusters.label if clusters else "group"
    values = {name: float(row[name]) for name in NUMBERS}
    alone = int(row["n_alone"])
    rest = f", {alone} patients without one count as groups of one" if alone else ""
    return (
        f"With standard errors robust to likeness within groups ({group}: {row['n_clusters']}"
        f"{rest}) it is {f.points(values['estimate'])} percentage points "
        f"({f.level(1 - specification.alpha)} CI {f.points(values['conf_low'])} to "
        f"{f.points(values['conf_high'])}; {f.df(values['df'])} degrees of freedom)."
    )


def _concludes(specification: OutcomeAnalysis, found: pd.Series[float]) -> bool:
    """Whether an interval shows what the hypothesis asks for."""
    margin = specification.hypothesis.margin
    if margin is not None:
        return bool(found["conf_low"] > -margin)
    return bool(found["conf_low"] > 0 or found["conf_high"] < 0)


def _verdict(specification: OutcomeAnalysis, found: list[bool]) -> str:
    what = "zero" if specification.hypothesis.margin is None else "a loss as large as the margin"
    if found[0] == found[1]:
        return f"Both intervals {'leave out' if found[0] else 'hold'} {what}."
    one = "headline" if found[0] else "robust comparison"
    return f"Of the two intervals only that of the {one} leaves out {what}."


def cluster_robust_sentences(setting: Setting, robust: pd.DataFrame) -> tuple[str, ...]:
    """Describe the comparison in one paragraph, where there is one."""
    clusters = setting.design.clusters
    if robust.empty or clusters is None:
        return ()
    arms = ", ".join(arm.label for arm in setting.arms if arm.id in clusters.arms)
    return (
        f"Patients of {arms} are treated in groups ({clusters.label}), which the headline ignores. "
        "As a sensitivity analysis the same responses are compared by standardisation of a "
        "logistic model, with contributions to the sandwich summed within groups and corrected for "
        "their number and sizes (Bell and McCaffrey, Surv Methodol 2002;28:169-181), and "
        "Satterthwaite’s degrees of freedom; every other patient is a group of one. With fewer "
        "than about ten groups, or very unequal ones, such intervals are still too narrow. The "
        "headline is the one declared, whatever this one finds.",
    )


def cluster_robust_parts(robust: pd.DataFrame, variable: str) -> Iterator[Part]:
    """Give each comparison, or why there is none, to the analysis results data."""
    for _, row in robust.iterrows():
        yield Part(
            context="cluster_robust",
            frame=row.to_frame().T.drop(columns="reason"),
            groups=("arm",),
            variable=variable,
            method=METHOD,
            absent=str(row["reason"]) or "not estimated",
        )
