"""Standardised effect size: Hedges' g of the change from baseline at a visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from outcomes.analyses.ard import Part, ard, shared_parts, variable_of
from outcomes.analyses.clusters import cluster_notes, design_effects
from outcomes.analyses.hypothesis import no_judgements, only_superiority
from outcomes.analyses.mean_difference import lower_or_higher, population_sentence
from outcomes.analyses.model_frame import at_visit, recorded_at_visit
from outcomes.analyses.notes import baseline_notes, unadjusted_choice, window_notes
from outcomes.analyses.population import flow_frame, observed_frame
from outcomes.analyses.result import Headline, Note, Result
from outcomes.analyses.setting import Setting
from outcomes.errors import UnsupportedCombinationError
from outcomes.models.effect_sizes import hedges_g
from outcomes.plots.differences import plot_differences
from outcomes.tables.format import inside_sentence, level
from outcomes.trial.study import OutcomeAnalysis


@dataclass(frozen=True, kw_only=True)
class EffectSize(OutcomeAnalysis):
    """Hedges' g of the change from baseline at the visit, of those observed; unadjusted."""

    has_p_value: ClassVar[bool] = False

    kind: Literal["effect_size"] = "effect_size"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class EffectSizeResult(Result):
    """What an `EffectSize` found.

    Parameters
    ----------
    groups : DataFrame
        arm, n, mean, sd of the change from baseline.
    contrasts : DataFrame
        arm (active), visit, estimate, std_error, conf_low, conf_high: active − reference in pooled
        standard deviations.
    """

    specification: EffectSize
    groups: pd.DataFrame
    contrasts: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """Hedges' g, one row per active arm."""
        return self.contrasts

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw g with its interval."""
        return plot_differences(
            self.contrasts, arms=self.arms, visits=self.visits, unit="standard deviations", ax=ax
        )

    def to_ard(self) -> pd.DataFrame:
        """Every number of the result, one row each."""
        return ard(self.specification, _parts(self), n_rows=int(self.groups["n"].sum()))


def analyse_effect_size(setting: Setting, specification: EffectSize) -> EffectSizeResult:
    """Standardise the difference in mean change.

    Raises
    ------
    NotEstimableError
        An arm has fewer than two changes.
    UnsupportedCombinationError
        Covariates are declared, or another hypothesis than superiority.
    """
    only_superiority(specification, "standardised difference")
    if specification.covariates:
        raise UnsupportedCombinationError(
            "Hedges' g is unadjusted and takes no covariates. Declare an ancova or mmrm for an "
            "adjusted difference."
        )
    here = at_visit(setting)
    known = here[here["change"].notna()]
    effects = design_effects(setting, known)
    contrasts = _contrasts(setting, known, 1 - specification.alpha)
    choices, factor_notes = unadjusted_choice(setting)
    return EffectSizeResult(
        specification=specification,
        arms=setting.arms,
        visits=(setting.design.baseline, setting.visit),
        outcome=setting.outcome,
        headlines=_headlines(setting, specification, contrasts),
        flow=_flow(setting, here, known),
        observed=observed_frame(recorded_at_visit(setting), setting.design.baseline, setting.arms),
        planned=tuple(choices),
        notes=(
            *cluster_notes(setting, effects),
            *factor_notes,
            *_unobserved_notes(setting, known),
            *baseline_notes(setting),
            *window_notes(setting),
        ),
        methods=_methods(setting, specification),
        design_effects=effects,
        judgements=no_judgements(),
        groups=_groups(setting, known),
        contrasts=contrasts,
    )


def _changes(known: pd.DataFrame, arm: str) -> NDArray[np.float64]:
    return np.asarray(known.loc[known["arm"] == arm, "change"], dtype=np.float64)


def _groups(setting: Setting, known: pd.DataFrame) -> pd.DataFrame:
    changes = {arm.id: _changes(known, arm.id) for arm in setting.arms}
    return pd.DataFrame(
        [
            {"arm": arm, "n": len(change), "mean": change.mean(), "sd": change.std(ddof=1)}
            for arm, change in changes.items()
        ]
    )


def _contrasts(setting: Setting, known: pd.DataFrame, conf_level: float) -> pd.DataFrame:
    reference = _changes(known, setting.reference.id)
    found = {
        arm.id: hedges_g(_changes(known, arm.id), reference, conf_level=conf_level)
        for arm in setting.active
    }
    return pd.DataFrame(
        [{"arm": arm, "visit": setting.visit.id, **g._asdict()} for arm, g in found.items()]
    )


def _headlines(
    setting: Setting, specification: EffectSize, contrasts: pd.DataFrame
) -> tuple[Headline, ...]:
    rows = contrasts.set_index("arm").to_dict("index")
    return tuple(
        Headline(
            quantity="standardised mean difference (Hedges’ g)",
            outcome=f"change in {setting.outcome.label}",
            visit=setting.visit.label,
            active=arm,
            reference=setting.reference,
            estimate=float(rows[arm.id]["estimate"]),
            conf_low=float(rows[arm.id]["conf_low"]),
            conf_high=float(rows[arm.id]["conf_high"]),
            conf_level=1 - specification.alpha,
            p_value=None,
            null=0.0,
            unit="",
            favours_active=lower_or_higher(setting),
            hypothesis=specification.hypothesis,
        )
        for arm in setting.active
    )


def _flow(setting: Setting, here: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    stages = setting.first_stages()
    stages["Baseline score known"] = here.loc[here["baseline"].notna(), "arm"]
    stages[f"Score at {inside_sentence(setting.visit.label)}"] = known["arm"]
    return flow_frame(stages, setting.arms)


def _unobserved_notes(setting: Setting, known: pd.DataFrame) -> list[Note]:
    lost = len(setting.subjects) - len(known)
    if not lost:
        return []
    return [
        Note(
            kind="warning",
            title="Patients without a change score",
            text=f"{lost} of {len(setting.subjects)} patients of the population have no baseline "
            "or no score at the visit and are left out.",
        )
    ]


def _methods(setting: Setting, specification: EffectSize) -> tuple[str, ...]:
    return (
        f"{population_sentence(setting)} The mean change in {setting.outcome.label} from baseline "
        f"to {inside_sentence(setting.visit.label)} is compared in units of the pooled standard "
        "deviation of the changes, with Hedges’ correction for small samples (J Educ Stat "
        "1981;6:107-128); the "
        f"{level(1 - specification.alpha)} interval is normal, with the variance of Hedges and "
        "Olkin (Statistical Methods for Meta-Analysis, 1985). The comparison is unadjusted and "
        "rests on the patients observed.",
    )


def _parts(result: EffectSizeResult) -> list[Part]:
    unit = result.outcome.unit if result.outcome else ""
    variable = variable_of(result)
    return [
        *shared_parts(result),
        Part(
            context="change",
            frame=result.groups,
            groups=("arm",),
            variable=variable,
            units={"mean": unit, "sd": unit},
        ),
        Part(
            context="contrasts",
            frame=result.contrasts,
            groups=("arm", "visit"),
            variable=variable,
            method="Hedges' g",
        ),
    ]
