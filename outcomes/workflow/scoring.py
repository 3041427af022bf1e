"""Scoring a CSV file from the command line."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from outcomes.errors import OutcomesWarning, SpecificationError
from outcomes.instruments import Prorate, score, scoring_audit
from outcomes.trial.io.responses import read_responses

_COUNTS = ("complete", "prorated", "too_few_answers", "not_administered", "other_missing")


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What to score, and what has to be said of the file for it."""

    key: str
    path: Path
    id_columns: Sequence[str]
    items: Mapping[str, str] = field(default_factory=dict)
    codes: Sequence[str] = ()
    rule: str | None = None
    min_fraction: float | None = None
    long: tuple[str, str] | None = None
    experimental: bool = False
    encoding: str = "utf-8"
    separator: str = ","


def score_file(request: Request) -> tuple[pd.DataFrame, list[str]]:
    """Score a file; scores, and what a reader should know of them, a line each.

    Raises
    ------
    SpecificationError
        If both a named rule and a share of the items are asked for.
    OutcomesError
        As `outcomes.score` and the reader of CSV files raise.
    """
    if request.rule is not None and request.min_fraction is not None:
        raise SpecificationError("Give either --rule or --min-fraction, not both.")
    fraction = request.min_fraction
    responses = read_responses(
        request.path,
        request.id_columns,
        codes=request.codes,
        encoding=request.encoding,
        separator=request.separator,
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", OutcomesWarning)
        scores = score(
            responses,
            request.key,
            id_columns=request.id_columns,
            items=request.items,
            missing_codes=_numbers(request.codes),
            rule=request.rule if fraction is None else Prorate(min_fraction=fraction),
            long=request.long,
            experimental=request.experimental,
        )
    notes = [f"Warning: {each.message}" for each in caught]
    return scores, [*notes, *_counts(scores)]


def _numbers(codes: Sequence[str]) -> list[float]:
    """Find the codes that could be taken for answers, which `score` refuses."""
    found = pd.to_numeric(pd.Series(list(codes), dtype=object), errors="coerce")
    return [float(code) for code in found.dropna()]


def _counts(scores: pd.DataFrame) -> Iterator[str]:
    """Say what became of the administrations, a line for each scale."""
    for row in scoring_audit(scores).itertuples():
        counts = [(getattr(row, name), name.replace("_", " ")) for name in _COUNTS]
        told = ", ".join(f"{count} {name}" for count, name in counts if count)
        yield f"{row.scale}: {row.n} administrations: {told}"
