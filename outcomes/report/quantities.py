"""How each kind of estimate is put into words and numbers: one row per family of quantities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from outcomes.analyses.result import Headline, Outcome
from outcomes.report.markup import strong
from outcomes.tables import format as f


@dataclass(frozen=True, kw_only=True, slots=True)
class Quantity:
    """What a family of estimates needs to be read.

    `number` prints one value without its unit, `unit` follows a value, `claim` says what was found
    in the middle of a sentence, `size` is the reading of how large it is. Values of a family
    with `percent` are proportions, shown a hundredfold.
    """

    number: Callable[[float, int], str]
    unit: Callable[[Headline], str]
    claim: Callable[[Headline, int], Markup]
    size: Callable[[Headline, Outcome | None, int], str]
    percent: bool = False

    def interval(self, headline: Headline, digits: int) -> str:
        """Print the confidence interval, without its unit."""
        low, high = headline.conf_low, headline.conf_high
        return f"{self.number(low, digits)} to {self.number(high, digits)}"

    def declared(self, value: float, headline: Headline) -> str:
        """Print a margin or threshold as it was declared, with the unit of the estimate."""
        shown = f.hundredfold(value) if self.percent else value
        return f"{f.plain(shown)} {self.unit(headline)}".strip()


def quantity_of(headline: Headline) -> Quantity:
    """Find the family of an estimate: by its name, else by what stands for no difference."""
    name = headline.quantity.lower()
    if "standardised" in name or "hedges" in name:
        return STANDARDISED
    if "risk difference" in name:
        return RISK_DIFFERENCE
    if "win ratio" in name:
        return WIN_RATIO
    if headline.null == 1:
        return HAZARD_RATIO if "hazard" in name else RATIO
    return DIFFERENCE


def digits_of(headline: Headline, outcome: Outcome | None) -> int:
    """Decimals an estimate is printed with: by the scale's limits where it is a score."""
    if quantity_of(headline) is not DIFFERENCE:
        return 1 if quantity_of(headline) is RISK_DIFFERENCE else 2
    limits = outcome.range if outcome else None
    return f.decimals((headline.estimate, headline.conf_low, headline.conf_high), limits)


def _unit(headline: Headline) -> str:
    """Name the unit of a difference: percentages differ by percentage points, not by percent."""
    return "percentage points" if headline.unit in ("percent", "%") else headline.unit


def _deviations(_headline: Headline) -> str:
    return "standard deviations"


def _no_unit(_headline: Headline) -> str:
    return ""


def _percentage_points(_headline: Headline) -> str:
    return "percentage points"


def _two_decimals(value: float, _digits: int) -> str:
    return f.number(value, 2)


def _no_difference(headline: Headline, amount: str) -> Markup:
    return Markup("{} differed by {} between {} and {}").format(
        headline.outcome, strong(amount), headline.active.label, headline.reference.label
    )


def _difference(headline: Headline, digits: int) -> Markup:
    unit = quantity_of(headline).unit(headline)
    amount = f"{f.number(abs(headline.estimate), digits)} {unit}".strip()
    if float(f.number(abs(headline.estimate), digits)) == 0:
        return _no_difference(headline, amount)
    way = "lower" if headline.estimate < 0 else "higher"
    return Markup("{} was {} with {} than with {}").format(
        headline.outcome,
        strong(f"{amount} {way}"),
        headline.active.label,
        headline.reference.label,
    )


def _difference_size(headline: Headline, outcome: Outcome | None, digits: int) -> str:
    limits = outcome.range if outcome else None
    mean = headline.reference_value
    if limits is None:
        return _of_mean(headline, digits) or "Neither scale limits nor a mean to compare it with."
    scale = f"The scale runs from {f.plain(limits[0])} to {f.plain(limits[1])}."
    if limits[0] != 0 or mean is None or not mean > 0:
        return f"{scale} {_of_mean(headline, digits)}".strip()
    low, high = (_change(1 + limit / mean) for limit in (headline.conf_low, headline.conf_high))
    return (
        f"{_change(1 + headline.estimate / mean)} than the mean with {headline.reference.label} "
        f"({f.number(mean, digits)}); the interval runs from {low} to {high}. {scale}"
    )


