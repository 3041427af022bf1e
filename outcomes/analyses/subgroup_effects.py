"""Differences between arms at each level of one modifier, from one model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from outcomes.analyses.model_frame import SCORE_COLUMNS, formula, quoted, usable
from outcomes.analyses.setting import Setting, as_category
from outcomes.errors import FitError
from outcomes.models.interaction import Interaction, interaction_test
from outcomes.models.mmrm import MmrmFit, fit_mmrm
from outcomes.tables.format import number, plain

if TYPE_CHECKING:
    from outcomes.analyses.subgroup import Subgroup

ESTIMATES = ("estimate", "std_error", "df", "conf_low", "conf_high")
EFFECT_COLUMNS = (
    *("modifier", "label", "level", "arm", "n_active", "n_reference"),
    *(*ESTIMATES, "covariance", "reason"),
)
NO_LEVEL = "no value known"
TEST = ("num_df", "denom_df", "statistic", "p_value", "slope", "conf_low", "conf_high")
INTERACTION_COLUMNS = ("modifier", "label", "arm", *TEST, "n_missing", "reason")
QUARTILES = ((0.25, "first quartile"), (0.5, "median"), (0.75, "third quartile"))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Modifier:
    """A modifier with the scored rows of patients who have it, and where differences are given.

    `levels` are categories, or quartiles of a number by their label; `reasons` say why a level has
    no estimate; `unusable` why the whole modifier has none.
    """

    name: str
    numeric: bool
    rows: pd.DataFrame
    levels: dict[str, Any]
    reasons: dict[str, str]
    n_missing: int

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").capitalize()

    @property
    def estimable(self) -> list[str]:
        return [level for level in self.levels if not self.reasons.get(level)]

    @property
    def unusable(self) -> str:
        if self.rows.empty:
            return "no patient with a score has a value"
        if self.numeric:
            constant = len(self.rows[self.name].unique()) < 2
            return "every patient has the same value" if constant else ""
        if len(self.levels) < 2:
            return "every patient is of one level"
        return "" if len(self.estimable) > 1 else "fewer than two levels have scores in every arm"


def overall_effects(setting: Setting, specification: Subgroup) -> pd.DataFrame:
    """Difference of all patients, from the model without modifiers: `EFFECT_COLUMNS`."""
    rows = _scored(setting)
    fit = _fit(specification, rows, formula(setting, "baseline * visit", "arm * visit"))
    found = fit.contrasts("arm", by="visit", reference=setting.reference.id)
    found = found[found["visit"] == setting.visit.id]
    effects = [
        {"modifier": "", "label": "", "level": "All patients", "reason": ""}
        | {"covariance": fit.covariance_used}
        | _counts(setting, rows, arm.id)
        | _estimates(found, f"{arm.id} - {setting.reference.id}")
        for arm in setting.active
    ]
    return pd.DataFrame(effects, columns=list(EFFECT_COLUMNS))


def modified_effects(
    setting: Setting, specification: Subgroup, name: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Differences at the levels of a modifier, and the tests of its interaction.

    Returns
    -------
    effects, interactions : DataFrame
        `EFFECT_COLUMNS` and `INTERACTION_COLUMNS`; where a number cannot be had it is NaN and
        reason says why.
    """
    modifier = _modifier(setting, name)
    reason, fit = modifier.unusable, None
    if not reason:
        rows = modifier.rows
        if not modifier.numeric:
            rows = rows[rows[name].isin(modifier.estimable)]
            rows = rows.assign(**{name: rows[name].cat.remove_unused_categories()})
        text = formula(setting, "baseline * visit", f"arm * visit * {quoted(name)}")
        try:
            fit = _fit(specification, rows, text)
        except FitError as error:
            reason = str(error)
    effects = [
        _effect(setting, modifier, fit, level, arm.id, reason)
        for level in modifier.levels
        for arm in setting.active
    ]
    tests = [
        _interaction(setting, specification, modifier, fit, arm.id, reason)
        for arm in setting.active
    ]
    return (
        pd.DataFrame(effects, columns=list(EFFECT_COLUMNS)),
        pd.DataFrame(tests, columns=list(INTERACTION_COLUMNS)),
    )


def _scored(setting: Setting) -> pd.DataFrame:
    return setting.frame[usable(setting) & setting.frame["value"].notna()]


