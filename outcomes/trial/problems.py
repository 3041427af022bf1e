"""Everything that is wrong with the data, gathered before anything is raised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from outcomes.errors import DataError, OutcomesError


@dataclass(slots=True)
class Problems:
    """What was found so far, each with the error it would be on its own.

    Examples
    --------
    >>> problems = Problems()
    >>> problems.add(DataError, "subjects.csv: no row has arm 'yoga'.")
    >>> problems.refuse()
    Traceback (most recent call last):
    outcomes.errors.DataError: subjects.csv: no row has arm 'yoga'.
    """

    found: list[tuple[type[OutcomesError], str]] = field(default_factory=list)

    def add(self, error: type[OutcomesError], text: str) -> None:
        """Note one problem."""
        self.found.append((error, text))

    def refuse(self) -> None:
        """Raise all problems as one error, if there are any.

        Raises
        ------
        OutcomesError
            Of the kind all problems share; `DataError` where kinds of it are mixed.
        """
        if not self.found:
            return
        kinds = {error for error, _ in self.found}
        texts = list(dict.fromkeys(text for _, text in self.found))
        if len(kinds) == 1:
            raised = kinds.pop()
        else:
            raised = DataError if all(issubclass(k, DataError) for k in kinds) else OutcomesError
        if len(texts) == 1:
            raise raised(texts[0])
        raise raised(f"{len(texts)} problems with the data.\n" + "\n".join(f"- {t}" for t in texts))


def first_of(found: Iterable[object]) -> str:
    """Name the first three of what was found, and say how many more there are.

    Examples
    --------
    >>> first_of(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    names = [str(each) for each in found]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def at_lines(lines: Iterable[int]) -> str:
    """Name lines of a file: ``line 6``, ``lines 6, 14``."""
    known = list(lines)
    return f"line{'s' if len(known) > 1 else ''} {first_of(known)}"


def rows(n: int) -> str:
    """Count rows: ``1 row``, ``2 rows``."""
    return "1 row" if n == 1 else f"{n} rows"
