"""Typed parameters of a notebook, read from its own `parameters` cell.

The cell is read as syntax and never executed. It holds annotated assignments::

    study: str = "../data/sample/study.yaml"   # path of a study file
    alpha: float | None = None
    side: Literal["lower", "upper"] = "upper"
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from nbformat import NotebookNode
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from outcomes.errors import SpecificationError
from outcomes.workflow.notebook import read_notebook, tagged
from outcomes.workflow.shared_names import SHARED_NAMES, did_you_mean

Value = str | int | float | bool | None

_SCALARS: Mapping[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
_WORDS: Mapping[type, str] = {str: "text", int: "a whole number", float: "a number"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """One annotated assignment of a `parameters` cell.

    `type` is a scalar type, a Literal or a union of these with None; `annotation` is its text.
    """

    name: str
    type: Any
    annotation: str
    default: Value

    @property
    def allowed(self) -> str:
        """What values it takes, in words."""
        shared = SHARED_NAMES.get(self.name)
        choices = _choices(self.type)
        words = " or ".join(_WORDS.get(kind, "True or False") for kind in _scalars(self.type))
        allowed = ", ".join(choices) if choices else shared.allowed if shared else words
        return f"{allowed}, or None" if type(None) in get_args(self.type) else allowed


@dataclass(frozen=True, kw_only=True, slots=True)
class NotebookParameters:
    """The parameters a notebook declares, and the model that checks values for them."""

    notebook: str
    declared: tuple[Parameter, ...]
    model: type[BaseModel]

    def check(
        self, values: Mapping[str, Any], typed: Mapping[str, str] | None = None
    ) -> dict[str, Value]:
        """Check values given for some of the parameters.

        Parameters
        ----------
        values : mapping
            Value by parameter name; those not named keep their defaults.
        typed : mapping, optional
            The same values as somebody typed them, for the remedy of a complaint.

        Returns
        -------
        dict
            `values`, unchanged, in the order of the notebook's declarations.

        Raises
        ------
        SpecificationError
            With every complaint: unknown names, wrong types, values out of their limits.
        """
        typed = typed or {}
        complaints = [
            f"{name} is not a parameter; {did_you_mean(name, self.names)}"
            for name in values
            if name not in self.names
        ]
        refused = _refused(self.model, {n: v for n, v in values.items() if n in self.names})
        complaints += [
            _complaint(parameter, values[parameter.name], typed.get(parameter.name))
            for parameter in self.declared
            if parameter.name in refused
        ]
        if complaints:
            raise SpecificationError(_listed(f"Parameters of {self.notebook}", complaints))
        return {name: values[name] for name in self.names if name in values}

    @property
    def names(self) -> list[str]:
        """Names in the order of the cell."""
        return [parameter.name for parameter in self.declared]

    def filled(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Every parameter with its value: the one in `values` or its default."""
        return {p.name: values.get(p.name, p.default) for p in self.declared}


def read_parameters(path: Path) -> NotebookParameters:
    """Read the parameters that the notebook file at `path` declares."""
    return notebook_parameters(read_notebook(path), path.name)


def notebook_parameters(notebook: NotebookNode, name: str) -> NotebookParameters:
    """Read the parameters that `notebook` declares; `name` is used in messages.

    Raises
    ------
    SpecificationError
        If there is not exactly one `parameters` cell, or it holds anything but annotated
        assignments of plain values. These are for the notebook's author to correct.
    """
    cells = tagged(notebook, "parameters")
    if len(cells) != 1:
        raise SpecificationError(
            f"{name} has {len(cells)} cells tagged 'parameters'; it needs exactly one."
        )
    declared, complaints = _declarations(cells[0].source, name)
    model = _model(declared)
    complaints += [
        f"the default of {parameter.name} is {parameter.default!r}; allowed: {parameter.allowed}"
        for parameter in declared
        if parameter.name in _refused(model, {parameter.name: parameter.default})
    ]
    if complaints:
        raise SpecificationError(_listed(f"{name}, parameters cell (for its author)", complaints))
    return NotebookParameters(notebook=name, declared=tuple(declared), model=model)


def read_value(text: str) -> Value:
    """Read a typed value as papermill's ``-p`` does: True, False, None, numbers, else text.

    Examples
    --------
    >>> [read_value(text) for text in ("007", "0.1", "None", "odi")]
    [7, 0.1, None, 'odi']
    """
    constants: dict[str, Value] = {"True": True, "False": False, "None": None}
    if text in constants:
        return constants[text]
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


