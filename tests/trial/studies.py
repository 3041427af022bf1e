"""A small study in files, easy to spoil in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from outcomes.trial.io.read import load_trial
from outcomes.trial.study import Analysis, OutcomeAnalysis
from outcomes.trial.trial import Trial


@dataclass(frozen=True, kw_only=True)
class Comparison(OutcomeAnalysis):
    kind: Literal["comparison"] = "comparison"


@dataclass(frozen=True, kw_only=True)
class Responders(OutcomeAnalysis):
    compares: ClassVar[Literal["score", "response"]] = "response"
    kind: Literal["responders"] = "responders"


@dataclass(frozen=True, kw_only=True)
class Listing(Analysis):
    kind: Literal["listing"] = "listing"
    variables: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()


KINDS = (Comparison, Responders, Listing)

STUDY = """\
about: {id: small, title: A small study}
design:
  arms:
    - {id: usual, label: Usual care, reference: true}
    - {id: yoga, label: Yoga, code: "2"}
  visits:
    - {id: start, label: Start, day: 0, window: [-7, 0], baseline: true}
    - {id: week4, label: Week 4, day: 28, window: [21, 35]}
    - {id: week8, label: Week 8, day: 56, window: [49, 63], code: "8"}
  populations:
    - {id: all, label: All randomised}
    - {id: protocol, label: Per protocol, flag: pp}
  randomisation_factors: [site]
  clusters: {column: group, arms: [yoga]}
data:
  subjects: {file: subjects.csv, columns: {subject: id}, numbers: [age]}
  responses: {file: responses.csv, missing_codes: ["-9", "NA"]}
  measures: {file: measures.csv, columns: {subject: id}, missing_codes: ["NA"]}
  events: {file: events.csv}
seed: 1
instruments: [peg, bpi]
measures:
  - {name: walk, label: Walking, column: metres, higher_is: better, unit: m, source: x,
     range: [0, 900]}
estimands:
  - id: policy
    population: a
    treatment: b
    variable: c
    summary_measure: d
    intercurrent_events: [{event: Rescue, handling: treatment_policy}]
analyses:
  - {id: primary, kind: comparison, instrument: peg, visit: week4, estimand: policy,
     covariates: [age]}
  - {id: table, kind: listing, variables: [age, site], instruments: [peg, bpi/severity, walk]}
reports:
  - notebook: 03_primary
    matrix: {analysis: [primary]}
"""

BPI = [f"bpi_{i}" for i in (3, 4, 5, 6)] + [f"bpi_9{i}" for i in "abcdefg"]
ITEMS = ["peg_1", "peg_2", "peg_3", *BPI]
VISITS = (("start", -1), ("week4", 28), ("8", 57))
SUBJECTS = ("007", "7", "12", "a-1")


def responses() -> list[str]:
    """Lines of responses.csv: answers that differ between subjects and visits."""
    lines = [",".join(["subject", "visit", "day", *ITEMS])]
    for i, subject in enumerate(SUBJECTS):
        for j, (visit, day) in enumerate(VISITS):
            answers = [str((i + 2 * j + k) % 11) for k in range(len(ITEMS))]
            lines.append(",".join([subject, visit, str(day), *answers]))
    return lines


def measures() -> list[str]:
    """Lines of measures.csv."""
    lines = ["id,visit,day,metres"]
    for i, subject in enumerate(SUBJECTS):
        lines += [f"{subject},{visit},{day},{300 + 10 * i + day}" for visit, day in VISITS]
    return lines


def files() -> dict[str, list[str]]:
    """Lines of every file of the study."""
    return {
        "study.yaml": STUDY.splitlines(),
        "subjects.csv": [
            "id,arm,site,age,pp,group",
            "007,usual,1,45,yes,",
            "7,2,1,51.5,no,A",
            "12,usual,2,,yes,",
            "a-1,2,2,38,yes,B",
        ],
        "responses.csv": responses(),
        "measures.csv": measures(),
        "events.csv": ["subject,day,term", "7,3,headache", "007,10,fall"],
    }


def load(folder: Path, content: Mapping[str, list[str]]) -> Trial:
    """Write the files and load the trial."""
    for name, lines in content.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_trial(folder / "study.yaml", KINDS)


def spoiled(name: str, *changes: tuple[str, str]) -> dict[str, list[str]]:
    """Files of the study with texts of one of them replaced, each found exactly once."""
    content = files()
    text = "\n".join(content[name])
    for old, new in changes:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    content[name] = text.split("\n")
    return content
