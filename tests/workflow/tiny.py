"""Small notebooks for the workflow's tests."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

PARAMETERS = """
study: str = "study.yaml"
analysis: str | None = None
alpha: float = 0.05
arm: str = "007"
draft: bool = False
"""


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


STUDY = """
about: {id: Tiny Trial, title: A tiny trial}
design:
  arms:
    - {id: usual, label: Usual care, reference: true}
    - {id: yoga, label: Yoga}
  visits:
    - {id: start, label: Start, day: 0, baseline: true}
    - {id: end, label: End, day: 84}
data:
  subjects: {file: subjects.csv}
  measures: {file: measures.csv}
seed: 1
measures:
  - {name: pain, label: Pain, column: pain, higher_is: worse, unit: points, source: made up,
     range: [0, 10]}
analyses:
  - {id: main, kind: ancova, role: primary, instrument: pain, visit: end}
"""

SUBJECTS = "subject,arm\n" + "".join(f"{i:03},{('usual', 'yoga')[i % 2]}\n" for i in range(8))
MEASURES = "subject,visit,pain\n" + "".join(
    f"{i:03},{visit},{(i * 3 + k) % 11}\n"
    for i in range(8)
    for k, visit in enumerate(("start", "end"))
)


def project(folder, reports, **notebooks):
    """A folder with a tiny trial, its notebooks, and a study file that asks for `reports`."""
    (folder / "study.yaml").write_text(f"{STUDY}reports:\n{reports}")
    (folder / "subjects.csv").write_text(SUBJECTS)
    (folder / "measures.csv").write_text(MEASURES)
    for name, sources in notebooks.items():
        write(folder / "notebooks" / f"{name}.ipynb", *sources)
    return folder
