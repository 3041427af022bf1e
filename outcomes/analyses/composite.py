"""A hierarchy of outcomes: every pair of patients is decided at the first level that differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
from matplotlib.axes import Axes

from outcomes.analyses.ard import Part, ard, shared_parts
from outcomes.analyses.clusters import no_design_effects
from outcomes.analyses.hypothesis import no_judgements
from outcomes.analyses.mean_difference import interval_sentence, population_sentence
from outcomes.analyses.outcome import outcome_named
from outcomes.analyses.population import flow_frame
from outcomes.analyses.result import Headline, Note, Planned, Result
from outcomes.analyses.setting import Compared, compared, one_of
from outcomes.endpoints import outcome_frame
from outcomes.errors import SpecificationError
from outcomes.models.win_levels import BinaryLevel, ContinuousLevel, Level
from outcomes.models.win_ratio import WinRatioFit, win_ratio
from outcomes.plots.wins import plot_wins
from outcomes.tables.format import inside_sentence, plain
from outcomes.trial.study import Analysis, Hypothesis, Visit
from outcomes.trial.trial import Trial

_STATS = ("estimate", "std_error", "conf_low", "conf_high", "p_value")


@dataclass(frozen=True, kw_only=True)
class CompositeLevel:
    """One level: leaving the trial, or a score at a visit.

    Parameters
    ----------
    withdrawal : bool
        Leaving the trial, for any reason: who did not, wins.
    instrument, scale : str, optional
        Score compared instead, as an analysis of one score names it.
    visit : str, optional
        Follow-up visit of the score; None is the last.
    compare : {"change", "value"}
        Change from baseline, or the score itself.
    margin : float
        Least difference that decides a pair, in units of the score; one equal to it decides.
    """

    withdrawal: bool = False
    instrument: str | None = None
    scale: str | None = None
    visit: str | None = None
    compare: Literal["change", "value"] = "change"
    margin: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Composite(Analysis):
    """Win ratio, win odds and net benefit of a hierarchy of levels.

    Parameters
    ----------
    levels : tuple of CompositeLevel
        The most important first.
    missing : {"tie"}
        A pair in which a score is missing goes on to the next level.
    strata : tuple of str
        Columns of subjects within which patients are compared.

    Patients treated in groups are taken as dependent: the variance sums over the groups.
    """

    kind: Literal["composite"] = "composite"
    levels: tuple[CompositeLevel, ...] = ()
    missing: Literal["tie"] = "tie"
    strata: tuple[str, ...] = ()
    estimand: str | None = None
    active: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CompositeResult(Result):
    """What a `Composite` found; frames as in `outcomes.models.win_ratio.WinRatioFit`."""

    specification: Composite
    statistics: pd.DataFrame
    levels: pd.DataFrame
    counts: pd.DataFrame
    method: str

    @property
    def variable(self) -> str:
        """The hierarchy, in words."""
        return "Hierarchy: " + "; then ".join(dict.fromkeys(self.levels["label"]))

    def table(self) -> pd.DataFrame:
        """Win ratio, win odds and net benefit, three rows an arm."""
        return self.statistics

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the share of pairs each level decided."""
        return plot_wins(self.levels, arms=self.arms, ax=ax)

    def to_ard(self) -> pd.DataFrame:
        """Every number of the result, one row each."""
        return ard(self.specification, list(_parts(self)), n_rows=int(self.counts["n"].sum()))


def analyse_composite(trial: Trial, specification: Composite) -> CompositeResult:
    """Compare every patient of an active arm with every one of the reference arm.

    Raises
    ------
    NotEstimableError
        A level nobody has a value of, or a stratum with fewer than two patients of an arm.
    SpecificationError
        A level, stratum, arm or population is not declared.
    """
    who = compared(trial, specification, specification.active)
    for name in specification.strata:
        one_of(name, [str(column) for column in who.subjects.columns], "subjects column")
    if not specification.levels:
        raise SpecificationError("A composite needs levels; name the most important one first.")
    columns, levels = _levels(trial, who, specification)
    clusters = who.design.clusters
    fit = win_ratio(
        who.subjects.assign(**columns),
        arm="arm",
        reference=who.reference.id,
        levels=levels,
        missing=specification.missing,
        strata=specification.strata,
        cluster=clusters.column if clusters else None,
        conf_level=1 - specification.alpha,
    )
    return CompositeResult(
        specification=specification,
        arms=who.arms,
        visits=(),
        outcome=None,
        headlines=_headlines(who, fit),
        flow=_flow(who),
        observed=pd.DataFrame(columns=["visit", "arm", "n_observed", "n_missing"]),
        planned=(_method_row(fit),),
        notes=(*_tie_notes(fit), *_missing_notes(fit), *_reason_notes(fit)),
        methods=_methods(trial, who, specification, fit),
        design_effects=no_design_effects(),
        judgements=no_judgements(),
        statistics=fit.statistics,
        levels=fit.levels,
        counts=fit.counts,
        method=fit.method,
    )


def _levels(
    trial: Trial, who: Compared, specification: Composite
) -> tuple[dict[str, pd.Series[Any]], list[Level]]:
    """Columns of the levels and what decides at each."""
    columns: dict[str, pd.Series[Any]] = {}
    levels: list[Level] = []
    for number, each in enumerate(specification.levels, start=1):
        name = f"level {number}"
        if each.withdrawal:
            columns[name] = _withdrawn(who)
            levels.append(BinaryLevel(name, event_is="worse", label="leaving the trial"))
            continue
        label, higher_is, values = _score(trial, who, each)
        columns[name] = values
        levels.append(ContinuousLevel(name, higher_is=higher_is, margin=each.margin, label=label))
    return columns, levels


