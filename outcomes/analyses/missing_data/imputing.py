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
    after an event with an assumption of its own under that.
    """
    lost = first_unseen_for_good(analysed_rows(setting)).rename("visit").reset_index()
    made = lost.assign(strategy=assumption.value)
    own = {
        after.event: after.assumed.value
        for after in specification.unseen.after_events
        if after.assumed is not None
    }
    decided = setting.decided[setting.decided["event"].isin(list(own))]
    decided = decided[decided["subject"].isin(made["subject"])]
    named = decided[["subject", "visit"]].assign(strategy=decided["event"].map(own))
    if named.empty:
        return made
    rest = made[~made["subject"].isin(named["subject"])]
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
