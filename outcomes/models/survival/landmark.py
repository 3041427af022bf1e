"""Landmark analysis: what follows a day, by what was known on that day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real

import pandas as pd

from outcomes.errors import SpecificationError
from outcomes.models.records import require_columns
from outcomes.models.survival.columns import read_times
from outcomes.models.survival.cox import CoxFit, fit_cox
from outcomes.models.survival.kaplan_meier import SurvivalCurves, kaplan_meier
from outcomes.models.survival.log_rank import RankTests, log_rank_test


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Landmark:
    """Times from a landmark, among those still at risk there.

    Parameters
    ----------
    landmark : float
    set_aside : DataFrame
        group, n, events_before, censored_before (at or before the landmark), at_risk: n is the sum
        of the others.
    curves : SurvivalCurves
        Times count from the landmark.
    log_rank : RankTests
    cox : CoxFit
    """

    landmark: float
    set_aside: pd.DataFrame
    curves: SurvivalCurves
    log_rank: RankTests
    cox: CoxFit

    def table(self) -> pd.DataFrame:
        """Hazard ratios after the landmark, one row for each group but the reference."""
        return self.cox.table().assign(landmark=self.landmark)


def landmark_analysis(
    data: pd.DataFrame,
    *,
    time: str,
    event: str,
    group: str,
    reference: str,
    landmark: float,
    covariates: Sequence[str] = (),
    strata: Sequence[str] = (),
    conf_level: float = 0.95,
) -> Landmark:
    """Compare times after a landmark between groups known by then.

    Responders live, or stay, long enough to respond: comparing them with others from the start is
    biased. Here groups are fixed on the landmark, and who had the event or was censored by then is
    set aside and counted. Groups formed by response are not randomised; the ratio describes.

    Parameters
    ----------
    data, time, event
        As in `kaplan_meier`; times from the start.
    group : str
        Column of groups, from what was known on the landmark: response by then, never later. It may
        be missing for those no longer at risk.
    reference : str
        The group others are compared with.
    landmark : float
        Above zero, in the unit of `time`, chosen in advance.
    covariates, strata, conf_level
        As in `fit_cox`.

    Returns
    -------
    Landmark

    Raises
    ------
    SchemaError, DataError, SpecificationError, NotEstimableError
        As in `fit_cox`, among those at risk; nobody is at risk after the landmark.

    References
    ----------
    Anderson JR, Cain KC, Gelber RD. J Clin Oncol 1983;1:710-719.
    """
    if not isinstance(landmark, Real) or not landmark > 0:
        raise SpecificationError(f"landmark is {landmark}; it must be a number above 0.")
    require_columns(data, {group: "group="})
    known = data[group].astype(object).where(data[group].notna(), "unknown")
    everybody = data.assign(**{group: known.astype(str)})
    whole = read_times(everybody, time=time, event=event, arm=group)
    left = whole.time <= landmark
    if left.all():
        raise SpecificationError(
            f"landmark is {landmark:g}; nobody is at risk after it (last follow-up "
            f"{whole.time.max():g}). Choose an earlier day."
        )
    at_risk = data[~left]
    if isinstance(at_risk[group].dtype, pd.CategoricalDtype):
        at_risk = at_risk.assign(**{group: at_risk[group].cat.remove_unused_categories()})
    after = at_risk.assign(**{time: at_risk[time].astype(float) - landmark})
    counts = pd.DataFrame(
        {
            "group": everybody[group].to_numpy(),
            "events_before": left & whole.had_event,
            "censored_before": left & ~whole.had_event,
            "at_risk": ~left,
        }
    )
    summed = counts.groupby("group", sort=True).sum().astype(int)
    summed.insert(0, "n", counts.groupby("group").size())
    return Landmark(
        landmark=float(landmark),
        set_aside=summed.reset_index(),
        curves=kaplan_meier(after, time=time, event=event, arm=group, conf_level=conf_level),
        log_rank=log_rank_test(
            after, time=time, event=event, arm=group, reference=reference, strata=strata
        ),
        cox=fit_cox(
            after,
            time=time,
            event=event,
            arm=group,
            reference=reference,
            covariates=covariates,
            strata=strata,
            conf_level=conf_level,
        ),
    )
