"""Tipping points: how far imputed outcomes must be shifted before a conclusion falls."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from outcomes.errors import SpecificationError
from outcomes.models.imputation_analysis import (
    Resampling,
    answer_set,
    chosen_resampling,
    quantity_labels,
    question,
)
from outcomes.models.imputations import Imputations
from outcomes.models.threads import one_thread
from outcomes.models.tidy import checked_level
from outcomes.stats.imputation.chunks import Crew, Progress
from outcomes.stats.imputation.delta import accumulated
from outcomes.stats.imputation.replicated import AnswerSet

Array = NDArray[np.float64]
Cells = Literal["missing", "missing_after_event"]
Growth = Literal["constant", "accumulating"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TippingPoint:
    """A map of conclusions over shifts of one or two arms.

    Parameters
    ----------
    visit, arm, reference : what is compared, arm minus reference at the visit
    alpha : float
        Two-sided level.
    map : DataFrame
        One row per combination of shifts: ``delta_<arm>`` for each shifted arm, estimate,
        std_error, df, conf_low, conf_high, p_value and `holds`.
    boundary : DataFrame
        Shifts at which the limit of the interval is exactly zero: the first arm's by root finding,
        at each value of the second. Empty where the conclusion nowhere changes.
    unshifted : Series
        Estimate, interval and p value without any shift.
    """

    visit: Hashable
    arm: Hashable
    reference: Hashable
    alpha: float
    map: pd.DataFrame = field(repr=False)
    boundary: pd.DataFrame = field(repr=False)
    unshifted: pd.Series = field(repr=False)

    @property
    def holds_unshifted(self) -> bool:
        """Whether the difference is significant without any shift."""
        return bool(self.unshifted["holds"])

    @property
    def tips(self) -> bool:
        """Whether the conclusion falls anywhere on the map."""
        return self.holds_unshifted and not bool(self.map["holds"].all())

    @property
    def nearest(self) -> pd.Series | None:
        """Shifts on the boundary closest to none at all, None where nothing tips."""
        if not self.tips or self.boundary.empty:
            return None
        return self.boundary.iloc[int(np.argmin((self.boundary**2).sum(axis=1).to_numpy()))]

    def table(self) -> pd.DataFrame:
        """Return the map."""
        return self.map


def tipping_point(
    imputations: Imputations,
    *,
    delta: Mapping[Hashable, Sequence[float]],
    covariates: Sequence[str] = (),
    visit: Hashable | None = None,
    arm: Hashable | None = None,
    cells: Cells = "missing",
    growth: Growth = "constant",
    resampling: Resampling | None = None,
    alpha: float = 0.05,
    workers: int = 1,
    progress: Progress | None = None,
) -> TippingPoint:
    """Shift imputed outcomes of one or two arms until the conclusion falls.

    The conclusion is a significant difference with the sign of the unshifted estimate. Nothing is
    imputed or fitted again for a shift: least squares is linear in the outcome, so the whole map
    follows from one pass over the completed data.

    Parameters
    ----------
    imputations : Imputations
    delta : mapping of one or two arms to shifts, in outcome units
    covariates : sequence of str
        Terms of the analysis of covariance besides the arm.
    visit : optional
        The last by default.
    arm : optional
        The arm compared with the reference, where there are more than two.
    cells : {"missing", "missing_after_event"}
        Shift all imputed outcomes of the arm, or only those from an event on.
    growth : {"constant", "accumulating"}
        The same shift at every visit, or one more of it at each visit from the event on.
    resampling : as in `analyse_imputations`
    alpha : float
    workers : int
    progress : function of (pieces done, all pieces), optional

    Returns
    -------
    TippingPoint

    Raises
    ------
    SpecificationError
        If an arm, visit or option is not known, or there are no shifts to try.

    References
    ----------
    Cro S, Morris TP, Kenward MG, Carpenter JR. Statistics in Medicine 2020;39:2815-42.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from outcomes.models.imputation import impute_reference_based
    >>> rng = np.random.default_rng(1)
    >>> arm = np.repeat(["yoga", "usual"], 120)
    >>> data = pd.DataFrame({
    ...     "subject": np.repeat(np.arange(120), 2),
    ...     "visit": np.tile([4, 12], 120),
    ...     "arm": arm,
    ...     "pain": rng.normal(5, 1, size=240) - 1.0 * (arm == "yoga"),
    ... })
    >>> data.loc[np.arange(1, 41, 2), "pain"] = np.nan
    >>> imputed = impute_reference_based(
    ...     data, outcome="pain", visit="visit", subject="subject", arm="arm", reference="usual",
    ...     covariates=["arm:visit"])
    >>> found = tipping_point(imputed, delta={"yoga": [0, 1, 2, 3]})
    >>> found.map["holds"].tolist()
    [True, True, False, False]
    """
    resampling = chosen_resampling(imputations, None, resampling, "normal")
    checked_level(1.0 - alpha)
    place = _place(imputations, visit, arm)
    arms = _arms(delta, imputations)
    shifts = np.stack([unit_shift(imputations, name, cells, growth) for name in arms])
    asked = question(imputations, covariates, shifts)
    with one_thread():
        crew = Crew(workers=workers, progress=progress)
        answers = answer_set(imputations, asked, resampling, crew)
    names = [f"delta_{name}" for name in delta]
    sign = 1.0 if _row(answers, np.zeros(len(names)), place, alpha, 1.0)["estimate"] > 0 else -1.0

    def row(weights: Sequence[float]) -> dict[str, float]:
        return _row(answers, np.asarray(weights, dtype=float), place, alpha, sign)

    grid = list(product(*(_values(name, values) for name, values in delta.items())))
    mapped = pd.DataFrame(
        [dict(zip(names, weights, strict=True)) | row(weights) for weights in grid]
    )
    labels = quantity_labels(imputations).iloc[place]
    return TippingPoint(
        visit=labels["visit"],
        arm=labels["arm"],
        reference=imputations.reference,
        alpha=alpha,
        map=mapped.drop(columns="margin"),
        boundary=_boundary(mapped, names, row),
        unshifted=pd.DataFrame([row([0.0] * len(names))]).drop(columns="margin").iloc[0],
    )


def unit_shift(imputations: Imputations, arm: Hashable, cells: Cells, growth: Growth) -> Array:
    """(n, m): a shift of one unit of the imputed outcomes of an arm."""
    options = (("cells", cells, get_args(Cells)), ("growth", growth, get_args(Growth)))
    for name, value, allowed in options:
        if value not in allowed:
            raise SpecificationError(
                f"{name}={value!r} is not known. Allowed: {', '.join(allowed)}."
            )
    panel = imputations.imputer.panel
    chosen = ~panel.seen & (panel.arm == imputations.arms.index(arm))[:, None]
    if cells == "missing_after_event" or growth == "accumulating":
        chosen = chosen & panel.after_event
    if not chosen.any():
        raise SpecificationError(
            f"Nothing is imputed in the arm {arm!r} that a shift could move. Shift another arm"
            f"{' or cells=' + repr('missing') if cells == 'missing_after_event' else ''}."
        )
    ones = np.ones(panel.n_visits)
    shift = accumulated(ones, ones, panel.first) if growth == "accumulating" else 1.0
    return np.where(chosen, shift, 0.0)


def _arms(delta: Mapping[Hashable, Sequence[float]], imputations: Imputations) -> list[Hashable]:
    if not 1 <= len(delta) <= 2:
        raise SpecificationError(f"delta names {len(delta)} arms; shift one or two.")
    unknown = [name for name in delta if name not in imputations.arms]
    if unknown:
        raise SpecificationError(
            f"delta names {', '.join(map(repr, unknown))}, which is no arm. Allowed: "
            f"{', '.join(map(repr, imputations.arms))}."
        )
    return list(delta)


def _values(name: Hashable, values: Sequence[float]) -> list[float]:
    found = np.unique(np.asarray(values, dtype=float))
    if not len(found) or not np.isfinite(found).all():
        raise SpecificationError(f"delta of {name!r} must be finite numbers, at least one.")
    return [float(value) for value in found]


def _place(imputations: Imputations, visit: Hashable | None, arm: Hashable | None) -> int:
    """Position of the compared difference among the quantities."""
    labels = quantity_labels(imputations)
    visits, others = imputations.visits, imputations.arms[1:]
    visit = visits[-1] if visit is None else visit
    if visit not in visits:
        raise SpecificationError(
            f"visit={visit!r} was not imputed. Allowed: {', '.join(map(repr, visits))}."
        )
    if (arm is None and len(others) > 1) or (arm is not None and arm not in others):
        raise SpecificationError(
            f"arm={arm!r}: name the arm to compare with {imputations.reference!r}, one of "
            f"{', '.join(map(repr, others))}."
        )
    arm = others[0] if arm is None else arm
    chosen = (labels["visit"] == visit) & (labels["arm"] == arm)
    return int(np.flatnonzero(chosen & (labels["quantity"] == "difference"))[0])


def _row(
    answers: AnswerSet, weights: Array, place: int, alpha: float, sign: float
) -> dict[str, float]:
    """Pooled difference at one combination of shifts; `margin` is how far zero is outside."""
    pooled = answers.at(weights).pooled(percentile=False, conf_level=1.0 - alpha)
    low, high = pooled.interval(1.0 - alpha)
    numbers = {
        "estimate": pooled.estimate,
        "std_error": pooled.std_error,
        "df": pooled.df,
        "conf_low": low,
        "conf_high": high,
        "p_value": pooled.p_value,
    }
    row = {name: float(np.ravel(values)[place]) for name, values in numbers.items()}
    margin = row["conf_low"] if sign > 0 else -row["conf_high"]
    return row | {"holds": margin > 0, "margin": margin}


def _boundary(
    mapped: pd.DataFrame, names: list[str], row: Callable[[Sequence[float]], dict[str, float]]
) -> pd.DataFrame:
    """Where the conclusion changes between neighbours along the first arm's shifts."""
    first, others = names[0], names[1:]
    found = []
    lines = [part for _, part in mapped.groupby(others[0])] if others else [mapped]
    for line in lines:
        rest = [float(line[name].iloc[0]) for name in others]
        deltas, margins = line[first].to_numpy(), line["margin"].to_numpy()
        for i in np.flatnonzero((margins[1:] > 0) != (margins[:-1] > 0)):

            def margin(value: float, others: Sequence[float] = rest) -> float:
                return float(row([value, *others])["margin"])

            root = brentq(margin, deltas[i], deltas[i + 1], xtol=1e-10)
            found.append((float(root), *rest))
    return pd.DataFrame(found, columns=names, dtype=float)
