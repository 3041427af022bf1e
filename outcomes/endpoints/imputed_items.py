"""Scores of questionnaires whose unanswered items are imputed where the rule gives no score."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.instruments import find, score
from outcomes.instruments.columns import locate
from outcomes.models.chained_equations import DONORS, impute_columns


def scores_with_imputed_items(
    responses: pd.DataFrame,
    instrument: str,
    *,
    rng: np.random.Generator,
    id_columns: Sequence[str] = ("subject", "visit"),
    predictors: Sequence[str] = (),
    n_imputations: int = 20,
    n_cycles: int = 10,
    donors: int = DONORS,
) -> Iterator[pd.DataFrame]:
    """Impute the unanswered items of questionnaires that cannot be scored, and score them.

    Parameters
    ----------
    responses : DataFrame
        One row per administration: the `id_columns`, the items, the predictors; missing codes as
        missing values. All rows inform the imputation, so give those of one visit, or the visit
        among the predictors.
    instrument : str
        Its key.
    rng : Generator
    id_columns : sequence of str
    predictors : sequence of str
        Columns known for every row, such as the arm and the baseline score.
    n_imputations, n_cycles, donors : int
        As in `impute_columns`.

    Yields
    ------
    DataFrame
        As by `score`, with a column imputed: whether the score rests on imputed answers.

    Raises
    ------
    DataError, NotEstimableError, SchemaError, SpecificationError
        As in `impute_columns` and `score`.

    Notes
    -----
    A questionnaire that its own rule scores is scored by that rule, unchanged; one without any
    answer stays missing, for its score is then imputed as a whole or not at all. Imputed answers
    are answers of others, so that they are possible ones.

    References
    ----------
    Simons CL, Rivero-Arias O, Yu LM, Simon J. Multiple imputation to deal with missing EQ-5D-3L
    data: should we impute individual domains or the actual index? Qual Life Res 2015;24:805-815.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> answers = {f"peg_{i}": rng.integers(0, 11, size=40).astype(float) for i in (1, 2, 3)}
    >>> responses = pd.DataFrame({"subject": range(40), "visit": "week 4", **answers})
    >>> responses.loc[0, "peg_2"] = np.nan
    >>> first = next(scores_with_imputed_items(responses, "peg", rng=rng))
    >>> first[["subject", "status", "imputed"]].head(2)
       subject  status  imputed
    0        0  scored     True
    1        1  scored    False
    """
    ids = list(id_columns)
    located = list(locate(responses, find(instrument), ids, None).values())
    answered = responses[located].notna().any(axis=1).to_numpy()
    plain = score(responses, instrument, id_columns=ids)
    filled = _without_score(responses, plain, ids) & answered
    if not filled.any():
        yield from (plain.assign(imputed=False) for _ in range(n_imputations))
        return
    marked = responses[ids].assign(imputed=filled)
    for made in _completed(
        responses[answered],
        located,
        predictors,
        rng=rng,
        n_imputations=n_imputations,
        n_cycles=n_cycles,
        donors=donors,
    ):
        whole = responses.astype(dict.fromkeys(located, float))
        whole.loc[filled, located] = made.loc[filled[answered], located].to_numpy()
        yield score(whole, instrument, id_columns=ids).merge(marked, on=ids, how="left")


def _without_score(
    responses: pd.DataFrame, plain: pd.DataFrame, ids: list[str]
) -> NDArray[np.bool_]:
    """Mark administrations of which some scale has no score."""
    lacking = plain.loc[plain["status"] == "missing", ids].drop_duplicates().assign(lacking=True)
    found = responses[ids].merge(lacking, on=ids, how="left")["lacking"]
    return np.asarray(found.notna().to_numpy(), dtype=np.bool_)


def _completed(
    informative: pd.DataFrame, located: list[str], predictors: Sequence[str], **options: Any
) -> Iterator[pd.DataFrame]:
    """Complete the items; those answered by everybody are predictors of the others."""
    lacks = informative[located].isna().any()
    varying = [name for name in predictors if len(informative[name].unique()) > 1]
    known = [name for name in located if not lacks[name]]
    return impute_columns(
        informative,
        [name for name in located if lacks[name]],
        predictors=[*known, *varying],
        **options,
    )
