"""Names that parameters of several notebooks share: one meaning, one type and one limit each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class SharedName:
    """What a parameter of this name always is.

    `limits` are keyword arguments of `pydantic.Field`; `allowed` says them in words.
    """

    type: type
    meaning: str
    limits: Mapping[str, Any] = field(default_factory=lambda: {"min_length": 1})
    allowed: str = "text that is not empty"


def _limited(kind: type, meaning: str, allowed: str, **limits: Any) -> SharedName:
    return SharedName(type=kind, meaning=meaning, limits=limits, allowed=allowed)


SHARED_NAMES: Mapping[str, SharedName] = MappingProxyType(
    {
        "study": SharedName(type=str, meaning="path of a study file"),
        "batch": SharedName(type=str, meaning="folder with the reports of a batch"),
        "analysis": SharedName(type=str, meaning="id of a declared analysis"),
        "instrument": SharedName(type=str, meaning="key of an instrument or name of a measure"),
        "estimand": SharedName(type=str, meaning="id of a declared estimand"),
        "population": SharedName(type=str, meaning="id of a declared population"),
        "visit": SharedName(type=str, meaning="id of a visit after baseline"),
        "covariance": SharedName(type=str, meaning="covariance structure of the visits"),
        "df_method": SharedName(type=str, meaning="degrees of freedom of the mixed model"),
        "alpha": _limited(float, "two-sided level", "above 0 and below 1", gt=0, lt=1),
        "draft": _limited(bool, "marks the report as a draft", "True or False"),
    }
)


def did_you_mean(name: str, allowed: list[str]) -> str:
    """End a complaint about `name` with the nearest allowed one, and all of them.

    Examples
    --------
    >>> did_you_mean("alhpa", ["alpha", "draft"])
    'did you mean alpha? Allowed: alpha, draft.'
    """
    near = get_close_matches(str(name), allowed, n=1)
    question = f"did you mean {near[0]}? " if near else ""
    return f"{question}Allowed: {', '.join(allowed) or 'none'}."
