"""Whether chains have converged, and how many independent draws they are worth.

Vehtari A, Gelman A, Simpson D, Carpenter B, Buerkner PC. Rank-normalization, folding and
localization: an improved R-hat for assessing convergence of MCMC. Bayesian Analysis
2021;16:667-718.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]

BLOM = 3.0 / 8.0


def split_r_hat(draws: Array, *, offset: float = BLOM) -> float:
    """Rank-normalised split R-hat, the larger of bulk and folded (equation 14).

    Parameters
    ----------
    draws : (n_draws, n_chains), at least four draws
    offset : float
        Of the ranks' plotting positions; rstan 2.21 takes 1/2.
    """
    split = _split(draws)
    folded = np.abs(split - np.median(split))
    return max(_r_hat(_rank_normal(values, offset)) for values in (split, folded))


def effective_sample_size(draws: Array, *, offset: float = BLOM) -> float:
    """Bulk effective sample size of (n_draws, n_chains) draws (section 4.3)."""
    z = _rank_normal(_split(draws), offset)
    n, m = z.shape
    covariance = np.stack([_autocovariance(chain) for chain in z.T], axis=1)
    within = covariance[0].mean() * n / (n - 1.0)
    total = within * (n - 1.0) / n + (z.mean(axis=0).var(ddof=1) if m > 1 else 0.0)
    rho = 1.0 - (within - covariance.mean(axis=1)) / total
    rho[0] = 1.0
    return float(min(n * m / _integrated(rho, n), n * m * np.log10(n * m)))


def _integrated(rho: Array, n: int) -> float:
    """Sum of autocorrelations over both sides, by Geyer's initial monotone sequence.

    As Stan's, it looks no further than five draws from the end of a chain.
    """
    pairs = rho[: n - n % 2].reshape(-1, 2).sum(axis=1)[: max((n - 4) // 2, 1)]
    stop = int(np.argmax(pairs < 0)) if (pairs < 0).any() else len(pairs)
    falling = np.minimum.accumulate(pairs[:stop])
    extra = max(float(rho[2 * stop]), 0.0) if 2 * stop < len(rho) else 0.0
    return float(-1.0 + 2.0 * falling.sum() + extra)


def _split(draws: Array) -> Array:
    """Halves of each chain as chains of their own; a middle draw is left out."""
    half = len(draws) // 2
    return np.concatenate([draws[:half], draws[len(draws) - half :]], axis=1)


def _rank_normal(draws: Array, offset: float) -> Array:
    """Turn ranks over all chains into normal scores."""
    ranks = stats.rankdata(draws).reshape(draws.shape)
    return np.asarray(stats.norm.ppf((ranks - offset) / (draws.size + 1.0 - 2.0 * offset)))


def _r_hat(z: Array) -> float:
    n = len(z)
    within = z.var(axis=0, ddof=1).mean()
    between = z.mean(axis=0).var(ddof=1)
    return float(np.sqrt((n - 1.0) / n + between / within))


def _autocovariance(chain: Array) -> Array:
    n = len(chain)
    size = 1 << (2 * n - 1).bit_length()
    transform = np.fft.rfft(chain - chain.mean(), size)
    return np.asarray(np.fft.irfft(transform * np.conj(transform), size)[:n] / n)
