"""Provenance: what is needed to find the inputs of a report and to make it again."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from outcomes.report.block import Block
from outcomes.report.markup import fragment, section
from outcomes.report.outputs import portable
from outcomes.report.provenance import Provenance
from outcomes.tables import format as f
from outcomes.trial.trial import InputFile

_UNKNOWN = "not known"


def provenance(source: Provenance) -> Block:
    """List inputs, parameters, versions and the command that makes the report again."""
    entries = tuple(_entries(source))
    says = "What is needed to reproduce every number on this page."
    return Block(
        id="provenance",
        title="Provenance",
        html=section("provenance", "Provenance", says, [fragment("provenance", entries=entries)]),
    )


def _entries(source: Provenance) -> Iterator[tuple[str, tuple[str | Markup, ...]]]:
    yield "Inputs", tuple(map(_input, source.inputs)) or ("none recorded",)
    yield "Notebook", (source.notebook,)
    yield "Parameters", tuple(map(_parameter, source.parameters.items())) or ("none",)
    yield "Seed", (_UNKNOWN if source.seed is None else str(source.seed),)
    yield "Run key", (_hash(source.run_key),)
    yield "Package", (f"outcomes {source.package_version}",)
    yield "Commit", (_hash(source.commit),)
    yield "Environment lock", (_hash(source.lock_sha256),)
    yield "Libraries", (", ".join(f"{k} {v}" for k, v in source.libraries.items()) or _UNKNOWN,)
    yield "Run again", (Markup("<code>{}</code>").format(portable(source.rerun)),)


def _input(file: InputFile) -> Markup:
    rows = f", {f.count(file.rows)} rows" if file.rows else ""
    return Markup("{} ({}{})<br>SHA-256 {}").format(
        portable(file.name), file.role, rows, _hash(file.sha256)
    )


def _parameter(item: tuple[str, str | int | float | bool | None]) -> str:
    name, value = item
    shown = "not given" if value is None else portable(str(value))
    return f"{name} = {shown}"


def _hash(text: str | None) -> str | Markup:
    return Markup('<span class="hash">{}</span>').format(text) if text else _UNKNOWN
