"""Reading a design: YAML to frozen values, every complaint at once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from outcomes.errors import SpecificationError
from outcomes.instruments import find
from outcomes.simulate.design import SimulationDesign


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
        contradict each other; all complaints in one message.
    """
    path = Path(path)
    try:
        plain = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        design = TypeAdapter(SimulationDesign).validate_json(json.dumps(plain), strict=True)
    except YAMLError as error:
        raise SpecificationError(f"{path.name} is not YAML: {error}") from error
    except ValidationError as error:
        found = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise _refusal(path.name, list(found)) from error
    check_design(design)
    return design


def check_design(design: SimulationDesign) -> None:
    """Refuse a design whose parts contradict each other.

    Raises
    ------
    SpecificationError
        With all contradictions.
    """
    complaints = [*_about_patients(design), *_about_traits(design), *_about_items(design)]
    if complaints:
        raise _refusal(design.id, complaints)


def _refusal(name: str, complaints: list[str]) -> SpecificationError:
    """Put all complaints into one error."""
    return SpecificationError(
        f"{name}: {len(complaints)} problems in the simulation design:\n- "
        + "\n- ".join(complaints)
        + "\nCorrect them; the fields are explained in docs/methods/simulation.md."
    )


def _about_patients(design: SimulationDesign) -> Iterator[str]:
    """Complain about shares, blocks, arms and days."""
    for name, groups in (
        ("sites", design.patients.sites),
        ("phenotypes", design.patients.phenotypes),
    ):
        total = sum(group.share for group in groups)
        if abs(total - 1) > 1e-9:
            yield f"patients.{name}: shares sum to {total:g}, not 1"
    if design.patients.block_size < 2 or design.patients.block_size % 2:
        yield f"patients.block_size: {design.patients.block_size} cannot hold two arms equally"
    arms = {design.arms.reference, design.arms.active}
    for name, by_arm in (
        ("follow_up.dropout_intercept", design.follow_up.dropout_intercept),
        ("medication.tapering", design.medication.tapering),
        *((f"events.{event.term}", event.per_year) for event in design.events),
    ):
        if set(by_arm) != arms:
            yield f"{name}: names arms {sorted(by_arm)}, needed are {sorted(arms)}"
    if (np.diff(design.days) <= 0).any():
        yield "visits: nominal days must rise"


def _about_traits(design: SimulationDesign) -> Iterator[str]:
    """Complain about lengths, correlations and the ICC."""
    n_follow_up = len(design.visits) - 1
    for trait in design.traits:
        for name in ("course", "effect"):
            n_given = len(getattr(trait, name))
            if n_given != n_follow_up:
                yield f"traits.{trait.id}.{name}: {n_given} values for {n_follow_up} visits"
    rows = design.association.between_traits
    if {len(rows), *map(len, rows)} != {len(design.traits)}:
        yield f"association.between_traits: not a square of {len(design.traits)} traits"
        return
    correlation = np.array(rows)
    if not np.array_equal(correlation, correlation.T) or (np.diag(correlation) != 1).any():
        yield "association.between_traits: not symmetric with ones on the diagonal"
    elif np.linalg.eigvalsh(correlation).min() <= 0:
        yield "association.between_traits: not positive definite"
    if not 0 <= design.classes.icc < 1:
        yield f"classes.icc: {design.classes.icc} is not in [0, 1)"


def _about_items(design: SimulationDesign) -> Iterator[str]:
    """Complain about items that no instrument has, or that nothing generates."""
    needed = Counter(item.key for key in design.instruments for item in find(key).items)
    given = Counter(design.item_keys)
    for name, keys in (
        ("not items of the instruments", given - needed),
        ("without a group", needed - given),
        ("not among the items", Counter({design.follow_up.dropout_item: 1}) - given),
    ):
        if keys:
            yield f"items: {len(keys)} {name}: {', '.join(sorted(keys)[:3])}"
    traits = {trait.id for trait in design.traits}
    for group in design.items:
        if group.trait not in traits:
            yield f"items: no trait {group.trait}; there are {', '.join(sorted(traits))}"
        if not -1 <= group.loading <= 1:
            yield f"items: loading {group.loading} is not between -1 and 1"
        if set(group.omitted) - set(group.centres):
            yield f"items: omitted names items outside the group of {next(iter(group.centres))}"
