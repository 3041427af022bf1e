"""Columns that say yes or no."""

from __future__ import annotations

import pandas as pd

from outcomes.errors import SchemaError

_YES = {"yes", "y", "true", "1", "1.0"}
_NO = {"no", "n", "false", "0", "0.0"}


def yes_or_no(records: pd.DataFrame, column: str, of: str) -> pd.Series[bool]:
    """Read a column of yes and no.

    Parameters
    ----------
    records : DataFrame
        Has the column and ``subject``.
    column : str
        Yes/no, y/n, true/false or 1/0, in any case.
    of : str
        What the rows are, in the plural: ``"subjects"``.

    Raises
    ------
    SchemaError
        A row has neither yes nor no.

    Examples
    --------
    >>> records = pd.DataFrame({"subject": ["1", "2"], "itt": ["Y", "N"]})
    >>> yes_or_no(records, "itt", "subjects").tolist()
    [True, False]
    """
    text = records[column].astype(str).str.strip().str.lower()
    wrong = records.loc[~text.isin(_YES | _NO), "subject"]
    if len(wrong):
        raise SchemaError(
            f"{column}: {len(wrong)} of {len(records)} {of} have neither yes nor no (first "
            f"subjects {', '.join(wrong.astype(str)[:3])}). Allowed are yes/no, y/n, true/false "
            "and 1/0."
        )
    return text.isin(_YES)
