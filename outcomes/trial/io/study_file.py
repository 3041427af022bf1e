"""Reading a study file: YAML to a `Study`, every complaint at once; `docs/study_file.md`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

from outcomes.instruments.columns import suggestion
from outcomes.trial.checks import inconsistencies
from outcomes.trial.io.declared import validated
from outcomes.trial.io.document import Document, Place, Plain
from outcomes.trial.io.yaml import read_yaml
from outcomes.trial.study import Analysis, Study

REFERENCE = "docs/study_file.md"


def read_study(path: str | Path, analysis_types: Sequence[type[Analysis]]) -> Study:
    """Read what a study file declares.

    Parameters
    ----------
    path : str or Path
        A YAML 1.2 file with the keys of `Study`.
    analysis_types : sequence of types
        The kinds of analysis it may declare: dataclasses whose field ``kind`` has the name of the
        kind as its default.

    Returns
    -------
    Study

    Raises
    ------
    SpecificationError
        If the file is not YAML, has unknown or missing keys or values of a wrong type, or its
        parts contradict each other. One message lists every complaint with its line and column,
        the key, what is allowed and, for a misspelt key, what was probably meant.
    """
    document = read_yaml(Path(path))
    content = document.content
    if not isinstance(content, dict):
        document.complain((), "a study file is a map of keys such as about, design and data")
        document.refuse(described_in=REFERENCE)
    declared = content.pop("analyses", None)
    study = validated(Study, content, document)
    kinds = {_kind(each): each for each in analysis_types}
    analyses = _analyses(declared, kinds, document)
    if study is not None:
        study = replace(study, analyses=tuple(analyses.values()))
        complete = len(analyses) == (len(declared) if isinstance(declared, list) else 0)
        for place, text in inconsistencies(study):
            # Reports and families may name an analysis that is declared but could not be built.
            if complete or place[0] not in ("reports", "multiplicity"):
                document.complain(_in_file(place, list(analyses)), text)
    if document.complaints or study is None:
        document.refuse(described_in=REFERENCE)
    return study


def _kind(analysis_type: type[Analysis]) -> str:
    return next(str(field.default) for field in fields(analysis_type) if field.name == "kind")


def _analyses(
    declared: Plain, kinds: dict[str, type[Analysis]], document: Document
) -> dict[int, Analysis]:
    """Analyses by their position in the file, without those that could not be built."""
    if declared is None:
        return {}
    if not isinstance(declared, list):
        document.complain(("analyses",), "needs a list of analyses")
        return {}
    built = {
        i: _analysis(each, ("analyses", i), kinds, document) for i, each in enumerate(declared)
    }
    return {i: analysis for i, analysis in built.items() if analysis is not None}


def _analysis(
    content: Plain, place: Place, kinds: dict[str, type[Analysis]], document: Document
) -> Analysis | None:
    """Build one analysis as its kind declares it."""
    allowed = f"allowed are {', '.join(kinds)}"
    kind = content.get("kind") if isinstance(content, dict) else None
    if kind is None:
        document.complain(place, f"an analysis is a map of keys with its kind; {allowed}")
        return None
    if str(kind) not in kinds:
        near = suggestion(str(kind), list(kinds))
        document.complain((*place, "kind"), f"there is no kind {kind!r}{near}; {allowed}")
        return None
    return validated(kinds[str(kind)], content, document, place)


def _in_file(place: Place, positions: list[int]) -> Place:
    """Give the place of an analysis by its position in the file, not among those built."""
    if place[:1] == ("analyses",) and isinstance(place[1], int):
        return ("analyses", positions[place[1]], *place[2:])
    return place
