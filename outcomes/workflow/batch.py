"""A batch: every report a study file asks for, several at once, resumed by running it again."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from outcomes.analyses.plan import read_trial
from outcomes.errors import SpecificationError
from outcomes.trial.trial import Trial
from outcomes.workflow.dependent import listed, settled, with_key_over
from outcomes.workflow.folder import State, locked, read_run, state
from outcomes.workflow.index import write_index
from outcomes.workflow.parameters import Value, read_parameters, read_value
from outcomes.workflow.plan import PlannedRun, plan_run, plan_runs
from outcomes.workflow.process import shared_folder
from outcomes.workflow.progress import Reporter, reporter
from outcomes.workflow.run import Running, abandon, finish, start
from outcomes.workflow.shared_names import did_you_mean

LOG = "batch.log.jsonl"
_POLL_SECONDS = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """A trial, the runs its study file asks for, and the folder they are written to.

    `whole` is False for a single report, which is not all that the study file asks for.
    """

    study: Path
    trial: Trial
    folder: Path
    runs: tuple[PlannedRun, ...]
    whole: bool = True

    @property
    def current(self) -> tuple[PlannedRun, ...]:
        """The runs with the keys they would have now: a report on the batch rests on the others."""
        return settled(self.runs, self.folder) if self.whole else self.runs

    def state(self, run: PlannedRun) -> State:
        """Say what the folder of a run holds."""
        now = run
        if run.reads_batch:
            now = next(each for each in self.current if each.slug == run.slug)
        return state(self.folder / now.slug, now.key)


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """How to run a batch.

    Parameters
    ----------
    jobs : int
        How many runs at once.
    only : mapping of str to str
        Run those whose parameters have these values; ``notebook`` counts as a parameter.
    failed, force : bool
        Only runs that failed; also runs that are done.
    fail_fast : bool
        Start no other run once one has failed.
    timeout : float, optional
        Seconds after which a run is stopped and counted as failed.
    index : bool
        Write the index page; it lists the study file's reports, so a single run has none.
    """

    jobs: int = 1
    only: Mapping[str, str] = field(default_factory=dict)
    failed: bool = False
    force: bool = False
    fail_fast: bool = False
    timeout: float | None = None
    index: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of a batch: how many runs this time succeeded, and how many are failed now."""

    ok: int
    failed: int
    interrupted: bool


def read_batch(study: Path, *, output: Path, notebooks: Path | None) -> Batch:
    """Read the study and its data and check every report; nothing is written.

    Raises
    ------
    OutcomesError
        If the study file, its data or its reports' parameters are not in order.
    """
    trial = read_trial(study)
    runs = plan_runs(trial, study, notebooks or find_notebooks(study))
    return Batch(study=study, trial=trial, folder=batch_folder(trial, output), runs=runs)


def read_single(
    notebook: Path,
    study: Path | None,
    parameters: Mapping[str, Value],
    typed: Mapping[str, str],
    *,
    output: Path,
) -> Batch:
    """Read the study and its data and check one report; nothing is written.

    `study` None is the one the notebook names, which is relative to the notebook's folder.
    `typed` are the parameters as somebody typed them.

    Raises
    ------
    OutcomesError
        If the study file, its data or the parameters are not in order.
    """
    declared = read_parameters(notebook)
    values = declared.check(parameters, typed)
    named = values.pop("study", None)
    default = notebook.parent / str(declared.filled({}).get("study"))
    study = study or (Path(str(named)) if named else default)
    trial = read_trial(study)
    run = plan_run(trial, study, notebook, values, typed)
    folder = batch_folder(trial, output)
    if run.reads_batch:
        run = with_key_over(run, listed(Path(str(run.parameters.get("batch", folder)))))
    return Batch(study=study, trial=trial, folder=folder, runs=(run,), whole=False)


def batch_folder(trial: Trial, output: Path) -> Path:
    """Name the folder of a trial's reports within `output`."""
    return output / re.sub(r"[^a-z0-9._-]+", "-", trial.study.about.id.lower()).strip("-.")


def find_notebooks(study: Path) -> Path:
    """Find the folder `notebooks` here, beside the study file, or above it."""
    places = [Path(), *(folder for folder in study.resolve().parents)]
    for place in places:
        if (place / "notebooks").is_dir():
            return place / "notebooks"
    raise SpecificationError(
        f"There is no folder `notebooks` here ({Path.cwd()}), beside {study.name} or above it. "
        "Name it with --notebooks."
    )


