"""Ordered categories at a visit, such as a global impression of change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from outcomes.analyses.ard import Part, ard, shared_parts, variable_of
from outcomes.analyses.clusters import cluster_notes, design_effects
from outcomes.analyses.hypothesis import no_judgements, only_superiority
from outcomes.analyses.mean_difference import (
    adjusters_sentence,
    interval_sentence,
    population_sentence,
)
from outcomes.analyses.model_frame import at_visit, recorded_at_visit
from outcomes.analyses.notes import adjuster_notes, factor_choice, window_notes
from outcomes.analyses.population import flow_frame, observed_frame
from outcomes.analyses.result import Headline, Note, Result
from outcomes.analyses.setting import Setting, as_category, one_of
from outcomes.errors import UnsupportedCombinationError
from outcomes.models.ordinal import OrdinalFit, ordinal_comparison
from outcomes.plots.categories import plot_categories
from outcomes.tables.format import inside_sentence
from outcomes.trial.study import OutcomeAnalysis

#: More categories than these are a score, and their odds are better left alone.
MOST_CATEGORIES = 11


@dataclass(frozen=True, kw_only=True)
class Ordinal(OutcomeAnalysis):
    """Common odds ratio of a better category, and the probability of superiority.

    Parameters
    ----------
    missing : {"exclude", "worst"}
        What a patient without a category at the visit counts as.
    strata : tuple of str
        Columns of subjects within which patients are compared for the probability of superiority;
        its p value is then van Elteren's. The odds ratio is adjusted for randomisation factors and
        covariates.
    """

    kind: Literal["ordinal"] = "ordinal"
    missing: Literal["exclude", "worst"] = "exclude"
    strata: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class OrdinalResult(Result):
    """What an `Ordinal` found; frames as in `outcomes.models.ordinal.OrdinalFit`."""

    specification: Ordinal
    contrasts: pd.DataFrame
    categories: pd.DataFrame
    assumption: pd.DataFrame
    cut_odds_ratios: pd.DataFrame
    counts: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """Contrasts with the reference arm, two rows each."""
        return self.contrasts

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the share of each category in each arm."""
        return plot_categories(self.categories, arms=self.arms, ax=ax)

    def to_ard(self) -> pd.DataFrame:
        """Every number of the result, one row each."""
        n = int(self.categories["n"].sum())
        return ard(self.specification, list(_parts(self)), n_rows=n)


def analyse_ordinal(setting: Setting, specification: Ordinal) -> OrdinalResult:
    """Compare the categories at the visit between arms.

    Raises
    ------
    NotEstimableError
        One category only, or a model without a finite estimate.
    UnsupportedCombinationError
        The score has no direction or too many values to be categories, or another hypothesis than
        superiority.
    """
    only_superiority(specification, "odds ratio")
    order = _worst_to_best(setting)
    for name in specification.strata:
        one_of(name, [str(column) for column in setting.subjects.columns], "subjects column")
    rows = _usable(setting, specification)
    fit = ordinal_comparison(
        rows,
        outcome="value",
        arm="arm",
        reference=setting.reference.id,
        worst_to_best=order,
        covariates=setting.adjusters,
        strata=specification.strata,
        missing=specification.missing,
        conf_level=1 - specification.alpha,
    )
    counted = rows if specification.missing == "worst" else rows.dropna(subset="value")
    effects = design_effects(setting, counted)
    choices, factor_notes = factor_choice(setting, specification)
    return OrdinalResult(
        specification=specification,
        arms=setting.arms,
        visits=(setting.visit,),
        outcome=setting.outcome,
        headlines=_headlines(setting, specification, fit),
        flow=_flow(setting, rows, counted),
        observed=_observed(setting),
        planned=tuple(choices),
        notes=(
            *cluster_notes(setting, effects),
            *factor_notes,
            *_assumption_notes(fit, specification.alpha),
            *_missing_notes(specification, fit),
            *adjuster_notes(setting),
            *window_notes(setting),
        ),
        methods=_methods(setting, specification),
        design_effects=effects,
        judgements=no_judgements(),
        contrasts=fit.contrasts,
        categories=fit.categories,
        assumption=fit.assumption,
        cut_odds_ratios=fit.cut_odds_ratios,
        counts=fit.counts,
    )


def _worst_to_best(setting: Setting) -> tuple[int, ...]:
    """Whole numbers of the scale, the worst first."""
    outcome = setting.outcome
    known = setting.frame["value"].dropna()
    limits = outcome.range or (float(known.min()), float(known.max()))
    whole = bool((known % 1 == 0).all()) and all(limit % 1 == 0 for limit in limits)
    if not whole or limits[1] - limits[0] + 1 > MOST_CATEGORIES:
        raise UnsupportedCombinationError(
            f"{outcome.label} is no list of at most {MOST_CATEGORIES} ordered categories in whole "
            "numbers. Analyse it as a score, by mmrm or ancova."
        )
    if outcome.higher_is == "neutral":
        raise UnsupportedCombinationError(
            f"{outcome.label} has no direction, so no category is better than another."
        )
    values = range(int(limits[0]), int(limits[1]) + 1)
    return tuple(reversed(values)) if outcome.higher_is == "worse" else tuple(values)


def _usable(setting: Setting, specification: Ordinal) -> pd.DataFrame:
    """Rows at the visit of patients whose factors, covariates and strata are all known."""
    here = at_visit(setting)
    needed = list(dict.fromkeys((*setting.adjusters, *specification.strata)))
    kept = here[here[needed].notna().all(axis=1)]
    return kept.assign(**{name: as_category(kept[name]) for name in specification.strata})


