"""What a report of a hierarchy says in words: notes, the method chosen and the methods text."""

from __future__ import annotations

from collections.abc import Sequence

from outcomes.analyses.mean_difference import interval_sentence, population_sentence
from outcomes.analyses.result import Note, Planned
from outcomes.analyses.setting import Compared
from outcomes.models.win_ratio import WinRatioFit


def variance_row(fit: WinRatioFit) -> Planned:
    """How the variance was estimated, for planned against used."""
    return Planned(
        choice="Variance of the win statistics",
        planned=fit.method,
        used=fit.method,
        reason="Treatment groups are taken as dependent where the design declares them",
    )


def composite_notes(fit: WinRatioFit) -> tuple[Note, ...]:
    """Say what was tied, what was missing and what could not be given."""
    return (*_tie_notes(fit), *_missing_notes(fit), *_reason_notes(fit))


def _tie_notes(fit: WinRatioFit) -> list[Note]:
    """Say how many pairs nothing decides, which the win ratio leaves out."""
    last = fit.levels.groupby("arm", sort=False).tail(1)
    pairs = fit.levels.groupby("arm", sort=False)["compared"].first().sum()
    share = last["ties"].sum() / pairs
    if not share:
        return []
    return [
        Note(
            kind="information",
            title="Ties on every level",
            text=f"{100 * share:.1f}% of all pairs are tied on every level. The win ratio leaves "
            "them out; win odds and net benefit count them half on each side.",
            beside_headline=share > 0.05,
        )
    ]


def _missing_notes(fit: WinRatioFit) -> list[Note]:
    lacking = fit.levels[fit.levels["missing"] > 0]
    return [
        Note(
            kind="warning",
            title=f"Missing values at a level: {row['label']}",
            text=f"{row['missing']} of {row['compared']} pairs that reached the level lack a value "
            "there and went on to the next: that is not neutral where values are missing for a "
            "reason.",
        )
        for row in lacking.to_dict("records")
    ]


def _reason_notes(fit: WinRatioFit) -> list[Note]:
    reasons = dict.fromkeys(reason for reason in fit.statistics["reason"] if reason)
    return [
        Note(
            kind="warning",
            title="A statistic is not given",
            text=f"{reason[:1].upper()}{reason[1:]}.",
            beside_headline=True,
        )
        for reason in reasons
    ]


def composite_methods(
    who: Compared, fit: WinRatioFit, *, strata: Sequence[str], alpha: float
) -> tuple[str, ...]:
    """Methods text: who is compared, how pairs are decided, what the statistics are."""
    labels = dict.fromkeys(fit.levels["label"])
    levels = "; ".join(f"({n}) {label}" for n, label in enumerate(labels, start=1))
    within = (
        f" within strata of {', '.join(strata)}, pooled with Mantel-Haenszel weights (Dong et al., "
        "J Biopharm Stat 2018;28:778-796)"
        if strata
        else ""
    )
    clusters = who.design.clusters
    groups = f" Contributions are summed within each {clusters.label} first." if clusters else ""
    return (
        f"{population_sentence(who)} Each patient of an active arm is compared with each of the "
        f"reference arm{within} on a hierarchy: {levels}. A pair is decided at the first level "
        "where the patients differ, by the margin where one is declared; a pair in which a value "
        "is missing goes on.",
        "The win ratio is wins over losses (Pocock et al., Eur Heart J 2012;33:176-182); win odds "
        "and net benefit count ties half. Variances are those of U-statistics (Bebu and Lachin, "
        f"Biostatistics 2016;17:178-187), intervals are made on the log scale.{groups}",
        interval_sentence(alpha),
    )
