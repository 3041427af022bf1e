"""MME a day against published examples, and what must not change it."""

import tomllib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes.endpoints.medication import factor_set, mme_per_day
from outcomes.errors import (
    DataError,
    DuplicateRecordError,
    OutcomesWarning,
    SchemaError,
    SpecificationError,
    UnsupportedCombinationError,
)
from tests.conftest import ROOT
from tests.endpoints.medication.mme_records import records

REFERENCE = tomllib.loads((ROOT / "tests/reference/medication/mme.toml").read_text())
EXACT = REFERENCE["provenance"]["tolerance"]
SETS = ("cdc2022", "cdc2016", "heal2025")
PLENTY = settings(max_examples=15, deadline=None)
PATCH = {"drug": "fentanyl", "route": "transdermal", "dose": 25.0, "unit": "mcg/h"}


@pytest.mark.parametrize("case", REFERENCE["regimen"], ids=lambda case: case["id"])
@pytest.mark.parametrize("key", SETS)
def test_regimens(case, key):
    if key not in case:
        return
    what = {name: value for name, value in case.items() if name not in (*SETS, "id")}
    (row,) = mme_per_day(records(what | {"day": 3}), key).itertuples()
    assert row.mme == pytest.approx(case[key], abs=EXACT, nan_ok=True)
    assert (row.subject, row.day, row.factor_set) == ("1", 3, key)
    assert row.reason == ("dose missing" if np.isnan(case[key]) else "")


@pytest.mark.parametrize("key", REFERENCE["factors"])
def test_the_tables_are_those_of_the_guidelines(key):
    shipped = factor_set(key)
    oral = {opioid for opioid, route in shipped.units if route == "oral"}
    assert oral == set(REFERENCE["factors"][key])
    assert set(shipped.units) - {(o, "oral") for o in oral} == {("fentanyl", "transdermal")}
    for opioid, factor in REFERENCE["factors"][key].items():
        assert shipped.equivalents(opioid, "oral", np.ones(1)) == pytest.approx(factor)


def test_every_factor_names_a_source_and_how_well_it_is_known():
    for key in SETS:
        for factor in factor_set(key).factors:
            assert factor.source.citation
            assert factor.level == ("single_source" if key == "heal2025" else "verified")


TWO = records(
    {"dose": 30.0, "quantity": 60, "days_supply": 30},
    {"dose": 5.0, "quantity": 14, "days_supply": 7},
    day=0,
)


@pytest.mark.parametrize("case", REFERENCE["definition"], ids=lambda case: case["denominator"])
def test_the_four_published_denominators(case):
    window = tuple(case["window"]) if "window" in case else None
    found = mme_per_day(TWO, denominator=case["denominator"], window=window)
    (row,) = found.itertuples()
    assert row.mme == pytest.approx(case["mme"], abs=EXACT)
    assert row.total_mme == pytest.approx(case["total"], abs=EXACT)
    assert row.denominator == case["denominator"]


@pytest.mark.parametrize("case", REFERENCE["patch"], ids=lambda case: case["id"])
def test_patches_count_by_days_worn(case):
    what = {name: value for name, value in case.items() if name not in ("id", "days")}
    frame = records(PATCH | {"day": 0, "days_supply": np.nan} | what)
    found = mme_per_day(frame)
    assert found["mme"].tolist() == [60.0] * case["days"]


def test_a_dispensed_patch_without_days_supply_is_not_a_diary():
    (total,) = mme_per_day(
        records(PATCH | {"day": 0, "quantity": 10, "days_per_patch": np.nan}),
        denominator="window",
        window=(0, 59),
    )["total_mme"]
    assert total == pytest.approx(1800.0)


@pytest.mark.parametrize(("quantity", "match"), [(5, "too few patches"), (31, "too many patches")])
def test_patches_that_contradict_their_days_are_refused(quantity, match):
    with pytest.raises(DataError, match=match):
        mme_per_day(records(PATCH | {"day": 0, "quantity": quantity, "days_supply": 30}))


