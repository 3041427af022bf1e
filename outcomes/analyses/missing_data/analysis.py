"""Running a sensitivity analysis, and what it gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from outcomes.analyses.ard import Part, ard, shared_parts, variable_of
from outcomes.analyses.clusters import cluster_notes, design_effects
from outcomes.analyses.hypothesis import no_judgements
from outcomes.analyses.mean_difference import headlines
from outcomes.analyses.missing_data.estimates import (
    COLUMNS,
    GROUPS,
    UnderAssumption,
    assumption_rows,
    convention_rows,
    covariate_rows,
    declared_rows,
    examined_analysis,
    under_assumption,
)
from outcomes.analyses.missing_data.imputing import analysed_rows
from outcomes.analyses.missing_data.responders import responders_by_assumption
from outcomes.analyses.missing_data.specification import MissingData
from outcomes.analyses.missing_data.tipping import Tipping, tipping_of
from outcomes.analyses.missing_data.words import choices, examined, methods, notes, verdicts
from outcomes.analyses.notes import adjuster_notes, baseline_notes, factor_choice, window_notes
from outcomes.analyses.population import flow_frame, observed_frame
from outcomes.analyses.result import Headline, Result
from outcomes.analyses.setting import Setting
from outcomes.endpoints.missing_pattern import first_unseen_for_good, missing_patterns
from outcomes.errors import NotEstimableError, UnsupportedCombinationError
from outcomes.models.imputation import Imputations
from outcomes.plots.assumptions import plot_assumptions
from outcomes.tables.format import inside_sentence

ON_SCALE = ("estimate", "std_error", "conf_low", "conf_high", "monte_carlo_error")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class MissingDataResult(Result):
    """What a `MissingData` analysis found.

    Parameters
    ----------
    estimates : DataFrame
        arm (active), group (``"declared"``, ``"covariates"``, ``"assumption"``,
        ``"convention"``), name, label, n,
        estimate, std_error, df, conf_low, conf_high, p_value, monte_carlo_error, reason (why there
        is no estimate).
    patterns : DataFrame
        pattern, kind, arm, visit, seen, n, as by `missing_patterns`.
    lost : DataFrame
        arm, visit, n: patients of whom nothing is seen from this visit on.
    imputed : DataFrame
        visit, arm, n_subjects, n_observed, n_imputed, n_not_in_model (seen after an event and kept
        out of the imputation model) under the first assumption.
    tipping : Tipping
        Shifts of imputed scores, and where the conclusion tips.
    verdict : mapping of str to str
        By active arm, where the conclusion tips, in a sentence.
    responders : DataFrame
        arm, group, name, label, n, risk, reference_risk, estimate, std_error, conf_low, conf_high,
        p_value, monte_carlo_error, reason; no rows where no percentage is declared.
    diagnostics : DataFrame
        parameter, r_hat, effective_sample_size of the Bayesian sampler; no rows for other methods.
    examined : str
        How far the estimate depends on the assumption, in words.
    n_subjects : int
    """

    specification: MissingData
    estimates: pd.DataFrame
    patterns: pd.DataFrame
    lost: pd.DataFrame
    imputed: pd.DataFrame
    tipping: Tipping
    verdict: Mapping[str, str]
    responders: pd.DataFrame
    diagnostics: pd.DataFrame
    says: str
    n_subjects: int

    @property
    def examined(self) -> str:
        """How far the estimate depends on the assumption, in words."""
        return self.says

    def table(self) -> pd.DataFrame:
        """Differences at the visit, one row per active arm and assumption."""
        return self.estimates

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the differences under each assumption."""
        return plot_assumptions(
            self.estimates.assign(group=self.estimates["group"].map(GROUPS)), arms=self.arms, ax=ax
        )

    def to_ard(self) -> pd.DataFrame:
        """Every number of the result, one row each."""
        return ard(self.specification, list(_parts(self)), n_rows=self.n_subjects)


def analyse_missing_data(setting: Setting, specification: MissingData) -> MissingDataResult:
    """Compare arms at the visit under each assumption about scores that were not seen.

    Raises
    ------
    SpecificationError
        The analysis examined is not declared, or of a kind that cannot be.
    NotEstimableError
        The first assumption has no estimate.
    UnsupportedCombinationError
        The hypothesis is not superiority.
    """
    _require_superiority(specification)
    examined_analysis(setting, specification)
    found = [under_assumption(setting, specification, each) for each in specification.assumptions]
    base = found[0]
    if base.imputations is None:
        raise NotEstimableError(
            f"{base.assumption.label} comes first and has no estimate: {base.reason}. Name "
            "another assumption first."
        )
    estimates = _estimates(setting, specification, found)
    tipping = tipping_of(setting, specification, base)
    told = verdicts(setting, specification, estimates, tipping.points)
    factors, factor_notes = factor_choice(setting, specification)
    rows = analysed_rows(setting)
    effects = design_effects(setting, rows.drop_duplicates("subject"))
    noted = tuple(
        dict.fromkeys(text for each in found if each.imputations for text in each.imputations.notes)
    )
    return MissingDataResult(
        specification=specification,
        arms=setting.arms,
        visits=setting.design.visits,
        outcome=setting.outcome,
        headlines=_headlines(setting, specification, base),
        flow=_flow(setting, rows),
        observed=observed_frame(setting.recorded, setting.design.baseline, setting.arms),
        planned=(*choices(specification, base.imputations.covariance), *factors),
        notes=(
            *notes(estimates, noted),
            *cluster_notes(setting, effects),
            *factor_notes,
            *baseline_notes(setting),
            *adjuster_notes(setting),
            *window_notes(setting),
        ),
        methods=methods(setting, specification, estimates),
        design_effects=effects,
        judgements=no_judgements(),
        estimates=estimates,
        patterns=missing_patterns(rows).astype({"arm": object}),
        lost=_lost(setting, rows),
        imputed=_imputed(base.imputations),
        tipping=tipping,
        verdict=told,
        responders=responders_by_assumption(setting, specification, found),
        diagnostics=_diagnostics(base),
        says=examined(setting, specification, estimates, told),
        n_subjects=int(rows["subject"].nunique()),
    )


