"""How far imputed scores would have to depart from an assumption to turn the conclusion."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from outcomes.analyses.missing_data.estimates import UnderAssumption
from outcomes.analyses.missing_data.imputing import analysed_rows, analysis_terms
from outcomes.analyses.missing_data.specification import MissingData
from outcomes.analyses.setting import Setting
from outcomes.models.imputation import Imputations
from outcomes.models.tipping_point import TippingPoint, tipping_point

#: Shifts in each direction on the grid.
STEPS = 10
GRID = (
    *("arm", "delta_active", "delta_reference", "estimate", "std_error", "df"),
    *("conf_low", "conf_high", "p_value"),
)
POINTS = ("arm", "p_value", "shift", "furthest", "n_imputed", "n_imputed_reference", "sd")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Tipping:
    """Shifts of imputed scores and what they do to the difference at the visit.

    Parameters
    ----------
    points : DataFrame
        arm, p_value (without a shift), shift (of the active arm alone at which p reaches alpha; NaN
        where none up to furthest does), furthest (with the sign that leads to no difference),
        n_imputed and n_imputed_reference (scores shifted), sd (of the scores seen at the visit).
    grid : DataFrame
        arm, delta_active, delta_reference, estimate, std_error, df, conf_low, conf_high, p_value.
    """

    points: pd.DataFrame
    grid: pd.DataFrame


def tipping_of(setting: Setting, specification: MissingData, base: UnderAssumption) -> Tipping:
    """Shift the imputed scores of both arms over a grid, and find where the conclusion tips.

    Where an arm has no imputed score, shifting it changes nothing.
    """
    sd = observed_sd(setting)
    furthest = specification.shift or rounded_up(2 * sd)
    points, grids = [], []
    for arm in setting.active:
        row = _unshifted(base, arm.id, setting.visit.id)
        n, n_reference = (
            _imputed(base.imputations, name, setting) for name in (arm.id, setting.reference.id)
        )
        found = None
        if base.imputations is not None and n + n_reference:
            found = _found(setting, specification, base.imputations, arm.id, furthest)
            grids.append(_grid(found, arm.id, setting.reference.id, furthest))
        points.append(
            {
                "arm": arm.id,
                "p_value": row["p_value"],
                "shift": _shift(found, arm.id, setting.reference.id) if found and n else math.nan,
                "furthest": -math.copysign(furthest, row["estimate"]),
                "n_imputed": n,
                "n_imputed_reference": n_reference,
                "sd": sd,
            }
        )
    return Tipping(
        points=pd.DataFrame(points, columns=list(POINTS)),
        grid=pd.concat(grids, ignore_index=True) if grids else pd.DataFrame(columns=list(GRID)),
    )


def _unshifted(base: UnderAssumption, arm: str, visit: str) -> dict[str, float]:
    rows = base.pooled[(base.pooled["quantity"] == "difference") & (base.pooled["arm"] == arm)]
    row = rows[rows["visit"].astype(str) == visit].iloc[0]
    return {"estimate": float(row["estimate"]), "p_value": float(row["p_value"])}


def _imputed(imputations: Imputations | None, arm: str, setting: Setting) -> int:
    """Count imputed scores of an arm at the visit."""
    if imputations is None:
        return 0
    counts = imputations.table()
    here = (counts["visit"].astype(str) == setting.visit.id) & (counts["arm"].astype(str) == arm)
    return int(counts.loc[here, "n_imputed"].sum())


def _found(
    setting: Setting,
    specification: MissingData,
    imputations: Imputations,
    arm: str,
    furthest: float,
) -> TippingPoint:
    """Map the shifts of the arms in which something is imputed at any visit."""
    cells = imputations.cells()
    missing = set(cells.loc[cells["is_missing"], "arm"].astype(str))
    shifted = [name for name in (arm, setting.reference.id) if name in missing]
    return tipping_point(
        imputations,
        delta={name: shifts(furthest) for name in shifted},
        covariates=analysis_terms(setting),
        visit=setting.visit.id,
        arm=arm,
        alpha=specification.alpha,
    )


def _grid(found: TippingPoint, arm: str, reference: str, furthest: float) -> pd.DataFrame:
    """Lay the map out over both arms; an arm that cannot be shifted repeats the same rows."""
    names = {f"delta_{arm}": "delta_active", f"delta_{reference}": "delta_reference"}
    grid = found.map.drop(columns="holds").rename(columns=names)
    for name in names.values():
        if name not in grid:
            grid = grid.merge(pd.DataFrame({name: shifts(furthest)}), how="cross")
    return grid.assign(arm=arm)[list(GRID)]


def _shift(found: TippingPoint, arm: str, reference: str) -> float:
    """Smallest shift of the active arm alone at which the conclusion falls; NaN without one."""
    boundary = found.boundary
    if f"delta_{reference}" in boundary:
        boundary = boundary[boundary[f"delta_{reference}"] == 0]
    if not found.holds_unshifted or f"delta_{arm}" not in boundary or boundary.empty:
        return math.nan
    at = boundary[f"delta_{arm}"].to_numpy(dtype=np.float64)
    return float(at[np.argmin(np.abs(at))])


def observed_sd(setting: Setting) -> float:
    """Compute the standard deviation of the scores seen at the visit, within arms."""
    rows = analysed_rows(setting)
    here = rows[rows["visit"] == setting.visit.id].dropna(subset="value")
    within = here["value"] - here.groupby("arm", observed=True)["value"].transform("mean")
    return float(np.sqrt((within**2).sum() / (len(here) - here["arm"].nunique())))


def shifts(furthest: float) -> list[float]:
    """Shifts of the grid, from minus to plus the furthest.

    Examples
    --------
    >>> shifts(5.0)[:3], len(shifts(5.0))
    ([-5.0, -4.5, -4.0], 21)
    """
    return [round(furthest * i / STEPS, 12) for i in range(-STEPS, STEPS + 1)]


def rounded_up(value: float) -> float:
    """Round up to two digits.

    Examples
    --------
    >>> rounded_up(33.2), rounded_up(0.1234), rounded_up(40.0)
    (34.0, 0.13, 40.0)
    """
    size = 10.0 ** (math.floor(math.log10(value)) - 1)
    return round(math.ceil(round(value / size, 9)) * size, 12)
