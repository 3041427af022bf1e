"""Rescue medication by arm: patients with a record, records per patient-year, differences."""

from __future__ import annotations

import numpy as np
import pandas as pd

from outcomes.analyses.adverse_events import AdverseEvents
from outcomes.analyses.harm_counts import PER, harm_counts, harm_differences
from outcomes.analyses.setting import Compared

COLUMNS = (
    *("arm", "n", "with_record", "percent", "conf_low", "conf_high"),
    *("records", "years", "rate", "rate_low", "rate_high"),
)
_NAMES = {
    "with_event": "with_record",
    "events": "records",
    "event_rate": "rate",
    "event_rate_low": "rate_low",
    "event_rate_high": "rate_high",
}


def rescue_counts(found: AdverseEvents | None, who: Compared, level: float) -> pd.DataFrame:
    """One row per arm: `COLUMNS`, a rate per patient-year, and reason where it has none."""
    if found is None:
        return pd.DataFrame(columns=[*COLUMNS, "reason"])
    counts = harm_counts(found, who, [("", "", "", found.events)], level)
    kept = counts[[{new: old for old, new in _NAMES.items()}.get(name, name) for name in COLUMNS]]
    made = kept.rename(columns=_NAMES)
    rates = ["rate", "rate_low", "rate_high"]
    reason = np.where(made["rate"].isna(), "no time at risk", "")
    return made.assign(**{name: made[name] / PER for name in rates}, reason=reason)


def rescue_differences(found: AdverseEvents | None, who: Compared, level: float) -> pd.DataFrame:
    """Difference in the share of patients with a record: arm, estimate, conf_low, conf_high."""
    columns = ["arm", "estimate", "conf_low", "conf_high"]
    if found is None:
        return pd.DataFrame(columns=columns)
    return harm_differences(found, who, [("", "", "", found.events)], level)[columns]
