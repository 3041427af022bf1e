"""What a simulated trial is made from, as plain frozen values; `docs/methods/simulation.md`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmPair:
    """The two arms: `active` patients attend classes, `reference` patients do not."""

    reference: str
    active: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A site or phenotype: the share of patients in it and its shift of every trait, in SD."""

    id: str
    share: float
    shift: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Patients:
    """Who is randomised. Shares of each set of groups sum to one; shifts are in SD of a trait.

    Ages are normal, cut at 18 and 85 years; durations of pain are log-normal, in
    years, and at least 0.3.
    """

    n: int
    block_size: int
    sites: tuple[Group, ...]
    phenotypes: tuple[Group, ...]
    share_female: float
    age_mean: float
    age_sd: float
    duration_median: float
    duration_log_sd: float
    share_opioid: float
    shift_opioid: float


@dataclass(frozen=True, kw_only=True, slots=True)
class SimulatedVisit:
    """A scheduled visit: nominal day, the window around it, and the SD of every trait there."""

    id: str
    day: int
    window: tuple[int, int]
    sd: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Trait:
    """A latent trait, higher is worse, in SD at baseline.

    `course` is the mean change from baseline at each follow-up visit in the reference arm,
    `effect` what the active arm adds to it: the truth on the latent scale.
    """

    id: str
    course: tuple[float, ...]
    effect: tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Association:
    """How traits hang together: between traits, and of one trait between two days.

    The correlation of a trait over *d* days is ``stable + (1 - stable) exp(-d / fading_days)``.
    """

    between_traits: tuple[tuple[float, ...], ...]
    stable: float
    fading_days: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Classes:
    """Therapy classes of the active arm.

    Patients of a site form classes of about `size` in the order they came. A class shifts every
    trait of its patients at every follow-up visit; `icc` is the share of the variance this makes
    among patients with the same covariates. Sessions are weekly.
    """

    size: int
    icc: float
    therapies: tuple[str, ...]
    sessions: int
    attendance: float
    stopping: float
    per_protocol_sessions: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemGroup:
    """Items that express one trait.

    An answer is the whole number nearest to ``centre + spread * y``, kept within the item's
    responses, where ``y = loading * trait + sqrt(1 - loading²) * error``: equally spaced
    thresholds on *y*. With `of_change` the trait is its change from baseline and the item is not
    asked at baseline. `omitted` replaces the design's share of omitted answers for single items.
    """

    trait: str
    spread: float
    loading: float
    centres: Mapping[str, float]
    of_change: bool = False
    omitted: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowUp:
    """Timing, omissions, missed visits and dropout.

    Before each follow-up visit a patient still in the study drops out with probability
    ``1 / (1 + exp(-(intercept + slope * (pain - centre))))``, where pain is the answer to `item`
    last recorded inside a visit window, and the intercept is the one of the arm.
    """

    outside_window: float
    omitted_answer: float
    missed_visit: float
    dropout_item: str
    dropout_intercept: Mapping[str, float]
    dropout_slope: float
    dropout_centre: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Drug:
    """What is dispensed at a time."""

    drug: str
    strength: float
    quantity: int
    days_supply: int
    route: str = "oral"
    unit: str = "mg"


@dataclass(frozen=True, kw_only=True, slots=True)
class Medication:
    """Rescue and opioids; neither changes a trait.

    Rescue is dispensed with probability `rescue_share` at a follow-up visit where the dropout
    item was answered `rescue_from` or higher. Opioid users are dispensed one of `opioids` each
    `days_supply` days, the first time before day 0. At each refill after day 0 the quantity falls
    by a quarter of the first one with the arm's probability `tapering`, or rises by a quarter
    with probability `increasing`; at nothing, dispensing ends.
    """

    rescue: Drug
    rescue_from: int
    rescue_share: float
    opioids: tuple[Drug, ...]
    tapering: Mapping[str, float]
    increasing: float


@dataclass(frozen=True, kw_only=True, slots=True)
class AdverseEvent:
    """A term, the body system it belongs to and its rate per patient-year in each arm."""

    term: str
    system: str
    per_year: Mapping[str, float]
    share_serious: float = 0.01


@dataclass(frozen=True, kw_only=True, slots=True)
class DailyDiary:
    """A daily rating in the `days` days before each of `visits`, of patients still in the study.

    The rating is the whole number nearest to ``centre + spread * y``, kept within 0 to 10, where
    ``y = loading * trait + sqrt(1 - loading²) * error`` with the trait of the coming visit and an
    error of each day. A week is skipped with probability `skipped`, else each day is filled in with
    probability `filled`: in its evening, or, with probability `late`, two to five days later. With
    probability `twice` a second entry follows within the hour, one point higher or lower.
    """

    trait: str
    centre: float
    spread: float
    loading: float
    days: int
    visits: tuple[str, ...]
    skipped: float
    filled: float
    late: float
    twice: float


@dataclass(frozen=True, kw_only=True, slots=True)
class TruthRun:
    """How the true differences are computed: pairs simulated, and the seed they start from."""

    n: int
    seed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SimulationDesign:
    """Everything a simulated trial depends on besides the random numbers.

    The first of `visits` is the baseline. `seed` is the one `write_trial` starts from.
    """

    id: str
    seed: int
    arms: ArmPair
    patients: Patients
    visits: tuple[SimulatedVisit, ...]
    traits: tuple[Trait, ...]
    association: Association
    classes: Classes
    instruments: tuple[str, ...]
    items: tuple[ItemGroup, ...]
    follow_up: FollowUp
    medication: Medication
    events: tuple[AdverseEvent, ...]
    truth: TruthRun
    diary: DailyDiary | None = None

    @property
    def days(self) -> NDArray[np.float64]:
        """Nominal day of each visit, baseline first."""
        return np.array([visit.day for visit in self.visits], dtype=float)

    @property
    def item_keys(self) -> tuple[str, ...]:
        """Items in the order of their groups."""
        return tuple(key for group in self.items for key in group.centres)
