"""What a responder analysis says: headlines, notes and methods."""

from __future__ import annotations

import pandas as pd

from outcomes.analyses.mean_difference import (
    adjusters_sentence,
    interval_sentence,
    population_sentence,
)
from outcomes.analyses.result import Headline, Note, Planned
from outcomes.analyses.setting import Setting
from outcomes.models.responders import ResponderFit
from outcomes.tables.format import inside_sentence, plain
from outcomes.trial.study import Hypothesis

_COUNTS = {
    "newcombe": "The risk difference has Newcombe’s hybrid score interval (Stat Med "
    "1998;17:873-890, method 10), the risk ratio Koopman’s (Biometrics 1984;40:513-517) and the "
    "odds ratio Cornfield’s score interval; p values are those of the score test (Pearson’s "
    "chi-squared, uncorrected).",
    "miettinen_nurminen": "Differences, ratios and odds ratios have the score intervals of "
    "Miettinen and Nurminen (Stat Med 1985;4:213-226); p values are those of the same score test.",
    "exact": "Risk difference and ratio have exact unconditional intervals (two one-sided tests "
    "ordered by the score statistic; Chan and Zhang, Biometrics 1999;55:1202-1209), the odds ratio "
    "an exact conditional one; the p value is that of {test}. A two-sided test and such an "
    "interval can disagree.",
}
_TESTS = {
    "fisher": "Fisher’s exact test",
    "barnard": "Barnard’s exact test ordered by the pooled z statistic (Suissa and Shuster, J R "
    "Stat Soc A 1985;148:317-327)",
    "boschloo": "Boschloo’s exact test (Stat Neerl 1970;24:1-35)",
    None: "",
}


def headlines(
    setting: Setting, fit: ResponderFit, *, percent: float, hypothesis: Hypothesis
) -> tuple[Headline, ...]:
    """One headline for each active arm: the risk difference."""
    rows = fit.contrasts[fit.contrasts["quantity"] == "risk_difference"]
    found, risk = rows.set_index("arm").to_dict("index"), fit.risks.set_index("arm")["estimate"]
    return tuple(
        Headline(
            quantity="risk difference",
            outcome=f"response (at least {plain(percent)}% improvement in {setting.outcome.label})",
            visit=setting.visit.label,
            active=arm,
            reference=setting.reference,
            estimate=float(found[arm.id]["estimate"]),
            conf_low=float(found[arm.id]["conf_low"]),
            conf_high=float(found[arm.id]["conf_high"]),
            conf_level=fit.conf_level,
            p_value=float(found[arm.id]["p_value"]),
            null=0.0,
            unit="proportion",
            favours_active="higher",
            hypothesis=hypothesis,
            reference_value=float(risk[setting.reference.id]),
            active_value=float(risk[arm.id]),
        )
        for arm in setting.active
    )


def method_row(fit: ResponderFit, *, standardised: bool) -> Planned:
    """Say how proportions were compared."""
    used = "Standardised" if "g-computation" in fit.method else "Unadjusted"
    return Planned(
        choice="Comparison of proportions",
        planned="Standardised" if standardised else "Unadjusted",
        used=used,
        reason=fit.method,
    )


def undefined_notes(setting: Setting, why: pd.Series[str]) -> list[Note]:
    """Count those whose baseline allows no percentage."""
    n = why[why.notna() & (why != "value missing")].value_counts()
    return [
        Note(
            kind="warning",
            title=f"Response undefined: {cause}",
            text=f"For {count} of {len(why)} patients no percent improvement in "
            f"{setting.outcome.label} is defined ({cause}); they are left out.",
        )
        for cause, count in n.items()
    ]


def missing_notes(fit: ResponderFit, missing: str) -> list[Note]:
    """Count missing responses, and say what became of them."""
    n = int(fit.counts["missing"].sum())
    if not n:
        return []
    treated = {
        "non_responder": "counted as not responding, which is an assumption about them: where one "
        "arm loses more patients it favours the other",
        "exclude": "left out, so that the comparison rests on those observed",
    }[missing]
    return [
        Note(
            kind="warning",
            title="Missing responses",
            text=f"{n} patients have no score at the visit; they are {treated}.",
        )
    ]


def methods(
    setting: Setting,
    *,
    percent: float,
    missing: str,
    standardised: bool,
    method: str,
    test: str | None,
    alpha: float,
    hypothesis: Hypothesis,
    rank_test: str,
) -> tuple[str, ...]:
    """Paragraphs generated from the plan."""
    counted = {
        "non_responder": "Patients without a score at the visit count as not responding.",
        "exclude": "Patients without a score at the visit are left out.",
    }[missing]
    how = (
        f"Arms are compared by standardisation: a logistic model with arm"
        f"{adjusters_sentence(setting)} predicts each patient’s risk under each arm, and the "
        "means are compared, with a sandwich standard error of the stacked estimating "
        "equations (Ge et al., Drug Inf J 2011;45:481-493; Stefanski and Boos, Am Stat "
        "2002;56:29-38). The odds ratio is that of the marginal risks."
        if standardised
        else _COUNTS[method].format(test=_TESTS[test])
    )
    return (
        f"{population_sentence(setting)} A response is an improvement in {setting.outcome.label} "
        f"of at least {plain(percent)}% of baseline at {inside_sentence(setting.visit.label)}, "
        f"taken on unrounded scores. {counted}",
        f"{how} The number needed to treat is the inverse of the risk difference, with an interval "
        "that runs through infinity where that of the difference holds zero (Altman, BMJ "
        "1998;317:1309-1312).",
        "Missing responses are also counted in other ways: left out, not responding, and the two "
        "extremes, responding in the reference arm only and in the other arms only.",
        _curves(setting, rank_test),
        *_margin(hypothesis, alpha, method=method, standardised=standardised),
        interval_sentence(alpha),
    )


def _curves(setting: Setting, rank_test: str) -> str:
    strata = f" within strata of {', '.join(setting.factors)}" if setting.factors else ""
    return (
        "Cumulative responder curves (Farrar et al., J Pain Symptom Manage 2006;31:369-377) are "
        f"compared as wholes by {rank_test}{strata}, without continuity correction, and by the "
        "area between them with Welch’s interval. This is supplementary; patients of a treatment "
        "group are taken as independent."
    )


def _margin(
    hypothesis: Hypothesis, alpha: float, *, method: str, standardised: bool
) -> tuple[str, ...]:
    if hypothesis.margin is None:
        return ()
    test = {
        "miettinen_nurminen": "the score test of Farrington and Manning (Stat Med "
        "1990;9:1447-1454) with Miettinen and Nurminen’s factor, which agrees with the interval",
        "exact": "Chan’s exact unconditional test (Stat Med 1998;17:1403-1413), which agrees with "
        "the interval",
    }
    name = "Wald’s test of the standardised difference" if standardised else test[method]
    return (
        f"Non-inferiority is tested against a margin of {plain(100 * hypothesis.margin)} "
        f"percentage points by {name}, one-sided at {plain(alpha / 2)}.",
    )
