"""Random trials on which the optimiser is compared with R mmrm's; see random_trials.R."""

import numpy as np
import pandas as pd


def random_trial(seed: int) -> tuple[pd.DataFrame, bool]:
    """One trial of 2-8 visits and 20-300 subjects with up to 60 % missing, and if it is identified.

    Identified: each pair of visits is seen together in more subjects than there are mean
    parameters per visit.
    """
    rng = np.random.default_rng([20261123, seed])
    m, n = int(rng.integers(2, 9)), int(rng.integers(20, 301))
    root = rng.normal(size=(m, m)) / np.sqrt(m) + np.diag(rng.uniform(0.3, 2.0, m))
    scale = np.exp(rng.normal(0, 1.0, m))
    arm, baseline = np.arange(n) % 2, rng.normal(size=n)
    y = (rng.normal(size=(n, m)) @ root.T) * scale + baseline[:, None] + 0.5 * arm[:, None]
    missing = rng.uniform(0, 0.6)
    seen = rng.random((n, m)) >= missing * rng.uniform(0, 1)
    last = rng.geometric(max(missing / m, 1e-9), n)
    seen &= np.arange(m) < last[:, None]
    together = seen.T.astype(int) @ seen
    frame = pd.DataFrame(
        {
            "subject": np.repeat(np.arange(n), m),
            "visit": np.tile([f"V{j + 1}" for j in range(m)], n),
            "arm": np.repeat(np.where(arm, "active", "control"), m),
            "baseline": np.repeat(baseline, m),
            "y": np.where(seen, y, np.nan).ravel(),
        }
    )
    return frame, bool(together.min() > 3)
