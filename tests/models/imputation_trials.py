"""Public trials with events made of dropout, as the R script of the reference values makes them."""

import os
from pathlib import Path

import pandas as pd
import pytest

from outcomes.models.imputation import impute_reference_based
from tests.public_data import fev

ACUPUNCTURE = {
    "outcome": "head",
    "visit": "time",
    "subject": "id",
    "arm": "treat",
    "reference": 1,
    "covariates": ["head_base * time", "treat:time"],
}
FEV = {
    "outcome": "FEV1",
    "visit": "AVISIT",
    "subject": "USUBJID",
    "arm": "ARMCD",
    "reference": "PBO",
    "covariates": ["RACE", "SEX", "FEV1_BL * AVISIT", "ARMCD:AVISIT"],
}
BASELINE = {"acupuncture": ["head_base"], "fev": ["RACE", "SEX", "FEV1_BL"]}
NAMES = {
    "JR": "jump_to_reference",
    "CR": "copy_reference",
    "CIR": "copy_increments",
    "LMCF": "last_mean_carried_forward",
    "MAR": "mar",
}


def acupuncture() -> pd.DataFrame:
    """Trial of acupuncture for headache; skips, saying why, where it is not."""
    folder = os.environ.get("OUTCOMES_TRIAL_DATA")
    if not folder:
        pytest.skip(
            "OUTCOMES_TRIAL_DATA is not set: it names the folder of the public trial data",
            allow_module_level=True,
        )
    return pd.read_csv(Path(folder) / "acupuncture_headache_trial.csv")


def three_arms() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Acupuncture in practices of odd number is a third arm; each patient's own strategy."""
    data = acupuncture()
    odd = (data["treat"] == 2) & (data["practice_id"] % 2 == 1)
    data = data.assign(treat=data["treat"].mask(odd, 3))
    events = dropout(data, ACUPUNCTURE, 2, 3)
    own = ["JR", "CR", "CIR", "MAR"]
    return data, events.assign(strategy=[NAMES[own[number % 4]] for number in events["subject"]])


def dropout(data: pd.DataFrame, roles: dict, *active: object) -> pd.DataFrame:
    """Subject and visit of the first missing outcome after the last observed one."""
    wide = data[data[roles["arm"]].isin(active)].pivot_table(
        index=roles["subject"], columns=roles["visit"], values=roles["outcome"], dropna=False
    )
    seen = wide.notna()
    last = seen.iloc[:, ::-1].cummax(axis=1).iloc[:, ::-1].sum(axis=1)
    left = last[last < wide.shape[1]]
    return pd.DataFrame({"subject": left.index, "visit": wide.columns[left], "index": left.values})


def fifth(data: pd.DataFrame) -> pd.DataFrame:
    """An event at the third visit of every fifth patient, whatever was observed later."""
    subjects = data["USUBJID"].unique()
    chosen = [subject for subject in subjects if int(subject.removeprefix("PT")) % 5 == 0]
    return pd.DataFrame({"subject": chosen, "visit": "VIS3", "index": 2})


def trial(name: str) -> tuple[pd.DataFrame, dict, pd.DataFrame]:
    """Data, roles and events of a case."""
    if name == "acupuncture_three_arms":
        data, events = three_arms()
        return data, ACUPUNCTURE, events
    if name.startswith("acupuncture"):
        data = acupuncture()
        return data, ACUPUNCTURE, dropout(data, ACUPUNCTURE, 2)
    data = fev()
    events = fifth(data) if name == "fev_observed_after_event" else dropout(data, FEV, "TRT")
    return data, FEV, events


def imputed(name: str, strategy: str, **options):
    """Imputation of a case under one of rbmi's strategies, or each patient's own."""
    data, roles, events = trial(name)
    if strategy == "LMCF":
        events = events[events["index"] > 0]
    return impute_reference_based(
        data, **roles, intercurrent=events, strategy=NAMES.get(strategy), **options
    )
