"""Responders where scores were not seen: counted as not responding, left out, or imputed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import pandas as pd

from outcomes.analyses.missing_data.estimates import UnderAssumption
from outcomes.analyses.missing_data.imputing import imputed
from outcomes.analyses.missing_data.specification import MissingData
from outcomes.analyses.model_frame import at_visit
from outcomes.analyses.outcome import require_percentages
from outcomes.analyses.seeds import generator_of
from outcomes.analyses.setting import Setting
from outcomes.assumptions import Convention
from outcomes.endpoints import percent_change, response, why_undefined
from outcomes.models.imputation_analysis import analyse_imputations
from outcomes.models.responders import responder_difference

COLUMNS = (
    *("arm", "group", "name", "label", "n", "risk", "reference_risk", "estimate", "std_error"),
    *("conf_low", "conf_high", "p_value", "monte_carlo_error", "reason"),
)

ESTIMATED = ("estimate", "std_error", "conf_low", "conf_high", "p_value", "monte_carlo_error")
NO_SPREAD = "none or all respond in both arms, where Wald standard errors are zero"


def responders_by_assumption(
    setting: Setting, specification: MissingData, found: list[UnderAssumption]
) -> pd.DataFrame:
    """Compare the shares of responders under each assumption.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, one row for each arm and way; no rows where no percentage is declared.
        Risks and differences are proportions.

    Notes
    -----
    Scores are imputed at random, not by their expectation: a share of an expectation is no
    expected share. Shares and their difference have Wald standard errors, pooled by Rubin's rules.
    """
    if specification.percent is None:
        return pd.DataFrame(columns=list(COLUMNS))
    require_percentages(setting.outcome)
    rows = list(_observed_rows(setting, specification, "exclude"))
    for each in found:
        rows += list(_imputed_rows(setting, specification, each))
    rows += list(_observed_rows(setting, specification, "non_responder"))
    return pd.DataFrame(rows, columns=list(COLUMNS))


_WAYS = {
    "exclude": ("declared", "Observed at the visit only"),
    "non_responder": ("convention", Convention.NON_RESPONDER.label),
}


def _observed_rows(
    setting: Setting, specification: MissingData, missing: Literal["exclude", "non_responder"]
) -> Iterator[dict[str, object]]:
    """Rows of responses without imputation: those not seen are left out, or do not respond."""
    here, percent = at_visit(setting), specification.percent or 0.0
    why = why_undefined(here)
    reached = response(here, percent=percent, higher_is=setting.outcome.higher_is)
    fit = responder_difference(
        here.assign(response=reached)[why.isna() | (why == "value missing")],
        response="response",
        arm="arm",
        reference=setting.reference.id,
        missing=missing,
        conf_level=1 - specification.alpha,
    )
    group, label = _WAYS[missing]
    risks = fit.risks.set_index("arm")["estimate"]
    differences = fit.contrasts[fit.contrasts["quantity"] == "risk_difference"]
    for row in differences.to_dict("records"):
        yield {
            **{str(key): value for key, value in row.items() if key in COLUMNS},
            **{"group": group, "name": missing, "label": label, "reason": ""},
            "n": int(fit.counts["n"].sum()),
            "monte_carlo_error": float("nan"),
            "risk": risks[row["arm"]],
            "reference_risk": risks[setting.reference.id],
        }


def _imputed_rows(
    setting: Setting, specification: MissingData, under: UnderAssumption
) -> Iterator[dict[str, object]]:
    about: dict[str, Any] = {
        "group": "assumption",
        "name": under.assumption.value,
        "label": under.assumption.label,
        "reason": under.reason,
    }
    if under.imputations is None:
        for arm in setting.active:
            empty = dict.fromkeys(COLUMNS, float("nan"))
            yield empty | about | {"arm": arm.id, "n": 0}
        return
    seed = f"{specification.id}/{under.assumption.value}/responders"
    made = imputed(
        setting,
        specification,
        under.assumption,
        rng=generator_of(setting.study.seed, seed),
        method="approximate_bayesian",
    )
    pooled = analyse_imputations(
        made,
        analysis=lambda frame: shares(frame, setting, specification.percent or 0.0),
        conf_level=1 - specification.alpha,
    ).table()
    risk = pooled[pooled["quantity"] == "risk"].set_index("arm")["estimate"]
    for row in pooled[pooled["quantity"] == "difference"].to_dict("records"):
        certain = not row["std_error"] > 0
        yield {
            **{str(key): value for key, value in row.items() if key in COLUMNS},
            **about,
            **(dict.fromkeys(ESTIMATED, float("nan")) | {"reason": NO_SPREAD} if certain else {}),
            "n": int(_known_baseline(made.grid.frame, setting)["subject"].nunique()),
            "risk": risk[row["arm"]],
            "reference_risk": risk[setting.reference.id],
        }


def shares(frame: pd.DataFrame, setting: Setting, percent: float) -> pd.DataFrame:
    """Shares of responders of a completed data set and their differences from the reference.

    Returns
    -------
    DataFrame
        quantity (``"risk"``, ``"difference"``), arm, estimate, std_error, df (infinite).
    """
    here = _known_baseline(frame, setting)
    change = percent_change(
        here["baseline"].to_numpy(dtype=np.float64), here["value"].to_numpy(dtype=np.float64)
    )
    reached = response(
        here.assign(percent_change=change), percent=percent, higher_is=setting.outcome.higher_is
    )
    share: dict[str, float] = {}
    variance: dict[str, float] = {}
    for arm in setting.arms:
        answers = reached[here["arm"] == arm.id].to_numpy(dtype=np.float64)
        share[arm.id] = float(answers.mean())
        variance[arm.id] = share[arm.id] * (1 - share[arm.id]) / len(answers)
    other = setting.reference.id
    rows = [("risk", arm, share[arm], variance[arm]) for arm in share]
    rows += [
        (
            "difference",
            arm.id,
            share[arm.id] - share[other],
            variance[arm.id] + variance[other],
        )
        for arm in setting.active
    ]
    made = pd.DataFrame(rows, columns=["quantity", "arm", "estimate", "variance"])
    return made.assign(std_error=np.sqrt(made.pop("variance")), df=np.inf)


def _known_baseline(frame: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Rows of the visit whose baseline allows a percentage."""
    return frame[(frame["visit"] == setting.visit.id) & (frame["baseline"] > 0)]
