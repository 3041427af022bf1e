"""Small notebooks for the workflow's tests."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

PARAMETERS = '''
study: str = "study.yaml"
analysis: str | None = None
alpha: float = 0.05
arm: str = "007"
draft: bool = False
'''


def notebook(*sources, parameters=PARAMETERS, language="python"):
    """A notebook with a `parameters` cell and the given code cells."""
    declared = new_code_cell(parameters.strip())
    declared.metadata["tags"] = ["parameters"]
    metadata = {
        "kernelspec": {"name": "another-environment", "display_name": "?", "language": language},
        "language_info": {"name": language},
    }
    return new_notebook(cells=[declared, *map(new_code_cell, sources)], metadata=metadata)


def write(path: Path, *sources, **options):
    """The same, written to `path`; makes its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook(*sources, **options), path)
    return path


def printed(executed):
    """What the cells of an executed notebook printed."""
    outputs = [o for c in executed.cells if c.cell_type == "code" for o in c.outputs]
    return "".join(output.get("text", "") for output in outputs)
