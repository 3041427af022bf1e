"""From a study file to a validated trial."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from outcomes.errors import SchemaError
from outcomes.trial.frames import known_subject, one_record, present, sound
from outcomes.trial.io.columns import Records
from outcomes.trial.io.diary import read_diary
from outcomes.trial.io.files import read_files
from outcomes.trial.io.measures import read_measures
from outcomes.trial.io.scores import empty_scores, score_instruments
from outcomes.trial.io.study_file import read_study
from outcomes.trial.io.subjects import read_subjects
from outcomes.trial.io.visits import SET_ASIDE, check_visits_appear, read_visits, whole_days
from outcomes.trial.problems import Problems
from outcomes.trial.study import Analysis, Study
from outcomes.trial.trial import InputFile, Trial


def load_trial(path: str | Path, analysis_types: Sequence[type[Analysis]]) -> Trial:
    """Read a study file and all the data it declares.

    Parameters
    ----------
    path : str or Path
        The study file; its data files are relative to its folder, or to the folder that an
        environment variable names.
    analysis_types : sequence of types
        The kinds of analysis the study file may declare.

    Returns
    -------
    Trial
        Sorted, so that the order of rows in the files does not matter.

    Raises
    ------
    SpecificationError
        If the study file is not well formed or contradicts itself, or a file is not there.
    SchemaError
        If a file cannot be read, or columns are absent or not numbers where they must be.
    DataError
        If the data contradict the study file. All problems of all files come in one error, with
        the lines of the file; it is a `DuplicateRecordError`, `UnknownVisitError` or
        `ResponseError` where they are all of that kind.
    """
    path = Path(path)
    study = read_study(path, analysis_types)
    records, sources = read_files(study.data, path.parent)
    content = path.read_bytes()
    declared = InputFile(
        role="study", name=path.name, sha256=hashlib.sha256(content).hexdigest(), rows=0
    )
    return build_trial(study, records, (declared, *sources))


def build_trial(
    study: Study, records: Mapping[str, Records], sources: tuple[InputFile, ...] = ()
) -> Trial:
    """Validate the records of a study and score them; raises as `load_trial` does."""
    problems = Problems()
    subjects = read_subjects(study, records, problems)
    at_visits, set_aside = _at_visits(study, records, problems)
    responses = pd.DataFrame(columns=["subject", "visit", "day"])
    scores: list[pd.DataFrame] = []
    if "responses" in at_visits:
        kept = at_visits["responses"]
        responses, scores = score_instruments(study, records["responses"], kept, problems)
    if "measures" in at_visits:
        scores += read_measures(study, records["measures"], at_visits["measures"], problems)
    others = {
        role: _other(records.get(role), records["subjects"], problems)
        for role in ("medication", "events", "adherence")
    }
    diary = read_diary(study, records, problems)
    problems.refuse()
    return Trial(
        study=study,
        subjects=subjects,
        responses=responses.reset_index(drop=True),
        scores=_validated(pd.concat(scores, ignore_index=True) if scores else empty_scores()),
        set_aside=set_aside,
        diary=diary,
        sources=sources,
        **others,
    )


def _at_visits(
    study: Study, records: Mapping[str, Records], problems: Problems
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Read records of visits by role, and list those set aside, each once."""
    ids = records["subjects"].frame["subject"]
    kept, aside = {}, []
    for role in ("responses", "measures"):
        if role in records:
            kept[role], outside = read_visits(study, records[role], ids, problems)
            aside.append(outside)
    check_visits_appear(study, [*kept.values(), *aside], problems)
    listed = [each for each in aside if not each.empty]
    if not listed:
        return kept, pd.DataFrame(columns=list(SET_ASIDE))
    together = pd.concat(listed).rename_axis("line").reset_index()
    # Two roles may read one file, and then list the same line of it.
    once = together.drop_duplicates(["file", "line"]).drop(columns="line")
    return kept, once.sort_values(["file", "subject", "visit", "day"], ignore_index=True)


def _other(records: Records | None, subjects: Records, problems: Problems) -> pd.DataFrame:
    """Read records that are not bound to visits, sorted by subject, day and all else."""
    if records is None:
        return pd.DataFrame(columns=["subject"])
    rules = [present("subject"), known_subject(subjects.frame["subject"], subjects.name)]
    frame = sound(records.frame, rules, records.name, problems)
    if "day" in frame.columns:
        frame = frame.assign(day=whole_days(frame, records.name, problems))
    first = [column for column in ("subject", "day") if column in frame.columns]
    order = [*first, *(column for column in frame.columns if column not in first)]
    return frame.sort_values(order, ignore_index=True) if len(frame) else frame


def _validated(scores: pd.DataFrame) -> pd.DataFrame:
    """Hold the common currency to its contract once more, whatever it was made from."""
    problems = Problems()
    keys = ("subject", "visit", "instrument", "scale")
    sound(scores, [one_record(*keys), *(present(key) for key in keys)], "scores", problems)
    if not scores["score"].notna().eq(scores["status"] == "scored").all():
        problems.add(SchemaError, "scores: a status contradicts its score.")
    problems.refuse()
    return scores
