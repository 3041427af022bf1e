"""Kinds of analysis and how each is shown: a new kind is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping

from outcomes.analyses.result import Result
from outcomes.errors import ReportError
from outcomes.report.kinds import (
    ancova,
    baseline,
    composite,
    data_quality,
    effect_size,
    medication,
    missing_data,
    mmrm,
    ordinal,
    responder,
    safety,
    subgroup,
    time_to_event,
    time_to_response,
)
from outcomes.report.presentation import Presentation

KINDS: Mapping[str, Presentation] = {
    "mmrm": mmrm.PRESENTATION,
    "ancova": ancova.PRESENTATION,
    "responder": responder.PRESENTATION,
    "time_to_response": time_to_response.PRESENTATION,
    "time_to_event": time_to_event.PRESENTATION,
    "baseline": baseline.PRESENTATION,
    "effect_size": effect_size.PRESENTATION,
    "ordinal": ordinal.PRESENTATION,
    "composite": composite.PRESENTATION,
    "safety": safety.PRESENTATION,
    "medication": medication.PRESENTATION,
    "subgroup": subgroup.PRESENTATION,
    "missing_data": missing_data.PRESENTATION,
    "data_quality": data_quality.PRESENTATION,
}


def presentation_of(result: Result) -> Presentation:
    """Find how a result is shown, by its specification's kind.

    Raises
    ------
    ReportError
        If no presentation is registered for this kind.
    """
    kind = str(getattr(result.specification, "kind", None))
    if kind not in KINDS:
        raise ReportError(
            f"analysis {result.specification.id!r} has kind {kind!r}, which no report shows. "
            f"Kinds with a report: {', '.join(KINDS)}. Add one in outcomes/report/kinds."
        )
    return KINDS[kind]
