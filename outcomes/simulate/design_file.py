"""Reading a design: YAML to frozen values, every complaint at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from outcomes.errors import SpecificationError
from outcomes.instruments import find
from outcomes.simulate.design import Group, SimulationDesign
from outcomes.trial.io.declared import validated
from outcomes.trial.io.document import Place
from outcomes.trial.io.yaml import read_yaml

REFERENCE = "docs/methods/simulation.md"
Complaint = tuple[Place, str]


def read_design(path: str | Path) -> SimulationDesign:
    """Read the design of a simulated trial.

    Parameters
    ----------
    path : str or Path
        A YAML file with the fields of `SimulationDesign`.

    Returns
    -------
    SimulationDesign

    Raises
    ------
    SpecificationError
        The file is not YAML, has unknown or missing keys or values of a wrong type, or its parts
        contradict each other; all complaints in one message, each with its line and column.

    Examples
    --------
    >>> read_design("data/sample/design.yaml").patients.n
    240
    """
    document = read_yaml(Path(path))
    design = validated(SimulationDesign, document.content, document)
    if design is not None:
        for place, text in contradictions(design):
            document.complain(place, text)
    if document.complaints or design is None:
        document.refuse(described_in=REFERENCE)
    return design


def check_design(design: SimulationDesign) -> None:
    """Refuse a design whose parts contradict each other.

    Raises
    ------
    SpecificationError
        With all contradictions.
    """
    found = [f"- {'.'.join(map(str, place))}: {text}" for place, text in contradictions(design)]
    if found:
        raise SpecificationError(
            f"The simulation design {design.id} contradicts itself in {len(found)} places:\n"
            + "\n".join(found)
            + f"\nCorrect them; {REFERENCE} explains the fields."
        )


def contradictions(design: SimulationDesign) -> Iterator[Complaint]:
    """Find what cannot be true together, with its place in the design."""
    yield from _of_shares(("patients", "sites"), design.patients.sites)
    yield from _of_shares(("patients", "phenotypes"), design.patients.phenotypes)
    yield from _of_arms(design)
    yield from _of_numbers(design)
    yield from _of_traits(design)
    yield from _of_association(design)
    yield from _of_items(design)
    yield from _of_diary(design)


def _of_shares(place: Place, groups: tuple[Group, ...]) -> Iterator[Complaint]:
    """Complain about shares that do not sum to one."""
    total = sum(group.share for group in groups)
    if abs(total - 1) > 1e-9 or min(group.share for group in groups) < 0:
        yield place, f"shares must not be negative and sum to 1, not {total:g}"


def _of_arms(design: SimulationDesign) -> Iterator[Complaint]:
    """Complain about maps that do not name both arms and no other."""
    arms = {design.arms.reference, design.arms.active}
    by_arm: dict[Place, Mapping[str, float]] = {
        ("follow_up", "dropout_intercept"): design.follow_up.dropout_intercept,
        ("medication", "tapering"): design.medication.tapering,
        **{("events", i, "per_year"): event.per_year for i, event in enumerate(design.events)},
    }
    for place, named in by_arm.items():
        if set(named) != arms:
            yield place, f"names {', '.join(sorted(named))}; the arms are {', '.join(sorted(arms))}"


def _of_numbers(design: SimulationDesign) -> Iterator[Complaint]:
    """Complain about numbers outside what they can mean."""
    block_size = design.patients.block_size
    if block_size < 2 or block_size % 2:
        yield ("patients", "block_size"), f"{block_size} cannot hold two arms equally"
    if (np.diff(design.days) <= 0).any():
        yield ("visits",), "nominal days must rise from visit to visit"
    if not 0 <= design.classes.icc < 1:
        yield ("classes", "icc"), f"{design.classes.icc:g} is not at least 0 and below 1"
    shares = {
        ("patients", "share_female"): design.patients.share_female,
        ("patients", "share_opioid"): design.patients.share_opioid,
        ("classes", "attendance"): design.classes.attendance,
        ("classes", "stopping"): design.classes.stopping,
        ("follow_up", "outside_window"): design.follow_up.outside_window,
        ("follow_up", "omitted_answer"): design.follow_up.omitted_answer,
        ("follow_up", "missed_visit"): design.follow_up.missed_visit,
        ("medication", "rescue_share"): design.medication.rescue_share,
    }
    for place, share in shares.items():
        if not 0 <= share <= 1:
            yield place, f"{share:g} is not between 0 and 1"


def _of_traits(design: SimulationDesign) -> Iterator[Complaint]:
    """Complain about courses and effects that do not fit the visits."""
    n_follow_up = len(design.visits) - 1
    for i, trait in enumerate(design.traits):
        for name, values in (("course", trait.course), ("effect", trait.effect)):
            if len(values) != n_follow_up:
                text = f"has {len(values)} values for {n_follow_up} follow-up visits"
                yield ("traits", i, name), text


def _of_association(design: SimulationDesign) -> Iterator[Complaint]:
    """Complain about a correlation that is none."""
    place: Place = ("association", "between_traits")
    rows = design.association.between_traits
    if {len(rows), *map(len, rows)} != {len(design.traits)}:
        yield place, f"is not a square with a row for each of {len(design.traits)} traits"
        return
    correlation = np.array(rows)
    if not np.array_equal(correlation, correlation.T) or (np.diag(correlation) != 1).any():
        yield place, "is not symmetric with ones on the diagonal"
    elif np.linalg.eigvalsh(correlation).min() <= 1e-9:
        yield place, "is not positive definite: no traits can be correlated like this"


def _of_items(design: SimulationDesign) -> Iterator[Complaint]:
    """Complain about items no instrument has, items nothing generates and unknown traits."""
    needed = Counter(item.key for key in design.instruments for item in find(key).items)
    given = Counter(design.item_keys)
    for keys, what in ((given - needed, "not among"), (needed - given, "in no group but among")):
        if keys:
            named = ", ".join(sorted(keys)[:3])
            yield ("items",), f"{len(keys)} {what} the items of the instruments: {named}"
    if design.follow_up.dropout_item not in given:
        yield ("follow_up", "dropout_item"), f"no item is called {design.follow_up.dropout_item}"
    traits = [trait.id for trait in design.traits]
    for i, group in enumerate(design.items):
        if group.trait not in traits:
            yield ("items", i, "trait"), f"there is no {group.trait}; traits: {', '.join(traits)}"
        if not -1 <= group.loading <= 1:
            yield ("items", i, "loading"), f"{group.loading:g} is not between -1 and 1"
        if set(group.omitted) - set(group.centres):
            yield ("items", i, "omitted"), "names items outside this group"


def _of_diary(design: SimulationDesign) -> Iterator[Complaint]:
    """Complain about a diary of traits or visits that are not there, or that cannot be kept."""
    diary = design.diary
    if diary is None:
        return
    traits, visits = [t.id for t in design.traits], [v.id for v in design.visits]
    if diary.trait not in traits:
        yield ("diary", "trait"), f"there is no {diary.trait}; traits: {', '.join(traits)}"
    for i, visit in enumerate(diary.visits):
        if visit not in visits:
            yield ("diary", "visits", i), f"there is no {visit}; visits: {', '.join(visits)}"
    if diary.days < 1:
        yield ("diary", "days"), f"{diary.days} is not at least 1"
    if not -1 <= diary.loading <= 1:
        yield ("diary", "loading"), f"{diary.loading:g} is not between -1 and 1"
    for name in ("skipped", "filled", "late", "twice"):
        share = getattr(diary, name)
        if not 0 <= share <= 1:
            yield ("diary", name), f"{share:g} is not between 0 and 1"
