"""The flow of patients through a trial by arm: every stage accounts for everybody randomised."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from outcomes.analyses.exposure import sessions_attended
from outcomes.analyses.outcome import outcome_named
from outcomes.analyses.population import in_population
from outcomes.analyses.result import Note
from outcomes.analyses.setting import Compared
from outcomes.errors import DataError
from outcomes.trial.study import OutcomeAnalysis
from outcomes.trial.trial import Trial

COLUMNS = ["part", "stage", "step", "arm", "n"]
NO_REASON = "reason not recorded"


def patient_flow(trial: Trial, who: Compared) -> pd.DataFrame:
    """Count where the patients of each arm stand at each stage.

    Parameters
    ----------
    trial : Trial
        Its scores, its adherence records and its declared columns of withdrawal.
    who : Compared
        The arms, and everybody randomised to them.

    Returns
    -------
    DataFrame
        part (``"randomised"``, ``"treatment"``, ``"follow_up"``, ``"visit"``, ``"outcome"``,
        ``"population"``), stage (what the steps divide; a visit, primary analysis or population by
        its id), step, arm, n, in printing order. The steps of a stage add up to the patients
        randomised to the arm; parts without records are absent, as is an arm without sessions
        from ``"treatment"``.

    Raises
    ------
    DataError
        The steps of a stage do not add up.
    """
    placed = [
        ("randomised", "randomised", "randomised", who.randomised["arm"]),
        *_treatment(trial, who),
        *_withdrawals(who),
        *_visits(trial, who),
        *_primary_outcomes(trial, who),
        *_populations(who),
    ]
    rows = [
        {"part": part, "stage": stage, "step": step, "arm": arm.id, "n": int((of == arm.id).sum())}
        for part, stage, step, of in placed
        for arm in who.arms
    ]
    flow = pd.DataFrame(rows, columns=COLUMNS)
    with_sessions = set(sessions_attended(trial, who)["arm"])
    flow = flow[(flow["part"] != "treatment") | flow["arm"].isin(with_sessions)]
    check_patient_flow(flow)
    return flow.reset_index(drop=True)


def check_patient_flow(flow: pd.DataFrame) -> None:
    """Refuse a flow in which the steps of a stage are not all the patients of an arm.

    Raises
    ------
    DataError
        With the stages and arms concerned, and both numbers.
    """
    randomised = flow[flow["part"] == "randomised"].set_index("arm")["n"]
    found = flow.groupby(["part", "stage", "arm"], sort=False, as_index=False)["n"].sum()
    wrong = [
        f"{stage} ({arm}): {n} of {randomised[arm]}"
        for stage, arm, n in zip(found["stage"], found["arm"], found["n"], strict=True)
        if n != randomised[arm]
    ]
    if wrong:
        raise DataError(
            f"The flow of patients does not add up at {len(wrong)} stages: {', '.join(wrong[:3])}. "
            "The steps of a stage must hold every patient randomised to the arm just once."
        )


Placed = tuple[str, str, str, "pd.Series[str]"]


def _treatment(trial: Trial, who: Compared) -> Iterator[Placed]:
    sessions = sessions_attended(trial, who)
    if sessions.empty:
        return
    attended = who.randomised["subject"].map(sessions.set_index("subject")["attended"])
    arm = who.randomised["arm"]
    for step, here in (
        ("started (at least one session)", attended > 0),
        ("did not start (no session)", ~(attended > 0)),
    ):
        yield "treatment", "allocated treatment", step, arm[here]


def withdrawal_reasons(who: Compared) -> pd.Series[str] | None:
    """Reason of each patient who withdrew, missing for those who did not; None if not declared."""
    declared = who.design.withdrawal
    if declared is None:
        return None
    reason = who.randomised[declared.reason].astype(object)
    if declared.day is not None:
        dated = who.randomised[declared.day].notna()
        reason = reason.where(reason.notna() | ~dated, NO_REASON)
    return reason


def _withdrawals(who: Compared) -> Iterator[Placed]:
    reason, arm = withdrawal_reasons(who), who.randomised["arm"]
    if reason is None:
        return
    yield "follow_up", "follow-up", "no withdrawal recorded", arm[reason.isna()]
    for each in (
        reason.value_counts().sort_index().sort_values(ascending=False, kind="stable").index
    ):
        yield "follow_up", "follow-up", f"withdrew: {each}", arm[reason == each]


def seen_at(trial: Trial, who: Compared, visit: str) -> pd.Series[bool]:
    """Whether each patient randomised has at least one score at a visit."""
    scores = trial.visit_scores
    scored = scores.loc[scores["score"].notna() & (scores["visit"] == visit), "subject"]
    return who.randomised["subject"].isin(scored)


def withdrawn_by(who: Compared, day: int) -> pd.Series[bool]:
    """Whether each patient randomised withdrew on a day or before; never without a day."""
    declared = who.design.withdrawal
    if declared is None or declared.day is None:
        return pd.Series(False, index=who.randomised.index)
    return pd.Series(
        np.asarray(who.randomised[declared.day], dtype=float) <= day, index=who.randomised.index
    )


def _visits(trial: Trial, who: Compared) -> Iterator[Placed]:
    arm, declared = who.randomised["arm"], who.design.withdrawal
    for visit in who.design.visits:
        seen, left = seen_at(trial, who, visit.id), withdrawn_by(who, visit.day)
        yield "visit", visit.id, "seen", arm[seen]
        if declared is None or declared.day is None:
            yield "visit", visit.id, "not seen", arm[~seen]
            continue
        yield "visit", visit.id, "not seen, withdrawn by then", arm[~seen & left]
        yield "visit", visit.id, "not seen, not withdrawn", arm[~seen & ~left]


def _primary_outcomes(trial: Trial, who: Compared) -> Iterator[Placed]:
    """Divide patients by the primary outcome they have: at the visit compared, before, or never."""
    arm, scores = who.randomised["arm"], trial.scores[trial.scores["score"].notna()]
    follow_up = [visit.id for visit in who.design.follow_up]
    for each in trial.study.analyses:
        if each.role != "primary" or not isinstance(each, OutcomeAnalysis):
            continue
        outcome = outcome_named(trial.study, each.instrument, each.scale)
        of = scores["instrument"].eq(outcome.instrument) & scores["scale"].eq(outcome.scale)
        visit = each.visit or follow_up[-1]
        at_visit = who.randomised["subject"].isin(
            scores.loc[of & (scores["visit"] == visit), "subject"]
        )
        later = who.randomised["subject"].isin(
            scores.loc[of & scores["visit"].isin(follow_up), "subject"]
        )
        yield "outcome", each.id, "scored at the visit", arm[at_visit]
        yield (
            "outcome",
            each.id,
            "scored at other visits after baseline only",
            arm[later & ~at_visit],
        )
        yield "outcome", each.id, "not scored after baseline", arm[~later]


def _populations(who: Compared) -> Iterator[Placed]:
    for population in who.design.populations:
        inside = in_population(who.randomised, population)
        yield "population", population.id, "included", who.randomised.loc[inside, "arm"]
        yield "population", population.id, "not included", who.randomised.loc[~inside, "arm"]


def flow_notes(trial: Trial, who: Compared) -> list[Note]:
    """Say which parts of the flow the data cannot give, and what in them does not fit together."""
    notes = []
    if sessions_attended(trial, who).empty:
        notes.append(_left_out("attendance", "treatment received", "adherence file"))
    declared = who.design.withdrawal
    if declared is None:
        notes.append(_left_out("withdrawal", "withdrawals", "withdrawal in its design"))
    elif declared.day is not None:
        undated = withdrawal_reasons(who).notna() & who.randomised[declared.day].isna()  # type: ignore[union-attr]
        notes += _count_note(
            undated, "Withdrawals without a day", "withdrew on a day that is not recorded"
        )
    later = pd.Series(False, index=who.randomised.index)
    for visit in who.design.visits:
        later |= seen_at(trial, who, visit.id) & withdrawn_by(who, visit.day)
    notes += _count_note(
        later, "Seen after withdrawal", "have scores at a visit due on or after their withdrawal"
    )
    return notes


def _left_out(what: str, part: str, declare: str) -> Note:
    return Note(
        kind="information",
        title=f"No records of {what}",
        text=f"The study file declares no {declare}, or it holds no records of these arms; "
        f"{part} are left out of the flow."
        if part.endswith("s")
        else f"The study file declares no {declare}, or it holds no records of these arms; {part} "
        "is left out of the flow.",
    )


def _count_note(which: pd.Series[bool], title: str, says: str) -> list[Note]:
    n = int(which.sum())
    text = f"{n} of {len(which)} patients {says}."
    return [Note(kind="warning", title=title, text=text)] if n else []
