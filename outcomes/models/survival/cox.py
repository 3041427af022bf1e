"""Cox models: hazard ratios, robust standard errors, and the test of proportional hazards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata

from outcomes.errors import SpecificationError
from outcomes.models.survival.by_lifelines import cox_coefficients
from outcomes.models.survival.columns import Array, Labels, Times, read_times
from outcomes.models.survival.contrasts import wald
from outcomes.models.survival.covariates import clusters, covariate_of, design_matrix, labels
from outcomes.models.survival.estimable import require_clusters, require_events, require_two_each
from outcomes.models.tidy import checked_level
from outcomes.stats.survival import (
    CoxTerms,
    polished,
    proportional_hazards_test,
    robust_covariance,
    survival_before,
)

Transform = Literal["km", "identity", "log", "rank"]
TRANSFORMS = ("km", "identity", "log", "rank")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CoxFit:
    """A Cox model, ties after Efron.

    Parameters
    ----------
    hazard_ratios : DataFrame
        arm, estimate (hazard ratio against the reference), std_error (of its logarithm),
        statistic, p_value, conf_low, conf_high.
    coefficients : DataFrame
        term, estimate (log hazard ratio), std_error, statistic, p_value; the arms first.
    n, n_events : int
        Rows (subjects, or intervals at risk) and events.
    n_clusters : int or None
        Clusters the standard errors rest on; None where they are model-based.
    method : str
    notes : tuple of str
        What the library warned of.
    """

    hazard_ratios: pd.DataFrame
    coefficients: pd.DataFrame
    n: int
    n_events: int
    n_clusters: int | None
    method: str
    notes: tuple[str, ...]
    terms: CoxTerms = field(repr=False)
    times: Times = field(repr=False)
    term_of: tuple[str, ...] = field(repr=False)

    def table(self) -> pd.DataFrame:
        """Hazard ratios, one row for each arm but the reference, and the method."""
        return self.hazard_ratios.assign(method=self.method)

    def proportional_hazards(self, transform: Transform = "km") -> pd.DataFrame:
        """Test whether hazard ratios change with time: term, statistic, df, p_value.

        Parameters
        ----------
        transform : {"km", "identity", "log", "rank"}
            The function of time coefficients may change with; ``"km"`` is one minus Kaplan-Meier.

        Returns
        -------
        DataFrame
            One row for the arm and each covariate, and ``"global"``. A small p value speaks
            against proportional hazards; a large one does not show them. Score tests from model-
            based information, as R's cox.zph.
        """
        g = _transformed(self.times, self.terms.time, transform)
        terms = list(dict.fromkeys(self.term_of))
        columns = {term: [i for i, t in enumerate(self.term_of) if t == term] for term in terms}
        tests = columns | {"global": list(range(len(self.term_of)))}
        found = [proportional_hazards_test(self.terms, g, places) for places in tests.values()]
        return pd.DataFrame(
            {
                "term": list(tests),
                "statistic": [each.statistic for each in found],
                "df": [each.df for each in found],
                "p_value": [each.p_value for each in found],
            }
        )


def fit_cox(
    data: pd.DataFrame,
    *,
    time: str,
    event: str,
    arm: str,
    reference: str,
    covariates: Sequence[str] = (),
    strata: Sequence[str] = (),
    cluster: str | None = None,
    entry: str | None = None,
    conf_level: float = 0.95,
) -> CoxFit:
    """Fit a proportional hazards model, ties after Efron.

    Parameters
    ----------
    data, time, event, arm, entry
        As in `kaplan_meier`.
    reference : str
        The arm others are compared with.
    covariates : sequence of str
        Main effects; categories and text enter as indicators.
    strata : sequence of str
        Columns whose combinations have baseline hazards of their own.
    cluster : str, optional
        Column of treatment groups for robust standard errors; a missing value is a patient
        treated alone.
    conf_level : float

    Returns
    -------
    CoxFit
        Above 1 the event comes sooner with the arm than with the reference.

    Raises
    ------
    SchemaError, DataError, SpecificationError
        As in `kaplan_meier`; a covariate is missing or infinite for somebody, or holds dates;
        `reference` is no arm.
    NotConvergedError
        The fit did not converge.
    NotEstimableError
        An arm has one patient or no events, so that its hazard ratio is zero or infinite, or was
        treated in a single cluster, or covariates cannot be told apart.

    References
    ----------
    Cox DR. J R Stat Soc B 1972;34:187-220. Efron B. J Am Stat Assoc 1977;72:557-565. Lin DY, Wei
    LJ. J Am Stat Assoc 1989;84:1074-1078, for robust standard errors.

    Examples
    --------
    >>> data = pd.DataFrame(
    ...     {"arm": ["a", "b"] * 4, "day": [5, 2, 4, 1, 3, 8, 7, 6], "better": [1] * 7 + [0]})
    >>> fit = fit_cox(data, time="day", event="better", arm="arm", reference="a")
    >>> float(fit.table()["estimate"].round(3).iloc[0])
    0.623
    """
    times = read_times(data, time=time, event=event, arm=arm, reference=reference, entry=entry)
    stratum = labels(data, strata, "strata=") if strata else None
    group = None if cluster is None else clusters(data, cluster)
    method = "Cox model, Efron"
    method += f", stratified by {', '.join(strata)}" if strata else ""
    method += f", robust by {cluster}" if cluster else ""
    return cox_of(data, times, covariates, stratum, group, conf_level, method)


def cox_of(
    data: pd.DataFrame,
    times: Times,
    covariates: Sequence[str],
    stratum: Labels | None,
    cluster: Labels | None,
    conf_level: float,
    method: str,
) -> CoxFit:
    """Fit to times already read; rows of `data` give the covariates."""
    checked_level(conf_level)
    require_two_each(times)
    require_events(times, "hazard ratio")
    if cluster is not None:
        require_clusters(times, cluster)
    X, names = design_matrix(data, times, covariates)
    # In units of their deviation: the search has no sense of a covariate's own.
    spread = X.std(axis=0)
    Z = X / spread
    found = cox_coefficients(Z, names, times.time, times.had_event, times.entry, stratum)
    scaled, terms = polished(
        Z, times.time, times.had_event, found.estimate, entry=times.entry, stratum=stratum
    )
    covariance = (
        np.linalg.inv(terms.information.sum(axis=0))
        if cluster is None
        else robust_covariance(terms, cluster)
    )
    estimate, std_error = scaled / spread, np.sqrt(np.diag(covariance)) / spread
    n_arms = len(times.arms) - 1
    statistic = estimate / std_error
    return CoxFit(
        hazard_ratios=wald(
            times.arms[1:],
            estimate[:n_arms],
            std_error[:n_arms],
            conf_level,
            exponentiate=True,
        ),
        coefficients=pd.DataFrame(
            {
                "term": names,
                "estimate": estimate,
                "std_error": std_error,
                "statistic": statistic,
                "p_value": 2 * norm.sf(np.abs(statistic)),
            }
        ),
        n=len(data),
        n_events=int(times.had_event.sum()),
        n_clusters=None if cluster is None else int(cluster.max()) + 1,
        method=method,
        notes=found.notes,
        terms=terms,
        times=times,
        term_of=tuple(covariate_of(names, times.arms, covariates)),
    )


def _transformed(times: Times, at: Array, transform: str) -> Array:
    if transform == "km":
        return 1 - survival_before(times.time, times.had_event, at, times.entry)
    if transform == "identity":
        return at
    if transform == "rank":
        ranks = rankdata(times.time)
        return np.interp(at, np.sort(times.time), np.sort(ranks))
    if transform == "log":
        if (at <= 0).any():
            raise SpecificationError("an event at time 0 has no logarithm; take another transform.")
        return np.log(at)
    raise SpecificationError(f"transform={transform!r} is not known. Allowed: {TRANSFORMS}.")
