"""What is said of a medication analysis: headlines, notes and methods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from outcomes.analyses.adverse_events import AdverseEvents
from outcomes.analyses.follow_up import assumed_follow_up
from outcomes.analyses.opioid_use import OpioidUse
from outcomes.analyses.result import Headline, Note
from outcomes.analyses.setting import Compared
from outcomes.tables.format import inside_sentence
from outcomes.trial.study import Hypothesis, Visit

DENOMINATORS = {
    "window": "the mean over all days of the interval, those without opioid too",
    "maximum_day": "the highest day of the interval",
}


def headlines(
    who: Compared,
    specification: Any,
    visit: Visit,
    counts: pd.DataFrame,
    differences: pd.DataFrame,
) -> tuple[Headline, ...]:
    """One headline for each active arm that could be compared: the first reduction."""
    endpoint = f"reduced_{specification.percents[0]}"
    share = counts[counts["endpoint"] == endpoint].set_index("arm")["proportion"]
    mine = differences[(differences["endpoint"] == endpoint) & differences["estimate"].notna()]
    found = mine.set_index("arm").to_dict("index")
    return tuple(
        Headline(
            quantity="risk difference",
            outcome=f"a reduction of the opioid dose by at least {specification.percents[0]}%",
            visit=visit.label,
            active=arm,
            reference=who.reference,
            estimate=float(found[arm.id]["estimate"]),
            conf_low=float(found[arm.id]["conf_low"]),
            conf_high=float(found[arm.id]["conf_high"]),
            conf_level=1 - specification.alpha,
            p_value=float(found[arm.id]["p_value"]),
            null=0.0,
            unit="proportion",
            favours_active="higher",
            hypothesis=Hypothesis(),
            reference_value=float(share[who.reference.id]),
            active_value=float(share[arm.id]),
        )
        for arm in who.active
        if arm.id in found
    )


def notes(
    who: Compared,
    use: OpioidUse,
    records: pd.DataFrame,
    responded: pd.DataFrame,
    heard: Sequence[str],
    rescue: AdverseEvents | None,
    unmarked: str,
) -> Iterator[Note]:
    """Say what a reader must know of the records, the baseline and what could not be compared."""
    yield from _nobody(who, use)
    for text in heard:
        yield Note(
            kind="warning",
            title="Opioid records to check",
            text=f"They count as they are: {_unnamed(text)}",
        )
    yield from _baseline(use, records)
    yield from _changes(use, responded)
    yield from _rescue(rescue, unmarked)
    yield from assumed_follow_up(who, "doses and rates of rescue are too low")
    if who.design.clusters is not None:
        yield Note(
            kind="information",
            title="Treatment in groups is not allowed for",
            text="Intervals treat patients as independent. Where patients of one "
            f"{who.design.clusters.label} are alike, those of the arms treated so are too narrow.",
        )


def _unnamed(text: str) -> str:
    """Leave rows and subjects out of a warning of `mme_per_day`: reports name no subject."""
    head, named, rest = text.partition(": row ")
    _, found, advice = rest.rpartition("). quantity is")
    if not (named and found):
        return "mme_per_day of them warns, and says which records and why."
    return f"{head}{found}{advice}"


def _nobody(who: Compared, use: OpioidUse) -> Iterator[Note]:
    lacking = [arm.label for arm in who.arms if not (use.users["arm"] == arm.id).any()]
    if lacking:
        yield Note(
            kind="warning",
            title="Nobody on opioids at baseline",
            text=f"No patient with {' or '.join(lacking)} had an opioid in the "
            f"{use.baseline_days} days before randomisation. Doses and changes of the dose are of "
            "patients on opioids, so these cannot be described or compared there.",
            beside_headline=True,
        )


def _baseline(use: OpioidUse, records: pd.DataFrame) -> Iterator[Note]:
    unknown = use.patients[use.patients["baseline_mme"].isna()]
    if len(unknown):
        why = ", ".join(
            f"{reason}: {n}" for reason, n in unknown["baseline_reason"].value_counts().items()
        )
        yield Note(
            kind="warning",
            title="Patients without a baseline dose",
            text=f"{len(unknown)} of {len(use.patients)} patients have no known dose before "
            f"randomisation ({why}) and are not among those on opioids.",
        )
    mine = records[records["subject"].isin(use.users["subject"])]
    start = [name for name in ("day", "start") if name in mine.columns]
    first = mine[start].min(axis=1).groupby(mine["subject"]).min().astype(float)
    late = int((first > -use.baseline_days).sum())
    if late:
        yield Note(
            kind="warning",
            title="Records that begin within the baseline",
            text=f"Of {len(use.users)} patients on opioids, {late} have their first record less "
            f"than {use.baseline_days} days before randomisation. Where records, and not opioids, "
            "begin there, the baseline dose is too low: declare fewer baseline_days.",
        )


def _changes(use: OpioidUse, responded: pd.DataFrame) -> Iterator[Note]:
    without = use.patients.loc[use.patients["baseline_mme"] == 0, "subject"]
    later = use.averages[use.averages["subject"].isin(without) & (use.averages["mme"] > 0)]
    if len(later):
        yield Note(
            kind="information",
            title="Opioids begun during the trial",
            text=f"{later['subject'].nunique()} of {len(without)} patients without an opioid at "
            "baseline had one later. They are in no table of doses or of reductions.",
        )
    rotated = int(responded["rotated"].fillna(False).sum())
    if rotated:
        yield Note(
            kind="warning",
            title="Changed to another opioid",
            text=f"{rotated} patients had other opioids before the visit than at baseline. Factors "
            "differ between tables, so such a change can look like a reduction.",
        )


def _rescue(rescue: AdverseEvents | None, unmarked: str) -> Iterator[Note]:
    if rescue is None:
        return
    if unmarked:
        yield Note(
            kind="warning",
            title="No rescue medication",
            text=f"No rescue medication is recorded of anybody: {unmarked} Make sure that this is "
            "what happened, not that it is recorded otherwise.",
        )
    for n, when in ((rescue.before, "before randomisation"), (rescue.after, "after follow-up")):
        if n:
            yield Note(
                kind="information",
                title="Records of rescue set aside",
                text=f"{n} records of rescue medication lie {when} and are not counted.",
            )


def methods(who: Compared, specification: Any, visit: Visit) -> tuple[str, ...]:
    """Say in paragraphs what was computed."""
    counted = {
        "non_responder": "count as not having reduced or stopped",
        "exclude": "are left out",
    }[specification.missing]
    made = (
        f"Opioid doses are morphine milligram equivalents (MME) a day by the factor set "
        f"{specification.factor_set}, with the denominator “{specification.denominator}”: "
        f"{DENOMINATORS[specification.denominator]}. Intervals run from one visit to the day "
        "before the next by scheduled days, and end for a patient with follow-up (withdrawal, or "
        "the last visit). The baseline is that of the "
        f"{_days(specification.baseline_days)} before randomisation. Doses are of patients "
        f"of the population “{who.population.label}” with an opioid then; means have t intervals.",
        f"Reductions compare the {_days(specification.visit_days)} before "
        f"{inside_sentence(visit.label)} with the baseline. Opioids are stopped where no "
        "supply covers the days before the visit, more than "
        f"{specification.grace} (the grace period) and at least {specification.zero_days} of them. "
        f"Patients not followed to the day before the visit, or without a known dose, {counted}. "
        "Differences in risk are unadjusted, with intervals of Newcombe (Stat Med "
        "1998;17:873-890, method 10) and the score test; shares have intervals of Wilson.",
    )
    if specification.rescue is None:
        return made
    return (
        *made,
        "Rescue medication is counted from randomisation to the end of follow-up: patients with at "
        "least one record with exact limits (Clopper CJ, Pearson ES. Biometrika 1934;26:404-413), "
        "records per patient-year with exact Poisson limits (Garwood F. Biometrika "
        "1936;28:437-442), which treat the records of one patient as independent and are too "
        "narrow where some take much; differences in risk with limits of Miettinen and Nurminen "
        "(Stat Med 1985;4:213-226).",
    )


def _days(n: int) -> str:
    return "day" if n == 1 else f"{n} days"
