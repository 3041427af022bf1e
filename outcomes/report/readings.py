"""The sentence a reader takes away, and the four short readings beside it."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from outcomes.analyses.result import Headline, Note, Outcome, Planned, ThresholdUsed
from outcomes.report.markup import sentence_start, strong, unbroken
from outcomes.report.quantities import DIFFERENCE, STANDARDISED, digits_of, quantity_of
from outcomes.report.scales import margin_side
from outcomes.tables import format as f
from outcomes.tables.format import inside_sentence


def lead(headline: Headline, outcome: Outcome | None) -> Markup:
    """Say what was found, with the estimate in bold and its interval."""
    digits, quantity = digits_of(headline, outcome), quantity_of(headline)
    when = f"At {inside_sentence(headline.visit)}" if headline.visit else "Over the follow-up"
    value = strong(quantity.number(headline.estimate, digits), "nw")
    interval = unbroken(quantity.interval(headline, digits))
    test = Markup() if headline.p_value is None else Markup("; {}").format(_test(headline.p_value))
    said = Markup("{}, {} ({} {}, {} CI {}{}).").format(
        when,
        quantity.claim(headline, digits),
        headline.quantity,
        value,
        f.level(headline.conf_level),
        interval,
        test,
    )
    verdict = hypothesis_verdict(headline, digits)
    return said + Markup(" ") + verdict if verdict else said


def _test(p_value: float) -> Markup:
    return unbroken(f.p_phrase(p_value))


def hypothesis_verdict(headline: Headline, digits: int) -> Markup:
    """Say whether non-inferiority or equivalence was shown; empty for superiority."""
    kind, margin = headline.hypothesis.kind, headline.hypothesis.margin
    if kind == "superiority":
        return Markup()
    name = "Non-inferiority" if kind == "non_inferiority" else "Equivalence"
    if margin is None or headline.null != 0:
        return Markup("{} {}: no margin is declared for this quantity.").format(
            name, strong("was not judged")
        )
    found, why = (_non_inferior if kind == "non_inferiority" else _equivalent)(
        headline, margin, digits
    )
    verdict = strong("was shown" if found else "was not shown")
    return Markup("{} {}: {}.").format(name, verdict, why)


def _non_inferior(headline: Headline, margin: float, digits: int) -> tuple[bool, str]:
    side = margin_side(headline)
    quantity = quantity_of(headline)
    upper = side == "upper"
    limit, edge = (headline.conf_high, margin) if upper else (headline.conf_low, -margin)
    inside = limit < edge if upper else limit > edge
    where = ("below" if upper else "above") if inside else "not " + ("below" if upper else "above")
    shown = quantity.declared(edge, headline)
    return inside, (
        f"the {side} limit of the interval, {quantity.number(limit, digits)}, is {where} "
        f"the margin of {shown}"
    )


def _equivalent(headline: Headline, margin: float, _digits: int) -> tuple[bool, str]:
    inside = -margin < headline.conf_low and headline.conf_high < margin
    quantity = quantity_of(headline)
    where = "lies" if inside else "does not lie"
    low, high = f.plain(-margin), f.plain(margin)
    if quantity.percent:
        low, high = f.plain(-f.hundredfold(margin)), f.plain(f.hundredfold(margin))
    unit = f" {quantity.unit(headline)}".rstrip()
    return inside, f"the interval {where} within the margins of {low} and {high}{unit}"


def direction(headline: Headline, outcome: Outcome | None) -> str:
    """Say which way is better, and whether the interval leaves that open."""
    if outcome is not None and outcome.higher_is == "neutral":
        return f"Neither direction of this score is declared to be better. {_neutral(headline)}"
    side = "below" if headline.favours_active == "lower" else "above"
    better = f"Values {side} {f.plain(headline.null)} favour {headline.active.label}."
    return f"{better} {_favoured(headline)}"


def _neutral(headline: Headline) -> str:
    apart = headline.conf_low > headline.null or headline.conf_high < headline.null
    return f"The interval {'leaves out' if apart else 'includes'} no difference."


def _favoured(headline: Headline) -> str:
    if headline.conf_low > headline.null or headline.conf_high < headline.null:
        low = headline.conf_high < headline.null
        who = headline.active if low == (headline.favours_active == "lower") else headline.reference
        return f"The whole interval is on the side of {who.label}."
    return (
        "The interval includes no difference, and differences in favour of either: "
        f"{headline.active.label} and {headline.reference.label}."
    )


def clinical(headline: Headline, outcome: Outcome | None = None) -> str:
    """Read the estimate against the declared threshold, or say that there is none."""
    threshold = headline.threshold
    if threshold is None:
        return (
            "The plan declares no threshold for a difference that matters, so the estimate is not "
            f"judged against one.{_known(headline, outcome)}"
        )
    return f"{_against(headline, threshold)}{_within(threshold)} {_found(threshold)}"


def _against(headline: Headline, threshold: ThresholdUsed) -> str:
    """Say on which side of the threshold the interval lies."""
    sign = -1 if headline.favours_active == "lower" else 1
    best, worst = sorted((sign * headline.conf_low, sign * headline.conf_high), reverse=True)
    name = f"{quantity_of(headline).declared(threshold.value, headline)} ({_kind(threshold.kind)})"
    if worst >= threshold.value:
        return f"The whole interval reaches the declared threshold of {name}."
    if best < threshold.value:
        return f"The whole interval falls short of the declared threshold of {name}."
    where = "reaches" if sign * headline.estimate >= threshold.value else "falls short of"
    return (
        f"The estimate {where} the declared threshold of {name}; the interval holds values on "
        "both sides of it."
    )


def _within(threshold: ThresholdUsed) -> str:
    if not threshold.within_persons:
        return ""
    return (
        " This threshold was found for change within persons; a difference between groups can "
        "matter below it."
    )


def _found(threshold: ThresholdUsed) -> str:
    """Name where a threshold comes from."""
    return f"Source: {threshold.source.rstrip('.')}{_where(threshold)}."


def _where(threshold: ThresholdUsed) -> str:
    if not threshold.population:
        return ""
    named = "" if threshold.anchor.startswith("anchor") else "anchor: "
    anchor = f", {named}{threshold.anchor}" if threshold.anchor else ""
    return f" (in {threshold.population}{anchor})"


def _known(headline: Headline, outcome: Outcome | None) -> str:
    """Name what is published for the scale, as information."""
    unit = "points" if quantity_of(headline) is DIFFERENCE else "percent of baseline"
    if outcome is None or quantity_of(headline) is STANDARDISED:
        return ""
    known = [
        f"{_kind(each.kind)} {f.plain(each.value)} {each.unit}{_where(each)}"
        for each in outcome.known
        if each.unit == unit
    ]
    if not known:
        return ""
    return f" Published for this scale, for information: {'; '.join(known)}."


def _kind(kind: str) -> str:
    return kind.replace("_", " ")


def robustness(planned: Sequence[Planned], notes: Sequence[Note], assumed: str) -> str:
    """Say what was not examined, and how far the plan was kept."""
    warnings = sum(note.kind == "warning" for note in notes)
    said = {0: "", 1: " One warning is given below."}.get(
        warnings, f" {warnings} warnings are given below."
    )
    return f"{sentence_start(assumed)}{_plan_kept(planned)}{said}"


def _plan_kept(planned: Sequence[Planned]) -> str:
    changed = sum(not choice.as_planned for choice in planned)
    if not planned:
        return ""
    if not changed:
        return " Every choice is as planned."
    return f" {changed} of {len(planned)} choices differ from the plan."
