"""A file as plain values that remember where in it they stand, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

from outcomes.errors import SpecificationError

Plain = dict[str, "Plain"] | list["Plain"] | str | int | float | bool | None
Place = tuple[str | int, ...]
"""Where a value stands among the others: ``("analyses", 0, "visit")``."""


@dataclass(frozen=True, order=True, slots=True)
class Complaint:
    """What is wrong at one position of the file; line and column count from 1."""

    line: int
    column: int
    place: str
    text: str


@dataclass(kw_only=True, slots=True)
class Document:
    """The content of a YAML file, its positions, and what is wrong with it so far."""

    name: str
    content: Plain = None
    keys: dict[Place, tuple[int, int]] = field(default_factory=dict)
    values: dict[Place, tuple[int, int]] = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)

    def complain(self, place: Place, text: str, *, at_key: bool = False) -> None:
        """Note a complaint at `place`, or at the nearest thing around it that is in the file."""
        known = place
        while known not in self.values and known:
            known = known[:-1]
        marks = self.keys if at_key and known in self.keys else self.values
        line, column = marks.get(known, (1, 1))
        self.complaints.append(Complaint(line, column, spelled(place), text))

    def refuse(self, *, described_in: str) -> NoReturn:
        """Raise all complaints in the order of the file."""
        found = sorted(set(self.complaints))
        lines = (f"  {self.name}:{c.line}:{c.column}: {c.place}{c.text}" for c in found)
        count = "1 problem" if len(found) == 1 else f"{len(found)} problems"
        raise SpecificationError(
            f"{self.name}: {count} in the file.\n" + "\n".join(lines) + "\n"
            f"Correct the file; its keys are described in {described_in}."
        )


def spelled(place: Place) -> str:
    """Write a place as in messages.

    Examples
    --------
    >>> spelled(("analyses", 0, "visit"))
    'analyses[0].visit: '
    """
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return f"{''.join(parts).removeprefix('.')}: " if place else ""
