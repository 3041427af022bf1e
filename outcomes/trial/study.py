"""What a study file declares, as plain frozen values.

`outcomes.trial.io.study_file` builds these from YAML; nothing here reads a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from outcomes.assumptions import Unseen
from outcomes.estimands import Estimand, Handling
from outcomes.models.multiplicity_faults import Procedure

Direction = Literal["worse", "better"]
Role = Literal["primary", "secondary", "exploratory"]
Scalar = str | int | float | bool

DIARY_SCALES = ("mean", "highest", "lowest")
"""Scores of a week of a diary; the first is meant where none is named."""


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """The trial in words, and what every report prints about it."""

    id: str
    title: str
    status: Literal["draft", "final"] = "draft"
    synthetic: bool = False
    data_cut: str | None = None
    registration: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Arm:
    """A randomised arm. `code` is its value in the data where that is not `id`."""

    id: str
    label: str
    reference: bool = False
    code: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A scheduled visit. `day` is nominal; `window` is first and last day allowed, inclusive."""

    id: str
    label: str
    day: int
    window: tuple[int, int] | None = None
    baseline: bool = False
    code: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Population:
    """An analysis population. `flag` is a yes/no column of subjects; None is all randomised."""

    id: str
    label: str
    flag: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Clusters:
    """Patients of `arms` are treated in groups named by the subjects column `column`."""

    column: str
    arms: tuple[str, ...]
    label: str = "class"


@dataclass(frozen=True, kw_only=True, slots=True)
class Withdrawal:
    """Columns of subjects about leaving the trial; empty for those who did not.

    `reason` is text. `day` is the day since randomisation, a number.
    """

    reason: str
    day: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Enrolment:
    """Numbers of the screening log and the randomisation list, which the data do not hold.

    `assessed` are the people assessed for eligibility; `excluded` counts those not randomised by
    reason; `randomised` counts, by arm, those on the randomisation list.
    """

    assessed: int | None = None
    excluded: Mapping[str, int] = field(default_factory=dict)
    randomised: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclaredThreshold:
    """A difference that matters, only ever the one the study file declares.

    `source` may be left out where an instrument lists a threshold in points of this value and
    kind, whose population, anchor and source are then taken over.
    """

    value: float
    kind: str
    source: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """A score that arrives ready made: no items, no threshold unless declared.

    `column` holds it in the measures file (our name, where `DataFile.columns` renames it). Its
    baseline is the value at the design's baseline visit, or the column `baseline_column`,
    repeated on each row of a subject.
    """

    name: str
    label: str
    column: str
    higher_is: Direction
    unit: str
    source: str
    range: tuple[float, float] | None = None
    baseline_column: str | None = None
    threshold: DeclaredThreshold | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Diary:
    """A daily rating, and what makes a week of it.

    A week is the `days` days before the nominal day of a visit; `visits` None is every visit. Its
    mean, highest and lowest rating are scores of `name` where at least `min_days` days were rated:
    a rule of the protocol, which no developer of a rating scale published. `several` says which
    of several entries of a day counts. Where `latest_delay` is given, an entry `recorded` more
    than so many days after the start of its day was back-filled and does not count.
    """

    name: str
    label: str
    source: str
    min_days: int
    days: int = 7
    visits: tuple[str, ...] | None = None
    range: tuple[float, float] = (0, 10)
    higher_is: Direction = "worse"
    unit: str = "points"
    several: Literal["first", "last", "mean", "refuse"] = "refuse"
    latest_delay: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DataFile:
    """One CSV file and the names its columns have there: canonical name to name in the file.

    Everything is read as text. `numbers` are the columns (by canonical name) that hold numbers;
    days, item answers and measures always do. A column that is not listed stays text and enters
    a model as a factor, so that a centre coded 1 to 35 is never taken for a quantity. `ignore`
    are columns (by name in the file) that are not read. `missing_codes` mean "not recorded", as
    empty cells always do.
    """

    file: str
    columns: Mapping[str, str] = field(default_factory=dict)
    missing_codes: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    encoding: str = "utf-8"
    separator: Literal[",", ";", "\t"] = ","


@dataclass(frozen=True, kw_only=True, slots=True)
class DataFiles:
    """Where the data are. `folder_variable` names an environment variable holding the folder.

    Without it, `folder` is relative to the study file.
    """

    subjects: DataFile
    responses: DataFile | None = None
    measures: DataFile | None = None
    medication: DataFile | None = None
    events: DataFile | None = None
    adherence: DataFile | None = None
    diary: DataFile | None = None
    folder: str = "."
    folder_variable: str | None = None
    outside_window: Literal["set_aside", "refuse"] = "set_aside"


