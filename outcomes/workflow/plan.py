"""From the reports a study file declares to runs that are checked before any of them starts."""

from __future__ import annotations

import ast
import hashlib
import itertools
import json
import os
import re
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from outcomes.analyses.plan import planned
from outcomes.errors import SpecificationError
from outcomes.stats.mmrm.structures import STRUCTURES
from outcomes.trial.study import Analysis, ReportEntry, Study
from outcomes.trial.trial import Trial
from outcomes.workflow.fingerprint import Fingerprint, fingerprint, run_key
from outcomes.workflow.notebook import code_cells, content_hash, read_notebook
from outcomes.workflow.parameters import Value, notebook_parameters, read_value
from outcomes.workflow.shared_names import did_you_mean

#: Longest name of a run's folder; file systems allow 255 bytes, archives often fewer.
LONGEST_SLUG = 90


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedRun:
    """One report to be made: a notebook, the values it runs with, and what identifies it.

    `parameters` are those given, without `study`; `filled` are all of them. `slug` names the
    run's folder; `rerun` is the command that makes the report again. `analysis` is the one the
    notebook will run, None where it runs none. `reads_batch` marks a report on the other reports
    of its batch: its notebook has a parameter `batch`.
    """

    notebook: Path
    study: Path
    parameters: Mapping[str, Value]
    filled: Mapping[str, Value]
    slug: str
    key: str
    rerun: str
    software: Fingerprint
    analysis: Analysis | None
    reads_batch: bool = False

    @property
    def title(self) -> str:
        """The run in words, where no report says its own title."""
        values = ", ".join(f"{name} {value}" for name, value in self.parameters.items())
        return f"{self.notebook.stem}{f': {values}' if values else ''}"


def plan_runs(trial: Trial, study: Path, notebooks: Path) -> tuple[PlannedRun, ...]:
    """Check and list every run that the study file's reports ask for, in their order.

    Raises
    ------
    SpecificationError
        With every complaint about every report, before anything runs.
    """
    runs, complaints = [], []
    for number, entry in enumerate(trial.study.reports, start=1):
        try:
            runs += [
                plan_run(trial, study, notebooks / _file_name(entry), parameters)
                for parameters in _grid(entry)
            ]
        except SpecificationError as error:
            complaints.append(f"report {number} ({entry.notebook}): {error}")
    slugs = Counter(run.slug for run in runs)
    complaints += [f"{slug} is listed {n} times" for slug, n in slugs.items() if n > 1]
    if not trial.study.reports:
        complaints.append("it declares no reports; list them under `reports:`")
    if complaints:
        raise SpecificationError("\n".join([f"{study}: nothing was run.", *complaints]))
    return tuple(runs)


def plan_run(
    trial: Trial,
    study: Path,
    notebook: Path,
    parameters: Mapping[str, Any],
    typed: Mapping[str, str] | None = None,
) -> PlannedRun:
    """Check one run against its notebook and the study, without starting a kernel.

    Raises
    ------
    SpecificationError
        If the notebook does not declare these parameters, or the study does not declare the
        analysis, instrument, visit … they name.
    """
    content = read_notebook(notebook)
    declared = notebook_parameters(content, notebook.name)
    if "study" not in declared.names:
        raise SpecificationError(f"{notebook.name} has no parameter `study`, so it cannot be run.")
    if "study" in parameters:
        raise SpecificationError("`study` is the plan itself; leave it out of the parameters.")
    values = declared.check(parameters, typed)
    reads_batch = "batch" in declared.names
    _check_names(trial.study, values, notebook.name)
    analysis = _analysis(trial, content, declared.filled(values))
    software = fingerprint(notebook.resolve().parent)
    return PlannedRun(
        notebook=notebook,
        study=study,
        parameters=values,
        filled=declared.filled(
            {
                **({"batch": "this batch"} if reads_batch else {}),
                **values,
                "study": _seen_from_notebook(notebook, study),
            }
        ),
        slug=slug(notebook.stem, values),
        key=run_key(
            notebook_sha256=content_hash(content),
            study=trial.study,
            parameters=declared.filled({**values, "study": None}),
            inputs=trial.sources,
            software=software,
        ),
        rerun=rerun_command(notebook, study, values),
        software=software,
        analysis=analysis,
        reads_batch=reads_batch,
    )


