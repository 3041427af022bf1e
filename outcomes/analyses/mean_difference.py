"""What analyses of a difference in means share: headlines and methods sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from outcomes.analyses.result import Headline
from outcomes.analyses.setting import Adjusted, Compared, Setting
from outcomes.tables.format import level, plain
from outcomes.trial.study import OutcomeAnalysis


def headlines(
    setting: Setting,
    specification: OutcomeAnalysis,
    means: pd.DataFrame,
    contrasts: pd.DataFrame,
) -> tuple[Headline, ...]:
    """One headline for each active arm, at the visit the analysis is about.

    Parameters
    ----------
    setting, specification
        What was analysed.
    means, contrasts : DataFrame
        arm, visit, estimate …; contrasts by active arm.
    """
    visit = setting.visit.id
    mean = means[means["visit"] == visit].set_index("arm")["estimate"]
    rows = contrasts[contrasts["visit"] == visit].set_index("arm").to_dict("index")
    return tuple(
        Headline(
            quantity="adjusted mean difference",
            outcome=setting.outcome.label,
            visit=setting.visit.label,
            active=arm,
            reference=setting.reference,
            estimate=float(rows[arm.id]["estimate"]),
            conf_low=float(rows[arm.id]["conf_low"]),
            conf_high=float(rows[arm.id]["conf_high"]),
            conf_level=1 - specification.alpha,
            p_value=float(rows[arm.id]["p_value"]),
            null=0.0,
            unit=setting.outcome.unit,
            favours_active=lower_or_higher(setting),
            hypothesis=specification.hypothesis,
            threshold=setting.outcome.threshold,
            reference_value=float(mean[setting.reference.id]),
            active_value=float(mean[arm.id]),
        )
        for arm in setting.active
    )


def lower_or_higher(setting: Setting) -> Literal["lower", "higher"]:
    """Side of no difference on which the active arm does better."""
    return "lower" if setting.outcome.higher_is == "worse" else "higher"


def population_sentence(setting: Compared) -> str:
    """Say who is analysed."""
    return (
        f"Patients of the population “{setting.population.label}” are analysed in the arm they "
        "were randomised to."
    )


def adjusters_sentence(setting: Adjusted) -> str:
    """Name factors and covariates of the model."""
    parts = []
    if setting.factors:
        parts.append(f"the randomisation factors ({', '.join(setting.factors)})")
    others = [name for name in setting.covariates if name not in setting.factors]
    if others:
        parts.append(f"the covariates {', '.join(others)}")
    return f" and {' and '.join(parts)} as main effects" if parts else ""


def interval_sentence(alpha: float) -> str:
    """Say what the intervals and p values are."""
    return (
        f"Intervals are two-sided at {level(1 - alpha)}; p values are two-sided tests of no "
        "difference."
    )


def hypothesis_sentences(specification: OutcomeAnalysis) -> Sequence[str]:
    """State margin and test of non-inferiority or equivalence."""
    hypothesis = specification.hypothesis
    if hypothesis.kind == "superiority":
        return ()
    kind = hypothesis.kind.replace("_", "-").capitalize()
    half = plain(specification.alpha / 2)
    return (
        f"{kind} is tested against a margin of {plain(hypothesis.margin or 0.0)} by one-sided t "
        f"tests at {half} on the same model (Schuirmann, J Pharmacokinet Biopharm 1987;15:657-680, "
        "for two sides).",
    )
