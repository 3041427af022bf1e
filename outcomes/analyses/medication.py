"""Medication: opioid dose by arm over time, reduction and stopping, and the use of rescue."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd
from matplotlib.axes import Axes

from outcomes.analyses.adverse_events import AdverseEvents
from outcomes.analyses.ard import ard
from outcomes.analyses.clusters import no_design_effects
from outcomes.analyses.follow_up import last_days
from outcomes.analyses.hypothesis import no_judgements
from outcomes.analyses.medication_parts import medication_parts
from outcomes.analyses.medication_records import opioid_records, rescue_records
from outcomes.analyses.medication_words import headlines, methods, notes
from outcomes.analyses.opioid_responses import (
    Missing,
    opioid_responses,
    response_counts,
    response_differences,
)
from outcomes.analyses.opioid_use import Denominator, doses, opioid_use
from outcomes.analyses.population import flow_frame
from outcomes.analyses.rescue_counts import rescue_counts, rescue_differences
from outcomes.analyses.result import Result
from outcomes.analyses.setting import Compared, compared, one_of
from outcomes.errors import NotEstimableError, OutcomesWarning, SpecificationError
from outcomes.plots.medication import plot_doses
from outcomes.trial.study import Analysis, Visit
from outcomes.trial.trial import Trial


@dataclass(frozen=True, kw_only=True)
class MedicationUse(Analysis):
    """Opioid dose over time, reduction and stopping by the visit, and use of rescue medication.

    Parameters
    ----------
    opioids : mapping of str to str
        Columns of the medication file and the values that mark a record of an opioid:
        ``{"purpose": "opioid"}``. An empty map means every record.
    rescue : mapping of str to str, optional
        The same for rescue medication; without it rescue is not examined.
    visit : str, optional
        The visit by which a dose is reduced or opioids are stopped; the last by default.
    missing : {"non_responder", "exclude"}
        What a patient counts as who was not followed to the visit, or whose dose is not known.
    factor_set : {"cdc2022", "cdc2016", "heal2025"}
        Table of MME factors.
    denominator : {"window", "maximum_day"}
        Average over all days of an interval, or its highest day. The other denominators of
        `mme_per_day` leave out who takes no opioid, so that stopping would look like missing.
    percents : tuple of int
        Least reductions of the dose that are responses; the first is the headline.
    baseline_days, visit_days : int
        Days before randomisation and before the visit that doses are averaged over.
    grace : int
        A gap between supplies of at most this many days is continued use.
    zero_days : int
        Days without opioid up to the visit that stopping needs.
    """

    kind: Literal["medication"] = "medication"
    opioids: Mapping[str, str] = field(default_factory=dict)
    rescue: Mapping[str, str] | None = None
    visit: str | None = None
    missing: Missing = "non_responder"
    factor_set: Literal["cdc2022", "cdc2016", "heal2025"] = "cdc2022"
    denominator: Denominator = "window"
    percents: tuple[int, ...] = (30, 50)
    baseline_days: int = 28
    visit_days: int = 28
    grace: int = 14
    zero_days: int = 28


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class MedicationUseResult(Result):
    """What a `MedicationUse` analysis found.

    Parameters
    ----------
    doses : DataFrame
        Of patients on opioids at baseline, MME a day: visit (that ends the interval; the baseline
        visit for the days before randomisation), arm, n (patients with a known dose), n_unknown,
        n_taking (of n, with an opioid in the interval), mean with its t interval conf_low and
        conf_high, sd, median, q1, q3, and reason (why there is no mean or no interval, else
        empty), factor_set, denominator.
    responses : DataFrame
        endpoint (``"reduced_30"`` …, ``"stopped"``), label, arm, n, with_response, missing,
        proportion with Wilson limits, reason, factor_set, denominator.
    differences : DataFrame
        endpoint, label, arm (active), estimate (risk difference, a proportion), conf_low,
        conf_high, p_value, reason, factor_set, denominator.
    rescue : DataFrame
        arm, n, with_record, percent with exact limits, records, years, rate (records per
        patient-year) with exact Poisson limits rate_low and rate_high, reason; no rows where
        rescue is not examined.
    rescue_differences : DataFrame
        arm (active), estimate, conf_low, conf_high: difference in the share with a record.
    n_subjects : int
    """

    specification: MedicationUse
    doses: pd.DataFrame
    responses: pd.DataFrame
    differences: pd.DataFrame
    rescue: pd.DataFrame
    rescue_differences: pd.DataFrame
    n_subjects: int

    def table(self) -> pd.DataFrame:
        """Risk differences of reduction and stopping, one row per endpoint and active arm."""
        return self.differences

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the mean dose over time."""
        return plot_doses(self.doses, arms=self.arms, visits=self.visits, ax=ax)

    def to_ard(self) -> pd.DataFrame:
        """Every number of the result, one row each."""
        return ard(self.specification, list(medication_parts(self)), n_rows=self.n_subjects)


