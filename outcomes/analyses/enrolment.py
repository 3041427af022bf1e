"""Enrolment: from the people assessed to those randomised, against the data's own counts."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from outcomes.analyses.result import Note
from outcomes.analyses.setting import Compared
from outcomes.errors import DataError
from outcomes.trial.study import Enrolment
from outcomes.trial.trial import Trial

COLUMNS = ["step", "n"]


def enrolment(who: Compared) -> pd.DataFrame:
    """Count who was assessed, who was excluded for which reason, and who was randomised.

    Returns
    -------
    DataFrame
        step, n in printing order: ``"assessed for eligibility"``, ``"excluded: …"`` by reason, as
        the study file declares them, and ``"randomised"``, as the data hold them.
    """
    declared = who.design.enrolment or Enrolment()
    rows = [("randomised", len(who.randomised))]
    if declared.assessed is not None:
        excluded = [(f"excluded: {reason}", n) for reason, n in declared.excluded.items()]
        rows = [("assessed for eligibility", declared.assessed), *excluded, *rows]
    return pd.DataFrame(rows, columns=COLUMNS)


def enrolment_notes(trial: Trial, who: Compared) -> list[Note]:
    """Warn, in a draft, of numbers that do not add up.

    Raises
    ------
    DataError
        They do not add up and the study file calls the trial final.
    """
    wrong = list(_contradictions(who))
    if not wrong:
        return []
    text = (
        f"{' '.join(wrong)} Correct design.enrolment in the study file, or the subjects file if "
        "patients are missing from it."
    )
    if trial.study.about.status == "final":
        raise DataError(f"The flow of patients does not add up. {text}")
    return [Note(kind="warning", title="Flow of patients does not add up", text=text)]


def _contradictions(who: Compared) -> Iterator[str]:
    """Say what the declared numbers and the data disagree about."""
    declared = who.design.enrolment
    if declared is None:
        return
    here = who.randomised["arm"].value_counts()
    for arm in who.arms:
        listed = declared.randomised.get(arm.id)
        if listed is not None and listed != here[arm.id]:
            yield (
                f"The randomisation list has {listed} patients of {arm.label}, the data "
                f"{here[arm.id]}."
            )
    everybody = len(who.design.arms) == len(who.arms)
    excluded = sum(declared.excluded.values())
    if declared.assessed is None or not everybody:
        return
    if declared.assessed - excluded != len(who.randomised):
        yield (
            f"Of {declared.assessed} people assessed {excluded} were excluded, which leaves "
            f"{declared.assessed - excluded}; the data hold {len(who.randomised)} randomised."
        )
