"""Recurrent events by a Cox model of intervals at risk."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from outcomes.errors import DataError, NotEstimableError
from outcomes.models.records import first_rows, require_columns, require_values
from outcomes.models.survival.columns import Labels, read_times
from outcomes.models.survival.covariates import clusters, labels
from outcomes.models.survival.cox import CoxFit, cox_of


def fit_andersen_gill(
    data: pd.DataFrame,
    *,
    subject: str,
    start: str,
    stop: str,
    event: str,
    arm: str,
    reference: str,
    covariates: Sequence[str] = (),
    strata: Sequence[str] = (),
    cluster: str | None = None,
    conf_level: float = 0.95,
) -> CoxFit:
    """Compare intensities of a recurrent event, with standard errors robust within subjects.

    Parameters
    ----------
    data : DataFrame
        One row per interval at risk: a subject with two events has three, the last one censored.
        Days not at risk (in a flare, without a diary) lie between intervals.
    subject, start, stop, event : str
        Columns: subject; the interval (start, stop]; whether it ends with an event.
    arm, reference, covariates, strata, conf_level
        As in `fit_cox`.
    cluster : str, optional
        Column of treatment groups, each holding whole subjects; a missing value is a subject
        treated alone. By default subjects are the clusters.

    Returns
    -------
    CoxFit

    Raises
    ------
    SchemaError, DataError, SpecificationError, NotEstimableError, NotConvergedError
        As in `fit_cox`; intervals of a subject overlap, or a subject is in two arms or clusters.

    References
    ----------
    Andersen PK, Gill RD. Ann Stat 1982;10:1100-1120. Lin DY, Wei LJ, Yang I, Ying Z. J R Stat Soc B
    2000;62:711-730, for the robust variance.
    """
    require_columns(data, {subject: "subject="})
    require_values(data, [subject])
    times = read_times(data, time=stop, event=event, arm=arm, reference=reference, entry=start)
    _require_apart(data, subject, start, stop)
    _require_whole(data, subject, arm)
    group = _subjects(data, subject, cluster)
    _require_subjects(data, subject, arm)
    stratum = labels(data, strata, "strata=") if strata else None
    return cox_of(
        data,
        times,
        covariates,
        stratum,
        group,
        conf_level,
        f"Andersen-Gill model, Efron, robust by {cluster or subject}",
    )


def _subjects(data: pd.DataFrame, subject: str, cluster: str | None) -> Labels:
    if cluster is None:
        return clusters(data, subject)
    require_columns(data, {cluster: "cluster="})
    _require_whole(data, subject, cluster)
    alone = "alone: " + data[subject].astype(str)
    named = "group: " + data[cluster].astype(str)
    return pd.factorize(named.where(data[cluster].notna(), alone))[0].astype(np.intp)


def _require_subjects(data: pd.DataFrame, subject: str, arm: str) -> None:
    n = data.groupby(arm, observed=True)[subject].nunique()
    alone = [name for name, count in n.items() if count < 2]
    if alone:
        raise NotEstimableError(
            f"arm {', '.join(map(repr, alone))} has one patient; a comparison needs two or more in "
            "each arm."
        )


def _require_whole(data: pd.DataFrame, subject: str, column: str) -> None:
    n = data.groupby(subject, observed=True)[column].nunique(dropna=False)
    mixed = n.index[n > 1]
    if len(mixed):
        raise DataError(
            f"{column}: {len(mixed)} subjects have more than one value (first "
            f"{', '.join(map(str, mixed[:3]))}). A subject belongs to one."
        )


def _require_apart(data: pd.DataFrame, subject: str, start: str, stop: str) -> None:
    ordered = data[[subject, start, stop]].sort_values([subject, start])
    earlier = ordered.groupby(subject, observed=True)[stop].shift()
    overlaps = ordered[start] < earlier
    if overlaps.any():
        raise DataError(
            f"{start}, {stop}: {overlaps.sum()} intervals begin before the subject's last one ends "
            f"(first rows {first_rows(ordered, overlaps)}). A day is at risk once."
        )