def _modifier(setting: Setting, name: str) -> _Modifier:
    rows = _scored(setting)
    of = as_category(setting.subjects.set_index("subject")[name])
    values = rows[name] if name in setting.adjusters else rows["subject"].map(of)
    numeric = pd.api.types.is_numeric_dtype(values) and name not in setting.factors
    if not numeric:
        values = values.astype("category").cat.remove_unused_categories()
    rows = rows.assign(**{name: values})
    known = rows[rows[name].notna()]
    levels = _quartiles(known, name) if numeric else {str(k): k for k in values.cat.categories}
    levels = levels if len(known) else {NO_LEVEL: None}
    by_level = not numeric and len(known)
    return _Modifier(
        name=name,
        numeric=numeric,
        rows=known,
        levels=levels,
        reasons=_without_scores(setting, known, name, list(levels)) if by_level else {},
        n_missing=int(of.isna().sum()),
    )


def _quartiles(rows: pd.DataFrame, name: str) -> dict[str, float]:
    """Quartiles over patients, by their label; equal ones once."""
    values = rows.drop_duplicates("subject")[name].astype(float)
    found: dict[str, float] = {}
    for share, what in QUARTILES:
        value = float(values.quantile(share)) if len(values) else np.nan
        if value not in found.values():
            found[f"{_shown(value)} ({what})"] = value
    return found


def _shown(value: float) -> str:
    return plain(value) if value == round(value, 1) else number(value, 1)


def _without_scores(
    setting: Setting, rows: pd.DataFrame, name: str, levels: Sequence[str]
) -> dict[str, str]:
    """Levels in which an arm has no score at the visit, and which arm that is."""
    here = rows[rows["visit"] == setting.visit.id]
    reasons = {}
    for level in levels:
        arms = set(here.loc[here[name] == level, "arm"])
        lacking = [arm.label for arm in setting.arms if arm.id not in arms]
        if lacking:
            reasons[level] = f"no score at the visit with {', '.join(lacking)}"
    return reasons


def _fit(specification: Subgroup, rows: pd.DataFrame, text: str) -> MmrmFit:
    return fit_mmrm(
        text,
        rows[["subject", *SCORE_COLUMNS, *_others(rows)]],
        visit="visit",
        subject="subject",
        covariance=specification.covariance,
        df_method=specification.df_method,
        conf_level=1 - specification.alpha,
    )


def _others(rows: pd.DataFrame) -> list[str]:
    taken = {"subject", *SCORE_COLUMNS, "day", "change", "percent_change"}
    return [str(name) for name in rows.columns if name not in taken]


def _effect(
    setting: Setting, modifier: _Modifier, fit: MmrmFit | None, level: str, arm: str, reason: str
) -> dict[str, Any]:
    rows, value = modifier.rows, modifier.levels[level]
    here = rows if modifier.numeric or value is None else rows[rows[modifier.name] == value]
    effect = {"modifier": modifier.name, "label": modifier.label, "level": level}
    effect |= _counts(setting, here, arm)
    reason = reason or modifier.reasons.get(level, "")
    if fit is None or reason:
        nothing = dict.fromkeys(ESTIMATES, np.nan)
        return effect | nothing | {"covariance": "", "reason": reason}
    by = ["visit"] if modifier.numeric else ["visit", modifier.name]
    at = {modifier.name: value} if modifier.numeric else None
    found = fit.contrasts("arm", by=by, reference=setting.reference.id, at=at)
    found = found[found["visit"] == setting.visit.id]
    if not modifier.numeric:
        found = found[found[modifier.name] == value]
    numbers = _estimates(found, f"{arm} - {setting.reference.id}")
    return effect | numbers | {"covariance": fit.covariance_used, "reason": ""}


def _counts(setting: Setting, rows: pd.DataFrame, arm: str) -> dict[str, Any]:
    here = rows.loc[rows["visit"] == setting.visit.id, "arm"]
    return {
        "arm": arm,
        "n_active": int((here == arm).sum()),
        "n_reference": int((here == setting.reference.id).sum()),
    }


def _estimates(found: pd.DataFrame, contrast: str) -> dict[str, Any]:
    (row,) = found[found["contrast"] == contrast].to_dict("records")
    return {name: row[name] for name in ESTIMATES}


def _interaction(
    setting: Setting,
    specification: Subgroup,
    modifier: _Modifier,
    fit: MmrmFit | None,
    arm: str,
    reason: str,
) -> dict[str, Any]:
    about = {
        "modifier": modifier.name,
        "label": modifier.label,
        "arm": arm,
        "n_missing": modifier.n_missing,
    }
    test: dict[str, float] = dict.fromkeys(TEST, np.nan)
    if fit is not None:
        asked = Interaction(
            factor="arm",
            active=arm,
            reference=setting.reference.id,
            modifier=modifier.name,
            at_level={"visit": setting.visit.id},
        )
        try:
            level = 1 - specification.alpha
            test = interaction_test(fit.design, fit.inference, asked, conf_level=level)
        except FitError as error:
            reason = str(error)
    return about | test | {"reason": reason}
