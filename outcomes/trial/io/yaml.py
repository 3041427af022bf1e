"""YAML 1.2 as plain values that remember where in the file they stand.

Only maps, lists, text, numbers, true/false and null. Repeated keys are refused, `no` and dates
stay text, anchors, aliases and merge keys (``<<``) work as usual.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from outcomes.errors import SpecificationError
from outcomes.trial.io.document import Complaint, Document, Place, Plain, spelled

_TAG = "tag:yaml.org,2002:"
_DECIMAL = re.compile(r"[-+]?[0-9]+")


def read_yaml(path: Path) -> Document:
    """Read a YAML file.

    Parameters
    ----------
    path : Path
        The file, in UTF-8.

    Returns
    -------
    Document
        Its content; `complaints` lists repeated keys and values that are not plain.

    Raises
    ------
    SpecificationError
        If there is no such file, or it is not one YAML document that holds something.
    """
    document = Document(name=path.name)
    node = _composed(path)
    document.content = _Conversion(document).convert(node, ())
    return document


def _composed(path: Path) -> Node:
    """Parse the file into nodes."""
    if not path.is_file():
        raise SpecificationError(
            f"There is no file {path}. Check the path; a relative one starts at {Path.cwd()}."
        )
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(
            path.read_bytes().decode("utf-8-sig")
        )
    except UnicodeDecodeError as error:
        raise SpecificationError(
            f"{path.name}: byte {error.start} is not UTF-8. Save the file as UTF-8."
        ) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path.name}:{mark.line + 1}:{mark.column + 1}" if mark else path.name
        why = " ".join(f"{error.context or ''} {error.problem or ''}".split())
        raise SpecificationError(f"{where}: this is not YAML: {why}.") from error
    except YAMLError as error:
        why = " ".join(str(error).split())
        raise SpecificationError(f"{path.name}: this is not YAML: {why}.") from error
    if node is None:
        raise SpecificationError(f"{path.name}: the file is empty.")
    return node


@dataclass(slots=True)
class _Conversion:
    """Nodes to plain values; positions and complaints go to the document."""

    document: Document
    open: list[int] = field(default_factory=list)

    def convert(self, node: Node, place: Place) -> Plain:
        """Convert one node and everything below it."""
        self.document.values[place] = _position(node)
        if isinstance(node, ScalarNode):
            return self._scalar(node, place)
        if id(node) in self.open:
            self.document.complain(place, "contains itself through an alias")
            return None
        self.open.append(id(node))
        try:
            return self._collection(node, place)
        finally:
            self.open.pop()

    def _collection(self, node: Node, place: Place) -> Plain:
        if isinstance(node, SequenceNode) and node.tag == f"{_TAG}seq":
            return [self.convert(each, (*place, i)) for i, each in enumerate(node.value)]
        if isinstance(node, MappingNode) and node.tag == f"{_TAG}map":
            return self._mapping(node, place)
        self.document.complain(place, f"the tag {node.tag} is not allowed")
        return None

    def _mapping(self, node: MappingNode, place: Place) -> Plain:
        content: dict[str, Plain] = {}
        for key, value in _own_pairs(node):
            name = str(key.value)
            below = (*place, name)
            if name in content:
                line = self.document.keys[below][0]
                self._at(key, below, f"this key is repeated; it is also on line {line}")
                continue
            if not isinstance(key, ScalarNode) or key.tag != f"{_TAG}str":
                self._at(key, place, f"the key {name} is not text; write it in quotes")
            self.document.keys[below] = _position(key)
            content[name] = self.convert(value, below)
        for key, value in self._merged(node, place):
            if str(key.value) not in content:
                below = (*place, str(key.value))
                self.document.keys[below] = _position(key)
                content[str(key.value)] = self.convert(value, below)
        return content

    def _merged(self, node: MappingNode, place: Place) -> Iterator[tuple[Node, Node]]:
        """Pairs that come in through ``<<``, which the map's own keys override."""
        for key, value in node.value:
            if key.tag != f"{_TAG}merge":
                continue
            for other in value.value if isinstance(value, SequenceNode) else (value,):
                if isinstance(other, MappingNode) and id(other) not in self.open:
                    yield from _own_pairs(other)
                    yield from self._merged(other, place)
                else:
                    self._at(key, place, "<< needs an alias of a map")

    def _scalar(self, node: ScalarNode, place: Place) -> Plain:
        kind, text = str(node.tag).removeprefix(_TAG), str(node.value)
        if kind in ("str", "timestamp"):
            return text
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        number = _number(kind, text)
        if number is None or not math.isfinite(number):
            allowed = "a finite number without underscores, or text in quotes"
            self.document.complain(place, f"{text} is not allowed here; write {allowed}")
            return None
        return number

    def _at(self, node: Node, place: Place, text: str) -> None:
        line, column = _position(node)
        self.document.complaints.append(Complaint(line, column, spelled(place), text))


def _own_pairs(node: MappingNode) -> Iterator[tuple[Node, Node]]:
    return ((key, value) for key, value in node.value if key.tag != f"{_TAG}merge")


def _number(kind: str, text: str) -> int | float | None:
    if "_" in text or kind not in ("int", "float"):
        return None
    if kind == "float":
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return int(text) if _DECIMAL.fullmatch(text) else int(text, 0)


def _position(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1
