"""From a frame to responses: which rows count, what they are, and how many of each arm."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from outcomes.errors import NotEstimableError, SchemaError, SpecificationError
from outcomes.stats.proportions import wilson

Missing = Literal["non_responder", "exclude"]


def by_row(data: pd.DataFrame) -> pd.DataFrame:
    """Give the rows of a frame numbers where its labels repeat."""
    return data if data.index.is_unique else data.reset_index(drop=True)


def refuse_absent(data: pd.DataFrame, needed: list[str]) -> None:
    """Refuse a frame that lacks a column.

    Raises
    ------
    SchemaError
        With the columns it has.
    """
    absent = [name for name in needed if name not in data.columns]
    if absent:
        raise SchemaError(
            f"data has no column {', '.join(map(repr, absent))}; it has "
            f"{', '.join(map(str, data.columns))}."
        )


def arms_of(column: pd.Series[str], reference: str) -> list[str]:
    """Arms in order, the reference first.

    Raises
    ------
    SchemaError
        A row has no arm.
    SpecificationError
        `reference` is not among the arms, or there is no other arm.
    """
    if column.isna().any():
        rows = column.index[column.isna()]
        raise SchemaError(
            f"{column.name}: {len(rows)} rows have no arm (first rows "
            f"{', '.join(map(str, rows[:3]))}). Give every subject an arm."
        )
    if isinstance(column.dtype, pd.CategoricalDtype):
        found = list(column.cat.categories)
    else:
        found = sorted(column.unique(), key=str)
    if reference not in found:
        raise SpecificationError(
            f"reference is {reference!r}; the arms are {', '.join(map(str, found)) or 'none'}."
        )
    if len(found) < 2:
        raise SpecificationError(f"{reference!r} is the only arm; a comparison needs two.")
    return [reference, *(one for one in found if one != reference)]


def responses(data: pd.DataFrame, response: str) -> pd.Series[float]:
    """Responses as 1, 0 and NaN.

    Raises
    ------
    SchemaError
        A response is neither True nor False, nor 1 or 0.
    """
    column = data[response]
    wrong = column[column.notna() & ~column.isin([0, 1])]
    if len(wrong):
        found = ", ".join(dict.fromkeys(repr(value) for value in wrong[:3]))
        raise SchemaError(
            f"{response}: {len(wrong)} of {len(column)} responses are not True/False or 1/0 "
            f"(found {found}). Derive the response first."
        )
    return column.astype("Float64").astype(float)


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
