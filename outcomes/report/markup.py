"""The way from values to markup: one autoescaping environment, and the frame of a section."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def fragment(template: str, **values: Any) -> Markup:
    """Render one of the section templates; every value but `Markup` is escaped."""
    text = _environment().get_template(f"sections/{template}.html.j2").render(values)
    return Markup(text)  # noqa: S704 - rendered with autoescape


def section(
    id: str, title: str, says: str, parts: Iterable[Markup] = (), *, style: str = ""
) -> str:
    """Frame a section: heading, the sentence that says what it shows, and its parts.

    Parameters
    ----------
    id, title : str
        Anchor and heading.
    says : str
        One plain sentence; empty where the first part speaks for itself.
    parts : iterable of Markup
        Tables, figures and text, in order.
    style : str
        Class of the section.

    Examples
    --------
    >>> section("methods", "Methods", "How it was done.").splitlines()[1]
    '<h2 id="methods-h">Methods</h2>'
    """
    parts = tuple(parts)
    return str(fragment("section", id=id, title=title, says=says, parts=parts, style=style))


def paragraph(text: str, style: str = "") -> Markup:
    """Put text into a paragraph."""
    kind = Markup(' class="{}"').format(style) if style else Markup()
    return Markup("<p{}>{}</p>").format(kind, text)


def strong(text: str, style: str = "") -> Markup:
    """Set text in bold, where it must not break over lines with ``style="nw"``."""
    kind = Markup(' class="{}"').format(style) if style else Markup()
    return Markup("<strong{}>{}</strong>").format(kind, text)


def unbroken(text: str) -> Markup:
    """Keep text on one line."""
    return Markup('<span class="nw">{}</span>').format(text)


def joined(items: Iterable[str]) -> str:
    """List items as a sentence does.

    Examples
    --------
    >>> joined(["a"]), joined(["a", "b"]), joined(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    *rest, last = list(items)
    return f"{', '.join(rest)} and {last}" if rest else last


def sentence_start(text: str) -> str:
    """Begin a sentence with `text`, whose other letters stay: ``ODI`` must not become ``Odi``."""
    return text[:1].upper() + text[1:]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("outcomes.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment
