"""Strategies of an estimand carried out by analyses of a small trial, with answers by hand."""

from dataclasses import replace

import pandas as pd
import pytest

from outcomes.analyses.ancova import Ancova
from outcomes.analyses.effect_size import EffectSize
from outcomes.analyses.plan import analyse
from outcomes.analyses.responder import ResponderDifference
from outcomes.analyses.setting import setting_of
from outcomes.errors import SpecificationError, UnsupportedCombinationError
from outcomes.estimands import Estimand, Handling, IntercurrentEvent, Recorded
from outcomes.trial.study import Design
from tests.analyses.made import DESIGN, PAIN, trial

H, C, W = Handling.HYPOTHETICAL, Handling.COMPOSITE, Handling.WHILE_ON_TREATMENT
# Subject: arm, then scores at start, w4 (day 28), w12 (day 84), w26 (day 182); None is missed.
SCORES = {
    "1": ("usual", 8, 8, 7, 6),
    "2": ("usual", 6, 5, 5, 4),
    "3": ("usual", 9, 8, 8, None),
    "4": ("yoga", 8, 6, 4, 2),
    "5": ("yoga", 6, 5, 3, 3),
    "6": ("yoga", 9, 7, 5, 3),
}
DAYS = {"start": 0, "w4": 28, "w12": 84, "w26": 182}
EVENTS = pd.DataFrame(
    [("2", 90, "rescue"), ("4", 90, "rescue"), ("4", 20, "stopped"), ("6", 84, "stopped")],
    columns=["subject", "day", "term"],
)
PLAIN: Design = replace(DESIGN, randomisation_factors=(), arms=DESIGN.arms[:2])


def small(*events: IntercurrentEvent, measure=PAIN):
    rows = [
        (subject, visit, DAYS[visit], score)
        for subject, (_, *scores) in SCORES.items()
        for visit, score in zip(DAYS, scores, strict=True)
        if score is not None
    ]
    points = pd.DataFrame(rows, columns=["subject", "visit", "day", "score"])
    people = pd.DataFrame({"subject": list(SCORES), "arm": [row[0] for row in SCORES.values()]})
    people["fit"] = ["yes", "yes", "no", "yes", "no", "yes"]
    question = Estimand(
        id="asked",
        population="p",
        treatment="t",
        variable="v",
        summary_measure="s",
        intercurrent_events=events,
    )
    made = trial(
        Ancova(id="a", instrument="pain", estimand="asked"),
        design=PLAIN,
        people=people,
        points=points.assign(instrument="pain", scale="value"),
        measure=measure,
        estimands=(question,),
    )
    return replace(made, events=EVENTS)


def event(term: str, handling: Handling, **more) -> IntercurrentEvent:
    recorded = Recorded(frame="events", where={"term": term})
    return IntercurrentEvent(event=term, handling=handling, recorded=recorded, **more)


def last_scores(made) -> dict[str, float | None]:
    frame = setting_of(made, made.study.analyses[0]).frame
    rows = frame[frame["visit"] == "w26"].set_index("subject")["value"]
    return {subject: None if pd.isna(v) else v for subject, v in rows.items()}


def test_without_a_strategy_scores_stay_as_recorded():
    kept = last_scores(small(event("rescue", Handling.TREATMENT_POLICY)))
    assert kept == {"1": 6, "2": 4, "3": None, "4": 2, "5": 3, "6": 3}


def test_hypothetical_sets_scores_after_the_event_to_missing():
    assert last_scores(small(event("rescue", H))) == {
        **{"1": 6, "2": None, "3": None},
        **{"4": None, "5": 3, "6": 3},
    }


def test_composite_gives_the_declared_score_or_the_worst_of_the_scale():
    assert last_scores(small(event("rescue", C, value=9.5)))["4"] == 9.5
    limited = replace(PAIN, range=(0.0, 10.0))
    found = last_scores(small(event("rescue", C, value="worst"), measure=limited))
    assert (found["2"], found["4"], found["6"]) == (10, 10, 3)
    better = replace(limited, higher_is="better")
    assert last_scores(small(event("rescue", C, value="worst"), measure=better))["2"] == 0
    with pytest.raises(SpecificationError, match="pain score has no limits"):
        last_scores(small(event("rescue", C, value="worst")))


def test_while_on_treatment_takes_the_last_score_before_the_event():
    found = last_scores(small(event("stopped", W)))
    # 4 stopped on day 20, before any visit: the baseline; 6 on the day of week 12, at its end.
    assert (found["4"], found["6"], found["3"]) == (8, 5, None)


