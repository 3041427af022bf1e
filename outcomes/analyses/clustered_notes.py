"""What a report says of the partially nested model beside a mixed model."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from outcomes.analyses.clustered import ClusteredCheck, clustered_frame
from outcomes.analyses.hypothesis import judge
from outcomes.analyses.mean_difference import adjusters_sentence
from outcomes.analyses.result import Note
from outcomes.analyses.setting import Setting
from outcomes.tables import format as f
from outcomes.tables.format import inside_sentence
from outcomes.trial.study import OutcomeAnalysis


def clustered_notes(
    setting: Setting,
    specification: OutcomeAnalysis,
    checks: Sequence[ClusteredCheck],
    contrasts: pd.DataFrame,
) -> list[Note]:
    """Say beside the headline what a model finds that does not take patients as independent.

    Parameters
    ----------
    setting, specification
        What was analysed.
    checks : sequence of ClusteredCheck
    contrasts : DataFrame
        The mixed model's: arm, visit, estimate, std_error, df, conf_low, conf_high.

    Returns
    -------
    list of Note
        One for each check: a warning where there is no fit, or where it leads elsewhere than the
        mixed model.
    """
    here = contrasts[contrasts["visit"] == setting.visit.id]
    shown = here[["estimate", "conf_low", "conf_high"]].to_numpy().ravel()
    digits = f.decimals(shown.tolist(), setting.outcome.range)
    return [
        _note(setting, specification, check, here[here["arm"] == check.arm], digits)
        for check in checks
    ]


def _note(
    setting: Setting,
    specification: OutcomeAnalysis,
    check: ClusteredCheck,
    mixed: pd.DataFrame,
    digits: int,
) -> Note:
    says, agree = f"A model that does not could not be fitted: {check.reason}", False
    if check.fitted:
        nested = clustered_frame([check])
        found = [_concludes(setting, specification, each) for each in (mixed, nested)]
        agree = found[0] == found[1]
        says = _estimate(setting, check, digits, f.level(1 - specification.alpha))
        says += f" {_verdict(found, specification.hypothesis.kind)}"
    return Note(
        kind="information" if agree else "warning",
        title="Treated in groups",
        text=f"{_contrast(setting, check)}: the mixed model takes patients of a group as "
        f"independent. {says}",
        beside_headline=True,
    )


def _contrast(setting: Setting, check: ClusteredCheck) -> str:
    label = next(arm.label for arm in setting.active if arm.id == check.arm)
    return f"{f.heading(label)} minus {setting.reference.label}"


def _estimate(setting: Setting, check: ClusteredCheck, digits: int, level: str) -> str:
    return (
        f"A partially nested model of the {f.count(check.n)} scores observed at "
        f"{inside_sentence(setting.visit.label)} does not, and finds "
        f"{f.number(check.estimate, digits)} "
        f"({level} CI {f.interval(check.conf_low, check.conf_high, digits)}; "
        f"{_correlation(check, level)}). {_groups(setting, check)} It uses no other visit, and "
        "takes scores as missing at random given the terms of the model alone."
    )


def _correlation(check: ClusteredCheck, level: str) -> str:
    found = f"intraclass correlation {f.number(check.icc, 2)}"
    if math.isnan(check.icc_conf_low):
        return found
    return f"{found}, {level} CI {f.interval(check.icc_conf_low, check.icc_conf_high, 2)}"


def _groups(setting: Setting, check: ClusteredCheck) -> str:
    """Count the groups, and the patients who count as groups of one."""
    label = setting.design.clusters.label if setting.design.clusters else ""
    arm = next(arm.label for arm in setting.arms if arm.id == check.clustered)
    alone = f.count(check.n_unassigned)
    rest = f"; {alone} patients without one count as groups of one" if check.n_unassigned else ""
    return f"Patients of {arm} were treated in groups ({label}: {f.count(check.n_clusters)}{rest})."


def _concludes(setting: Setting, specification: OutcomeAnalysis, found: pd.DataFrame) -> bool:
    """Whether an estimate shows what the hypothesis asks for."""
    if specification.hypothesis.kind == "superiority":
        return bool(((found["conf_low"] > 0) | (found["conf_high"] < 0)).all())
    tests = judge(found, specification.hypothesis, setting.outcome, alpha=specification.alpha)
    return bool((tests["conclusion"] == "shown").all())


def _verdict(found: Sequence[bool], kind: str) -> str:
    mixed, nested = found
    one = "mixed" if mixed else "partially nested"
    if kind == "superiority":
        if mixed == nested:
            return f"Both intervals {'leave out' if mixed else 'hold'} zero."
        return f"Of the two intervals only that of the {one} model leaves out zero."
    name = kind.replace("_", "-")
    if mixed == nested:
        return f"{'Both models show' if mixed else 'Neither model shows'} {name}."
    return f"Only the {one} model shows {name}."


def clustered_methods(setting: Setting, checks: Sequence[ClusteredCheck]) -> tuple[str, ...]:
    """Describe the model, in one paragraph where there is a check and none elsewhere."""
    clusters = setting.design.clusters
    if not checks or clusters is None:
        return ()
    pairs = ", two arms at a time," if len(setting.arms) > 2 else ""
    failed = "" if all(each.fitted for each in checks) else " It could not be fitted everywhere."
    arms = ", ".join(arm.label for arm in setting.arms if arm.id in clusters.arms)
    return (
        f"Patients of {arms} are treated in groups ({clusters.label}), which the mixed model "
        "ignores. As a sensitivity analysis, scores observed at "
        f"{inside_sentence(setting.visit.label)} are compared{pairs} by a partially nested linear "
        f"model with baseline score and arm{adjusters_sentence(setting)}, a covariance between "
        "patients of the same group and a residual variance for each arm (Roberts and Roberts, "
        "Clinical Trials 2005;2:152-162; Candlish et al., BMC Med Res Methodol 2018;18:105). It is "
        "fitted by restricted maximum likelihood with Satterthwaite’s degrees of freedom; patients "
        f"of the arm without a group count as groups of one.{failed} It takes scores as missing at "
        "random given baseline, arm, factors and covariates; the mixed model also uses the scores "
        "of other visits. The headline is the mixed model’s, whatever this one finds.",
    )
