"""What a reader must know of any analysis: window, baselines, factors left out."""

from __future__ import annotations

from typing import Protocol

from outcomes.analyses.result import Note, Planned
from outcomes.analyses.setting import Compared, Setting


def window_notes(who: Compared) -> list[Note]:
    """Count the records outside their visit windows, which no analysis uses."""
    n = len(who.set_aside)
    if not n:
        return []
    return [
        Note(
            kind="information",
            title="Records outside their visit window",
            text=f"{n} records of {who.set_aside['subject'].nunique()} patients were taken outside "
            "the window of their visit; by the declared rule they are set aside and not analysed.",
        )
    ]


def baseline_notes(setting: Setting) -> list[Note]:
    """Count the subjects without a baseline score."""
    n = int(setting.frame.drop_duplicates("subject")["baseline"].isna().sum())
    if not n:
        return []
    return [
        Note(
            kind="warning",
            title="Patients without a baseline score",
            text=f"{n} of {len(setting.subjects)} patients have no baseline score of "
            f"{setting.outcome.label} and are not in this analysis.",
        )
    ]


def adjuster_notes(setting: Setting) -> list[Note]:
    """Count the subjects who lack a factor or covariate."""
    names = setting.adjusters
    subjects = setting.frame.drop_duplicates("subject")
    n = int(subjects[list(names)].isna().any(axis=1).sum()) if names else 0
    if not n:
        return []
    return [
        Note(
            kind="warning",
            title="Patients without a covariate",
            text=f"{n} of {len(subjects)} patients lack at least one of {', '.join(names)} and "
            "are not in the adjusted model.",
        )
    ]


class ModelsFactors(Protocol):
    """A specification that says whether randomisation factors enter the model."""

    @property
    def randomisation_factors(self) -> bool:
        """Whether they do."""


def factor_choice(
    setting: Compared, specification: ModelsFactors
) -> tuple[list[Planned], list[Note]]:
    """Say which randomisation factors are in the adjusted model, loudly where they are not."""
    declared = ", ".join(setting.design.randomisation_factors)
    if not declared:
        return [], []
    if specification.randomisation_factors:
        row = Planned(
            choice="Randomisation factors in the model",
            planned=declared,
            used=declared,
            reason="Factors of the randomisation enter every adjusted model",
        )
        return [row], []
    return [_left_out("The analysis is declared without them")], [
        Note(
            kind="warning",
            title="Randomisation factors are not in the model",
            text=f"The analysis is declared without the factors of the randomisation ({declared}). "
            "Standard errors that ignore them are usually too large.",
        )
    ]


def unadjusted_choice(setting: Setting) -> tuple[list[Planned], list[Note]]:
    """Say that a comparison is unadjusted by design and leaves the randomisation factors out."""
    declared = ", ".join(setting.design.randomisation_factors)
    if not declared:
        return [], []
    return [_left_out("The comparison is unadjusted")], [
        Note(
            kind="information",
            title="Unadjusted comparison",
            text=f"The factors of the randomisation ({declared}) are not used: the comparison is "
            "unadjusted as declared. Standard errors that ignore them are usually too large.",
        )
    ]


def _left_out(reason: str) -> Planned:
    return Planned(
        choice="Randomisation factors in the model",
        planned="Not used",
        used="Not used",
        reason=reason,
    )
