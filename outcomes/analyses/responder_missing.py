"""Other ways of counting missing responses, beside the one declared."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from outcomes.analyses.ard import Part
from outcomes.errors import OutcomesError
from outcomes.models.responders import responder_difference

NUMBERS = ("estimate", "conf_low", "conf_high", "p_value")
COLUMNS = ["arm", "rule", "n", *NUMBERS, "reason"]
RULES = ("non_responder", "exclude", "worst_case", "best_case")


def other_counts(rows: pd.DataFrame, *, reference: str, **options: Any) -> pd.DataFrame:
    """Compare responders under other assumptions about those whose response is not known.

    Parameters
    ----------
    rows : DataFrame
        One row per subject: arm, response (missing where not known) and covariates.
    reference : str
        Id of the reference arm.
    **options
        covariates, method, test and conf_level, as in `responder_difference`.

    Returns
    -------
    DataFrame
        arm, rule, n (patients counted in both arms), estimate, conf_low, conf_high, p_value of the
        risk difference, reason (why there is none, else empty). Rules: ``"non_responder"``,
        ``"exclude"``; ``"worst_case"`` counts missing responses as responses in the reference arm
        only, ``"best_case"`` in the other arms only: between the last two lies whatever the missing
        responses were. No rows where none is missing.
    """
    unknown = rows["response"].isna()
    if not unknown.any():
        return pd.DataFrame(columns=COLUMNS)
    in_reference = (rows["arm"] == reference).to_numpy()
    filled = {
        "non_responder": rows.assign(response=rows["response"].fillna(False)),
        "exclude": rows[~unknown],
        "worst_case": rows.assign(response=rows["response"].mask(unknown, in_reference)),
        "best_case": rows.assign(response=rows["response"].mask(unknown, ~in_reference)),
    }
    found = [row for rule in RULES for row in _compared(filled[rule], rule, reference, options)]
    return pd.DataFrame(found, columns=COLUMNS)


def _compared(
    rows: pd.DataFrame, rule: str, reference: str, options: dict[str, Any]
) -> Iterator[dict[str, object]]:
    """One row for each active arm."""
    n = rows["arm"].value_counts()
    contrasts: dict[Any, Any] = {}
    reason = ""
    try:
        fit = responder_difference(
            rows, response="response", arm="arm", reference=reference, **options
        )
        differences = fit.contrasts.query("quantity == 'risk_difference'").set_index("arm")
        contrasts = differences[list(NUMBERS)].to_dict("index")
    except OutcomesError as error:
        reason = str(error)
    for arm in (each for each in rows["arm"].cat.categories if each != reference):
        yield {
            "arm": arm,
            "rule": rule,
            "n": int(n[arm] + n[reference]),
            **contrasts.get(arm, dict.fromkeys(NUMBERS, math.nan)),
            "reason": reason,
        }


def other_counts_parts(found: pd.DataFrame, variable: str, method: str) -> Iterator[Part]:
    """Give each comparison, or why there is none, to the analysis results data."""
    for reason, rows in found.groupby("reason", sort=False):
        yield Part(
            context="missing_counted_otherwise",
            frame=rows.drop(columns="reason"),
            groups=("arm", "rule"),
            variable=variable,
            method=method,
            absent=str(reason) or "not estimated",
        )