def test_of_two_events_the_first_decides():
    both = small(event("rescue", H), event("stopped", W))
    # 4 stopped on day 20 and had rescue on day 90: the last score before stopping counts.
    assert last_scores(both)["4"] == 8
    assert last_scores(both)["2"] is None
    table = setting_of(both, both.study.analyses[0]).intercurrent
    rows = {(row["event"], row["arm"]): row for row in table.to_dict("records")}
    yoga, usual = rows["rescue", "yoga"], rows["rescue", "usual"]
    assert (yoga["n"], yoga["n_governed"], yoga["n_changed"]) == (1, 0, 0)
    assert (usual["n"], usual["n_governed"], usual["n_collected"]) == (1, 1, 1)
    stopped = rows["stopped", "yoga"]
    # 4: weeks 4, 12 and 26, all collected, all changed; 6: week 26, 3 instead of 5.
    assert (stopped["n"], stopped["n_collected"], stopped["n_changed"]) == (2, 4, 4)


def test_a_principal_stratum_known_before_treatment_restricts_the_population():
    told = IntercurrentEvent(event="x", handling=Handling.PRINCIPAL_STRATUM, stratum="fit")
    assert set(last_scores(small(told))) == {"1", "2", "4", "6"}


def test_an_effect_size_rests_on_the_changed_scores():
    made = small(event("stopped", W))
    found = analyse(made, EffectSize(id="g", instrument="pain", estimand="asked"))
    groups = found.groups.set_index("arm")
    # Usual care: 1 and 2 changed by -2. Yoga: 4 by 0, 5 by -3, 6 from 9 to the 5 of week 12.
    assert groups["n"].to_dict() == {"usual": 2, "yoga": 3}
    assert groups.loc["usual", "mean"] == -2
    assert groups.loc["yoga", "mean"] == pytest.approx(-7 / 3)


@pytest.mark.parametrize(
    ("handling", "usual", "yoga"),
    [
        # Improved by 30 %: 2 of usual care and 4, 5, 6 of yoga; 3 has no score.
        (Handling.TREATMENT_POLICY, (1, 3), (3, 3)),
        # Rescue of 2 and 4 is no response, with or without a score.
        (C, (0, 3), (2, 3)),
        # Their scores are missing, which counts as no response here.
        (H, (0, 3), (2, 3)),
        # 2 had 5 of 6 before rescue, 4 had 4 of 8.
        (W, (0, 3), (3, 3)),
    ],
)
def test_responders_after_rescue(handling, usual, yoga):
    made = small(event("rescue", handling))
    responders = ResponderDifference(id="r", instrument="pain", estimand="asked", percent=30)
    counts = analyse(made, responders).counts.set_index("arm")[["responders", "n"]]
    assert (tuple(counts.loc["usual"]), tuple(counts.loc["yoga"])) == (usual, yoga)


def test_a_composite_response_is_counted_where_missing_scores_are_left_out():
    made = small(event("rescue", C))
    left_out = ResponderDifference(
        id="r", instrument="pain", estimand="asked", percent=30, missing="exclude"
    )
    found = analyse(made, left_out)
    counts = found.counts.set_index("arm")[["responders", "n"]]
    # 3 has no score and no event; 2 has rescue and counts.
    assert (tuple(counts.loc["usual"]), tuple(counts.loc["yoga"])) == ((0, 2), (2, 3))
    curve = found.curve.set_index(["arm", "percent"])["responders"]
    assert (curve["usual", 0.0], curve["yoga", 0.0]) == (1, 2)


def test_what_was_done_is_in_the_result_its_notes_methods_and_ard():
    made = small(event("stopped", W))
    found = analyse(made, EffectSize(id="g", instrument="pain", estimand="asked"))
    assert found.intercurrent["n"].sum() == 2
    (note,) = [note for note in found.notes if note.title.startswith("stopped")]
    assert "changed 4 values, 4 of which had been collected" in note.text
    assert "the last one before it" in found.methods[-1]
    rows = found.to_ard().query("context == 'intercurrent_event' and stat_name == 'n_changed'")
    assert dict(zip(rows["group1_level"], rows["stat"], strict=True)) == {"usual": 0, "yoga": 4}


def test_scores_observed_are_counted_as_recorded_not_as_changed():
    made = small(event("rescue", C, value=10.0))
    found = analyse(made, EffectSize(id="g", instrument="pain", estimand="asked"))
    rows = found.observed.query("visit == 'w26'").set_index("arm")
    assert rows["n_observed"].to_dict() == {"usual": 2, "yoga": 3}


def test_a_question_the_analysis_cannot_answer_is_refused():
    made = small(IntercurrentEvent(event="rescue", handling=H))
    with pytest.raises(UnsupportedCombinationError, match="not where its days are found"):
        analyse(made, made.study.analyses[0])
