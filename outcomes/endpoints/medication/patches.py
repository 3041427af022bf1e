"""How long patches are worn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from outcomes.errors import DataError
from outcomes.trial.problems import Problems

DAYS_PER_PATCH = {"fentanyl": 3.0, "buprenorphine": 7.0}
"""Days for which one patch is labelled. It says how long a supply lasts, never the dose."""

FASTEST = {"fentanyl": 2.0}
"""Days of the fastest published change, where it is faster than the label: 48 hours."""


def patch_days(
    patches: pd.DataFrame,
    problems: Problems,
    named: Callable[[pd.DataFrame, pd.Series[bool]], str],
) -> pd.Series[float]:
    """Days that a supply of patches lasts, a begun day counted whole; NaN where unknown.

    Notes a supply whose number of patches contradicts its days_supply by more than one patch:
    either days would be counted on which none was worn, or two were worn at a time.
    """
    labelled = patches["days_per_patch"].fillna(patches["drug"].map(DAYS_PER_PATCH).astype(float))
    fastest = patches["days_per_patch"].fillna(patches["drug"].map(FASTEST).astype(float))
    fastest = fastest.fillna(labelled)
    number = patches["quantity"] - patches["returned"].fillna(0)
    stated = patches["days_supply"]
    short = (number + 1) * labelled <= stated
    many = (number - 1) * fastest >= stated
    if short.any():
        problems.add(
            DataError,
            f"too few patches for days_supply ({named(patches, short)}). Leave days_supply out to "
            "count the days they last, or give days_per_patch.",
        )
    if many.any():
        problems.add(
            DataError,
            f"too many patches for days_supply ({named(patches, many)}). Give days_per_patch, or, "
            "for patches worn together, a record each with start and end.",
        )
    return pd.Series(np.ceil(number * labelled), index=patches.index)
