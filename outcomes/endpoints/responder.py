"""Who improved by a given percentage of baseline, and for whom that cannot be said."""

from __future__ import annotations

import math
from typing import Literal

import pandas as pd

from outcomes.errors import DuplicateRecordError, SpecificationError

# 7 to 4.9 is an improvement by 30 %, and 29.999999999999993 % in binary floating point.
TOLERANCE = 1e-9
PERCENTS = tuple(float(percent) for percent in range(0, 101, 10))


def percent_improvement(frame: pd.DataFrame, *, higher_is: str) -> pd.Series[float]:
    """Percent change from baseline in the direction that means better.

    Parameters
    ----------
    frame : DataFrame
        With percent_change, as made by `outcome_frame`.
    higher_is : {"worse", "better"}
        What a higher score means.

    Returns
    -------
    Series of float
        Positive where the subject got better; NaN where the percent change is undefined.

    Raises
    ------
    SpecificationError
        `higher_is` names no direction; a neutral scale cannot improve.
    """
    if higher_is not in ("worse", "better"):
        raise SpecificationError(
            f"higher_is is {higher_is!r}; improvement needs a direction: 'worse' or 'better'. "
            "A scale without one has no responders."
        )
    sign = -1.0 if higher_is == "worse" else 1.0
    return (sign * frame["percent_change"]).rename("percent_improvement")


def response(frame: pd.DataFrame, *, percent: float, higher_is: str) -> pd.Series[bool]:
    """Whether each row improved by at least `percent` of its baseline.

    Parameters
    ----------
    frame : DataFrame
        Rows of `outcome_frame`.
    percent : float
        Least improvement in percent of baseline, zero or more. Scores are compared unrounded,
        with a tolerance of 1e-9 percentage points.
    higher_is : {"worse", "better"}
        What a higher score means.

    Returns
    -------
    Series of nullable boolean
        NA where value or baseline is missing or the baseline is not above zero: undefined is not
        the same as no response. `why_undefined` says which it is.

    Raises
    ------
    SpecificationError
        `percent` is negative or not finite, or `higher_is` names no direction.

    References
    ----------
    Dworkin RH, Turk DC, Wyrwich KW, et al. Interpreting the clinical importance of treatment
    outcomes in chronic pain clinical trials: IMMPACT recommendations. J Pain 2008;9:105-121,
    doi 10.1016/j.jpain.2007.09.005: 30 % as moderate and 50 % as substantial improvement.

    Examples
    --------
    >>> value = pd.Series([4.9, 5.0, None])
    >>> frame = pd.DataFrame({"percent_change": 100 * (value - 7) / 7})
    >>> response(frame, percent=30, higher_is="worse").tolist()
    [True, False, <NA>]
    """
    if not (math.isfinite(percent) and percent >= 0):
        raise SpecificationError(
            f"percent is {percent}; a least improvement is zero or more, in percent of baseline."
        )
    improvement = percent_improvement(frame, higher_is=higher_is)
    reached = (improvement >= percent - TOLERANCE).astype("boolean")
    return reached.mask(improvement.isna()).rename("response")


def why_undefined(frame: pd.DataFrame) -> pd.Series[str]:
    """Why a response is undefined, row by row.

    Parameters
    ----------
    frame : DataFrame
        With baseline and value, as made by `outcome_frame`.

    Returns
    -------
    Series of nullable text
        ``"baseline missing"``, ``"baseline zero"``, ``"baseline negative"`` or
        ``"value missing"``, the first that holds; NA where the response is defined.

    Examples
    --------
    >>> frame = pd.DataFrame({"baseline": [7.0, 0.0, 6.0], "value": [5.0, 1.0, None]})
    >>> why_undefined(frame).tolist()
    [<NA>, 'baseline zero', 'value missing']
    """
    baseline, value = frame["baseline"], frame["value"]
    why = pd.Series(pd.NA, index=frame.index, dtype="string", name="why_undefined")
    why = why.mask(value.isna(), "value missing")
    why = why.mask(baseline < 0, "baseline negative")
    why = why.mask(baseline == 0, "baseline zero")
    return why.mask(baseline.isna(), "baseline missing")


def responder_curve(
    frame: pd.DataFrame,
    *,
    higher_is: str,
    percents: tuple[float, ...] = PERCENTS,
    missing: Literal["non_responder", "exclude"] = "non_responder",
) -> pd.DataFrame:
    """Share of each arm that improved by at least each of `percents`.

    Parameters
    ----------
    frame : DataFrame
        Rows of `outcome_frame` at one visit, so one for each subject.
    higher_is : {"worse", "better"}
        What a higher score means.
    percents : tuple of float
        Least improvements, in percent of baseline.
    missing : {"non_responder", "exclude"}
        Whether a subject whose value at the visit is missing counts below every percentage, zero
        too, or is left out. A subject whose baseline is missing or not above zero is left out
        either way.

    Returns
    -------
    DataFrame
        arm, percent, n (subjects counted), responders, proportion (NaN where n is 0).

    Raises
    ------
    DuplicateRecordError
        A subject has several rows.
    SpecificationError
        As for `response`.

    References
    ----------
    Farrar JT, Dworkin RH, Max MB. Use of the cumulative proportion of responders analysis graph
    to present pain data over a range of cut-off points. J Pain Symptom Manage 2006;31:369-377.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "subject": ["1", "2", "3"],
    ...         "arm": pd.Categorical(["usual"] * 3),
    ...         "baseline": [8.0, 8.0, 8.0],
    ...         "value": [4.0, 8.0, None],
    ...         "percent_change": [-50.0, 0.0, None],
    ...     }
    ... )
    >>> responder_curve(frame, higher_is="worse", percents=(0, 50))
         arm  percent  n  responders  proportion
    0  usual      0.0  3           2    0.666667
    1  usual     50.0  3           1    0.333333
    """
    _refuse_several_visits(frame)
    why = why_undefined(frame)
    counted = why.isna() | ((why == "value missing") & (missing == "non_responder"))
    by_arm = frame.loc[counted, "arm"].groupby(frame["arm"], observed=False)
    n = by_arm.size()
    curves = []
    for percent in percents:
        reached = response(frame, percent=percent, higher_is=higher_is).fillna(False)[counted]
        responders = reached.astype(int).groupby(frame["arm"], observed=False).sum()
        curves.append(
            pd.DataFrame(
                {"arm": n.index, "percent": float(percent), "n": n, "responders": responders}
            )
        )
    curve = pd.concat(curves, ignore_index=True)
    curve["proportion"] = curve["responders"] / curve["n"].where(curve["n"] > 0)
    return curve.sort_values(["arm", "percent"], ignore_index=True)


def _refuse_several_visits(frame: pd.DataFrame) -> None:
    """Raise where a subject has more than one row."""
    twice = frame.loc[frame["subject"].duplicated(), "subject"]
    if len(twice):
        raise DuplicateRecordError(
            f"{len(twice)} rows repeat a subject ({', '.join(map(str, twice.unique()[:3]))}); "
            "a responder curve counts each subject once. Choose one visit first."
        )
