"""What a check finds: where in the study file, and what is wrong there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from outcomes.instruments.columns import suggestion

Place = tuple[str | int, ...]
Finding = tuple[Place, str]


def repeated(
    names: Iterable[str], place: Place, what: str, key: str | None = None
) -> Iterator[Finding]:
    """Find names that occurred before, and empty ones; `key` is the name's own key, if any."""
    seen: dict[str, int] = {}
    for i, name in enumerate(names):
        here = (*place, i) if key is None else (*place, i, key)
        if not name.strip():
            yield here, f"this {what} is empty"
        elif name in seen:
            yield here, f"the {what} {name!r} is already used by entry {seen[name] + 1} of the list"
        seen.setdefault(name, i)


def unknown(
    name: str | None, declared: Sequence[str], place: Place, what: str
) -> Iterator[Finding]:
    """Find a name that is given but not declared."""
    if name is not None and name not in declared:
        known = ", ".join(declared) or "none"
        yield place, f"there is no {what} {name!r}{suggestion(name, declared)}; declared: {known}"
