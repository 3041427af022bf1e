"""Numbers of units that suggest a total was taken for the number of a day, or the other way."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import pandas as pd

from outcomes.errors import OutcomesWarning

MOST_A_DAY = 24.0
"""More than one unit an hour, day and night."""

FEWEST_A_DAY, DAYS = 0.5, 7
"""Less than one unit in two days, over a week or more, of a drug not taken as needed."""

MOST_PATCHES = 2.0
"""Patches of one strength worn at a time."""


def warn_of_counts(
    frame: pd.DataFrame, named: Callable[[pd.DataFrame, pd.Series[bool]], str]
) -> None:
    """Warn of records whose units a day are few or many beyond belief; they count all the same.

    Parameters
    ----------
    frame : DataFrame
        Records of pieces, such as tablets, with what `read_use` knows of them. Records of one
        product over the same days are judged together.
    named : function
        Counts records and names the first three.
    """
    each = frame["quantity_per_day"].fillna(frame["quantity"] / frame["days"])
    together = frame.groupby(
        ["subject", "drug", "route", "dose", "first", "last"], dropna=False, observed=True
    )
    a_day = each.groupby(together.ngroup(), observed=True).transform("sum")
    many = a_day > MOST_A_DAY
    if many.any():
        _warn(
            f"more than {MOST_A_DAY:g} units a day ({named(frame, many)}). quantity is the number "
            "of the whole record, quantity_per_day that of a day: check which was meant."
        )
    few = (
        a_day.between(0, FEWEST_A_DAY, inclusive="neither")
        & (frame["days"] >= DAYS)
        & ~frame["as_needed"]
    )
    if few.any():
        _warn(
            f"less than one unit in two days ({named(frame, few)}). quantity is the number of the "
            "whole record and is divided by its days; the number of a day is quantity_per_day. "
            "Say as_needed of a drug taken as needed."
        )


def warn_of_patches(
    patches: pd.DataFrame, named: Callable[[pd.DataFrame, pd.Series[bool]], str]
) -> None:
    """Warn of diary days with so many patches that a supply was probably meant; they count."""
    many = patches["quantity"] > MOST_PATCHES
    if many.any():
        _warn(
            f"more than {MOST_PATCHES:g} patches worn on one day ({named(patches, many)}). In a "
            "diary quantity is the number worn that day, and their doses add; a supply of patches "
            "has days_supply, days_per_patch or end."
        )


def _warn(message: str) -> None:
    warnings.warn(message, OutcomesWarning, stacklevel=4)
