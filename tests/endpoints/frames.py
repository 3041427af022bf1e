"""Small designs and frames for endpoint tests."""

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from outcomes.trial.study import Arm, Design, Visit

DAYS = (28, 56, 84, 112)
DESIGN = Design(
    # The reference is not the first arm declared, so that putting it first is a decision.
    arms=(Arm(id="yoga", label="Yoga"), Arm(id="usual", label="Usual", reference=True)),
    visits=(
        Visit(id="start", label="Start", day=0, baseline=True),
        *(Visit(id=f"day{day}", label=f"Day {day}", day=day) for day in DAYS),
    ),
)

score = st.one_of(
    st.none(),
    st.integers(-2, 10).map(float),
    st.floats(0.1, 100, allow_nan=False).map(lambda x: round(x, 3)),
)
trials = st.lists(
    st.tuples(st.sampled_from(["usual", "yoga"]), st.lists(score, min_size=5, max_size=5)),
    min_size=1,
    max_size=8,
)


def subjects_and_scores(trial) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Frames as `Trial` holds them; a None is a visit without a score."""
    subjects = pd.DataFrame(
        {"subject": [f"s{i}" for i in range(len(trial))], "arm": [arm for arm, _ in trial]}
    )
    rows = [
        (f"s{i}", visit.id, "odi", "total", value)
        for i, (_, values) in enumerate(trial)
        for visit, value in zip(DESIGN.visits, values, strict=True)
        if value is not None
    ]
    columns = ["subject", "visit", "instrument", "scale", "score"]
    return subjects, pd.DataFrame(rows, columns=columns).astype({"score": float})


def wide_frame(baseline, value) -> pd.DataFrame:
    """Outcome frame of one subject, straight from its numbers."""
    value = np.asarray(value, dtype=float)
    return pd.DataFrame(
        {
            "subject": "s0",
            "arm": "usual",
            "visit": [f"day{day}" for day in DAYS],
            "day": DAYS,
            "baseline": float(baseline),
            "value": value,
            "percent_change": 100 * (value - baseline) / baseline if baseline > 0 else np.nan,
        }
    )