def test_patches_worn_together_add():
    both = {"start": 0, "end": 29, "quantity": 10}
    assert set(mme_per_day(records(PATCH | both, PATCH | both))["mme"]) == {120.0}


def test_an_early_refill_waits_and_another_strength_adds():
    early = records(
        {"day": 0, "quantity": 30},
        {"day": 25, "quantity": 30},
        {"day": 0, "dose": 5.0, "quantity": 30},
        days_supply=30,
    )
    waited = mme_per_day(early).set_index("day")["mme"]
    assert waited.tolist() == [22.5] * 30 + [15.0] * 30
    added = mme_per_day(early, overlap="add").set_index("day")["mme"]
    assert added.tolist() == [22.5] * 25 + [37.5] * 5 + [15.0] * 25


def test_stated_days_are_never_moved():
    found = mme_per_day(records({"start": 0, "end": 9}, {"start": 5, "end": 9}, quantity_per_day=1))
    assert found["mme"].tolist() == [15.0] * 5 + [30.0] * 5


def test_methadone_tiers_see_the_dose_of_the_whole_day():
    twice = records({"quantity": 2}, {"quantity": 2}, drug="methadone", day=0)
    assert mme_per_day(twice, "cdc2016")["mme"].tolist() == [320.0]


def test_sixty_one_to_forty_milligrams_of_methadone_is_a_response_under_one_table_only():
    doses = records(
        {"day": 0, "dose": 61.0}, {"day": 1, "dose": 40.0}, drug="methadone", unit="mg/day"
    )
    fall = {
        key: 100 * (1 - after / before)
        for key in ("cdc2016", "cdc2022")
        for before, after in [mme_per_day(doses, key)["mme"]]
    }
    assert fall["cdc2016"] == pytest.approx(56.28, abs=0.005)
    assert fall["cdc2022"] == pytest.approx(34.43, abs=0.005)


def test_buprenorphine_is_flagged_and_counts_only_in_the_sensitivity_table():
    bup = {"drug": "buprenorphine", "route": "transdermal", "dose": 10.0, "unit": "mcg/h"}
    both = records({"drug": "morphine", "dose": 30.0, "quantity": 1}, bup | {"quantity": 1}, day=0)
    (main,) = mme_per_day(both).itertuples()
    assert (main.mme, main.on_buprenorphine, main.opioids) == (
        30.0,
        True,
        "buprenorphine, morphine",
    )
    (sensitivity,) = mme_per_day(both, "heal2025").itertuples()
    assert sensitivity.mme == pytest.approx(52.0)


@pytest.mark.parametrize(
    ("row", "match"),
    [
        ({"drug": "naproxen"}, "no factor in cdc2022 for naproxen by route oral .1 row: row 1"),
        ({"route": "injection"}, "oxycodone by route injection"),
        ({"route": None}, "oxycodone by route .none."),
        ({"unit": "ml"}, "oxycodone oral: no factor for a dose in ml"),
        ({"unit": "mcg/h"}, "Allowed is g, mg, mcg"),
        (PATCH | {"unit": "mg"}, "fentanyl transdermal.*Allowed is mcg/h"),
        ({"dose": -10.0}, "dose must be 0 or more"),
        ({"quantity": -1}, "quantity must be 0 or more"),
        ({"day": 1.5}, "day must be a whole number"),
        ({"day": np.nan}, "no day or start"),
    ],
)
def test_what_has_no_factor_or_cannot_be_is_refused_by_row(row, match):
    with pytest.raises(DataError, match=match):
        mme_per_day(records({}, row, day=0, quantity=1))


def test_all_complaints_come_at_once():
    with pytest.raises(DataError, match=r"(?s)2 problems.*naproxen.*dose must be"):
        mme_per_day(records({"drug": "naproxen"}, {"dose": -1.0}, day=0, quantity=1))


@pytest.mark.parametrize(
    ("row", "match"),
    [
        ({"start": 0, "end": np.nan}, "no end and no days_supply"),
        ({"start": 5, "end": 3}, "end before start"),
        ({"start": 0, "end": 9, "days_supply": 9}, "end and days_supply disagree"),
        ({"start": 0, "end": 9, "returned": 31}, "more returned than dispensed"),
        ({"start": 0, "end": 9, "unit": "mg/day"}, "a dose a day with a number of units"),
        ({"start": 0, "end": 9, "quantity_per_day": 3}, "keep one"),
    ],
)
def test_spans_that_cannot_be_read_are_refused(row, match):
    with pytest.raises(DataError, match=match):
        mme_per_day(records({"quantity": 30} | row))


def test_a_span_without_quantity_is_refused_and_a_daily_dose_is_not():
    with pytest.raises(DataError, match="no quantity"):
        mme_per_day(records({"start": 0, "end": 9}))
    assert set(mme_per_day(records({"start": 0, "end": 9}, unit="mg/day"))["mme"]) == {15.0}


@pytest.mark.parametrize(
    ("frame", "match"),
    [
        (records({"quantity": 1}), "lack day"),
        (records({"quantity": "two", "day": 0}), "quantity holds"),
        (records({"quantity": 1, "day": "2026-01-01"}), r"Days count from one day.*dt\.days"),
        (records({"quantity": 1, "day": 0, "dose": "10"}), "dose holds.*Convert it"),
        (records({"quantity": 1, "day": 0, "strength": 5}), "dose and strength"),
        (records({"quantity": 1, "day": 0}).drop(columns="route"), "lack route"),
        (records({"quantity": 1, "day": 0, "as_needed": "maybe"}), "as_needed must be"),
    ],
)
def test_frames_that_lack_something_are_refused(frame, match):
    with pytest.raises(SchemaError, match=match):
        mme_per_day(frame)


def test_as_needed_supplies_are_averaged_over_a_window_and_refused_by_day():
    needed = records({"day": 3, "quantity": 20, "days_supply": np.nan, "as_needed": True})
    (row,) = mme_per_day(needed, denominator="window", window=(0, 29)).itertuples()
    assert row.mme == pytest.approx(20 * 10 * 1.5 / 30)
    with pytest.raises(UnsupportedCombinationError, match="as needed"):
        mme_per_day(needed)
    with pytest.raises(UnsupportedCombinationError, match="methadone"):
        mme_per_day(needed.assign(drug="methadone"), "cdc2016", denominator="window", window=(0, 9))
    with pytest.raises(DataError, match="no end and no days_supply"):
        mme_per_day(needed.assign(as_needed=False))


@pytest.mark.parametrize(
    ("row", "match"),
    [
        # Three tablets a day for 30 days, written as if three were all of them.
        ({"quantity": 3}, "less than one unit in two days .1 row: row 1 .subject 1.*per_day"),
        # Ninety tablets for 30 days, written as if they were for each of them.
        ({"quantity_per_day": 90}, "more than 24 units a day .1 row: row 1"),
    ],
)
def test_a_total_taken_for_the_number_of_a_day_is_warned_of(row, match):
    usual = {"quantity": 90} if "quantity" in row else {"quantity_per_day": 3}
    frame = records(usual | {"start": 0, "end": 29}, row | {"start": 30, "end": 59})
    with pytest.warns(OutcomesWarning, match=match):
        mme_per_day(frame)


def test_a_supply_of_patches_read_as_a_diary_is_warned_of():
    # Without days_supply, days_per_patch or end, ten patches are ten worn on that day.
    with pytest.warns(OutcomesWarning, match=r"2 patches worn on one day .1 row: row 0 .*supply"):
        (day,) = mme_per_day(records(PATCH | {"day": 0, "quantity": 10})).itertuples()
    assert day.mme == pytest.approx(600.0)
    (day,) = mme_per_day(records(PATCH | {"day": 0, "quantity": 2})).itertuples()
    assert day.mme == pytest.approx(120.0)


