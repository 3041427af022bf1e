"""Random numbers that belong to a replicate, whoever computes it and in whatever order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True, slots=True)
class Streams:
    """A family of independent generators, all named by whole numbers.

    Parameters
    ----------
    entropy : tuple of int
    """

    entropy: tuple[int, ...]

    @classmethod
    def of(cls, rng: np.random.Generator) -> Streams:
        """Take the family's seed from a generator."""
        return cls(entropy=tuple(int(word) for word in rng.integers(2**63, size=2)))

    def at(self, *place: int) -> np.random.Generator:
        """Return the generator of one place; the same place gives the same numbers."""
        return np.random.default_rng(np.random.SeedSequence(self.entropy, spawn_key=place))


RESAMPLING, NOISE, CHAIN = 0, 1, 2