def slug(stem: str, parameters: Mapping[str, Value]) -> str:
    """Name the folder of a run, in characters that every file system takes.

    Where that loses something, a part of the parameters' hash keeps names apart.

    Examples
    --------
    >>> slug("03_primary_mmrm", {"instrument": "odi"})
    '03_primary_mmrm-instrument-odi'
    >>> slug("03_primary_mmrm", {"instrument": "ODI total"})
    '03_primary_mmrm-instrument-odi_total-67754173'
    """
    plain = "-".join([stem, *(f"{name}-{value}" for name, value in parameters.items())])
    safe = re.sub(r"[^a-z0-9._-]+", "_", plain.lower())
    if safe == plain and len(safe) <= LONGEST_SLUG:
        return safe
    digest = hashlib.sha256(json.dumps([stem, dict(parameters)]).encode()).hexdigest()
    return f"{safe[: LONGEST_SLUG - 9]}-{digest[:8]}"


def rerun_command(notebook: Path, study: Path, values: Mapping[str, Value]) -> str:
    """Write the command that repeats a run, typed in the folder above the notebook's.

    Paths within that folder are relative to it; of others only the name is said.
    """
    words = ["outcomes", "run", _seen_from_project(notebook, notebook)]
    words += ["--study", _seen_from_project(notebook, study)]
    for name, value in values.items():
        words += ["-p" if read_value(str(value)) == value else "-r", name, str(value)]
    return shlex.join(words)


def _file_name(entry: ReportEntry) -> str:
    return entry.notebook if entry.notebook.endswith(".ipynb") else f"{entry.notebook}.ipynb"


def _grid(entry: ReportEntry) -> Iterator[dict[str, Any]]:
    if twice := set(entry.parameters) & set(entry.matrix):
        raise SpecificationError(f"{', '.join(sorted(twice))} is in `parameters` and in `matrix`.")
    for values in itertools.product(*entry.matrix.values()):
        yield {**entry.parameters, **dict(zip(entry.matrix, values, strict=True))}


def _check_names(study: Study, values: Mapping[str, Value], notebook: str) -> None:
    """Refuse names that neither the study file nor the package declares."""
    declared = {
        "analysis": [analysis.id for analysis in study.analyses],
        "instrument": [*study.instruments, *(measure.name for measure in study.measures)],
        "estimand": [estimand.id for estimand in study.estimands],
        "population": [population.id for population in study.design.populations],
        "visit": [visit.id for visit in study.design.follow_up],
        "covariance": list(STRUCTURES),
    }
    complaints = [
        f"{name} {value!r} is not known; {did_you_mean(str(value), declared[name])}"
        for name, value in values.items()
        if name in declared and value is not None and value not in declared[name]
    ]
    if complaints:
        raise SpecificationError("\n".join(f"Parameters of {notebook}: {c}" for c in complaints))


def _analysis(trial: Trial, notebook: NotebookNode, filled: Mapping[str, Value]) -> Analysis | None:
    """Ask for the analysis as the notebook will, so that what it refuses is refused now."""
    found = None
    for call in _calls(notebook, "planned"):
        passed = {
            keyword.arg: _passed(keyword.value, filled)
            for keyword in call.keywords
            if keyword.arg and _is_known(keyword.value, filled)
        }
        if len(call.args) > 1 and _is_known(call.args[1], filled):
            passed["analysis"] = _passed(call.args[1], filled)
        found = planned(trial, **passed)
    return found


def _calls(notebook: NotebookNode, name: str) -> Iterator[ast.Call]:
    for cell in code_cells(notebook):
        try:
            tree = ast.parse(cell.source)
        except SyntaxError:  # IPython's own syntax, which no call of ours is written in
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", None) == name:
                yield node


def _is_known(node: ast.expr, filled: Mapping[str, Value]) -> bool:
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id in filled)


def _passed(node: ast.expr, filled: Mapping[str, Value]) -> Any:
    return node.value if isinstance(node, ast.Constant) else filled[ast.unparse(node)]


def _seen_from_notebook(notebook: Path, study: Path) -> str:
    return Path(os.path.relpath(study.resolve(), notebook.resolve().parent)).as_posix()


def _seen_from_project(notebook: Path, path: Path) -> str:
    project, path = notebook.resolve().parent.parent, path.resolve()
    return path.relative_to(project).as_posix() if path.is_relative_to(project) else path.name
