"""What every result has, whatever analysis made it: the report reads nothing else."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd
from matplotlib.axes import Axes

from outcomes.trial.study import Analysis, Arm, Hypothesis, Visit

EVENTS = ("event", "handling", "arm", "n", "n_governed", "n_collected", "n_changed")


def no_events() -> pd.DataFrame:
    """Frame of intercurrent events without a row."""
    return pd.DataFrame(columns=list(EVENTS))


@dataclass(frozen=True, kw_only=True, slots=True)
class ThresholdUsed:
    """A threshold an estimate may be read against, with where it comes from.

    `population` and `anchor` are those it was found in and by, empty where not known; `unit` is
    ``"points"`` of the score or ``"percent of baseline"``.
    """

    value: float
    kind: str
    source: str
    population: str = ""
    anchor: str = ""
    unit: str = "points"

    @property
    def within_persons(self) -> bool:
        """Whether it was found for change within persons, not for differences between groups."""
        words = self.kind.lower().replace("-", " ").split()
        return bool({"mcid", "mic", "mcic", "responder", "response", "within"} & set(words))


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """The score compared: an instrument's scale or a ready-made measure.

    `threshold` is the one declared in the study file; `known` are those the instrument lists, for
    information. `true_zero` is false where zero is arbitrary, so that a percentage of baseline
    means nothing.
    """

    instrument: str
    scale: str
    label: str
    higher_is: Literal["worse", "better", "neutral"]
    unit: str
    range: tuple[float, float] | None
    source: str
    threshold: ThresholdUsed | None = None
    known: tuple[ThresholdUsed, ...] = ()
    true_zero: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """Something a reader must know. `beside_headline` notes are printed next to the estimate."""

    kind: Literal["warning", "deviation", "information"]
    title: str
    text: str
    beside_headline: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """One choice as planned and as used; `reason` says why they differ or agree."""

    choice: str
    planned: str
    used: str
    reason: str

    @property
    def as_planned(self) -> bool:
        """Whether what was used is what was planned."""
        return self.planned == self.used


@dataclass(frozen=True, kw_only=True, slots=True)
class Headline:
    """The estimate a reader takes away, with what is needed to read it.

    Parameters
    ----------
    quantity : str
        ``"adjusted mean difference"``, ``"risk difference"``, ``"hazard ratio"`` ...
    outcome : str
        What is compared, in words that fit inside a sentence: ``"headache severity"``.
    visit : str or None
        Label of the visit, None where the estimate belongs to the whole follow-up.
    estimate, conf_low, conf_high : float
        In `unit`; a ratio where `null` is 1. A risk difference is a proportion, not a percentage.
    conf_level : float
        Level of the two-sided interval.
    p_value : float or None
        Two-sided test of no difference.
    null : float
        The value that means no difference: 0 or 1.
    favours_active : {"lower", "higher"}
        On which side of `null` the active arm did better.
    reference_value : float or None
        Mean, risk or the like in the reference arm, for the relative size.
    active_value : float or None
        The same in the active arm.
    """

    quantity: str
    outcome: str
    visit: str | None
    active: Arm
    reference: Arm
    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    p_value: float | None
    null: float
    unit: str
    favours_active: Literal["lower", "higher"]
    hypothesis: Hypothesis
    threshold: ThresholdUsed | None = None
    reference_value: float | None = None
    active_value: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Result(ABC):
    """What the results of all kinds hold; each kind adds its own frames.

    Parameters
    ----------
    specification : Analysis
        What was run.
    arms : tuple of Arm
        The arms compared, in the design's order.
    visits : tuple of Visit
        The visits the analysis uses, the baseline among them; empty where it has none.
    outcome : Outcome or None
        The score compared.
    headlines : tuple of Headline
        One for each active arm; none where nothing is estimated.
    flow : DataFrame
        stage, arm, n in printing order, from ``Randomised`` to what the estimate rests on.
    observed : DataFrame
        visit, arm, n_observed, n_missing over the analysis population; empty without visits.
    planned : tuple of Planned
        Choices as planned and as used.
    notes : tuple of Note
        What a reader must know.
    methods : tuple of str
        Paragraphs generated from the plan.
    design_effects : DataFrame
        arm, n, n_clusters, mean_size, largest, icc, design_effect and std_error_factor where the
        analysis ignores clusters; no rows elsewhere.
    judgements : DataFrame
        arm, visit, margin, side, statistic, df, p_value (one-sided) and conclusion of
        non-inferiority and equivalence; no rows for superiority.
    intercurrent : DataFrame
        event, handling, arm, n (patients with the event), n_governed (patients for whom its
        strategy decides at a visit), n_collected and n_changed (scores after it: collected, and
        changed by the strategy): one row for each arm and event whose days are recorded.
    """

    specification: Analysis
    arms: tuple[Arm, ...]
    visits: tuple[Visit, ...]
    outcome: Outcome | None
    headlines: tuple[Headline, ...]
    flow: pd.DataFrame
    observed: pd.DataFrame
    planned: tuple[Planned, ...]
    notes: tuple[Note, ...]
    methods: tuple[str, ...]
    design_effects: pd.DataFrame
    judgements: pd.DataFrame
    intercurrent: pd.DataFrame = field(default_factory=no_events)

    @property
    def variable(self) -> str:
        """What is compared, in words, where it is no score; empty otherwise."""
        return ""

    @property
    def without_visits(self) -> str:
        """What is said of missing values where none are counted by visit."""
        return "This analysis uses no scores by visit, so none can be missing."

    @property
    def without_headline(self) -> str:
        """What stands in place of headlines where there are none."""
        return "This analysis describes patients and compares no arms."

    @property
    def examined(self) -> str:
        """What a sensitivity analysis of this result examined, in a sentence; empty without one."""
        return ""

    @abstractmethod
    def table(self) -> pd.DataFrame:
        """Tidy estimates."""

    @abstractmethod
    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the figure that shows the estimate."""

    @abstractmethod
    def to_ard(self) -> pd.DataFrame:
        """Every number of the result, one row per statistic."""