def _declarations(source: str, name: str) -> tuple[list[Parameter], list[str]]:
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise SpecificationError(f"{name}, parameters cell: {error}") from error
    declared, complaints = [], []
    for statement in statements:
        if isinstance(statement, ast.ImportFrom) and statement.module == "typing":
            continue
        try:
            declared.append(_parameter(statement))
        except ValueError as error:
            complaints.append(f"line {statement.lineno}: {error}")
    return declared, complaints


def _parameter(statement: ast.stmt) -> Parameter:
    text = ast.unparse(statement)
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=ast.expr() as v):
            kind = _type(annotation)
            _agrees_with_shared_name(name, kind)
            return Parameter(
                name=name, type=kind, annotation=ast.unparse(annotation), default=_constant(v)
            )
        case ast.AnnAssign(target=ast.Name()):
            raise ValueError(f"`{text}` has no default; write `{text} = …`")
        case ast.Assign(targets=[ast.Name(id=name)]):
            raise ValueError(f"`{text}` has no type; write `{name}: <type> = …`")
    raise ValueError(f"`{text}` is not an annotated assignment such as `alpha: float = 0.05`")


def _constant(node: ast.expr) -> Value:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        value = ...
    if value is not None and not isinstance(value, (str, int, float, bool)):
        raise ValueError(f"`{ast.unparse(node)}` is not a plain text, number, True, False or None")
    return value


def _type(node: ast.expr) -> Any:
    match node:
        case ast.Name(id=name) if name in _SCALARS:
            return _SCALARS[name]
        case ast.Constant(value=None):
            return type(None)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _type(left) | _type(right)
        case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
            return _type(inner) | None
        case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
            choice: Any = Literal
            return choice[ast.literal_eval(inner)]
    raise ValueError(
        f"`{ast.unparse(node)}` is not a type that parameters can have: "
        "str, int, float, bool, Literal[…] or one of these with | None"
    )


def _agrees_with_shared_name(name: str, kind: Any) -> None:
    shared = SHARED_NAMES.get(name)
    if shared and set(_scalars(kind)) != {shared.type} and not _choices(kind):
        raise ValueError(
            f"`{name}` is {shared.meaning} in every notebook, so its type is "
            f"{shared.type.__name__}, alone or with | None"
        )


def _members(kind: Any) -> tuple[Any, ...]:
    union = get_args(kind) if get_origin(kind) is not Literal else ()
    return union or (kind,)


def _scalars(kind: Any) -> list[type]:
    return [member for member in _members(kind) if member in _SCALARS.values()]


def _choices(kind: Any) -> list[str]:
    literals = [get_args(m) for m in _members(kind) if get_origin(m) is Literal]
    return [repr(value) for values in literals for value in values]


def _model(declared: list[Parameter]) -> type[BaseModel]:
    fields: dict[str, Any] = {p.name: (_limited(p), p.default) for p in declared}
    strict = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)
    return create_model("Parameters", __config__=strict, **fields)


def _limited(parameter: Parameter) -> Any:
    shared = SHARED_NAMES.get(parameter.name)
    limits = shared.limits if shared and not _choices(parameter.type) else {}
    return Annotated[parameter.type, Field(**limits)]


def _refused(model: type[BaseModel], values: Mapping[str, Any]) -> set[str]:
    try:
        model(**values)
    except ValidationError as error:
        return {str(complaint["loc"][0]) for complaint in error.errors()}
    return set()


def _complaint(parameter: Parameter, value: Any, typed: str | None) -> str:
    name = parameter.name
    scalars = _scalars(parameter.type)
    if scalars == [str] and isinstance(value, (bool, int, float)):
        return (
            f"{name} is text, but {value!r} arrived as {_kind_of(value)}: use -r {name} "
            f"{typed or value} (-p reads digits as a number, so that 007 becomes 7; -r keeps text)"
        )
    if isinstance(value, str) and scalars and str not in scalars:
        remedy = f"; use -p {name} …" if read_value(value) != value else ""
        return f"{name} got the text {value!r}; allowed: {parameter.allowed}{remedy}"
    return f"{name} is {value!r}; allowed: {parameter.allowed}"


def _kind_of(value: bool | float) -> str:
    return "True or False" if isinstance(value, bool) else "a number"


def _listed(where: str, complaints: list[str]) -> str:
    if len(complaints) == 1:
        return f"{where}: {complaints[0]}"
    return "\n".join([f"{where}: {len(complaints)} complaints", *(f"  - {c}" for c in complaints)])