def _require_superiority(specification: MissingData) -> None:
    if specification.hypothesis.kind != "superiority":
        raise UnsupportedCombinationError(
            f"A tipping point is where a difference stops being significant; the analysis "
            f"{specification.id!r} declares {specification.hypothesis.kind}. Leave hypothesis out."
        )


def _estimates(
    setting: Setting, specification: MissingData, found: list[UnderAssumption]
) -> pd.DataFrame:
    rows = [
        *declared_rows(setting, specification),
        *covariate_rows(setting, specification),
    ]
    for each in found:
        rows += list(assumption_rows(setting, each))
    for convention in specification.conventions:
        rows += list(convention_rows(setting, specification, convention))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _headlines(
    setting: Setting, specification: MissingData, base: UnderAssumption
) -> tuple[Headline, ...]:
    """Give the difference under the first assumption."""
    pooled = base.pooled.astype({"visit": object, "arm": object})
    means = pooled[pooled["quantity"] == "mean"]
    contrasts = pooled[pooled["quantity"] == "difference"]
    return headlines(setting, specification, means, contrasts)


def _flow(setting: Setting, rows: pd.DataFrame) -> pd.DataFrame:
    stages = setting.first_stages()
    here = rows[rows["visit"] == setting.visit.id]
    label = f"Score at {inside_sentence(setting.visit.label)}"
    stages[label] = here.loc[here["value"].notna(), "arm"]
    stages["Analysed, scores not seen being imputed"] = here["arm"]
    return flow_frame(stages, setting.arms)


def _lost(setting: Setting, rows: pd.DataFrame) -> pd.DataFrame:
    """Patients by the first visit from which on nothing is seen."""
    who = first_unseen_for_good(rows).rename("visit").reset_index()
    arm = rows.drop_duplicates("subject").set_index("subject")["arm"]
    counted = pd.crosstab(who["visit"].astype(object), who["subject"].map(arm).astype(object))
    return pd.DataFrame(
        [
            {
                "arm": each.id,
                "visit": visit.id,
                "n": int(counted[each.id].get(visit.id, 0)) if each.id in counted else 0,
            }
            for visit in setting.design.follow_up
            for each in setting.arms
        ]
    )


def _imputed(imputations: Imputations) -> pd.DataFrame:
    """Count what is imputed by visit and arm, over strategies."""
    counted = imputations.table().drop(columns="strategy").astype({"visit": object, "arm": object})
    return counted.groupby(["visit", "arm"], sort=False).sum().reset_index()


def _diagnostics(base: UnderAssumption) -> pd.DataFrame:
    made = base.imputations.diagnostics if base.imputations else None
    if made is None:
        return pd.DataFrame(columns=["parameter", "r_hat", "effective_sample_size"])
    return made


def _parts(result: MissingDataResult) -> Iterator[Part]:
    unit = result.outcome.unit if result.outcome else ""
    variable, scale = variable_of(result), dict.fromkeys(ON_SCALE, unit)
    yield from shared_parts(result)
    for row in result.estimates.to_dict("records"):
        stats = tuple(
            name
            for name in ("n", "estimate", "std_error", "df", "conf_low", "conf_high", "p_value")
            if name == "estimate" or pd.notna(row[name])
        )
        yield Part(
            context=f"estimate_by_{row['group']}",
            frame=pd.DataFrame([row]),
            groups=("arm", "label"),
            stats=stats,
            variable=variable,
            units=scale,
            method=str(row["name"]),
            absent=str(row["reason"]) or "not estimated",
        )
    yield Part(
        context="tipping_point",
        frame=result.tipping.points,
        groups=("arm",),
        variable=variable,
        units=dict.fromkeys(("shift", "furthest", "sd"), unit),
        method=str(result.specification.assumptions[0]),
        absent="no shift that was tried turns the conclusion",
    )
    grid = result.tipping.grid
    for arm in dict.fromkeys(grid["arm"]):
        yield Part(
            context=f"tipping_grid_{arm}",
            frame=grid[grid["arm"] == arm].drop(columns="arm"),
            groups=("delta_active", "delta_reference"),
            stats=("estimate", "p_value"),
            variable=variable,
            units=scale,
        )
    yield Part(context="lost", frame=result.lost, groups=("arm", "visit"), variable=variable)
    patterns = result.patterns.drop_duplicates(["pattern", "arm"])
    yield Part(
        context="missing_pattern",
        frame=patterns[["arm", "pattern", "n"]],
        groups=("arm", "pattern"),
        variable=variable,
    )
    yield Part(
        context="imputed",
        frame=result.imputed,
        groups=("arm", "visit"),
        variable=variable,
    )
    for row in result.responders.to_dict("records"):
        yield Part(
            context=f"responders_by_{row['group']}",
            frame=pd.DataFrame([row]),
            groups=("arm", "label"),
            stats=("n", "risk", "reference_risk", "estimate", "conf_low", "conf_high", "p_value"),
            variable=f"{variable} response",
            method=str(row["name"]),
            absent=str(row["reason"]) or "not estimated",
        )
    if len(result.diagnostics):
        yield Part(context="sampler", frame=result.diagnostics, groups=("parameter",))
