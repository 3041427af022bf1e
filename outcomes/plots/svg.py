"""From a `Figure` to SVG that is small, the same each time, and reads well on any screen.

Matplotlib writes a document for itself; a page needs a guest: no style rules that reach the page,
identifiers no other figure uses, the page's colours and font, and words for those who listen.
"""

from __future__ import annotations

import io
import re
import warnings
from html import escape

import matplotlib as mpl

from outcomes.plots.figure import Figure
from outcomes.plots.theme import CSS_VARIABLES, canvas, theme

_FONTS = (
    "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', "
    "'Liberation Sans', Arial, sans-serif"
)
# Below this the wide drawing would shrink its text under eleven pixels.
_NARROW = "395px"


def figure_svg(figure: Figure) -> str:
    """One SVG document in plain colours, for a file of its own.

    Parameters
    ----------
    figure : Figure
        What to draw; ``figure.key`` salts the identifiers.

    Returns
    -------
    str
        An ``svg`` element with title and description; equal calls give equal bytes.
    """
    return _document(figure, figure.size, name=figure.key)


def figure_html(figure: Figure) -> str:
    """Draw a figure for a page: once where there is room, once for narrow places.

    The room the page gives decides which of the two SVG elements shows and is read aloud, so that
    text keeps its size instead of shrinking with the picture. Colours are CSS variables (``--ink``,
    ``--ref`` …) and fall back to those of the light theme.

    Parameters
    ----------
    figure : Figure
        What to draw; ``figure.key`` must be unique on the page.

    Returns
    -------
    str
        A ``div`` of two ``svg`` elements.
    """
    wide = _document(figure, figure.size, name=f"{figure.key}-wide")
    narrow = _document(figure, figure.narrow_size, name=f"{figure.key}-narrow")
    name = f"#{figure.key}"
    return (
        f'<div style="container-type:inline-size"><style>{name}-narrow{{display:none}}'
        f"@media screen{{@container (max-width:{_NARROW}){{"
        f"{name}-wide{{display:none}}{name}-narrow{{display:block}}}}}}</style>"
        f"{_in_page_colours(wide)}{_in_page_colours(narrow)}</div>"
    )


def _document(figure: Figure, size: tuple[int, int], *, name: str) -> str:
    drawn = _with_own_ids(_lean(_drawn(figure, size, salt=name)), name)
    width, height = size
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{name}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-labelledby="{name}-title {name}-desc" width="100%" '
        f'style="max-width:{width}px;height:auto" font-family="{_FONTS}" '
        'stroke-linejoin="round" stroke-linecap="butt">'
        f'<title id="{name}-title">{escape(figure.title)}</title>'
        f'<desc id="{name}-desc">{escape(figure.description)}</desc>'
    )
    return head + drawn + "</svg>"


def _drawn(figure: Figure, size: tuple[int, int], *, salt: str) -> str:
    """Matplotlib's own SVG of the figure."""
    with theme(), warnings.catch_warnings():
        # The browser has glyphs that matplotlib's font lacks.
        warnings.filterwarnings("ignore", message="Glyph")
        page, axes = canvas(size)
        figure.draw(axes)
        text = io.StringIO()
        with mpl.rc_context({"svg.hashsalt": salt, "svg.fonttype": "none"}):
            page.savefig(text, format="svg", metadata={"Date": None}, transparent=True)
    return text.getvalue()


def _lean(svg: str) -> str:
    """Only what is drawn: no wrapper, metadata, global style, comments, fonts or long decimals."""
    body = svg[svg.index(">", svg.index("<svg ")) + 1 : svg.rindex("</svg>")]
    for pattern in _CLUTTER:
        body = re.sub(pattern, "", body, flags=re.DOTALL)
    return re.sub(r"<[^>]*>", _lean_tag, re.sub(r">\s+<", "><", body.strip()))


_CLUTTER = (
    r"<metadata>.*?</metadata>",
    r"<!--.*?-->",
    r"<defs>\s*<style.*?</style>\s*</defs>",
    r'<path [^>]*style="fill: none"/>',
)


def _lean_tag(tag: re.Match[str]) -> str:
    text = re.sub(r"-?\d+\.\d{2,}", lambda n: f"{float(n[0]):.1f}".removesuffix(".0"), tag[0])
    text = re.sub(r' transform="rotate\(-?0 [^"]*\)"', "", text)
    text = re.sub(r"font-family: [^;\"]*; ", "", text).replace("xlink:href", "href")
    return re.sub(r"\s+", " ", text).replace(' "', '"').replace("; ", ";").replace(": ", ":")


def _with_own_ids(body: str, name: str) -> str:
    """Prefix identifiers that something refers to with `name`; drop the others."""
    used = set(re.findall(r"(?:href=\"|url\()#([^\")]+)", body))
    body = re.sub(
        r' id="([^"]*)"',
        lambda found: f' id="{name}-{found[1]}"' if found[1] in used else "",
        body,
    )
    return re.sub(r"(href=\"|url\()#", rf"\g<1>#{name}-", body)


def _in_page_colours(svg: str) -> str:
    """Let the page's variables set the colours."""
    for colour, variable in CSS_VARIABLES.items():
        svg = re.sub(rf"(fill|stroke):{colour}", rf"\1:var(--{variable},{colour})", svg)
    return svg
