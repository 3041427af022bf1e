"""Plain values checked against the frozen dataclasses that declare them.

One declaration of each field serves code and files alike: pydantic reads the types, and what the
file holds beyond them is found by walking the same classes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from outcomes.errors import OutcomesError
from outcomes.instruments.columns import suggestion
from outcomes.trial.io.document import Document, Place, Plain

Declared = TypeVar("Declared")

_NEEDED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "mapping_type": "a map of keys",
    "dict_type": "a map of keys",
    "dataclass_type": "a map of keys",
}


def validated(
    declared: type[Declared], content: Plain, document: Document, place: Place = ()
) -> Declared | None:
    """Build a declaration from plain values, or note in `document` everything that is wrong.

    Parameters
    ----------
    declared : type
        A frozen dataclass.
    content : plain values
        As read from the file.
    document : Document
        The file; its `complaints` grow.
    place : tuple
        Where in the file `content` stands.

    Returns
    -------
    object or None
        None where it could not be built. An unknown key is noted but does not prevent it, so
        that everything else can still be checked.
    """
    for key_place, text in _unknown_keys(declared, content, place):
        document.complain(key_place, text, at_key=True)
    try:
        return TypeAdapter(declared).validate_json(json.dumps(content), strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=True)
    except OutcomesError as error:
        document.complain(place, str(error))
        return None
    for below, text in _wrong_values(found, content):
        document.complain((*place, *below), text)
    return None


def _unknown_keys(hint: Any, content: Plain, place: Place) -> Iterator[tuple[Place, str]]:
    """Keys that no field of the declared classes has."""
    if isinstance(content, list):
        item = next(iter(get_args(hint)), None) if get_origin(hint) is tuple else None
        for i, each in enumerate(content):
            yield from _unknown_keys(item, each, (*place, i))
    elif isinstance(hint, type) and is_dataclass(hint) and isinstance(content, dict):
        allowed = {f.name: get_type_hints(hint)[f.name] for f in fields(hint) if f.init}
        for key, value in content.items():
            if key in allowed:
                yield from _unknown_keys(allowed[key], value, (*place, key))
            else:
                near = suggestion(key, list(allowed))
                text = f"there is no such key{near}; allowed are {', '.join(allowed)}"
                yield (*place, key), text
    elif get_origin(hint) not in (tuple, Mapping, dict):
        for choice in get_args(hint):
            yield from _unknown_keys(choice, content, place)


def _wrong_values(found: list[ErrorDetails], content: Plain) -> Iterator[tuple[Place, str]]:
    """One text for each place, whatever number of types was tried there."""
    by_place: dict[Place, list[ErrorDetails]] = {}
    for error in found:
        place = error["loc"] if error["type"] == "missing" else _existing(error["loc"], content)
        by_place.setdefault(place, []).append(error)
    for place, errors in by_place.items():
        yield place, _text(errors)


def _existing(place: Place, content: Plain) -> Place:
    """Leave out what pydantic adds behind the last key: the type it tried."""
    kept: Place = ()
    for part in place:
        try:
            content = content[part]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            break
        kept = (*kept, part)
    return kept


def _text(errors: list[ErrorDetails]) -> str:
    first = errors[0]
    if first["type"] == "missing":
        return "is required but not given"
    if first["type"] == "too_long":
        most, has = first["ctx"]["max_length"], first["ctx"]["actual_length"]
        return f"needs {most} entries, but has {has}"
    if first["type"] in ("literal_error", "enum"):
        allowed = str(first["ctx"]["expected"])
        near = suggestion(str(first["input"]), allowed.replace("'", "").split(", "))
        return f"{_shown(first['input'])} is not allowed{near}; allowed are {allowed}"
    needed = list(dict.fromkeys(_NEEDED.get(error["type"], "") for error in errors))
    if not all(needed):
        return f"{first['msg']}; found {_shown(first['input'])}"
    text = f"needs {' or '.join(needed)}, but is {_shown(first['input'])}"
    quotable = isinstance(first["input"], (int, float)) and "text" in needed
    return f'{text}; write it in quotes, "{_shown(first["input"])}"' if quotable else text


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
