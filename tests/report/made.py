"""A small made-up trial with a made-up result, and notebooks that show them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import nbformat
import pandas as pd

from outcomes import report
from outcomes.analyses.clusters import no_design_effects
from outcomes.analyses.hypothesis import judge
from outcomes.analyses.mmrm import Mmrm, MmrmResult
from outcomes.analyses.result import Headline, Note, Outcome, Planned, ThresholdUsed
from outcomes.estimands import Estimand, Handling, IntercurrentEvent
from outcomes.report.block import Block
from outcomes.report.provenance import Provenance
from outcomes.trial.study import About, Arm, DataFile, DataFiles, Design, Hypothesis, Study, Visit
from outcomes.trial.trial import InputFile, Trial

SECTIONS = (
    *("header", "headline", "estimand", "planned_and_used", "population", "missing_data"),
    *("results", "figures", "checks", "warnings", "methods"),
)
PROVENANCE = Provenance(
    notebook="03_primary_mmrm.ipynb",
    parameters={"study": "study.yaml", "visit": None, "draft": False},
    run_key="ab" * 32,
    package_version="0.1.0",
    rerun="outcomes run notebooks/03_primary_mmrm.ipynb -p study study.yaml",
    libraries={"numpy": "2.4.0"},
)


def arms(label: str = "Usual care", active: str = "Acupuncture") -> tuple[Arm, Arm]:
    return Arm(id="u", label=label, reference=True), Arm(id="a", label=active)


def visits(label: str = "Month 12") -> tuple[Visit, ...]:
    return (
        Visit(id="b", label="Baseline", day=0, baseline=True),
        Visit(id="m3", label="Month 3", day=91),
        Visit(id="m12", label=label, day=365),
    )


def outcome(label: str = "headache severity", **changes: Any) -> Outcome:
    made = Outcome(
        instrument="head",
        scale="value",
        label=label,
        higher_is="worse",
        unit="points",
        range=(0, 100),
        source="made up",
    )
    return replace(made, **changes)


def headline(**changes: Any) -> Headline:
    reference, active = arms()
    made = Headline(
        quantity="adjusted mean difference",
        outcome="headache severity",
        visit="Month 12",
        active=active,
        reference=reference,
        estimate=-4.7,
        conf_low=-7.171,
        conf_high=-2.229,
        conf_level=0.95,
        p_value=0.0002,
        null=0.0,
        unit="points",
        favours_active="lower",
        hypothesis=Hypothesis(),
        reference_value=22.09,
        active_value=17.39,
    )
    return replace(made, **changes)


def estimand(text: str = "Adults", handling: Handling = Handling.TREATMENT_POLICY) -> Estimand:
    event = IntercurrentEvent(event=text, handling=handling, detail=text)
    return Estimand(
        id="policy",
        population=text,
        treatment=text,
        variable=text,
        summary_measure=text,
        intercurrent_events=(event,),
    )


def trial(title: str = "A trial", *questions: Estimand, **changes: Any) -> Trial:
    design = Design(arms=changes.pop("arms", arms()), visits=changes.pop("visits", visits()))
    study = Study(
        about=About(id="made", title=title, status="final", synthetic=True, data_cut=title),
        design=design,
        data=DataFiles(subjects=DataFile(file="subjects.csv")),
        seed=11,
        estimands=questions or (estimand(),),
    )
    empty = pd.DataFrame()
    frames = dict.fromkeys(("responses", "scores", "medication", "events", "adherence"), empty)
    subjects = pd.DataFrame({"subject": [f"secret-{i}" for i in range(40)]})
    source = InputFile(role="subjects", name="subjects.csv", sha256="cd" * 32, rows=40)
    return Trial(study=study, subjects=subjects, set_aside=empty, sources=(source,), **frames)


def contrasts() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "arm": ["a", "a"],
            "visit": ["m3", "m12"],
            "estimate": [-4.157, -4.7],
            "std_error": [1.229, 1.254],
            "df": [324.4, 297.4],
            "statistic": [-3.382, -3.748],
            "p_value": [0.0008, 0.0002],
            "conf_low": [-6.575, -7.171],
            "conf_high": [-1.739, -2.229],
        }
    )


def means() -> pd.DataFrame:
    estimate = [23.58, 22.09, 19.42, 17.39]
    return pd.DataFrame(
        {
            "arm": ["u", "u", "a", "a"],
            "visit": ["m3", "m12"] * 2,
            "n": [17, 16, 18, 17],
            "estimate": estimate,
            "std_error": [0.89, 0.91, 0.84, 0.86],
            "df": [300.0] * 4,
            "conf_low": [value - 1.8 for value in estimate],
            "conf_high": [value + 1.8 for value in estimate],
        }
    )


def mmrm(text: str | None = None, **changes: Any) -> MmrmResult:
    """An MMRM result; with `text` it stands wherever a label can stand."""
    pair = arms(text, text) if text else arms()
    seen = visits(text) if text else visits()
    score = outcome(text) if text else outcome()
    hypothesis = changes.pop("hypothesis", Hypothesis())
    specification = Mmrm(
        id="primary",
        role="primary",
        title=text,
        instrument="head",
        visit="m12",
        estimand="policy",
        hypothesis=hypothesis,
    )
    made = MmrmResult(
        specification=specification,
        arms=pair,
        visits=seen,
        outcome=score,
        headlines=(
            headline(
                outcome=score.label,
                visit=seen[-1].label,
                reference=pair[0],
                active=pair[1],
                hypothesis=hypothesis,
                threshold=ThresholdUsed(value=3.0, kind=text or "MCID", source=text or "made up"),
            ),
        ),
        flow=pd.DataFrame(
            {
                "stage": ["Randomised"] * 2 + [text or "Score at month 12"] * 2,
                "arm": ["u", "a"] * 2,
                "n": [20, 20, 16, 17],
            }
        ),
        observed=pd.DataFrame(
            {
                "visit": ["b", "b", "m12", "m12"],
                "arm": ["u", "a"] * 2,
                "n_observed": [20, 20, 16, 17],
                "n_missing": [0, 0, 4, 3],
            }
        ),
        planned=(
            Planned(choice=text or "Covariance", planned="a", used=text or "a", reason=text or "r"),
        ),
        notes=(
            Note(kind="warning", title=text or "Look", text=text or "here", beside_headline=True),
            Note(kind="information", title=text or "Read", text=text or "this"),
        ),
        methods=(text or "A model was fitted.",),
        design_effects=no_design_effects(),
        judgements=judge(contrasts(), hypothesis, score, alpha=0.05),
        means=means(),
        contrasts=contrasts(),
        covariance=pd.DataFrame(
            [[4.0, 1.0], [1.0, 9.0]], index=["m3", "m12"], columns=["m3", "m12"]
        ),
        attempts=pd.DataFrame(
            {
                "covariance": ["unstructured"],
                "converged": [True],
                "reason": [text or "gradient zero"],
                "minus_two_log_likelihood": [4727.011],
                "iterations": [5],
            }
        ),
        baseline_mean=25.96,
        formula="value ~ arm",
        residual_quantiles=pd.DataFrame({"theoretical": [-1.0, 0, 1], "observed": [-1.1, 0, 0.9]}),
        n_subjects=35,
        n_observations=68,
    )
    return replace(made, **changes)


def notebook(*outputs: Any) -> nbformat.NotebookNode:
    """An executed notebook with one code cell for each output: blocks, or outputs as they are."""
    v4 = nbformat.v4
    made = v4.new_notebook()
    made.cells.append(v4.new_markdown_cell("# About this notebook\n\nHow to run it."))
    for number, output in enumerate(outputs, start=1):
        cell = v4.new_code_cell(f"show({number})", execution_count=number)
        if isinstance(output, Block):
            data = output._repr_mimebundle_()
            output = v4.new_output("execute_result", data=data, execution_count=number)
        cell.outputs = [output]
        made.cells.append(cell)
    return made


def all_sections(trial: Trial, result: Any) -> list[Block]:
    return [getattr(report, name)(trial, result) for name in SECTIONS]
