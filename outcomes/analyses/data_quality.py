"""What the data hold before anything is compared: completeness, scoring, reliability, records.

Arms are pooled, so that the audit can be read while the analysis is blind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd
from matplotlib.axes import Axes

from outcomes.analyses.ard import Part, ard, shared_parts
from outcomes.analyses.clusters import no_design_effects
from outcomes.analyses.hypothesis import no_judgements
from outcomes.analyses.notes import window_notes
from outcomes.analyses.population import flow_frame
from outcomes.analyses.record_quality import (
    diary_compliance,
    drugs,
    lacking_columns,
    opioid_doses,
    visit_windows,
)
from outcomes.analyses.result import Note, Result
from outcomes.analyses.score_reliability import MIC, RETEST, Anchor, important_changes, retest
from outcomes.analyses.scoring_quality import (
    internal_consistency,
    omitted_items,
    scoring,
    statistics_of_items,
)
from outcomes.analyses.setting import compared, one_of
from outcomes.errors import SpecificationError
from outcomes.plots.scoring import plot_unscored
from outcomes.tables.format import heading
from outcomes.trial.study import Analysis
from outcomes.trial.trial import Trial

FactorSet = Literal["cdc2022", "cdc2016", "heal2025"]


@dataclass(frozen=True, kw_only=True)
class DataQuality(Analysis):
    """An audit of the data, arms pooled.

    Parameters
    ----------
    instruments : tuple of str
        Keys of instruments of the study; empty is all of them.
    items_at : str or None
        Id of the visit at which items are described and alpha is computed; None is the baseline.
    anchor : Anchor or None
        The global impression of change by which unchanged and improved patients are known. Without
        one there is neither retest reliability nor a minimal important change.
    factor_set : str
        Table of opioid factors, as in `mme_per_day`.
    """

    kind: Literal["data_quality"] = "data_quality"
    instruments: tuple[str, ...] = ()
    items_at: str | None = None
    anchor: Anchor | None = None
    factor_set: FactorSet = "cdc2022"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class DataQualityResult(Result):
    """What a `DataQuality` found.

    Parameters
    ----------
    scoring, omitted, alpha, items : DataFrame
        As `scoring`, `omitted_items`, `internal_consistency` and `statistics_of_items` of
        `outcomes.analyses.scoring_quality` give them.
    retest, mic : DataFrame
        As `retest` and `important_changes` of `outcomes.analyses.score_reliability` give them; no
        rows without an anchor.
    windows, diary, drugs, doses : DataFrame
        As `outcomes.analyses.record_quality` gives them.
    n_answers, n_subjects : int
        Answers that were read and patients randomised.
    """

    specification: DataQuality
    scoring: pd.DataFrame
    omitted: pd.DataFrame
    alpha: pd.DataFrame
    items: pd.DataFrame
    retest: pd.DataFrame
    mic: pd.DataFrame
    windows: pd.DataFrame
    diary: pd.DataFrame
    drugs: pd.DataFrame
    doses: pd.DataFrame
    n_answers: int
    n_subjects: int

    def table(self) -> pd.DataFrame:
        """Tell what became of the administrations of each scale."""
        return self.scoring

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the shares of administrations that were prorated or not scored."""
        return plot_unscored(self.scoring, ax=ax)

    def to_ard(self) -> pd.DataFrame:
        """Every number of the result, one row each."""
        return ard(self.specification, _parts(self), n_rows=self.n_subjects)


def analyse_data_quality(trial: Trial, specification: DataQuality) -> DataQualityResult:
    """Audit the data of a trial.

    Parameters
    ----------
    trial : Trial
    specification : DataQuality

    Raises
    ------
    SpecificationError
        An instrument, visit or the anchor is not among what the study collects.
    """
    who = compared(trial, specification)
    keys = _instruments(trial, specification)
    anchor = _anchor(trial, specification.anchor)
    visit = specification.items_at or who.design.baseline.id
    one_of(visit, [each.id for each in who.design.visits], "visit")
    doses, problem = opioid_doses(trial, who, specification.factor_set)
    omitted = omitted_items(trial, keys)
    return DataQualityResult(
        specification=specification,
        arms=who.arms,
        visits=who.design.visits,
        outcome=None,
        headlines=(),
        flow=flow_frame({"Randomised": who.randomised["arm"]}, who.arms),
        observed=pd.DataFrame(columns=["visit", "arm", "n_observed", "n_missing"]),
        planned=(),
        notes=(*window_notes(who), *_notes(trial, problem)),
        methods=_methods(trial, specification),
        design_effects=no_design_effects(),
        judgements=no_judgements(),
        scoring=scoring(trial, keys),
        omitted=omitted,
        alpha=internal_consistency(trial, keys, visit),
        items=statistics_of_items(trial, keys, visit),
        retest=retest(trial, keys, anchor) if anchor else pd.DataFrame(columns=RETEST),
        mic=important_changes(trial, keys, anchor) if anchor else pd.DataFrame(columns=MIC),
        windows=visit_windows(trial, who),
        diary=diary_compliance(trial, who),
        drugs=drugs(trial, specification.factor_set),
        doses=doses,
        n_answers=int((omitted["n"] - omitted["n_missing"]).sum()),
        n_subjects=len(who.randomised),
    )