def _headlines(setting: Setting, specification: Ordinal, fit: OrdinalFit) -> tuple[Headline, ...]:
    rows = fit.contrasts[fit.contrasts["quantity"] == "common_odds_ratio"]
    found = rows.set_index("arm").to_dict("index")
    return tuple(
        Headline(
            quantity="common odds ratio",
            outcome=f"a better category of {setting.outcome.label}",
            visit=setting.visit.label,
            active=arm,
            reference=setting.reference,
            estimate=float(found[arm.id]["estimate"]),
            conf_low=float(found[arm.id]["conf_low"]),
            conf_high=float(found[arm.id]["conf_high"]),
            conf_level=fit.conf_level,
            p_value=float(found[arm.id]["p_value"]),
            null=1.0,
            unit="",
            favours_active="higher",
            hypothesis=specification.hypothesis,
        )
        for arm in setting.active
    )


def _flow(setting: Setting, rows: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    stages = setting.first_stages()
    if len(rows) < len(setting.subjects):
        stages["Factors, covariates and strata known"] = rows["arm"]
    seen = f"Category at {inside_sentence(setting.visit.label)}"
    stages[seen] = rows.dropna(subset="value")["arm"]
    if len(counted) > rows["value"].notna().sum():
        stages["Counted in the comparison"] = counted["arm"]
    return flow_frame(stages, setting.arms)


def _observed(setting: Setting) -> pd.DataFrame:
    """Categories observed at the visit; the baseline too, where the score has one."""
    baseline = setting.design.baseline
    frame = observed_frame(recorded_at_visit(setting), baseline, setting.arms)
    without = frame.loc[frame["visit"] == baseline.id, "n_observed"].sum() == 0
    return frame[frame["visit"] != baseline.id].reset_index(drop=True) if without else frame


def _assumption_notes(fit: OrdinalFit, alpha: float) -> list[Note]:
    """Warn where the score test contradicts proportional odds."""
    p_value = float(fit.assumption["p_value"].iloc[-1])
    if np.isnan(p_value) or p_value >= alpha:
        return []
    return [
        Note(
            kind="warning",
            title="Odds are not proportional",
            text="The score test contradicts one odds ratio for all cuts of the categories. The "
            "common one is then an average; read the odds ratios of the cuts and the probability "
            "of superiority, which does not assume it.",
            beside_headline=True,
        )
    ]


def _missing_notes(specification: Ordinal, fit: OrdinalFit) -> list[Note]:
    n = int(fit.counts["missing"].sum())
    if not n:
        return []
    counted = {
        "worst": "counted as the worst category, which is an assumption about them",
        "exclude": "left out, so that the comparison rests on those observed",
    }[specification.missing]
    return [
        Note(
            kind="warning",
            title="Patients without a category",
            text=f"{n} patients have no category at the visit; they are {counted}.",
        )
    ]


def _methods(setting: Setting, specification: Ordinal) -> tuple[str, ...]:
    missing = {
        "worst": "Patients without a category count as the worst.",
        "exclude": "Patients without a category are left out.",
    }[specification.missing]
    within = (
        f" within strata of {', '.join(specification.strata)} with Mantel-Haenszel weights, and "
        "tested by van Elteren’s test"
        if specification.strata
        else ", and tested by Wilcoxon’s test with mid-ranks"
    )
    return (
        f"{population_sentence(setting)} The categories of {setting.outcome.label} at "
        f"{inside_sentence(setting.visit.label)} are compared. {missing}",
        f"A proportional odds model with arm{adjusters_sentence(setting)} gives the common odds "
        "ratio of a better category (McCullagh, J R Stat Soc B 1980;42:109-142), with a normal "
        "interval on the log scale; the assumption is checked by the score test of Peterson and "
        "Harrell (Appl Stat 1990;39:205-217) and shown beside the odds ratio of each cut.",
        "The probability of superiority, ties counted half, is estimated by the Mann-Whitney "
        f"statistic{within}; its interval, by U-statistics, is made on the logit scale.",
        interval_sentence(specification.alpha),
    )


def _parts(result: OrdinalResult) -> Iterator[Part]:
    variable = variable_of(result)
    yield from shared_parts(result)
    yield Part(context="counts", frame=result.counts, groups=("arm",), variable=variable)
    yield Part(
        context="categories",
        frame=result.categories,
        groups=("arm",),
        level="category",
        variable=variable,
    )
    for quantity, rows in result.contrasts.groupby("quantity", sort=False):
        yield Part(
            context=str(quantity),
            frame=rows,
            groups=("arm",),
            stats=("estimate", "std_error", "conf_low", "conf_high", "p_value"),
            variable=variable,
            method="proportional odds" if quantity == "common_odds_ratio" else "U-statistic",
        )
    yield Part(
        context="cut_odds_ratios",
        frame=result.cut_odds_ratios,
        groups=("arm",),
        level="category",
        stats=("estimate", "conf_low", "conf_high"),
        variable=variable,
        absent="an arm has nobody, or everybody, on one side of this cut",
    )
    yield Part(
        context="proportional_odds",
        frame=result.assumption,
        groups=("term",),
        variable=variable,
        method="score test (Peterson and Harrell 1990)",
        absent="two categories leave nothing to test",
    )