def analyse_medication(trial: Trial, specification: MedicationUse) -> MedicationUseResult:
    """Describe and compare the use of opioids and of rescue medication.

    Parameters
    ----------
    trial : Trial
        Its subjects, medication records and declared withdrawals.
    specification : MedicationUse

    Raises
    ------
    DataError
        A drug, route or unit has no factor, or records cannot be read as an amount a day.
    NotEstimableError
        An arm has no patients in the population.
    SchemaError
        The records lack a column.
    SpecificationError
        The study file declares no medication file, no record is of an opioid, or an option is
        impossible.
    UnsupportedCombinationError
        A diary, or supplies taken as needed, do not say when use ended.
    """
    who = compared(trial, specification)
    visit = _visit(who, specification)
    _refuse(who, visit, specification)
    records = opioid_records(trial, who, specification.opioids)
    patients = who.subjects[["subject", "arm"]].astype({"arm": object})
    patients = patients.assign(last_day=last_days(trial, who))
    level = 1 - specification.alpha
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", OutcomesWarning)
        use = opioid_use(
            records,
            patients,
            who,
            factor_set=specification.factor_set,
            denominator=specification.denominator,
            baseline_days=specification.baseline_days,
        )
        responded = opioid_responses(
            use,
            records,
            who,
            visit,
            percents=specification.percents,
            visit_days=specification.visit_days,
            grace=specification.grace,
            zero_days=specification.zero_days,
        )
    heard = list(dict.fromkeys(str(each.message) for each in caught))
    endpoints = _endpoints(specification)
    named = {"factor_set": use.factor_set, "denominator": use.denominator}
    counts = response_counts(who, responded, endpoints, specification.missing, level)
    differences = response_differences(who, responded, counts, specification.missing, level)
    rescue, unmarked = _rescue(trial, patients, specification)
    return MedicationUseResult(
        specification=specification,
        arms=who.arms,
        visits=who.design.visits,
        outcome=None,
        headlines=headlines(who, specification, visit, counts, differences),
        flow=_flow(who, use.users),
        observed=pd.DataFrame(columns=["visit", "arm", "n_observed", "n_missing"]),
        planned=(),
        notes=tuple(notes(who, use, records, responded, heard, rescue, unmarked)),
        methods=methods(who, specification, visit),
        design_effects=no_design_effects(),
        judgements=no_judgements(),
        doses=doses(use, who, level).assign(**named),
        responses=counts.assign(**named),
        differences=differences.assign(**named),
        rescue=rescue_counts(rescue, who, level),
        rescue_differences=rescue_differences(rescue, who, level),
        n_subjects=len(who.subjects),
    )


def _visit(who: Compared, specification: MedicationUse) -> Visit:
    follow_up = {visit.id: visit for visit in who.design.follow_up}
    wanted = specification.visit or who.design.follow_up[-1].id
    return follow_up[one_of(wanted, list(follow_up), "follow-up visit")]


def _refuse(who: Compared, visit: Visit, specification: MedicationUse) -> None:
    empty = [arm.label for arm in who.arms if not (who.subjects["arm"] == arm.id).any()]
    if empty:
        raise NotEstimableError(
            f"The population “{who.population.label}” has no patients of {', '.join(empty)}; its "
            "medication cannot be compared. Choose another population."
        )
    if min(specification.baseline_days, specification.visit_days) < 1:
        raise SpecificationError("baseline_days and visit_days are numbers of days, 1 or more.")
    if specification.visit_days > visit.day:
        raise SpecificationError(
            f"visit_days is {specification.visit_days}, but {visit.label} is on day {visit.day}: "
            "its average would begin before randomisation. Give fewer days, or a later visit."
        )
    wrong = [percent for percent in specification.percents if not 0 < percent <= 100]
    if wrong or not specification.percents:
        raise SpecificationError(
            f"percents is {list(specification.percents)}; give at least one reduction, above 0 and "
            "up to 100 per cent."
        )


def _endpoints(specification: MedicationUse) -> dict[str, str]:
    reduced = {
        f"reduced_{percent}": f"Opioid dose reduced by at least {percent}%"
        for percent in specification.percents
    }
    return {**reduced, "stopped": "Opioids stopped"}


def _rescue(
    trial: Trial, patients: pd.DataFrame, specification: MedicationUse
) -> tuple[AdverseEvents | None, str]:
    if specification.rescue is None:
        return None, ""
    return rescue_records(trial, patients, specification.rescue)


def _flow(who: Compared, users: pd.DataFrame) -> pd.DataFrame:
    stages = who.first_stages()
    return flow_frame({**stages, "On opioids at baseline": users["arm"]}, who.arms)
