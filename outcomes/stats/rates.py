"""Rates of events in time at risk."""

from __future__ import annotations

from scipy.stats import chi2


def poisson_interval(
    events: int, exposure: float, *, conf_level: float = 0.95
) -> tuple[float, float]:
    """Exact interval of a rate of events that come independently.

    Parameters
    ----------
    events : int
        Number of events, or of subjects with one.
    exposure : float
        Time at risk, above zero; the rate is in events per unit of it.
    conf_level : float
        Least coverage of the two-sided interval, half of the rest on each side.

    Returns
    -------
    conf_low, conf_high : float
        The low limit is 0 without events; the high one never is.

    Raises
    ------
    ValueError
        Events are negative, or there is no time at risk.

    References
    ----------
    Garwood F. Fiducial limits for the Poisson distribution. Biometrika 1936;28:437-442.

    Examples
    --------
    >>> low, high = poisson_interval(12, 41.5)
    >>> round(100 * low, 2), round(100 * high, 2)
    (14.94, 50.51)
    """
    if events < 0 or not exposure > 0:
        raise ValueError(
            f"events are {events} and exposure {exposure}; events are zero or more, time at risk "
            "is above zero"
        )
    half = (1 - conf_level) / 2
    low = float(chi2.ppf(half, 2 * events)) / 2 if events else 0.0
    return low / exposure, float(chi2.isf(half, 2 * events + 2)) / 2 / exposure
