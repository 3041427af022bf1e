"""How the engine runs a notebook: parameters are checked, then a kernel of its own executes it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from click import get_current_context
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager
from papermill.iorw import papermill_io
from papermill.log import logger
from papermill.translators import translate_parameters

from outcomes.errors import SpecificationError
from outcomes.workflow import lease
from outcomes.workflow.engine import KERNEL_NAME, RefusedError
from outcomes.workflow.kernel import (
    kernel_environment,
    kernel_folder,
    kernel_manager,
    kernel_process,
    start_kernel,
)
from outcomes.workflow.notebook import tagged
from outcomes.workflow.parameters import Value, notebook_parameters

#: Eight kernels starting at once on two cores need well over papermill's minute on a bad day.
LONGEST_START_SECONDS = 300


class Execution(Engine):  # type: ignore[misc]
    """Checks parameters before anything is written, then runs the notebook in its own folder."""

    @classmethod
    def execute_notebook(
        cls, nb: NotebookNode, kernel_name: str, output_path: str | None = None, **options: Any
    ) -> NotebookNode:
        """Check the parameters, then run.

        papermill writes the output file as soon as a run is managed, so a run is refused here,
        before.
        """
        folder, caller = _folders(options.get("input_path"))
        try:
            _settle_parameters(nb, _name(options.get("input_path")), folder, caller)
        except SpecificationError as error:
            raise RefusedError(str(error)) from None
        options["folder"] = folder
        executed: NotebookNode = super().execute_notebook(nb, kernel_name, output_path, **options)
        return executed

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        folder: Path,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        **_unused: Any,
    ) -> None:
        """Run the cells in a fresh kernel of this interpreter."""
        with kernel_folder() as sockets:
            manager = kernel_manager(sockets)
            client = PapermillNotebookClient(
                nb_man,
                km=manager,
                kernel_name=kernel_name,
                timeout=execution_timeout,
                startup_timeout=max(start_timeout, LONGEST_START_SECONDS),
                log=logger,
                log_output=log_output,
                stdout_file=stdout_file,
                stderr_file=stderr_file,
            )
            start_kernel(manager, cwd=folder, environment=kernel_environment(sockets))
            lease.kernels.add(kernel_process(manager))
            try:
                client.execute(cleanup_kc=True)
            finally:
                lease.kernels.clear()


def _name(input_path: Any) -> str:
    return Path(input_path).name if isinstance(input_path, str) else "the notebook"


def _folders(input_path: Any) -> tuple[Path, Path]:
    """Folder the kernel runs in, and folder that relative paths of the caller start from.

    papermill's ``--cwd`` has already changed the current folder when the engine is asked; where
    it did, the caller wants that one.
    """
    here = Path.cwd()
    caller = Path(papermill_io.get_handler("local")._cwd or here)
    if here != caller or not isinstance(input_path, str) or "://" in input_path:
        return here, caller
    return (caller / input_path).resolve().parent, caller


def _settle_parameters(nb: NotebookNode, name: str, folder: Path, caller: Path) -> None:
    """Check what was given, and say paths as seen from the folder the kernel runs in."""
    given = nb.metadata.papermill.get("parameters") or {}
    values = notebook_parameters(nb, name).check(given, _typed())
    for path in ("study", "batch"):
        if isinstance(named := values.get(path), str):
            values[path] = _seen_from(folder, caller, path, named)
    nb.metadata.papermill["parameters"] = values
    for cell in tagged(nb, "injected-parameters"):
        cell.source = translate_parameters(KERNEL_NAME, "python", values, "Parameters")


def _typed() -> dict[str, str]:
    """Values as typed after papermill's ``-p``, before it turned 007 into 7."""
    context = get_current_context(silent=True)
    return dict((context.params.get("parameters") or ()) if context else ())


def _seen_from(folder: Path, caller: Path, name: str, path: str) -> Value:
    found = (caller / path).is_file() if name == "study" else (caller / path).is_dir()
    if not found:
        raise SpecificationError(
            f"{name}: there is no {'file' if name == 'study' else 'folder'} {path} in {caller}. "
            "A relative path starts from the folder the command is typed in."
        )
    if Path(path).is_absolute():
        return path
    return Path(os.path.relpath((caller / path).resolve(), folder)).as_posix()
