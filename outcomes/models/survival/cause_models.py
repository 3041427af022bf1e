"""Two models of one cause among others, with their readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from outcomes.models.survival.causes import Label, read_causes
from outcomes.models.survival.contrasts import wald
from outcomes.models.survival.covariates import clusters, design_matrix, labels
from outcomes.models.survival.cox import CoxFit, cox_of
from outcomes.models.survival.estimable import require_events, require_two_each
from outcomes.models.tidy import checked_level
from outcomes.stats.survival import fit_fine_gray_rows

CAUSE_SPECIFIC_READING = (
    "A cause-specific hazard ratio compares how fast the event happens among those who have had "
    "neither it nor a competing event; it says little about how many have the event in the end."
)
SUBDISTRIBUTION_READING = (
    "A subdistribution hazard ratio compares cumulative incidence: above 1 more patients have the "
    "event by any time. It is not a rate among those still at risk, and a difference in the "
    "competing event alone can move it."
)


def fit_cause_specific(
    data: pd.DataFrame,
    *,
    time: str,
    cause: str,
    arm: str,
    reference: str,
    of: Label,
    competing: Sequence[Label],
    censored: Label = 0,
    covariates: Sequence[str] = (),
    strata: Sequence[str] = (),
    cluster: str | None = None,
    conf_level: float = 0.95,
) -> CoxFit:
    """Fit a Cox model of one cause, in which competing events end observation.

    The hazard ratio compares how fast the event happens among those who have had neither it nor a
    competing event. Parameters as in `cumulative_incidence` and `fit_cox`.

    Returns
    -------
    CoxFit
        Its notes hold how to read it.

    References
    ----------
    Prentice RL, et al. Biometrics 1978;34:541-554. Latouche A, et al. J Clin Epidemiol
    2013;66:648-653, for reporting it beside the subdistribution.
    """
    causes = (of, *competing)
    times = read_causes(
        data, time=time, cause=cause, arm=arm, causes=causes, censored=censored, reference=reference
    )
    own = replace(times, event=(times.event == 1).astype(np.intp))
    stratum = labels(data, strata, "strata=") if strata else None
    group = None if cluster is None else clusters(data, cluster)
    fit = cox_of(
        data,
        own,
        covariates,
        stratum,
        group,
        conf_level,
        f"Cox model of {of} alone, Efron",
    )
    return replace(fit, notes=(*fit.notes, CAUSE_SPECIFIC_READING))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FineGrayFit:
    """A proportional subdistribution hazards model.

    Parameters
    ----------
    hazard_ratios : DataFrame
        arm, estimate (subdistribution hazard ratio), std_error (of its logarithm), statistic,
        p_value, conf_low, conf_high.
    coefficients : DataFrame
        term, estimate (log), std_error, statistic, p_value.
    n, n_events : int
        Subjects and events of the cause.
    method : str
    reading : str
        What the ratio means.
    """

    hazard_ratios: pd.DataFrame
    coefficients: pd.DataFrame
    n: int
    n_events: int
    method: str
    reading: str = SUBDISTRIBUTION_READING

    def table(self) -> pd.DataFrame:
        """Ratios, one row for each arm but the reference, and the method."""
        return self.hazard_ratios.assign(method=self.method)


def fit_fine_gray(
    data: pd.DataFrame,
    *,
    time: str,
    cause: str,
    arm: str,
    reference: str,
    of: Label,
    competing: Sequence[Label],
    censored: Label = 0,
    covariates: Sequence[str] = (),
    conf_level: float = 0.95,
) -> FineGrayFit:
    """Fit a proportional subdistribution hazards model after Fine and Gray.

    Parameters
    ----------
    data, time, cause, arm, of, competing, censored
        As in `cumulative_incidence`.
    reference, covariates, conf_level
        As in `fit_cox`.

    Returns
    -------
    FineGrayFit

    Raises
    ------
    SchemaError, DataError, SpecificationError, NotEstimableError, NotConvergedError
        As in `cumulative_incidence` and `fit_cox`.

    Notes
    -----
    The definition is that of R's cmprsk::crr: weights from the Kaplan-Meier estimate of censoring
    in everybody, ties after Breslow, sandwich variance with the term for estimating the weights.
    R's survival::finegray with coxph differs in the fourth digit.

    References
    ----------
    Fine JP, Gray RJ. J Am Stat Assoc 1999;94:496-509.
    """
    checked_level(conf_level)
    causes = (of, *competing)
    times = read_causes(
        data, time=time, cause=cause, arm=arm, causes=causes, censored=censored, reference=reference
    )
    require_two_each(times)
    require_events(replace(times, event=(times.event == 1).astype(np.intp)), "hazard ratio")
    X, names = design_matrix(data, times, covariates)
    fit = fit_fine_gray_rows(X, times.time, times.event, of=1)
    std_error = np.sqrt(np.diag(fit.covariance))
    n_arms = len(times.arms) - 1
    terms = wald(names, fit.coefficients, std_error, conf_level).rename(columns={"arm": "term"})
    return FineGrayFit(
        hazard_ratios=wald(
            times.arms[1:],
            fit.coefficients[:n_arms],
            std_error[:n_arms],
            conf_level,
            exponentiate=True,
        ),
        coefficients=terms.drop(columns=["conf_low", "conf_high"]),
        n=len(data),
        n_events=int((times.event == 1).sum()),
        method=f"Fine-Gray model of {of}, as cmprsk::crr",
    )