def run_batch(batch: Batch, options: Options) -> Outcome:
    """Run what is not done and write the index.

    Raises
    ------
    LockedError
        If another process is writing this batch.
    SpecificationError
        If `only` names no parameter of the plan.
    """
    chosen = _chosen(batch, options)
    with locked(batch.folder):
        todo = [run for run in chosen if _is_due(run, batch.state(run), options)]
        with reporter(len(todo), batch.folder / LOG) as told, _interruption() as interrupted:
            _announce(batch, chosen, todo, told)
            results = _run_in_turn(batch, chosen, options, told, interrupted)
            told.event("interrupted" if interrupted() else "end", results=results)
            if options.index:
                write_index(batch.folder, batch.trial, batch.current)
        return Outcome(
            ok=results.count("ok"),
            failed=sum(batch.state(run) == "failed" for run in chosen),
            interrupted=interrupted(),
        )


def _run_in_turn(
    batch: Batch,
    chosen: list[PlannedRun],
    options: Options,
    told: Reporter,
    interrupted: Callable[[], bool],
) -> list[str]:
    """Run what is due; reports on the batch come last, when the index says what there is."""
    results = list[str]()
    for last in (False, True):
        here = [run for run in chosen if run.reads_batch == last]
        if last and here and options.index:
            write_index(batch.folder, batch.trial, batch.current)
        due = {run.slug for run in here if _is_due(run, batch.state(run), options)}
        stopped = interrupted() or (options.fail_fast and "failed" in results)
        if due and not stopped:
            now = [run for run in batch.current if run.slug in due]
            results += _run_all(batch, now, options, told, interrupted)
    return results


def _chosen(batch: Batch, options: Options) -> list[PlannedRun]:
    known = sorted({"notebook", *(name for run in batch.runs for name in run.filled)} - {"study"})
    for name in options.only:
        if name not in known:
            raise SpecificationError(f"--only {name}: {did_you_mean(name, known)}")
    chosen = [run for run in batch.runs if _matches(run, options.only)]
    if not chosen:
        raise SpecificationError("--only leaves no report of the plan.")
    return chosen


def _matches(run: PlannedRun, only: Mapping[str, str]) -> bool:
    values = {**run.filled, "notebook": run.notebook.stem}
    return all(
        values.get(name, ...) in (text.removesuffix(".ipynb"), read_value(text))
        for name, text in only.items()
    )


def _is_due(run: PlannedRun, found: State, options: Options) -> bool:
    if options.failed and not run.reads_batch:
        return found == "failed"
    return options.force or found != "done"


def _announce(
    batch: Batch, chosen: list[PlannedRun], todo: list[PlannedRun], told: Reporter
) -> None:
    told.event("start", runs=[run.slug for run in todo], planned=len(batch.runs))
    slugs = {run.slug for run in batch.runs}
    for folder in sorted(p for p in batch.folder.iterdir() if read_run(p) is not None):
        if folder.name not in slugs:
            told.event("no longer in the plan", run=folder.name)
            told.say(f"left alone, no longer in the plan: {folder.name}")
    if todo:
        told.say(f"{len(todo)} of {len(batch.runs)} reports to make")
    else:
        told.say(f"Nothing to run: {len(chosen)} of {len(chosen)} reports are up to date.")


def _run_all(
    batch: Batch,
    todo: list[PlannedRun],
    options: Options,
    told: Reporter,
    interrupted: Callable[[], bool],
) -> list[str]:
    """Keep `jobs` runs going until none is left, or until nothing more is to start."""
    waiting, live, results = list(reversed(todo)), list[Running](), list[str]()
    with shared_folder() as shared:
        while (waiting or live) and not interrupted():
            while waiting and len(live) < options.jobs:
                live.append(start(waiting.pop(), batch.trial, batch.folder, shared))
                told.event("started", run=live[-1].run.slug, run_key=live[-1].run.key)
            for running in [each for each in live if _is_over(each, options)]:
                live.remove(running)
                results.append(_end(running, options, told))
            if options.fail_fast and "failed" in results:
                waiting.clear()
            time.sleep(_POLL_SECONDS)
        for running in live:
            abandon(running)
    return results


def _is_over(running: Running, options: Options) -> bool:
    timed_out = options.timeout is not None and running.process.seconds > options.timeout
    return running.process.ended or timed_out


def _end(running: Running, options: Options, told: Reporter) -> str:
    timed_out = not running.process.ended
    running.process.stop()
    result = finish(running, timed_out_after=options.timeout if timed_out else None)
    cause = (read_run(running.target) or {}).get("error", {}).get("cause", "")
    told.ended(running.run.slug, result, running.process.seconds, cause)
    return result


@contextmanager
def _interruption() -> Iterator[Callable[[], bool]]:
    """Turn Ctrl-C and a request to end into a flag, so that no write is cut short."""
    received: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(received)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