def _instruments(trial: Trial, specification: DataQuality) -> tuple[str, ...]:
    """Instruments audited, in the study's order."""
    collected = list(trial.study.instruments)
    for name in specification.instruments:
        one_of(name, collected, "instrument of the study")
    return tuple(key for key in collected if key in (specification.instruments or collected))


def _anchor(trial: Trial, anchor: Anchor | None) -> Anchor | None:
    """Refuse an anchor that is not collected, or whose visits are not declared."""
    if anchor is None:
        return None
    one_of(anchor.instrument, list(trial.study.instruments), "instrument of the study")
    for visit in (anchor.retest, anchor.visit):
        one_of(visit, [each.id for each in trial.design.follow_up], "follow-up visit")
    if set(anchor.improved) & set(anchor.unchanged):
        raise SpecificationError("The anchor has answers that mean both unchanged and improved.")
    return anchor


def _notes(trial: Trial, problem: str) -> list[Note]:
    """Say what reading the medication records met with."""
    lacking = lacking_columns(trial)
    if lacking:
        problem = f"The medication file lacks {', '.join(lacking)}; map them under columns."
    if not problem:
        return []
    title = "Medication records"
    return [Note(kind="warning", title=title, text=heading(problem))]


def _methods(trial: Trial, specification: DataQuality) -> tuple[str, ...]:
    diary = trial.study.diary
    texts = [
        "Reading refuses answers outside the response set of their item, unknown visits and "
        "repeated records, so that none are left to be counted here. Scores follow the rule of "
        "each instrument; an administration is prorated where it was scored with items missing. "
        "Floor and ceiling are the lowest and highest possible score. Arms are pooled throughout.",
        "Cronbach’s alpha has Feldt’s interval and rests on complete administrations. Items are "
        "described as the scale counts them, reversed ones turned around; the correlation is that "
        "with the sum of the other items.",
    ]
    if specification.anchor:
        texts.append(
            "Retest reliability is the intraclass correlation for absolute agreement of single "
            "scores (Shrout and Fleiss 1979, ICC(2,1)) in patients whose impression was "
            "unchanged; the standard error of measurement includes a shift between the visits, "
            "and the minimal detectable change is 1.96 √2 of it. The minimal important change is "
            "the mean improvement of the minimally improved, the cut-off with the highest sum of "
            "sensitivity and specificity, and the improvement with a likelihood ratio of 1 "
            "(Terluin et al. 2015). It holds for these patients and this anchor; with a "
            "correlation below 0.3 it says little."
        )
    if diary:
        texts.append(
            f"Of the diary, a week is the {diary.days} days before the nominal day of a visit and "
            f"has a score where at least {diary.min_days} of them were rated in time."
        )
    if len(trial.medication):
        texts.append(
            "Opioid dose is in morphine milligram equivalents (MME) with the factors of "
            f"{specification.factor_set}: the total of the 28 days before a visit over 28 days, "
            "early refills starting when the supply before them ends. Drugs without a factor are "
            "counted as records only."
        )
    return tuple(texts)


def _parts(result: DataQualityResult) -> list[Part]:
    counts = tuple(n for n in result.scoring.columns if n not in ("instrument", "scale", "label"))
    of_scale = ("instrument", "scale")
    parts = [
        *shared_parts(result),
        Part(context="scoring", frame=result.scoring, groups=of_scale, stats=counts),
        Part(context="omitted_items", frame=result.omitted, groups=("instrument", "item")),
        Part(
            context="internal_consistency",
            frame=result.alpha.drop(columns="label"),
            groups=of_scale,
            method="Cronbach's alpha",
        ),
        Part(
            context="items",
            frame=result.items.drop(columns="label"),
            groups=of_scale,
            level="item",
        ),
        Part(
            context="retest",
            frame=result.retest.drop(columns=["label", "unit", "reason"]),
            groups=of_scale,
            method="ICC(2,1), absolute agreement",
        ),
        *(
            Part(
                context="minimal_important_change",
                frame=rows.drop(columns=["label", "unit", "method", "reason"]),
                groups=of_scale,
                method=str(method),
            )
            for method, rows in result.mic.groupby("method", sort=False)
        ),
        Part(context="visit_windows", frame=result.windows, groups=("visit",)),
        Part(context="diary", frame=result.diary, groups=("visit",)),
        Part(context="medication_records", frame=result.drugs, groups=("drug", "route")),
        Part(context="opioid_dose", frame=result.doses, groups=("visit",)),
    ]
    return [part for part in parts if len(part.frame)]
