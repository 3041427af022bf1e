"""Table 1: the patients of each arm before treatment, without tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import pandas as pd
from matplotlib.axes import Axes

from outcomes.analyses.ard import Part, ard, shared_parts
from outcomes.analyses.baseline_summary import (
    NUMBERS,
    baseline_scores,
    standardised_differences,
    subject_column,
    summaries,
)
from outcomes.analyses.clusters import no_design_effects
from outcomes.analyses.enrolment import enrolment, enrolment_notes
from outcomes.analyses.exposure import exposure
from outcomes.analyses.hypothesis import no_judgements
from outcomes.analyses.notes import window_notes
from outcomes.analyses.patient_flow import flow_notes, patient_flow
from outcomes.analyses.population import flow_frame
from outcomes.analyses.result import Result
from outcomes.analyses.setting import Compared, compared
from outcomes.errors import SpecificationError
from outcomes.plots.balance import plot_balance
from outcomes.trial.study import Analysis
from outcomes.trial.trial import Trial


@dataclass(frozen=True, kw_only=True)
class BaselineTable(Analysis):
    """Patients before treatment by arm.

    Parameters
    ----------
    variables : tuple of str
        Columns of subjects; numbers are summarised, everything else is counted.
    instruments : tuple of str
        Baseline scores: an instrument or measure, ``"key"`` or ``"key/scale"``.
    sessions : int or None
        Sessions of the allocated treatment that count as enough; the share of patients who
        attended as many is shown only where it is declared.
    """

    has_p_value: ClassVar[bool] = False

    kind: Literal["baseline"] = "baseline"
    variables: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    sessions: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BaselineResult(Result):
    """What a `BaselineTable` found.

    Parameters
    ----------
    summary : DataFrame
        variable, label, level ("" for numbers), arm ("" is all arms), n (patients with a value),
        n_missing, mean, sd, median, q1, q3, minimum, maximum (NaN for categories), count, percent
        of n (NaN for numbers).
    differences : DataFrame
        variable, label, level ("" always), arm (active), hedges_g: standardised difference from
        the reference arm, of numbers; distance: that of the distributions of categories (Yang and
        Dalton), 0 or more; NaN where the other one applies or it is not defined.
    n_subjects : int
    enrolment : DataFrame
        step, n: from those assessed to those randomised, as `enrolment` gives it.
    patients : DataFrame
        part, stage, step, arm, n: the flow of everybody randomised, as `patient_flow` gives it.
    exposure : DataFrame
        Sessions attended by arm and group, as `outcomes.analyses.exposure.exposure` gives it; no
        rows without records.
    """

    specification: BaselineTable
    summary: pd.DataFrame
    differences: pd.DataFrame
    n_subjects: int
    enrolment: pd.DataFrame
    patients: pd.DataFrame
    exposure: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """Summaries by variable, level and arm."""
        return self.summary

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the standardised differences."""
        numbers = self.differences[self.differences["hedges_g"].notna()]
        return plot_balance(numbers, arms=self.arms, ax=ax)

    def to_ard(self) -> pd.DataFrame:
        """Every number of the result, one row each."""
        return ard(self.specification, _parts(self), n_rows=self.n_subjects)


def analyse_baseline(trial: Trial, specification: BaselineTable) -> BaselineResult:
    """Summarise every variable in every arm.

    Parameters
    ----------
    trial : Trial
        Its subjects and the scores at the baseline visit.
    specification : BaselineTable
        What to summarise.

    Raises
    ------
    SpecificationError
        Nothing is asked for, or a column, instrument or scale is not there.
    """
    if not (specification.variables or specification.instruments):
        raise SpecificationError("A baseline table needs variables, instruments or both.")
    who = compared(trial, specification)
    columns = {
        **{name: subject_column(who, name) for name in specification.variables},
        **{name: baseline_scores(trial, who, name) for name in specification.instruments},
    }
    return BaselineResult(
        specification=specification,
        arms=who.arms,
        visits=who.design.visits,
        outcome=None,
        headlines=(),
        flow=_flow(who),
        observed=_observed(trial, who),
        planned=(),
        notes=(*enrolment_notes(trial, who), *flow_notes(trial, who), *window_notes(who)),
        methods=(_flow_method(), *_methods(who)),
        design_effects=no_design_effects(),
        judgements=no_judgements(),
        summary=summaries(columns, who),
        differences=standardised_differences(columns, who),
        n_subjects=len(who.subjects),
        enrolment=enrolment(who),
        patients=patient_flow(trial, who),
        exposure=exposure(trial, who, specification.sessions),
    )