@dataclass(frozen=True, kw_only=True, slots=True)
class Hypothesis:
    """What is to be shown of the difference active − reference.

    Non-inferiority and equivalence need `margin`, positive and in units of the outcome.
    `side` says which confidence limit must stay inside the margin in a non-inferiority claim:
    ``"upper"`` (below +margin) where higher is worse, ``"lower"`` (above −margin) where higher
    is better.
    """

    kind: Literal["superiority", "non_inferiority", "equivalence"] = "superiority"
    margin: float | None = None
    side: Literal["lower", "upper"] | None = None


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """What every analysis declares; each kind in `outcomes.analyses` adds its own.

    `population` None is the first one declared. `alpha` is two-sided. `has_p_value` is whether a
    kind tests a hypothesis at all.
    """

    has_p_value: ClassVar[bool] = True

    id: str
    role: Role = "exploratory"
    title: str | None = None
    population: str | None = None
    alpha: float = 0.05


@dataclass(frozen=True, kw_only=True)
class OutcomeAnalysis(Analysis):
    """An analysis that compares arms on one score.

    `instrument` is an instrument key or the name of a ready-made measure, `scale` may be None
    where there is only one. `visit` None is the last visit; `active` None is every arm but the
    reference. Randomisation factors enter every adjusted model unless `randomisation_factors`
    is False, and then the report says so. `threshold` is the difference in points that an estimate
    is read against; without one it is read against none, unless a measure declares its own.
    `unseen` is what is assumed of scores that are not seen, and `strategies` are those of an
    estimand that a kind can carry out. `compares` is what the hypothesis is about: a score, in
    its own direction and units, or the proportion who respond, where higher is always better.
    """

    compares: ClassVar[Literal["score", "response"]] = "score"
    strategies: ClassVar[frozenset[Handling]] = frozenset(Handling)
    imputes: ClassVar[bool] = False

    instrument: str
    scale: str | None = None
    visit: str | None = None
    estimand: str | None = None
    hypothesis: Hypothesis = Hypothesis()
    active: tuple[str, ...] | None = None
    covariates: tuple[str, ...] = ()
    randomisation_factors: bool = True
    threshold: DeclaredThreshold | None = None
    unseen: Unseen = field(default_factory=Unseen)


@dataclass(frozen=True, kw_only=True, slots=True)
class FamilyHypothesis:
    """One hypothesis of a family: an analysis, and the active arm where it compares several.

    `name` is what transitions and figures call it, by default the analysis; `weight` is its share
    of the family's alpha, for procedures that take weights.
    """

    analysis: str
    arm: str | None = None
    name: str | None = None
    weight: float | None = None

    @property
    def called(self) -> str:
        """Its name, or its analysis and arm."""
        return self.name or "/".join(filter(None, (self.analysis, self.arm)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """Hypotheses that share one alpha, and the procedure that adjusts for their number.

    Parameters
    ----------
    id : str
    procedure : str
        Of `outcomes.models.multiplicity.adjust_p_values`.
    hypotheses : tuple of FamilyHypothesis
        In the order of the sequence, where there is one.
    role : str, optional
        Instead of hypotheses: every analysis of this role that has a p value, in the order
        declared.
    alpha : float
        Family-wise and two-sided.
    transitions : mapping
        To whom a rejected hypothesis hands its weight: name → name → share.
    after : str, optional
        Id of the family whose hypotheses must all be rejected first.
    """

    id: str
    procedure: Procedure
    hypotheses: tuple[FamilyHypothesis, ...] = ()
    role: Role | None = None
    alpha: float = 0.05
    transitions: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    after: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportEntry:
    """One notebook and the parameter values it runs with: fixed ones, and a grid of others."""

    notebook: str
    parameters: Mapping[str, Scalar] = field(default_factory=dict)
    matrix: Mapping[str, tuple[Scalar, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Design:
    """Who was randomised to what and when they were to be seen."""

    arms: tuple[Arm, ...]
    visits: tuple[Visit, ...]
    populations: tuple[Population, ...] = (Population(id="randomised", label="All randomised"),)
    randomisation_factors: tuple[str, ...] = ()
    clusters: Clusters | None = None
    withdrawal: Withdrawal | None = None
    enrolment: Enrolment | None = None

    @property
    def reference(self) -> Arm:
        """The arm the others are compared with."""
        return next(arm for arm in self.arms if arm.reference)

    @property
    def baseline(self) -> Visit:
        """The visit before treatment."""
        return next(visit for visit in self.visits if visit.baseline)

    @property
    def follow_up(self) -> tuple[Visit, ...]:
        """Scheduled visits after baseline, in order of their day."""
        return tuple(visit for visit in self.visits if not visit.baseline)


@dataclass(frozen=True, kw_only=True, slots=True)
class Study:
    """Everything a study file declares."""

    about: About
    design: Design
    data: DataFiles
    seed: int
    instruments: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    diary: Diary | None = None
    estimands: tuple[Estimand, ...] = ()
    analyses: tuple[Analysis, ...] = ()
    multiplicity: tuple[Family, ...] = ()
    reports: tuple[ReportEntry, ...] = ()
