"""Write the pages of this folder from the declarations: python docs/instruments/write_pages.py."""

import re
import tomllib
from collections import Counter
from pathlib import Path

from outcomes.instruments.describe import Description, ScaleDescription, describe
from outcomes.instruments.registry import TOPICS

HERE = Path(__file__).resolve().parent
REFERENCES = HERE.parents[1] / "tests" / "reference" / "instruments"
TITLES = {
    "pain": "Pain",
    "function": "Function and disability",
    "mind": "Mood, beliefs and coping",
    "sleep": "Sleep",
    "promis": "PROMIS",
    "health": "General health",
}
LEVELS = """How well a rule is known: *verified* two independent sources, or one and an independent
exact recomputation; *originator* the developer's own page or paper; *single_source* one secondary
source; *project* our decision where no rule was found; *unverified* general knowledge, never a
default."""
# What does not ship, and what would have to be read first.
LEFT_OUT = {
    "ARMS, MMAS-4, MMAS-8": "a key that was read; the MMAS is proprietary, its licence enforced",
    "BPI interference in two factors, PDI in two factors": "a source for which item belongs where",
    "Constant score": "the points of measured motion; it is no questionnaire",
    "CPAQ-8": "the positions of its items, which differ between forms",
    "CSQ, CSQ-R": "the items of its factors; declare an `Instrument` with the key of your form",
    "EQ-5D-5L of Germany, Iran, Belgium, Peru; EQ-5D-3L of Sweden, Australia": "agreement of the "
    "sources on every state",
    "FFI with visual analogue scales (0 to 9), MIDAS over one month, WAI-S, WAI-36, WPAI with two "
    "health reasons": "a key that was read; each is another instrument than the one here",
    "MPI, POMS, TAPS-1, WHOQOL-2": "their scoring",
    "MQS": "the weights of drugs and its dose levels",
    "NIH impact score: bands of mild, moderate and severe": "a source for their edges",
    "OMERACT-OARSI responder": "the paper; its criteria are known from memory alone",
    "painDETECT severity of seven items": "its scoring",
    "PCS-6": "its items",
    "PGIC of Hurst and Bolton": "its scale, which runs the other way from that of Guy",
    "PROMIS Physical Function 6b, 8b, 10a in version 2.0, Sleep Disturbance 6a, six-item scales of "
    "the PROMIS-43, Global Health 2a, cancer calibrations": "a published conversion table",
    "PSFS 2.0": "its scoring, which runs the other way from that of 1995",
    "RMDQ-18 and RMDQ-23 out of the 24 items": "which items; as forms of their own they are "
    "experimental",
    "SF-36v2": "its norms, which are licensed",
    "VR-12": "its weights",
    "WHODAS 2.0 with 36 items": "which household item has five levels",
}
GENERATED = "<!-- Written by write_pages.py from the declarations; change those. -->"


def reference_cases() -> Counter[tuple[str, str]]:
    """How many reference cases say what each scale is, a score or missing."""
    counts: Counter[tuple[str, str]] = Counter()
    for path in sorted(REFERENCES.glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            key = case.get("instrument", path.stem)
            counts.update(
                (key, scale) for scale in (*case.get("scores", {}), *case.get("missing", []))
            )
    return counts


def pages() -> dict[str, str]:
    """Text of every page by file name."""
    cases = reference_cases()
    written = {
        f"{topic}.md": _page(TITLES[topic], [describe(one) for one in members], cases)
        for topic, members in TOPICS.items()
    }
    return written | {"README.md": _index()}


def _index() -> str:
    """Table of topics with the instruments of each."""
    lines = [GENERATED, "", "# Instruments", "", "| Topic | Instruments |", "|---|---|"]
    for topic, members in TOPICS.items():
        keys = ", ".join(f"`{one.key}`" for one in members)
        lines.append(f"| [{TITLES[topic]}]({topic}.md) | {keys} |")
    return "\n".join([*lines, "", LEVELS, "", *_experimental(), "", *_left_out(), ""])


def _experimental() -> list[str]:
    """Table of what is scored only on request, with the reason."""
    lines = ["## Experimental", ""]
    lines += ["Scored only with `score(..., experimental=True)`: the rule is known from general"]
    lines += ["knowledge, from one source where two are needed, or by recomputation.", ""]
    lines += ["| Instrument | What is missing |", "|---|---|"]
    found = [describe(one) for members in TOPICS.values() for one in members]
    return lines + [f"| `{one.key}` | {one.experimental} |" for one in found if one.experimental]


def _left_out() -> list[str]:
    """Table of what is not declared, with what would have to be read."""
    lines = ["## Left out", "", "| Instrument | What is missing |", "|---|---|"]
    return lines + [f"| {name} | {missing} |" for name, missing in LEFT_OUT.items()]


def _page(title: str, members: list[Description], cases: Counter[tuple[str, str]]) -> str:
    """One topic: a table of all scales, then each instrument."""
    lines = [GENERATED, "", f"# {title}", "", LEVELS, ""]
    lines += ["| Scale | Range | Higher is | Rule read in | Known | Missing items | Cases |"]
    lines += ["|---|---|---|---|---|---|---|"]
    for one in members:
        for scale in one.scales:
            missing = scale.missing.split(";")[0]
            lines.append(
                f"| `{one.key}` {scale.key} | {scale.range} | {scale.higher_is} "
                f"| {_short(scale.source)} | {scale.level} | {missing} "
                f"| {cases[one.key, scale.key]} |"
            )
    for one in members:
        lines += _instrument(one)
    return "\n".join([*lines, ""])


def _short(source: str) -> str:
    """Name a source, which its section gives in full, by its authors and year."""
    authors = source.split(". ")[0]
    year = re.search(r"\b(?:19|20)\d\d\b", source)
    return authors if year is None or year[0] in authors else f"{authors} {year[0]}"


def _instrument(one: Description) -> list[str]:
    """Section of one instrument."""
    lines = ["", f"## {one.name} (`{one.key}`)", ""]
    if one.experimental:
        lines += [f"**Experimental:** {one.experimental}.", ""]
    facts = {
        "Version": one.version,
        "Recall": one.recall,
        "Columns": one.columns,
        "Coding": one.coding,
        "Rights": one.rights,
        "Citation": one.citation,
        "LOINC": one.loinc,
    }
    lines += [f"- {name}: {text}" for name, text in facts.items() if text]
    for scale in one.scales:
        lines += _scale(scale)
    return lines


def _scale(scale: ScaleDescription) -> list[str]:
    """Lines of one scale."""
    lines = [f"- **{scale.key}**: {scale.label}. {scale.scoring}. Source: {scale.source}"]
    lines.append(f"  - missing items: {scale.missing}")
    lines += [f"  - on request: {rule}" for rule in scale.other_rules]
    lines += [f"  - bands: {bands}" for bands in scale.bands]
    lines += [f"  - threshold: {threshold}" for threshold in scale.thresholds]
    return lines + ([f"  - LOINC {scale.loinc}"] if scale.loinc else [])


if __name__ == "__main__":
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")
