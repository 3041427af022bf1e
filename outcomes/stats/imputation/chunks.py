"""Long runs in pieces: bounded memory, the same numbers whoever computes which piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import SpecificationError

Index = NDArray[np.intp]
Progress = Callable[[int, int], None]
T = TypeVar("T")

# Outcomes a piece may hold at once: some tens of megabytes with everything made from them.
CELLS = 1_000_000
LARGEST = 128


def piece_size(n_subjects: int, n_visits: int) -> int:
    """Replicates in a piece; depends on the data alone."""
    return max(1, min(LARGEST, CELLS // (n_subjects * n_visits)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Crew:
    """Who computes the pieces, and who is told.

    Parameters
    ----------
    workers : int, threads
    progress : function of pieces done and all pieces, optional
    """

    workers: int = 1
    progress: Progress | None = None

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise SpecificationError(f"workers is {self.workers}; it must be 1 or more.")

    def pieces(self, task: Callable[[Index], T], n: int, size: int) -> list[T]:
        """Results of `task` for 0 .. n - 1, cut into pieces of `size`, in order."""
        parts = [np.arange(start, min(start + size, n)) for start in range(0, n, size)]
        if self.workers == 1:
            return self._told(map(task, parts), len(parts))
        with ThreadPoolExecutor(self.workers) as pool:
            return self._told(pool.map(task, parts), len(parts))

    def _told(self, results: Iterator[T], n: int) -> list[T]:
        found: list[T] = []
        for result in results:
            found.append(result)
            if self.progress is not None:
                self.progress(len(found), n)
        return found