def test_few_tablets_of_a_drug_taken_as_needed_are_no_cause_for_doubt():
    frame = records({"start": 0, "end": 29, "quantity": 10, "as_needed": True})
    assert mme_per_day(frame)["mme"].tolist() == pytest.approx([5.0] * 30)
    assert set(mme_per_day(records({"start": 0, "end": 29, "quantity": 0}))["mme"]) == {0.0}


def test_what_came_back_was_not_taken():
    found = mme_per_day(records({"start": 0, "end": 9, "quantity": 30, "returned": 10}))
    assert found["mme"].tolist() == pytest.approx([30.0] * 10)


def test_a_diary_day_without_entry_is_unknown_and_a_zero_is_none():
    diary = records(*({"day": day, "quantity": q} for day, q in [(0, 2), (1, 0), (2, 2), (5, 2)]))
    week = mme_per_day(diary, window=(0, 6))
    assert week["mme"].tolist() == pytest.approx(
        [30, 0, 30, np.nan, np.nan, 30, np.nan], nan_ok=True
    )
    assert week["opioids"].tolist() == ["oxycodone", "", "oxycodone", "", "", "oxycodone", ""]
    (mean,) = mme_per_day(diary, denominator="window", window=(0, 6)).itertuples()
    assert (mean.mme, mean.days, mean.reason) == (22.5, 4, "")
    (few,) = mme_per_day(diary, denominator="window", window=(0, 6), min_days=5).itertuples()
    assert np.isnan(few.mme)
    assert few.reason == "too few diary days"


def test_supply_outside_the_window_does_not_count_and_nobody_is_forgotten():
    frame = records({"day": -10, "quantity": 30, "days_supply": 30})
    found = mme_per_day(frame, denominator="window", window=(0, 27), subjects=["1", "2"])
    assert found["mme"].tolist() == pytest.approx([15 * 20 / 28, 0.0])
    assert found["opioids"].tolist() == ["oxycodone", ""]
    none = mme_per_day(frame, denominator="on_therapy_days", window=(50, 60))
    assert none["reason"].tolist() == ["no opioid days"]
    assert none["mme"].isna().all()


def test_an_unknown_dose_makes_an_average_unknown():
    frame = records({"day": 0, "dose": np.nan}, {"day": 40}, quantity=30, days_supply=30)
    for denominator in ("days_supply", "on_therapy_days", "window", "maximum_day"):
        found = mme_per_day(frame, denominator=denominator, window=(0, 99))
        assert found["mme"].isna().all()
        assert found["reason"].tolist() == ["dose missing"]


@pytest.mark.parametrize(
    ("window", "error"),
    [
        ((0.5, 3), SpecificationError),
        ((pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-05")), SpecificationError),
        ((0,), SpecificationError),
        (pd.DataFrame({"subject": ["1"], "first_day": [0.5], "last_day": [3]}), DataError),
        (pd.DataFrame({"subject": ["1"], "first_day": ["0"], "last_day": [3]}), DataError),
    ],
)
def test_a_window_without_whole_days_is_refused(window, error):
    with pytest.raises(error, match="whole numbers"):
        mme_per_day(records({"day": 0, "quantity": 2}), window=window)


def test_each_subject_can_have_its_own_window():
    own = pd.DataFrame({"subject": [7, 9], "first_day": [0, 5], "last_day": [9, 6]})
    frame = records({"subject": 7}, day=0, quantity=5, days_supply=5)
    found = mme_per_day(frame, denominator="window", window=own)
    assert found["mme"].tolist() == pytest.approx([7.5, 0.0])
    with pytest.raises(DuplicateRecordError, match="repeat a subject"):
        mme_per_day(frame, window=pd.concat([own, own]))


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"factor_set": "cdc2020"}, "cdc2022, cdc2016, heal2025"),
        ({"denominator": "days"}, "one of calendar_day"),
        ({"denominator": "window"}, "needs window"),
        ({"overlap": "both"}, "carry_over"),
        ({"subjects": ["1"]}, "needs window"),
    ],
)
def test_unknown_options_are_refused(options, match):
    with pytest.raises(SpecificationError, match=match):
        mme_per_day(records({"day": 0, "quantity": 1}), **options)