def _flow(who: Compared) -> pd.DataFrame:
    return flow_frame(who.first_stages(), who.arms)


def _observed(trial: Trial, who: Compared) -> pd.DataFrame:
    """Patients with at least one score at each visit."""
    scored = trial.visit_scores[trial.visit_scores["score"].notna()]
    subjects = who.subjects
    rows = []
    for visit in who.design.visits:
        seen = subjects["subject"].isin(scored.loc[scored["visit"] == visit.id, "subject"])
        for arm in who.arms:
            here = seen[subjects["arm"] == arm.id]
            rows.append(
                {
                    "visit": visit.id,
                    "arm": arm.id,
                    "n_observed": int(here.sum()),
                    "n_missing": int((~here).sum()),
                }
            )
    return pd.DataFrame(rows)


def _flow_method() -> str:
    return (
        "The flow of patients counts everybody randomised, by arm; the steps of each stage add up "
        "to the number randomised, which is checked. A patient is seen at a visit with at least "
        "one score there. The allocated treatment was started with the first session attended, in "
        "arms that have records of sessions; sessions attended are counted over all patients of "
        "such an arm, 0 for those without records."
    )


def _methods(who: Compared) -> tuple[str, ...]:
    return (
        f"Patients of the population “{who.population.label}” are described by the arm they were "
        "randomised to: numbers by mean, standard deviation, median and quartiles (linear "
        "interpolation between order statistics), categories by count and percentage of those with "
        "a value; missing values are counted. Standardised differences are Hedges’ g (J Educ Stat "
        "1981;6:107-128) from the reference arm for numbers, and the distance of Yang and Dalton "
        "(SAS Global Forum 2012, paper 335-2012) for categories. No tests are made: differences "
        "between randomised arms before treatment are due to chance.",
    )


def _exposure_parts(result: BaselineResult) -> list[Part]:
    if result.exposure.empty:
        return []
    declared = result.specification.sessions is not None
    undeclared = () if declared else ("least", "reached", "share_reached")
    return [
        Part(
            context="exposure",
            frame=result.exposure.drop(columns=list(undeclared)),
            groups=("arm", "group"),
            variable="sessions attended",
            units=dict.fromkeys(("mean", "median", "q1", "q3", "sd", "offered"), "sessions"),
            absent="not defined",
        )
    ]


def _parts(result: BaselineResult) -> list[Part]:
    numbers = result.summary["count"].isna()
    parts = [
        *shared_parts(result),
        Part(context="enrolment", frame=result.enrolment, groups=("step",), stats=("n",)),
        *(
            Part(
                context=f"patients_{part}",
                frame=rows,
                groups=("stage", "arm"),
                stats=("n",),
                level="step",
            )
            for part, rows in result.patients.groupby("part", sort=False)
        ),
        *_exposure_parts(result),
    ]
    for name, rows in result.summary.groupby("variable", sort=False):
        category = not numbers[rows.index].any()
        parts.append(
            Part(
                context="categorical" if category else "continuous",
                frame=rows,
                groups=("arm",),
                stats=("n", "n_missing", *(("count", "percent") if category else NUMBERS)),
                variable=str(name),
                level="level",
            )
        )
    categories = set(result.summary.loc[~numbers, "variable"])
    for name, rows in result.differences.groupby("variable", sort=False):
        category = name in categories
        parts.append(
            Part(
                context="standardised_difference",
                frame=rows,
                groups=("arm",),
                stats=("distance" if category else "hedges_g",),
                variable=str(name),
                method="Yang and Dalton" if category else "Hedges' g",
                absent="not defined",
            )
        )
    return parts