def _withdrawn(who: Compared) -> pd.Series[bool]:
    if who.design.withdrawal is None:
        raise SpecificationError(
            "A level of withdrawal needs design.withdrawal: the column that says why patients left."
        )
    return who.subjects[who.design.withdrawal.reason].notna()


def _score(
    trial: Trial, who: Compared, level: CompositeLevel
) -> tuple[str, Literal["worse", "better"], pd.Series[float]]:
    """Label, direction and values of a score, in the order of the subjects."""
    if level.instrument is None:
        raise SpecificationError(
            "A level of a composite names an instrument, or has withdrawal: true."
        )
    outcome = outcome_named(trial.study, level.instrument, level.scale)
    if outcome.higher_is == "neutral":
        raise SpecificationError(
            f"{outcome.label} has no direction, so nobody can win by it. Leave the level out."
        )
    visit = _visit(who, level.visit)
    frame = outcome_frame(
        trial.scores,
        who.subjects,
        who.design,
        instrument=outcome.instrument,
        scale=outcome.scale,
    )
    here = frame[frame["visit"] == visit.id].set_index("subject")[level.compare]
    what = "change in " if level.compare == "change" else ""
    margin = f", margin {plain(level.margin)}" if level.margin else ""
    label = f"{what}{outcome.label} at {inside_sentence(visit.label)}{margin}"
    values = who.subjects["subject"].map(here)
    return label, outcome.higher_is, values


def _visit(who: Compared, name: str | None) -> Visit:
    follow_up = who.design.follow_up
    if name is None:
        return follow_up[-1]
    one_of(name, [visit.id for visit in follow_up], "follow-up visit")
    return next(visit for visit in follow_up if visit.id == name)


def _headlines(who: Compared, fit: WinRatioFit) -> tuple[Headline, ...]:
    """Take the win ratio where there is one, else the net benefit."""
    found = fit.statistics.set_index(["arm", "statistic"]).to_dict("index")
    made = []
    for arm in who.active:
        name = "win_ratio" if not found[arm.id, "win_ratio"]["reason"] else "net_benefit"
        row = found[arm.id, name]
        if row["reason"]:
            continue
        made.append(
            Headline(
                quantity=name.replace("_", " "),
                outcome="the hierarchy of outcomes",
                visit=None,
                active=arm,
                reference=who.reference,
                estimate=float(row["estimate"]),
                conf_low=float(row["conf_low"]),
                conf_high=float(row["conf_high"]),
                conf_level=fit.conf_level,
                p_value=float(row["p_value"]),
                null=1.0 if name == "win_ratio" else 0.0,
                unit="",
                favours_active="higher",
                hypothesis=Hypothesis(),
            )
        )
    return tuple(made)


def _flow(who: Compared) -> pd.DataFrame:
    stages = {"Randomised": who.randomised["arm"]}
    if who.population.flag is not None:
        stages[who.population.label] = who.subjects["arm"]
    stages["Compared in pairs"] = who.subjects["arm"]
    return flow_frame(stages, who.arms)


def _method_row(fit: WinRatioFit) -> Planned:
    return Planned(
        choice="Variance of the win statistics",
        planned=fit.method,
        used=fit.method,
        reason="Treatment groups are taken as dependent where the design declares them",
    )


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


def _methods(
    trial: Trial, who: Compared, specification: Composite, fit: WinRatioFit
) -> tuple[str, ...]:
    levels = "; ".join(f"({n}) {label}" for n, label in enumerate(_labels(fit), start=1))
    strata = specification.strata
    within = (
        f" within strata of {', '.join(strata)}, pooled with Mantel-Haenszel weights (Dong et al., "
        "J Biopharm Stat 2018;28:778-796)"
        if strata
        else ""
    )
    clusters = trial.design.clusters
    groups = f" Contributions are summed within each {clusters.label} first." if clusters else ""
    return (
        f"{population_sentence(who)} Each patient of an active arm is compared with each of the "
        f"reference arm{within} on a hierarchy: {levels}. A pair is decided at the first level "
        "where the patients differ, by the margin where one is declared; a pair in which a value "
        "is missing goes on.",
        "The win ratio is wins over losses (Pocock et al., Eur Heart J 2012;33:176-182); win odds "
        "and net benefit count ties half. Variances are those of U-statistics (Bebu and Lachin, "
        f"Biostatistics 2016;17:178-187), intervals are made on the log scale.{groups}",
        interval_sentence(specification.alpha),
    )


def _labels(fit: WinRatioFit) -> list[str]:
    return list(dict.fromkeys(fit.levels["label"]))


def _parts(result: CompositeResult) -> Iterator[Part]:
    yield from shared_parts(result)
    yield Part(context="levels", frame=result.levels, groups=("arm", "level"), level="label")
    yield Part(context="counts", frame=result.counts, groups=("arm", "stratum"))
    for statistic, rows in result.statistics.groupby("statistic", sort=False):
        yield Part(
            context=str(statistic),
            frame=rows,
            groups=("arm",),
            stats=_STATS,
            method=result.method,
            absent="; ".join(dict.fromkeys(filter(None, rows["reason"]))) or "not estimated",
        )
