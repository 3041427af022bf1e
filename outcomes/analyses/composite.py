"""A hierarchy of outcomes: every pair of patients is decided at the first level that differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
from matplotlib.axes import Axes

from outcomes.analyses.ard import Part, ard, shared_parts
from outcomes.analyses.clusters import no_design_effects
from outcomes.analyses.composite_levels import CompositeLevel, read_levels
from outcomes.analyses.composite_words import composite_methods, composite_notes, variance_row
from outcomes.analyses.hypothesis import no_judgements
from outcomes.analyses.population import flow_frame
from outcomes.analyses.result import Headline, Result
from outcomes.analyses.setting import Compared, compared, one_of
from outcomes.errors import SpecificationError
from outcomes.models.win_ratio import WinRatioFit, win_ratio
from outcomes.plots.wins import plot_wins
from outcomes.trial.study import Analysis, Hypothesis
from outcomes.trial.trial import Trial

_STATS = ("estimate", "std_error", "conf_low", "conf_high", "p_value")


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
    """What a `Composite` found; frames as in `outcomes.models.win_ratio.WinRatioFit`.

    `lacking` has label, arm, n and n_missing: patients without a value at each level.
    """

    specification: Composite
    statistics: pd.DataFrame
    levels: pd.DataFrame
    counts: pd.DataFrame
    lacking: pd.DataFrame
    method: str

    @property
    def variable(self) -> str:
        """The hierarchy, in words."""
        return "Hierarchy: " + "; then ".join(dict.fromkeys(self.levels["label"]))

    @property
    def without_visits(self) -> str:
        """How many patients have no value at each level."""
        told = []
        for label, rows in self.lacking.groupby("label", sort=False):
            n, total = int(rows["n_missing"].sum()), int(rows["n"].sum())
            if n:
                told.append(f"{label}: {n} of {total} patients have no value")
        if not told:
            return "Every patient has a value at every level."
        said = f"{'; '.join(told)}."
        return f"{said[:1].upper()}{said[1:]} The table of levels counts the pairs concerned."

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
    columns, levels = read_levels(trial, who, specification.levels)
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
        planned=(variance_row(fit),),
        notes=composite_notes(fit),
        methods=composite_methods(who, fit, strata=specification.strata, alpha=specification.alpha),
        design_effects=no_design_effects(),
        judgements=no_judgements(),
        statistics=fit.statistics,
        levels=fit.levels,
        counts=fit.counts,
        lacking=_lacking(who, columns, fit),
        method=fit.method,
    )


def _lacking(
    who: Compared, columns: Mapping[str, pd.Series[Any]], fit: WinRatioFit
) -> pd.DataFrame:
    """Patients of each arm without a value at each level: label, arm, n, n_missing."""
    labels = list(dict.fromkeys(fit.levels["label"]))
    of = who.subjects["arm"]
    return pd.DataFrame(
        [
            {
                "label": label,
                "arm": arm.id,
                "n": int((of == arm.id).sum()),
                "n_missing": int(column[of == arm.id].isna().sum()),
            }
            for label, column in zip(labels, columns.values(), strict=True)
            for arm in who.arms
        ]
    )


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
    stages = who.first_stages()
    stages["Compared in pairs"] = who.subjects["arm"]
    return flow_frame(stages, who.arms)


def _parts(result: CompositeResult) -> Iterator[Part]:
    yield from shared_parts(result)
    yield Part(context="levels", frame=result.levels, groups=("arm", "level"), level="label")
    yield Part(context="lacking", frame=result.lacking, groups=("arm",), level="label")
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
