"""From a setting to the rows and the formula of an adjusted model."""

from __future__ import annotations

import pandas as pd

from outcomes.analyses.population import flow_frame
from outcomes.analyses.setting import Setting
from outcomes.errors import NotEstimableError
from outcomes.tables.format import inside_sentence

SCORE_COLUMNS = ("value", "baseline", "arm", "visit")


def formula(setting: Setting, *terms: str) -> str:
    """Write ``value ~ terms`` with factors and covariates as main effects.

    Examples
    --------
    >>> quoted("sex"), quoted("study site")
    ('sex', '`study site`')
    """
    return " + ".join([f"value ~ {terms[0]}", *terms[1:], *map(quoted, setting.adjusters)])


def quoted(name: str) -> str:
    """Quote a column name that a formula would not read as one."""
    return name if name.isidentifier() else f"`{name}`"


def usable(setting: Setting) -> pd.Series[bool]:
    """Rows of subjects whose baseline, factors and covariates are all known."""
    return setting.frame[["baseline", *setting.adjusters]].notna().all(axis=1)


def at_visit(setting: Setting) -> pd.DataFrame:
    """One row per subject of the population: the visit the analysis is about."""
    return setting.frame[setting.frame["visit"] == setting.visit.id]


def recorded_at_visit(setting: Setting) -> pd.DataFrame:
    """Rows of the visit the analysis is about, with the scores as they were recorded."""
    return setting.recorded[setting.recorded["visit"] == setting.visit.id]


def flow(setting: Setting, *, any_visit: bool) -> pd.DataFrame:
    """Count patients from randomisation to a score at the visit of the analysis.

    Parameters
    ----------
    setting : Setting
    any_visit : bool
        Whether patients with a score at another visit contribute too, and are counted.
    """
    usable_rows, observed = usable(setting), setting.frame["value"].notna()
    subjects = setting.frame["subject"]
    here = setting.frame["visit"] == setting.visit.id
    stages = setting.first_stages()
    known = "Baseline score and covariates known" if setting.adjusters else "Baseline score known"
    stages[known] = setting.frame.loc[usable_rows & here, "arm"]
    if any_visit:
        scored = ~subjects.where(usable_rows & observed).duplicated() & usable_rows & observed
        stages["At least one score after baseline"] = setting.frame.loc[scored, "arm"]
    label = f"Score at {inside_sentence(setting.visit.label)}"
    stages[label] = setting.frame.loc[usable_rows & observed & here, "arm"]
    return flow_frame(stages, setting.arms)


def require_scores(setting: Setting, analysed: pd.DataFrame) -> None:
    """Refuse an analysis in which an arm has no usable score at the visit it is about.

    Raises
    ------
    NotEstimableError
        With the arms concerned.
    """
    here = analysed.loc[analysed["visit"] == setting.visit.id, "arm"]
    without = [arm.label for arm in setting.arms if not (here == arm.id).any()]
    if without:
        raise NotEstimableError(
            f"{setting.outcome.label} at {setting.visit.label}: no patient of "
            f"{', '.join(without)} has a score with baseline and covariates, so arms cannot be "
            "compared there. Choose another visit, or other arms with active."
        )
