"""Random numbers that belong to a replicate, whoever computes it and in whatever order.

A counter-based generator turns a key and a counter into numbers without any state, so the place of
a replicate is the upper part of the counter. Salmon JK, Moraes MA, Dror RO, Shaw DE. Parallel
random numbers: as easy as 1, 2, 3. SC11, 2011 (Philox).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# What a place is for, its first number.
RESAMPLING, NOISE, CHAIN = 1, 2, 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Streams:
    """A family of independent generators, each named by three whole numbers.

    Parameters
    ----------
    key : two numbers below 2^64, the seed of the family
    """

    key: tuple[int, int]

    @classmethod
    def of(cls, rng: np.random.Generator) -> Streams:
        """Take the family's seed from a generator."""
        first, second = (int(word) for word in rng.integers(2**63, size=2))
        return cls(key=(first, second))

    def at(self, purpose: int, replicate: int = 0, repeat: int = 0) -> np.random.Generator:
        """Return the generator of one place; the same place gives the same numbers."""
        key = np.array(self.key, dtype=np.uint64)
        counter = np.array([0, repeat, replicate, purpose], dtype=np.uint64)
        return np.random.Generator(np.random.Philox(counter=counter, key=key))
