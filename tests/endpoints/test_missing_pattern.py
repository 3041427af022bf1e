"""Patterns of missing visits, counted by hand."""

import pandas as pd

from outcomes.endpoints.missing_pattern import first_unseen_for_good, missing_patterns

SEEN = {
    "1": ("usual", "111"),
    "2": ("usual", "110"),
    "3": ("usual", "110"),
    "4": ("usual", "000"),
    "5": ("yoga", "111"),
    "6": ("yoga", "101"),
    "7": ("yoga", "010"),
    "8": ("yoga", "110"),
}


def frame() -> pd.DataFrame:
    rows = [
        (subject, arm, visit, 5.0 if flag == "1" else None)
        for subject, (arm, flags) in SEEN.items()
        for visit, flag in zip(("w4", "w8", "w12"), flags, strict=True)
    ]
    made = pd.DataFrame(rows, columns=["subject", "arm", "visit", "value"])
    visit = pd.Categorical(made["visit"], categories=["w4", "w8", "w12"], ordered=True)
    return made.assign(visit=visit, arm=made["arm"].astype("category"))


def test_the_first_visit_from_which_nothing_is_seen():
    lost = {"2": "w12", "3": "w12", "4": "w4", "7": "w12", "8": "w12"}
    assert first_unseen_for_good(frame()).to_dict() == lost


def test_patterns_with_their_kind_and_patients():
    found = missing_patterns(frame())
    flags = found.groupby(["pattern", "arm"], observed=True).agg(
        seen=("seen", lambda seen: "".join("01"[int(s)] for s in seen)),
        kind=("kind", "first"),
        n=("n", "first"),
    )
    by_pattern = flags.reset_index().groupby("pattern")
    assert [
        (rows["kind"].iloc[0], rows["seen"].iloc[0], rows["n"].tolist()) for _, rows in by_pattern
    ] == [
        ("complete", "111", [1, 1]),
        ("lost for good", "110", [2, 1]),
        ("lost for good", "000", [1, 0]),
        ("with gaps", "101", [0, 1]),
        ("with gaps", "010", [0, 1]),
    ]


def test_every_patient_has_one_pattern():
    found = missing_patterns(frame()).drop_duplicates(["pattern", "arm"])
    assert found["n"].sum() == len(SEEN)
