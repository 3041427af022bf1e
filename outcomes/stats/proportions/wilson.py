"""Wilson's interval of a proportion, and Newcombe's of a difference made of two of them."""

from __future__ import annotations

import math

from scipy.stats import norm


def wilson(events: int, total: int, *, conf_level: float = 0.95) -> tuple[float, float]:
    """Score interval of one proportion.

    Parameters
    ----------
    events, total : int
        Events and subjects; a total above zero.
    conf_level : float
        Level of the two-sided interval.

    Returns
    -------
    conf_low, conf_high : float
        Exactly 0 without events, exactly 1 where everybody has one.

    References
    ----------
    Wilson EB. Probable inference, the law of succession, and statistical inference. J Am Stat
    Assoc 1927;22:209-212.

    Examples
    --------
    >>> low, high = wilson(45, 100)
    >>> round(low, 4), round(high, 4)
    (0.3561, 0.5476)
    """
    z = float(norm.isf((1 - conf_level) / 2))
    p = events / total
    middle = p + z * z / (2 * total)
    half = z * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    low, high = (middle - half) / scale, (middle + half) / scale
    return (low if events else 0.0), (high if events < total else 1.0)


def newcombe(
    events: int,
    total: int,
    reference_events: int,
    reference_total: int,
    *,
    conf_level: float = 0.95,
) -> tuple[float, float]:
    """Hybrid score interval of a difference of proportions, active − reference.

    Parameters
    ----------
    events, total, reference_events, reference_total : int
        Events and subjects of the active and of the reference arm; totals above zero.
    conf_level : float
        Level of the two-sided interval.

    Returns
    -------
    conf_low, conf_high : float

    References
    ----------
    Newcombe RG. Interval estimation for the difference between independent proportions:
    comparison of eleven methods. Stat Med 1998;17:873-890, method 10.

    Examples
    --------
    >>> low, high = newcombe(45, 100, 30, 100)
    >>> round(low, 4), round(high, 4)
    (0.0159, 0.2768)
    """
    p1, p2 = events / total, reference_events / reference_total
    low1, high1 = wilson(events, total, conf_level=conf_level)
    low2, high2 = wilson(reference_events, reference_total, conf_level=conf_level)
    difference = p1 - p2
    return (
        difference - math.hypot(p1 - low1, high2 - p2),
        difference + math.hypot(high1 - p1, p2 - low2),
    )
