"""The command ``outcomes``. Each command imports what it needs, so that help comes at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from outcomes.errors import OutcomesError

if TYPE_CHECKING:
    from outcomes.workflow.batch import Outcome
    from outcomes.workflow.parameters import Value

#: Exit statuses.
SOME_FAILED, REFUSED, LOCKED, INTERRUPTED = 1, 2, 3, 130

app = typer.Typer(
    name="outcomes",
    help="Outcome analysis for trials: check a study, run its reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
batch_app = typer.Typer(help="Run every report a study file asks for.", no_args_is_help=True)
app.add_typer(batch_app, name="batch")
instruments_app = typer.Typer(help="The library of questionnaires.", no_args_is_help=True)
app.add_typer(instruments_app, name="instruments")

Study = Annotated[Path, typer.Argument(help="Study file.", show_default=False)]
Output = Annotated[Path, typer.Option(help="Folder for reports.")]
Notebooks = Annotated[
    Path | None,
    typer.Option(help="Folder of the notebooks. Default: `notebooks` here or above the study."),
]
Timeout = Annotated[
    float | None, typer.Option(min=0.1, help="Seconds after which a run is stopped.")
]


def main() -> None:
    """Run the command line: refusals are one clear message and exit status 2."""
    from outcomes.workflow.environment import skip_slow_import
    from outcomes.workflow.folder import LockedError

    skip_slow_import()
    try:
        app(_joined(sys.argv[1:]))
    except LockedError as error:
        _fail(error, LOCKED)
    except OutcomesError as error:
        _fail(error, REFUSED)


@app.callback(invoke_without_command=True)
def _about(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"outcomes {installed('outcomes-toolkit')}")
        raise typer.Exit


@app.command()
def check(study: Study) -> None:
    """Read a study file and its data, and say what they hold."""
    from outcomes.analyses.plan import read_trial
    from outcomes.workflow.summary import summary

    typer.echo(summary(read_trial(study)))


@app.command()
def simulate(
    design: Annotated[Path, typer.Argument(help="Simulation design.", show_default=False)],
    folder: Annotated[Path, typer.Argument(help="Folder to write to.", show_default=False)],
    seed: Annotated[int | None, typer.Option(help="Instead of the design's seed.")] = None,
    truth: Annotated[bool, typer.Option("--truth", help="Also compute what is true.")] = False,
) -> None:
    """Simulate a trial with a known truth and write its files."""
    from outcomes.simulate import read_design, write_trial, write_truth

    declared = read_design(design)
    for path in write_trial(declared, folder, seed=seed):
        typer.echo(path)
    if truth:
        typer.echo(write_truth(declared, folder))


@app.command("score")
def score_responses(
    key: Annotated[str, typer.Argument(help="Key of an instrument.", show_default=False)],
    responses: Annotated[
        Path,
        typer.Argument(
            help="CSV file of answers.", show_default=False, exists=True, dir_okay=False
        ),
    ],
    id_columns: Annotated[
        list[str] | None,
        typer.Option(
            "--id", metavar="COLUMN", help="Of an administration. Default: subject and visit."
        ),
    ] = None,
    items: Annotated[
        list[str] | None,
        typer.Option("--item", metavar="ITEM=COLUMN", help="Column of an item named otherwise."),
    ] = None,
    missing: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help='What means "no answer", such as 99.')
    ] = None,
    rule: Annotated[
        str | None, typer.Option(help="Missing-item rule the instrument names.")
    ] = None,
    min_fraction: Annotated[
        float | None, typer.Option(help="Prorate from this share of the items, unpublished.")
    ] = None,
    long: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="ITEM ANSWER", help="Columns of item and answer; a row per answer."),
    ] = None,
    experimental: Annotated[
        bool, typer.Option("--experimental", help="Score it though its rule is not verified.")
    ] = False,
    encoding: Annotated[str, typer.Option(help="Of the file.")] = "utf-8",
    separator: Annotated[str, typer.Option(help="Between cells.")] = ",",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="CSV file to write. Default: standard output."),
    ] = None,
) -> None:
    """Score a CSV file of answers. Counts of what was scored and missing go to standard error.

    Exit status: 0 scored, 2 refused and nothing was scored.
    """
    from outcomes.errors import SpecificationError
    from outcomes.workflow.scoring import Request, score_file

    if output is not None and output.exists() and output.samefile(responses):
        raise SpecificationError(f"{output} holds the answers; write the scores elsewhere.")
    request = Request(
        key=key,
        path=responses,
        id_columns=tuple(id_columns or ("subject", "visit")),
        items=dict(_pair("--item", text) for text in items or ()),
        codes=tuple(missing or ()),
        rule=rule,
        min_fraction=min_fraction,
        long=long,
        experimental=experimental,
        encoding=encoding,
        separator=separator,
    )
    scores, notes = score_file(request)
    scores.to_csv(sys.stdout if output is None else output, index=False, lineterminator="\n")
    for note in notes:
        typer.echo(note, err=True)


@app.command()
def params(
    notebook: Annotated[Path, typer.Argument(help="Notebook.", show_default=False)],
) -> None:
    """List the parameters a notebook takes."""
    from outcomes.workflow.parameters import read_parameters
    from outcomes.workflow.shared_names import SHARED_NAMES

    for each in read_parameters(notebook).declared:
        shared = SHARED_NAMES.get(each.name)
        typer.echo(f"{each.name}: {each.annotation} = {each.default!r}")
        typer.echo(f"    {f'{shared.meaning}; ' if shared else ''}allowed: {each.allowed}")


@app.command()
def run(
    notebook: Annotated[Path, typer.Argument(help="Notebook.", show_default=False)],
    study: Annotated[
        Path | None, typer.Option(help="Study file. Default: the one the notebook names.")
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option("-p", metavar="NAME VALUE", help="Parameter: number, True, None or text."),
    ] = None,
    texts: Annotated[
        list[str] | None, typer.Option("-r", metavar="NAME VALUE", help="Parameter kept as text.")
    ] = None,
    timeout: Timeout = None,
    output: Output = Path("reports"),
) -> None:
    """Make one report. The last line is its path.

    Exit status: 0 all is well, 1 the report failed, 2 refused and nothing was run, 3 another
    process is writing the trial's reports, 130 interrupted.
    """
    given = _given(parameters, texts)
    from outcomes.workflow.batch import Options, read_single, run_batch

    single = read_single(notebook, study, *given, output=output)
    outcome = run_batch(single, Options(force=True, timeout=timeout, index=False))
    typer.echo(single.folder / single.runs[0].slug / "report.html")
    raise typer.Exit(_status(outcome))


@batch_app.command("run")
def batch_run(
    study: Study,
    jobs: Annotated[int, typer.Option("-j", "--jobs", min=1, help="Runs at once.")] = 1,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Only reports with this parameter value."),
    ] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only reports that failed.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Also reports that are done.")] = False,
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast", help="Start nothing more after a failure.")
    ] = False,
    timeout: Timeout = None,
    output: Output = Path("reports"),
    notebooks: Notebooks = None,
) -> None:
    """Run what is not done; run again to resume. The last line is the path of the index page.

    Exit status: 0 all is well, 1 some reports failed, 2 the study, its data or a parameter was
    refused and nothing was run, 3 another process is writing this batch, 130 interrupted.
    """
    from outcomes.workflow.batch import Options, read_batch, run_batch

    batch = read_batch(study, output=output, notebooks=notebooks)
    options = Options(
        jobs=jobs,
        only=dict(_pair("--only", text) for text in only or ()),
        failed=failed,
        force=force,
        fail_fast=fail_fast,
        timeout=timeout,
    )
    outcome = run_batch(batch, options)
    if outcome.interrupted:
        typer.echo("Interrupted. What is done is kept; run again to go on.")
    typer.echo(batch.folder / "index.html")
    raise typer.Exit(_status(outcome))


@batch_app.command("plan")
def batch_plan(study: Study, output: Output = Path("reports"), notebooks: Notebooks = None) -> None:
    """List the runs with what a batch would do with each; nothing is executed or written."""
    from outcomes.workflow.batch import read_batch

    batch = read_batch(study, output=output, notebooks=notebooks)
    for each in batch.runs:
        found = batch.state(each)
        typer.echo(f"{'done' if found == 'done' else f'run ({found})':14} {each.slug}")


@batch_app.command("status")
def batch_status(
    study: Study, output: Output = Path("reports"), notebooks: Notebooks = None
) -> None:
    """Say how many runs are done, and why others failed; nothing is executed or written.

    Exit status: 0 all are done, 1 some are not.
    """
    from outcomes.workflow.batch import read_batch
    from outcomes.workflow.folder import read_run

    batch = read_batch(study, output=output, notebooks=notebooks)
    states = {each.slug: batch.state(each) for each in batch.runs}
    for slug, found in states.items():
        record = read_run(batch.folder / slug) or {}
        cause = record.get("error", {}).get("cause", "") if found == "failed" else ""
        typer.echo(f"{found:9} {slug}  {cause}".rstrip())
    done = sum(found == "done" for found in states.values())
    typer.echo(f"{done} of {len(states)} reports are done.")
    raise typer.Exit(0 if done == len(states) else SOME_FAILED)


@instruments_app.command("list")
def instruments_list(
    topic: Annotated[str | None, typer.Option(help="Only this topic, such as pain.")] = None,
) -> None:
    """List the instruments that can be scored."""
    from rich.console import Console

    from outcomes.workflow.instrument_pages import listing

    Console().print(listing(topic))


@instruments_app.command("show")
def instruments_show(
    key: Annotated[str, typer.Argument(help="Key of an instrument.", show_default=False)],
) -> None:
    """Show what an instrument needs, how it scores, its thresholds and rights."""
    from rich.console import Console

    from outcomes.workflow.instrument_pages import page

    Console().print(page(key))


@instruments_app.command("export")
def instruments_export(
    key: Annotated[str, typer.Argument(help="Key of an instrument.", show_default=False)],
    fhir: Annotated[
        bool, typer.Option("--fhir", help="A FHIR R4 Questionnaire instead: items, no wording.")
    ] = False,
) -> None:
    """Write the whole declaration of an instrument as JSON, without wording, on the terminal."""
    import json

    from outcomes.instruments import fhir_questionnaire, instrument_specification

    data = fhir_questionnaire(key) if fhir else instrument_specification(key)
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))


def _status(outcome: Outcome) -> int:
    if outcome.interrupted:
        return INTERRUPTED
    return SOME_FAILED if outcome.failed else 0


def _joined(arguments: list[str]) -> list[str]:
    """Write ``-p name value``, as papermill takes it, as ``-p name=value``, as typer takes it.

    Examples
    --------
    >>> _joined(["run", "nb.ipynb", "-p", "alpha", "0.1", "-r", "arm=007"])
    ['run', 'nb.ipynb', '-p', 'alpha=0.1', '-r', 'arm=007']
    """
    words, joined = iter(arguments), list[str]()
    for word in words:
        joined.append(word)
        if word in ("-p", "-r") and (name := next(words, None)) is not None:
            value = None if "=" in name else next(words, None)
            joined.append(name if value is None else f"{name}={value}")
    return joined


def _given(
    parameters: list[str] | None, texts: list[str] | None
) -> tuple[dict[str, Value], dict[str, str]]:
    """Values by name, and the same as they were typed."""
    typed = dict(_pair("-p", text) for text in parameters or ())
    kept = dict(_pair("-r", text) for text in texts or ())
    from outcomes.workflow.parameters import read_value

    return {**{name: read_value(text) for name, text in typed.items()}, **kept}, typed


def _pair(option: str, text: str) -> tuple[str, str]:
    from outcomes.errors import SpecificationError

    name, equals, value = text.partition("=")
    if not equals:
        raise SpecificationError(f"{option} {text}: a value is missing; write NAME=VALUE.")
    return name, value


def _fail(error: OutcomesError, status: int) -> None:
    typer.echo(f"Error: {error}", err=True)
    sys.exit(status)
