"""Linear algebra on one thread: models of trials are too small to gain from more.

Libraries of linear algebra share each product among the threads of the machine. For the products
of a trial the threads then wait for each other: a fit takes twice the time, several times where
the machine has other work, and the last digits depend on the number of processors.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep the linear algebra inside the block on one thread, and restore what was set before."""
    with _libraries().limit(limits=1, user_api="blas"):
        yield


@cache
def _libraries() -> ThreadpoolController:
    """Find the libraries this process has loaded, once: that takes longer than a small fit."""
    return ThreadpoolController()
