"""Imputing the scores of a setting under an assumption."""

from __future__ import annotations

import numpy as np
import pandas as pd

from outcomes.analyses.missing_data.specification import Method, MissingData
from outcomes.analyses.model_frame import quoted, usable
from outcomes.analyses.setting import Setting
from outcomes.assumptions import Assumption
from outcomes.endpoints.missing_pattern import first_unseen_for_good
from outcomes.models.imputation import Imputations, impute_reference_based


def analysed_rows(setting: Setting) -> pd.DataFrame:
    """Rows of patients whose baseline, factors and covariates are known."""
    return setting.frame[usable(setting)]


def analysis_terms(setting: Setting) -> list[str]:
    """Terms of the analysis of a completed data set, besides the arm."""
    return ["baseline", *map(quoted, setting.adjusters)]


def affected(setting: Setting, specification: MissingData, assumption: Assumption) -> pd.DataFrame:
    """Say who is under which assumption from which visit on: subject, visit, strategy.

    A patient is under `assumption` from the first visit on from which nothing more is seen, and
    after an event with an assumption of its own under that, whether or not something is seen later;
    of several such events the first counts.
    """
    rows = analysed_rows(setting)
    lost = first_unseen_for_good(rows).rename("visit").reset_index()
    own = {
        after.event: after.assumed.value
        for after in specification.unseen.after_events
        if after.assumed is not None
    }
    had = setting.occurred[setting.occurred["event"].isin(list(own))]
    had = had[had["subject"].isin(rows["subject"])]
    had = had.sort_values("day", kind="stable").drop_duplicates("subject")
    rest = lost[~lost["subject"].isin(had["subject"])].assign(strategy=assumption.value)
    if had.empty:
        return rest
    named = had[["subject", "visit"]].assign(strategy=had["event"].map(own))
    return pd.concat([rest, named.astype(object)], ignore_index=True)


def lost_before_any_score(setting: Setting, specification: MissingData) -> int:
    """Count patients under an assumption from the first visit on: none has a mean to carry."""
    who = affected(setting, specification, Assumption.LAST_MEAN_CARRIED_FORWARD)
    early = who["visit"].astype(str) == setting.design.follow_up[0].id
    late = who["strategy"] == Assumption.LAST_MEAN_CARRIED_FORWARD.value
    return int((early & late).sum())


def imputed(
    setting: Setting,
    specification: MissingData,
    assumption: Assumption,
    *,
    rng: np.random.Generator,
    method: Method,
) -> Imputations:
    """Impute every score that is not seen under an assumption.

    The imputation model has baseline and arm by visit, factors and covariates, as the mixed model
    for repeated measures.
    """
    rows = analysed_rows(setting)
    columns = ["subject", "visit", "arm", "value", "baseline", *setting.adjusters]
    who = affected(setting, specification, assumption)
    return impute_reference_based(
        rows[columns],
        outcome="value",
        visit="visit",
        subject="subject",
        arm="arm",
        reference=setting.reference.id,
        covariates=["baseline * visit", "arm:visit", *map(quoted, setting.adjusters)],
        intercurrent=who if len(who) else None,
        method=method,
        n_imputations=None if method == "conditional_mean" else specification.n_imputations,
        covariance=specification.covariance,
        rng=rng,
    )
