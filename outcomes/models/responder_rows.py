"""Which responses count, and how many of each arm."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from outcomes.errors import NotEstimableError, SchemaError, SpecificationError
from outcomes.stats.proportions import wilson

Missing = Literal["non_responder", "exclude"]


def counted(outcome: pd.Series[float], name: str, missing: Missing | None) -> pd.Series[float]:
    """Responses that enter, after the declared rule for missing ones.

    Raises
    ------
    SchemaError
        Responses are missing and no rule is declared.
    SpecificationError
        There is no such rule.
    """
    lacking = outcome.index[outcome.isna()]
    if missing == "non_responder":
        return outcome.fillna(0.0)
    if missing == "exclude":
        return outcome.dropna()
    if missing is not None:
        raise SpecificationError(
            f"missing is {missing!r}; allowed are 'non_responder' and 'exclude'."
        )
    if len(lacking):
        raise SchemaError(
            f"{name}: {len(lacking)} of {len(outcome)} responses are missing (first rows "
            f"{', '.join(map(str, lacking[:3]))}). Say what becomes of them with "
            "missing='non_responder' or missing='exclude'."
        )
    return outcome


def counts_by_arm(
    arm: pd.Series[str],
    outcome: pd.Series[float],
    lacking: pd.Series[str],
    arms: list[str],
    conf_level: float,
) -> pd.DataFrame:
    """Count subjects, responders and missing responses of each arm, with Wilson limits.

    Raises
    ------
    NotEstimableError
        Nobody is counted in an arm.
    """
    n = arm.value_counts().reindex(arms, fill_value=0)
    empty = [one for one in arms if n[one] == 0]
    if empty:
        raise NotEstimableError(
            f"nobody is counted in arm {', '.join(map(repr, empty))}; a proportion needs subjects."
        )
    responders = outcome[outcome == 1].groupby(arm.astype(object)).size()
    x = responders.reindex(arms, fill_value=0)
    limits = [wilson(int(x[one]), int(n[one]), conf_level=conf_level) for one in arms]
    return pd.DataFrame(
        {
            "arm": arms,
            "n": n.to_numpy(),
            "responders": x.to_numpy(),
            "missing": lacking.value_counts().reindex(arms, fill_value=0).to_numpy(),
            "proportion": (x / n).to_numpy(),
            "conf_low": [low for low, _ in limits],
            "conf_high": [high for _, high in limits],
        }
    )
