"""Harms: adverse events by arm, as patients, as events and per time at risk; no tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

import pandas as pd
from matplotlib.axes import Axes

from outcomes.analyses.adverse_events import AdverseEvents, adverse_events
from outcomes.analyses.ard import Part, ard, shared_parts
from outcomes.analyses.clusters import no_design_effects
from outcomes.analyses.follow_up import assumed_follow_up
from outcomes.analyses.harm_counts import (
    NUMBERS,
    UNITS,
    harm_counts,
    harm_differences,
    kinds_of_events,
)
from outcomes.analyses.hypothesis import no_judgements
from outcomes.analyses.population import flow_frame
from outcomes.analyses.result import Note, Result
from outcomes.analyses.setting import Compared, compared
from outcomes.errors import NotEstimableError
from outcomes.plots.harms import plot_risk_differences
from outcomes.trial.study import Analysis
from outcomes.trial.trial import Trial


@dataclass(frozen=True, kw_only=True)
class Safety(Analysis):
    """Adverse events from randomisation to the end of follow-up.

    Parameters
    ----------
    after_last_day : int
        Days after the end of follow-up in which an event still counts.
    severities : tuple of str
        Grades of severity in the records, from the mildest.
    least_percent : float
        Terms are compared in the figures where at least this percentage of an arm had one; tables
        list every term.
    """

    has_p_value: ClassVar[bool] = False

    kind: Literal["safety"] = "safety"
    after_last_day: int = 0
    severities: tuple[str, ...] = ("mild", "moderate", "severe")
    least_percent: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SafetyResult(Result):
    """What a `Safety` analysis counted.

    Parameters
    ----------
    counts : DataFrame
        group (``"overview"``, ``"severity"``, ``"collection"`` or ``"term"``), system, label, arm
        and: n (patients), with_event (patients with at least one), percent with its exact
        (Clopper-Pearson) limits conf_low and conf_high; events; years_at_risk (to the first event)
        and rate of first events per 100 patient-years with exact (Garwood) limits; years (whole
        follow-up) and event_rate likewise. A rate without time at risk is NaN.
    differences : DataFrame
        group, system, label, arm (active), estimate, conf_low, conf_high: risk difference from the
        reference arm, a proportion, with Miettinen-Nurminen limits.
    n_subjects : int
    """

    specification: Safety
    counts: pd.DataFrame
    differences: pd.DataFrame
    n_subjects: int

    def table(self) -> pd.DataFrame:
        """Risk differences by kind of event and by term."""
        return self.differences

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the risk differences of the terms."""
        return plot_risk_differences(self.shown(self.differences), arms=self.arms, ax=ax)

    def shown(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Rows of terms that `least_percent` of an arm had, the most frequent term first."""
        terms = self.counts[(self.counts["group"] == "term") & (self.counts["label"] != "")]
        most = terms.groupby(["system", "label"], sort=False)["percent"].max()
        kept = most[most >= self.specification.least_percent]
        order = kept.sort_values(ascending=False, kind="stable").index.to_list()
        rows = frame[frame["group"] == "term"]
        keys = pd.Series(list(zip(rows["system"], rows["label"], strict=True)), index=rows.index)
        rows = rows[keys.isin(order)].assign(place=keys.map({k: i for i, k in enumerate(order)}))
        names = [label for _, label in order]
        shared = rows["label"].map(names.count) > 1
        full = rows["label"] + " (" + rows["system"] + ")"
        rows = rows.assign(label=rows["label"].where(~shared, full))
        return rows.sort_values("place", kind="stable").drop(columns="place")

    def to_ard(self) -> pd.DataFrame:
        """Every number of the result, one row each."""
        return ard(self.specification, _parts(self), n_rows=self.n_subjects)


def analyse_safety(trial: Trial, specification: Safety) -> SafetyResult:
    """Count adverse events in every arm.

    Parameters
    ----------
    trial : Trial
        Its subjects, events and declared withdrawals.
    specification : Safety

    Raises
    ------
    SpecificationError
        The study file declares no events file.
    SchemaError
        The event records cannot be counted as they are.
    NotEstimableError
        An arm has no patients in the population.
    """
    who = compared(trial, specification)
    _require_patients(who)
    found = adverse_events(
        trial,
        who,
        after_last_day=specification.after_last_day,
        severities=specification.severities,
    )
    level = 1 - specification.alpha
    kinds = list(kinds_of_events(found, specification.severities))
    return SafetyResult(
        specification=specification,
        arms=who.arms,
        visits=(),
        outcome=None,
        headlines=(),
        flow=_flow(who),
        observed=pd.DataFrame(columns=["visit", "arm", "n_observed", "n_missing"]),
        planned=(),
        notes=tuple(_notes(found, who, specification)),
        methods=(_method(who, specification),),
        design_effects=no_design_effects(),
        judgements=no_judgements(),
        counts=harm_counts(found, who, kinds, level),
        differences=harm_differences(found, who, kinds, level),
        n_subjects=len(who.subjects),
    )


def _require_patients(who: Compared) -> None:
    empty = [arm.label for arm in who.arms if not (who.subjects["arm"] == arm.id).any()]
    if empty:
        raise NotEstimableError(
            f"The population “{who.population.label}” has no patients of {', '.join(empty)}; its "
            "harms cannot be described. Choose another population."
        )


def _flow(who: Compared) -> pd.DataFrame:
    return flow_frame(who.first_stages(), who.arms)


def _notes(found: AdverseEvents, who: Compared, specification: Safety) -> Iterator[Note]:
    yield Note(
        kind="information",
        title="Equal ascertainment",
        text="Harms can be compared only where patients of all arms were asked in the same way and "
        f"as often. Patients who attend sessions meet staff more often. {_collected(found)}",
        beside_headline=True,
    )
    if found.events.empty:
        yield Note(
            kind="warning",
            title="No adverse events",
            text="The events file holds no adverse event of these patients under treatment. Make "
            "sure that this is what was observed, not that nothing was recorded.",
        )
    for n, when in (
        (found.before, "before randomisation"),
        (found.after, f"more than {specification.after_last_day} days after the end of follow-up"),
    ):
        if n:
            yield Note(
                kind="information",
                title="Events set aside",
                text=f"{n} events began {when} and are not counted.",
            )
    yield from assumed_follow_up(who, "rates are too low")


def _collected(found: AdverseEvents) -> str:
    if "collection" in found.events.columns:
        return "The table counts events by how they were collected."
    return "The records do not say how events were collected."


def _method(who: Compared, specification: Safety) -> str:
    late = specification.after_last_day
    allowed = f" or up to {late} days after" if late else ""
    return (
        f"Adverse events of the population “{who.population.label}” are counted by the arm "
        "patients were randomised to, from randomisation to the end of follow-up (withdrawal, or "
        "the last visit as scheduled, or later where it took place later)"
        f"{allowed}. Patients with at least one event are given with exact limits (Clopper CJ, "
        "Pearson ES. Biometrika 1934;26:404-413); rates of first events per time to the first "
        "event, and of all events per follow-up, with exact Poisson limits (Garwood F. Biometrika "
        "1936;28:437-442); risk differences with limits of Miettinen and Nurminen (Stat Med "
        "1985;4:213-226). No tests are made and nothing is adjusted for the number of terms: the "
        "intervals describe (CONSORT Harms 2022, BMJ 2023;381:e073725)."
    )


def _parts(result: SafetyResult) -> list[Part]:
    parts = shared_parts(result)
    for (group, system), rows in result.counts.groupby(["group", "system"], sort=False):
        parts.append(
            Part(
                context=f"adverse_events_{group}",
                frame=rows.assign(label=rows["label"].replace("", "any")),
                groups=("arm", "label"),
                stats=NUMBERS,
                variable=str(system),
                units=UNITS,
                absent="no time at risk",
            )
        )
    for (group, system), rows in result.differences.groupby(["group", "system"], sort=False):
        parts.append(
            Part(
                context=f"risk_difference_{group}",
                frame=rows.assign(label=rows["label"].replace("", "any")),
                groups=("arm", "label"),
                stats=("estimate", "conf_low", "conf_high"),
                variable=str(system),
                method="Miettinen-Nurminen",
            )
        )
    return parts
