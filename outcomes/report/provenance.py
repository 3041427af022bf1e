"""What a report rests on: enough to find its inputs and to run it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from outcomes.trial.trial import InputFile


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """Where a report comes from. Times and machines live in ``run.json``, not here.

    Parameters
    ----------
    notebook : str
        Name of the notebook, without a folder.
    parameters : mapping
        Every parameter of the notebook with the value it ran with.
    run_key : str
        SHA-256 over notebook, plan, parameters, inputs, package and lock.
    package_version : str
        Version of this package.
    rerun : str
        Command that makes this report again, without machine paths.
    inputs : tuple of InputFile, optional
        Files read; taken from the report's own header where empty.
    seed : int, optional
        Declared seed; taken from the report's own header where None.
    commit, lock_sha256 : str, optional
        None where they are not known; the report says so.
    libraries : mapping of str to str
        Versions of the numerical libraries.
    """

    notebook: str
    parameters: Mapping[str, str | int | float | bool | None]
    run_key: str
    package_version: str
    rerun: str
    inputs: tuple[InputFile, ...] = ()
    seed: int | None = None
    commit: str | None = None
    lock_sha256: str | None = None
    libraries: Mapping[str, str] = field(default_factory=dict)