def _of_mean(headline: Headline, digits: int) -> str:
    if headline.reference_value is None:
        return ""
    mean = f.number(headline.reference_value, digits)
    return f"The mean with {headline.reference.label} is {mean}."


def _standardised_size(_headline: Headline, _outcome: Outcome | None, _digits: int) -> str:
    return "In pooled standard deviations; no benchmark of small or large is applied."


def _change(ratio: float) -> str:
    """Put a ratio as a change: 1.25 is 25% higher."""
    percent = f.percent(abs(ratio - 1), 0)
    if percent == "0%":
        return "0%"
    return f"{percent} {'lower' if ratio < 1 else 'higher'}"


def _risk(headline: Headline, digits: int) -> Markup:
    amount = f"{f.points(abs(headline.estimate), digits)} percentage points"
    if float(f.points(abs(headline.estimate), digits)) == 0:
        return _no_difference(headline, amount)
    way = "less" if headline.estimate < 0 else "more"
    return Markup("{} was {} with {} than with {}").format(
        headline.outcome,
        strong(f"{amount} {way} frequent"),
        headline.active.label,
        headline.reference.label,
    )


def _risk_size(headline: Headline, _outcome: Outcome | None, digits: int) -> str:
    interval = f"{f.points(headline.conf_low)} to {f.points(headline.conf_high)}"
    reach = f"The interval runs from {interval} percentage points."
    if headline.active_value is None or headline.reference_value is None:
        return reach
    return (
        f"{f.percent(headline.active_value, digits)} with {headline.active.label} against "
        f"{f.percent(headline.reference_value, digits)} with {headline.reference.label}. {reach}"
    )


def _ratio(headline: Headline, digits: int) -> Markup:
    return Markup("the {} of {} was {} with {} against {}").format(
        headline.quantity,
        headline.outcome,
        strong(f.number(headline.estimate, digits)),
        headline.active.label,
        headline.reference.label,
    )


def _wins(headline: Headline, digits: int) -> Markup:
    return Markup("{} won {} as many comparisons as it lost against {} on {}").format(
        headline.active.label,
        strong(f"{f.number(headline.estimate, digits)} times"),
        headline.reference.label,
        headline.outcome,
    )


def _hazard(headline: Headline, digits: int) -> Markup:
    return Markup("the rate of {} was {} with {} as with {}").format(
        headline.outcome,
        strong(f"{f.number(headline.estimate, digits)} times as high"),
        headline.active.label,
        headline.reference.label,
    )


def _wins_size(headline: Headline, _outcome: Outcome | None, _digits: int) -> str:
    low, high = (100 * limit for limit in (headline.conf_low, headline.conf_high))
    return (
        f"{headline.active.label[:1].upper()}{headline.active.label[1:]} won "
        f"{f.number(100 * headline.estimate, 0)} pairs for every 100 it lost; the interval runs "
        f"from {f.number(low, 0)} to {f.number(high, 0)}. Pairs that are tied do not count."
    )


def _ratio_size(headline: Headline, _outcome: Outcome | None, _digits: int) -> str:
    low, high = _change(headline.conf_low), _change(headline.conf_high)
    name = headline.quantity.lower()
    what = "A rate" if "hazard" in name else "Odds" if "odds" in name else "A ratio"
    return (
        f"{what} {_change(headline.estimate)} than with {headline.reference.label}; "
        f"the interval runs from {low} to {high}."
    )


DIFFERENCE = Quantity(number=f.number, unit=_unit, claim=_difference, size=_difference_size)
RISK_DIFFERENCE = Quantity(
    number=f.points, unit=_percentage_points, claim=_risk, size=_risk_size, percent=True
)
STANDARDISED = Quantity(
    number=_two_decimals, unit=_deviations, claim=_difference, size=_standardised_size
)
HAZARD_RATIO = Quantity(number=_two_decimals, unit=_no_unit, claim=_hazard, size=_ratio_size)
WIN_RATIO = Quantity(number=_two_decimals, unit=_no_unit, claim=_wins, size=_wins_size)
RATIO = Quantity(number=_two_decimals, unit=_no_unit, claim=_ratio, size=_ratio_size)