dispensings = st.lists(
    st.tuples(
        st.sampled_from(["oxycodone", "morphine", "methadone"]),
        st.sampled_from([5.0, 20.0]),
        st.integers(-20, 40),
        st.integers(2, 15),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=5,
)


def as_records(supplies):
    return records(
        *(
            {"drug": drug, "dose": dose, "day": day, "days_supply": n, "quantity": a_day * n}
            for drug, dose, day, n, a_day in supplies
        )
    )


def split(supplies, data, *, later):
    """Each supply in two that follow each other, the second dispensed then or on the same day."""
    parts = []
    for drug, dose, day, n, a_day in supplies:
        cut = data.draw(st.integers(1, n - 1))
        second = day + cut if later else day
        parts += [(drug, dose, day, cut, a_day), (drug, dose, second, n - cut, a_day)]
    return parts


@PLENTY
@given(dispensings, st.data(), st.sampled_from(["cdc2022", "cdc2016"]))
def test_splitting_a_dispensing_in_time_changes_nothing(supplies, data, key):
    parts = split(supplies, data, later=True)
    for overlap in ("carry_over", "add"):
        whole = mme_per_day(as_records(supplies), key, overlap=overlap, window=(-30, 150))
        halves = mme_per_day(as_records(parts), key, overlap=overlap, window=(-30, 150))
        if overlap == "add" or len({(d, s) for d, s, *_ in supplies}) == len(supplies):
            pd.testing.assert_frame_equal(whole, halves)
        assert whole["mme"].sum() == pytest.approx(halves["mme"].sum()) or key == "cdc2016"


@PLENTY
@given(dispensings, st.data())
def test_a_dispensing_handed_out_in_two_boxes_on_one_day_is_one(supplies, data):
    one_each = list({(drug, dose): (drug, dose, *rest) for drug, dose, *rest in supplies}.values())
    boxes = split(one_each, data, later=False)
    for denominator in ("calendar_day", "days_supply", "on_therapy_days", "window", "maximum_day"):
        whole = mme_per_day(as_records(one_each), denominator=denominator, window=(-30, 99))
        halves = mme_per_day(as_records(boxes), denominator=denominator, window=(-30, 99))
        pd.testing.assert_frame_equal(whole, halves)


@PLENTY
@given(st.integers(1, 29), st.sampled_from(["calendar_day", "on_therapy_days", "window"]))
def test_a_regimen_in_two_records_at_a_time_is_one(tablets, denominator):
    span = {"start": 0, "end": 29}
    whole = mme_per_day(records(span | {"quantity": 30}), denominator=denominator, window=(0, 59))
    two = records(span | {"quantity": tablets}, span | {"quantity": 30 - tablets})
    halves = mme_per_day(two, denominator=denominator, window=(0, 59))
    pd.testing.assert_frame_equal(whole, halves)


def slow_mme(supplies):
    """Walk through the days: supplies of a product queue, products add (cdc2022).

    Of supplies of one day the shortest comes first, then the smallest dose a day.
    """
    factor = {"oxycodone": 1.5, "morphine": 1.0, "methadone": 4.7}
    mme, free = {}, {}
    for drug, dose, day, n, a_day in sorted(supplies, key=lambda s: s[2:]):
        start = max(day, free.get((drug, dose), day))
        free[drug, dose] = start + n
        for at in range(start, start + n):
            mme[at] = mme.get(at, 0.0) + factor[drug] * dose * a_day
    return mme


@PLENTY
@given(dispensings)
def test_the_calendar_equals_a_walk_through_the_days(supplies):
    found = mme_per_day(as_records(supplies))
    expected = slow_mme(supplies)
    assert found["day"].tolist() == sorted(expected)
    assert found["mme"].tolist() == pytest.approx([expected[day] for day in sorted(expected)])


@PLENTY
@given(dispensings, st.randoms())
def test_the_order_of_the_records_does_not_matter(supplies, random):
    frame = as_records(supplies)
    shuffled = list(frame.index)
    random.shuffle(shuffled)
    pd.testing.assert_frame_equal(mme_per_day(frame), mme_per_day(frame.loc[shuffled]))


def test_of_two_supplies_of_one_day_the_smaller_dose_comes_first():
    supplies = [("oxycodone", 5.0, 0, 2, 2), ("oxycodone", 5.0, 0, 2, 1)]
    for either in (supplies, supplies[::-1]):
        assert mme_per_day(as_records(either))["mme"].tolist() == [7.5, 7.5, 15.0, 15.0]


def test_records_are_left_as_they_were():
    before = TWO.copy()
    mme_per_day(TWO)
    pd.testing.assert_frame_equal(TWO, before)


@pytest.mark.parametrize("denominator", ["calendar_day", "window"])
def test_a_trial_without_any_opioid_has_zeros(denominator):
    none = records({"day": 0, "quantity": 1, "days_supply": 1}).iloc[:0]
    found = mme_per_day(none, denominator=denominator, window=(0, 2), subjects=["1", "2"])
    assert set(found["mme"]) == {0.0}
    assert set(found["subject"]) == {"1", "2"}


def test_dates_count_as_days_and_come_back_as_dates():
    # Over the end of February of a leap year.
    zero = pd.Timestamp("2024-02-26")
    frame = records(
        {"day": 0, "quantity": 12, "days_supply": 6, "end": None},
        {"day": 3, "quantity": 12, "days_supply": None, "end": 5},
    )
    dated = frame.assign(
        day=zero + pd.to_timedelta(frame["day"], "D"), end=zero + pd.to_timedelta(frame["end"], "D")
    )
    days, dates = mme_per_day(frame), mme_per_day(dated)
    assert dates["day"].tolist() == [zero + pd.Timedelta(days=day) for day in days["day"]]
    pd.testing.assert_frame_equal(dates.drop(columns="day"), days.drop(columns="day"))
    assert dates["day"].iloc[-1] == pd.Timestamp("2024-03-02")

    wide = {"denominator": "window", "subjects": ["1", "2"]}
    found = mme_per_day(dated, window=(zero.date(), pd.Timestamp("2024-03-06")), **wide)
    expected = mme_per_day(frame, window=(0, 9), **wide)
    assert found["first_day"].tolist() == [zero, zero]
    pd.testing.assert_frame_equal(found[["mme", "days"]], expected[["mme", "days"]])
    own = pd.DataFrame({"subject": ["1"], "first_day": [zero], "last_day": [zero]})
    assert mme_per_day(dated, window=own)["mme"].tolist() == [30.0]


@pytest.mark.parametrize(
    ("dates", "window", "error", "match"),
    [
        ({"start": ["2024-03-01 08:00"]}, None, DataError, "start: 1 row with a time of day"),
        ({"start": ["2024-03-01 00:00+00:00"]}, None, DataError, "time zone"),
        ({"start": ["2024-03-01"], "end": 3}, None, SchemaError, "start.*dates, and end something"),
        ({"start": ["2024-03-01"]}, (0, 6), SpecificationError, "give two dates"),
        (
            {"start": ["2024-03-01"]},
            {"first_day": 0, "last_day": 6},
            SpecificationError,
            "no dates",
        ),
    ],
)
def test_dates_that_do_not_say_a_day_are_refused(dates, window, error, match):
    frame = records({"quantity": 2, "end": pd.Timestamp("2024-03-02")})
    frame = frame.assign(**dates | {"start": pd.to_datetime(dates["start"])})
    if isinstance(window, dict):
        window = pd.DataFrame({"subject": ["1"], **window})
    with pytest.raises(error, match=match):
        mme_per_day(frame, window=window)
