"""Write the pages of this folder from the declarations: python docs/instruments/write_pages.py."""

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
GENERATED = "<!-- Written by write_pages.py from the declarations; change those. -->"


def reference_cases() -> Counter[tuple[str, str]]:
    """How many reference cases give a score of each scale."""
    counts: Counter[tuple[str, str]] = Counter()
    for path in sorted(REFERENCES.glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            key = case.get("instrument", path.stem)
            counts.update((key, scale) for scale in case.get("scores", {}))
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
    return "\n".join([*lines, "", LEVELS, ""])


def _page(title: str, members: list[Description], cases: Counter[tuple[str, str]]) -> str:
    """One topic: a table of all scales, then each instrument."""
    lines = [GENERATED, "", f"# {title}", "", LEVELS, ""]
    lines += ["| Scale | Range | Higher is | Rule | Missing items | Reference cases |"]
    lines += ["|---|---|---|---|---|---|"]
    for one in members:
        for scale in one.scales:
            missing = scale.missing.split(";")[0]
            lines.append(
                f"| `{one.key}` {scale.key} | {scale.range} | {scale.higher_is} | {scale.level} "
                f"| {missing} | {cases[one.key, scale.key]} |"
            )
    for one in members:
        lines += _instrument(one)
    return "\n".join([*lines, ""])


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
