"""From an executed notebook to a self-contained page, its numbers and its figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from typing import Any

from markupsafe import Markup
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from outcomes.report.block import Cell
from outcomes.report.markup import fragment
from outcomes.report.page import Part, code_section, introduction, parts_of
from outcomes.report.provenance import Provenance
from outcomes.report.sections.consort import consort
from outcomes.report.sections.provenance import provenance as provenance_section
from outcomes.trial.trial import InputFile

_PART = "application/vnd.outcomes.part"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """A finished report.

    Parameters
    ----------
    html : str
        The page: no script, no request, equal bytes for equal input.
    ard : tuple of dict
        Analysis results data of all blocks, each row with the run key.
    figures : mapping of str to str
        SVG documents by name.
    summary : mapping
        Plain values for the index of a batch.
    """

    html: str
    ard: tuple[dict[str, Cell], ...]
    figures: Mapping[str, str]
    summary: Mapping[str, Any]


class ReportExporter(HTMLExporter):
    """nbconvert's exporter with this package's template on ``basic``, escaping by default."""

    def _template_name_default(self) -> str:
        return "outcomes"

    def _create_environment(self) -> Any:
        environment = super()._create_environment()  # type: ignore[no-untyped-call]
        environment.autoescape = True
        return environment

    def default_filters(self) -> Any:
        """Add the filter that lays out Markdown cells."""
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        yield "prose", _prose
        # The parent template names it; code is shown unhighlighted, by the code section.
        yield "highlight_code", lambda source, **_options: source

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **options: Any) -> Any:
        """Lay the page out; HTMLExporter's own rewriting of the markup is left out."""
        return TemplateExporter.from_notebook_node(self, nb, resources, **options)


def render_report(notebook: NotebookNode, *, provenance: Provenance) -> Rendered:
    """Make a report from the outputs of an executed notebook.

    Parameters
    ----------
    notebook : NotebookNode
        As executed; it is not changed. Outputs that are not blocks are shown as text.
    provenance : Provenance
        What the report rests on.

    Returns
    -------
    Rendered

    Raises
    ------
    ReportError
        If a section appears twice.
    """
    parts = parts_of(notebook)
    blocks = [part.block for part in parts if part.block]
    summary = {key: value for block in blocks for key, value in block.meta.items()}
    closing = [
        each
        for each in (
            consort(blocks, summary.pop("consort", ())),
            provenance_section(_completed(provenance, summary)),
        )
        if each
    ]
    title = summary.get("title") or _own_title(notebook, provenance)
    page = {
        "language": "en",
        "title": f"{title}. {summary['trial_title']}" if "trial_title" in summary else title,
        "style": _style(),
        "header": _header(parts, title),
        "contents": [
            *((block.id, block.title) for block in blocks if block.id != "header"),
            *((block.id, block.title) for block in closing),
            ("code", "Code"),
        ],
        "ending": Markup("").join(
            [*(Markup(block.html) for block in closing), code_section(notebook)]  # noqa: S704
        ),
        "footer": f"Made with outcomes {provenance.package_version}. "
        "Contrasts are active minus reference.",
        "part_type": _PART,
    }
    return Rendered(
        html=_exported(_laid_out(notebook, parts), page),
        ard=tuple(
            {**row, "run_key": provenance.run_key} for block in blocks for row in block.ard or ()
        ),
        figures={name: svg for block in blocks for name, svg in block.figures.items()},
        summary={**summary, "title": title, "run_key": provenance.run_key},
    )


def _completed(provenance: Provenance, summary: Mapping[str, Any]) -> Provenance:
    """Fill inputs and seed from the report's own header, where they are not given."""
    inputs = provenance.inputs or tuple(InputFile(**each) for each in summary.get("sources", ()))
    seed = summary.get("seed") if provenance.seed is None else provenance.seed
    return replace(provenance, inputs=inputs, seed=seed)


def _header(parts: tuple[Part, ...], title: str) -> Markup:
    made = [part.block for part in parts if part.block and part.block.id == "header"]
    if made:
        return Markup(made[0].html)  # noqa: S704 - a section's markup
    return fragment("title", title=title)


def _own_title(notebook: NotebookNode, provenance: Provenance) -> str:
    """Title of a notebook without a header: its first heading, else its name."""
    for cell in introduction(notebook):
        heading = re.search(r"^# +(.+)$", cell.source, flags=re.MULTILINE)
        if heading:
            return heading[1].strip()
    return provenance.notebook.removesuffix(".ipynb")


def _laid_out(notebook: NotebookNode, parts: tuple[Part, ...]) -> NotebookNode:
    """Copy the notebook so that its outputs are the page's parts, without its introduction."""
    skipped = len(introduction(notebook))
    cells: list[NotebookNode] = []
    for position, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            cells.append(_output_cell([part for part in parts if part.cell == position]))
        elif cell.cell_type == "markdown" and position >= skipped:
            cells.append(cell)
    return _node(cells=cells, metadata=_node(), nbformat=4, nbformat_minor=4)


def _output_cell(parts: list[Part]) -> NotebookNode:
    outputs = [
        _node(output_type="display_data", data={_PART: part.html}, metadata=_node())
        for part in parts
        if not (part.block and part.block.id == "header")
    ]
    return _node(
        cell_type="code", source="", metadata=_node(), outputs=outputs, execution_count=None
    )


def _node(**fields: Any) -> NotebookNode:
    return NotebookNode(**fields)  # type: ignore[no-untyped-call]


def _exported(notebook: NotebookNode, page: Mapping[str, Any]) -> str:
    with as_file(files("outcomes.report") / "templates" / "nbconvert") as folder:
        exporter = ReportExporter(  # type: ignore[no-untyped-call]
            extra_template_basedirs=[str(folder)], exclude_anchor_links=True
        )
        html, _ = exporter.from_notebook_node(notebook, resources={"page": page})
    return str(html)


def _prose(source: str) -> Markup:
    """Lay out Markdown under the page's own headings; markup inside it is shown, not obeyed.

    Pictures are kept where the text itself holds them: a page asks nothing from elsewhere.
    """
    html = MarkdownWithMath(
        renderer=IPythonRenderer(escape=True, exclude_anchor_links=True)
    ).render(source)
    html = re.sub(r"<(/?)h([1-5])\b[^>]*>", lambda tag: f"<{tag[1]}h{int(tag[2]) + 1}>", html)
    html = re.sub(r'<img\b(?![^>]*\bsrc="data:)[^>]*>', "", html)
    return Markup(html)  # noqa: S704 - escaped by the renderer


def _style() -> Markup:
    """Read the style sheet without comments and blank lines."""
    css = (files("outcomes.report") / "templates" / "style.css").read_text(encoding="utf-8")
    css = re.sub(r"/\*.*?\*/\n?", "", css, flags=re.DOTALL)
    return Markup(re.sub(r"\n\s+", "\n", css.replace("\n\n", "\n")))  # noqa: S704 - our own file
