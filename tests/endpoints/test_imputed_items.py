"""Questionnaires whose rule gives no score: their items are imputed, and nothing else."""

import numpy as np
import pandas as pd

from outcomes.endpoints.imputed_items import scores_with_imputed_items
from outcomes.instruments import score

ITEMS = [f"odi_{i}" for i in range(1, 11)]


def responses(n: int = 80) -> pd.DataFrame:
    """Answers to the ODI that go together, 0 to 5."""
    rng = np.random.default_rng(5)
    level = rng.uniform(0.5, 4.5, size=(n, 1))
    answers = np.clip(np.rint(level + rng.normal(0, 0.7, (n, 10))), 0, 5)
    made = pd.DataFrame(answers, columns=ITEMS)
    made.insert(0, "subject", [f"{i}" for i in range(n)])
    made.insert(1, "visit", "week 26")
    return made.assign(arm=np.where(np.arange(n) % 2, "yoga", "usual"))


def found(data: pd.DataFrame, seed: int = 1) -> list[pd.DataFrame]:
    rng = np.random.default_rng(seed)
    return list(
        scores_with_imputed_items(
            data, "odi", rng=rng, predictors=["arm"], n_imputations=3, n_cycles=2
        )
    )


def test_only_what_the_rule_leaves_unscored_is_imputed():
    data = responses()
    data.loc[3, "odi_8"] = np.nan  # one of ten: the rule prorates
    data.loc[7, ["odi_2", "odi_5", "odi_8"]] = np.nan  # three: no score
    data.loc[9, ITEMS] = np.nan  # nobody answered
    plain = score(data, "odi").set_index("subject")
    assert plain["status"].loc[["3", "7", "9"]].tolist() == ["scored", "missing", "missing"]
    for made in found(data):
        rows = made.set_index("subject")
        assert rows.index[rows["imputed"]].tolist() == ["7"]
        assert rows.loc["7", "status"] == "scored"
        assert rows.loc["9", "status"] == "missing"
        others = rows.index.difference(["7"])
        pd.testing.assert_series_equal(rows.loc[others, "score"], plain.loc[others, "score"])


def test_an_imputed_score_is_one_that_answers_can_give():
    data = responses()
    data.loc[7, ["odi_2", "odi_5", "odi_8"]] = np.nan
    known = data.loc[7, ITEMS].drop(["odi_2", "odi_5", "odi_8"]).sum()
    for made in found(data):
        total = made.set_index("subject").loc["7", "score"] / 100 * 50
        assert total == round(total)
        assert known <= total <= known + 15


def test_data_sets_differ_and_repeat_with_their_seed():
    data = responses()
    data.loc[10:40, ["odi_2", "odi_5", "odi_8"]] = np.nan
    first, again, other = found(data), found(data), found(data, seed=2)
    assert not first[0]["score"].equals(first[1]["score"])
    assert all(a["score"].equals(b["score"]) for a, b in zip(first, again, strict=True))
    assert not first[0]["score"].equals(other[0]["score"])


def test_where_every_score_exists_nothing_is_imputed():
    data = responses()
    for made in found(data):
        assert not made["imputed"].any()
        pd.testing.assert_series_equal(made["score"], score(data, "odi")["score"])
