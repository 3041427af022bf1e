"""The papermill engine ``outcomes``: typed parameters, and a kernel nothing else can disturb.

``papermill --engine outcomes notebook.ipynb out.ipynb -p instrument odi``

papermill imports this module while it is itself being imported, so nothing here imports papermill
before a notebook is to be run.
"""

from __future__ import annotations

from typing import Any

from click import ClickException
from nbformat import NotebookNode

from outcomes.errors import SpecificationError

KERNEL_NAME = "python3"


class RefusedError(ClickException, SpecificationError):
    """Parameters were refused: one clear line for who types papermill, exit status 1."""


class OutcomesEngine:
    """What papermill asks of an engine; `outcomes.workflow.execution` does it."""

    @classmethod
    def nb_kernel_name(cls, nb: NotebookNode, name: str | None = None) -> str:  # noqa: ARG003
        """Name this interpreter's kernel, whatever the notebook or the caller asks for."""
        return KERNEL_NAME

    @classmethod
    def nb_language(cls, nb: NotebookNode, language: str | None = None) -> str:
        """Python; notebooks in another language are refused."""
        spec = nb.metadata.get("kernelspec", {}).get("language", "python")
        language = language or nb.metadata.get("language_info", {}).get("name", spec)
        if language != "python":
            raise RefusedError(f"The outcomes engine runs Python notebooks; this is {language}.")
        return "python"

    @classmethod
    def execute_notebook(
        cls, nb: NotebookNode, kernel_name: str, output_path: str | None = None, **options: Any
    ) -> NotebookNode:
        """Check the parameters, then run."""
        from outcomes.workflow.execution import Execution

        return Execution.execute_notebook(nb, kernel_name, output_path, **options)
