"""Rows of win statistics: estimate, interval and p value, or the reason why there is none."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from outcomes.models.tidy import checked_level
from outcomes.stats import win_ratio as stats

Array = NDArray[np.float64]
Variance = Literal["u_statistic", "null", "bootstrap"]

STATISTICS = ("win_ratio", "win_odds", "net_benefit")
METHODS = {
    "u_statistic": "U-statistics (Bebu and Lachin 2016)",
    "null": "U-statistics under no difference (Dong et al. 2016)",
    "bootstrap": "bootstrap, percentile interval",
}


def statistics(
    blocks: list[stats.Stratum],
    variance: Variance,
    clustered: bool,
    n_resamples: int,
    rng: np.random.Generator | None,
    conf_level: float,
) -> list[dict[str, object]]:
    """Estimate the three statistics of one arm against the reference.

    Returns
    -------
    list of dict
        One row a statistic: statistic, estimate, std_error, conf_low, conf_high, p_value, reason.
    """
    checked_level(conf_level)
    if variance == "bootstrap" and rng is not None:
        shares = stats.u_statistic(blocks, clustered=clustered)
        return _bootstrapped(shares, stats.resampled(blocks, n_resamples, rng), conf_level)
    shares = (
        stats.null_variance(blocks)
        if variance == "null"
        else stats.u_statistic(blocks, clustered=clustered)
    )
    ratio, odds, net = (
        stats.log_win_ratio(shares),
        stats.log_win_odds(shares),
        stats.net_benefit(shares),
    )
    on_odds = _wald(*odds, conf_level)
    return [
        _row(
            "win_ratio",
            np.exp(ratio[0]),
            ratio[1],
            np.exp(_wald(*ratio, conf_level)),
            ratio,
            shares,
        ),
        _row("win_odds", np.exp(odds[0]), odds[1], np.exp(on_odds), odds, shares),
        _row("net_benefit", net[0], net[1], np.tanh(on_odds / 2), odds, shares),
    ]


def _wald(estimate: float, std_error: float, conf_level: float) -> Array:
    half = norm.isf((1 - conf_level) / 2) * std_error
    return np.array([estimate - half, estimate + half])


def _row(
    statistic: str,
    estimate: float,
    std_error: float,
    limits: Array,
    tested: tuple[float, float],
    shares: stats.Shares,
) -> dict[str, object]:
    """One statistic; `tested` is the estimate and error of the test, NaN where not estimable."""
    reason = _reason(statistic, shares)
    if statistic != "net_benefit" and not np.isfinite(estimate):
        estimate = np.nan
    if reason:
        std_error, limits = np.nan, np.array([np.nan, np.nan])
    p_value = np.nan if reason else 2 * norm.sf(abs(tested[0]) / tested[1])
    return {
        "statistic": statistic,
        "estimate": float(estimate),
        "std_error": float(std_error),
        "conf_low": float(limits[0]),
        "conf_high": float(limits[1]),
        "p_value": float(p_value),
        "reason": reason,
    }


def _reason(statistic: str, shares: stats.Shares) -> str:
    """Why a statistic, or its interval, cannot be given; empty where it can."""
    won, lost = shares.estimate
    if won == 0 and lost == 0:
        return "every pair is tied on every level"
    if statistic == "win_ratio" and lost == 0:
        return "the active arm lost no pair, so the ratio is undefined; read the net benefit"
    if statistic == "win_ratio" and won == 0:
        return "the active arm won no pair, so the ratio has no logarithm; read the net benefit"
    if abs(won - lost) >= 1:
        return "one arm won every pair, so no variance can be estimated"
    if not np.trace(shares.covariance) > 0:
        return "every patient has the same share of wins, so no variance can be estimated"
    return ""


def _bootstrapped(shares: stats.Shares, drawn: Array, conf_level: float) -> list[dict[str, object]]:
    """Percentile intervals; p is twice the smaller share of resamples beyond no difference."""
    with np.errstate(divide="ignore", invalid="ignore"):
        net = drawn[:, 0] - drawn[:, 1]
        samples = {
            "win_ratio": np.log(drawn[:, 0]) - np.log(drawn[:, 1]),
            "win_odds": 2 * np.arctanh(np.clip(net, -1, 1)),
            "net_benefit": net,
        }
        estimates = {
            "win_ratio": np.log(shares.estimate[0]) - np.log(shares.estimate[1]),
            "win_odds": stats.log_win_odds(shares)[0],
            "net_benefit": stats.net_benefit(shares)[0],
        }
    return [
        _resampled_row(name, float(estimates[name]), samples[name], shares, conf_level)
        for name in STATISTICS
    ]


def _resampled_row(
    statistic: str, estimate: float, sample: Array, shares: stats.Shares, conf_level: float
) -> dict[str, object]:
    reason = _reason(statistic, shares)
    undefined = int((~np.isfinite(sample)).sum())
    if not reason and undefined:
        reason = (
            f"{undefined} of {len(sample)} resamples have no wins, no losses or one winner of all "
            "pairs, so no interval can be read from them"
        )
    back = (lambda value: value) if statistic == "net_benefit" else np.exp
    shown = {
        "statistic": statistic,
        "estimate": float(back(estimate)) if np.isfinite(estimate) else np.nan,
        "reason": reason,
    }
    if reason:
        return shown | dict.fromkeys(("std_error", "conf_low", "conf_high", "p_value"), np.nan)
    tail = (1 - conf_level) / 2
    low, high = back(np.quantile(sample, [tail, 1 - tail]))
    beyond = min((sample <= 0).sum(), (sample >= 0).sum())
    return shown | {
        "std_error": float(sample.std(ddof=1)),
        "conf_low": float(low),
        "conf_high": float(high),
        "p_value": min(1.0, float(2 * (beyond + 1) / (len(sample) + 1))),
    }
