"""Random numbers of an analysis: from the study's declared seed and the analysis's id alone."""

from __future__ import annotations

import hashlib

import numpy as np


def generator_of(seed: int, analysis: str) -> np.random.Generator:
    """Make the generator of an analysis.

    Parameters
    ----------
    seed : int
        As the study file declares it.
    analysis : str
        Id of the analysis.

    Returns
    -------
    Generator
        The same in every order of runs and on every number of processes; a change of code does not
        move it.

    Examples
    --------
    >>> generator_of(7, "a").random() == generator_of(7, "a").random()
    True
    >>> generator_of(7, "a").random() == generator_of(7, "b").random()
    False
    """
    words = np.frombuffer(hashlib.sha256(analysis.encode()).digest(), dtype="<u4")
    return np.random.default_rng([seed, *(int(word) for word in words)])
