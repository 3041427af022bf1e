"""Coverage of reference-based imputation under the assumption each strategy encodes.

Two arms of 80, three visits, a baseline covariate. From the second visit on a patient leaves with
a probability that rises with the last observed score, sooner in the active arm (36 % against 21 %
have left by the last visit), so that leaving is at random given what was seen. Every leaver of the
active arm has an event, and the difference at the last visit that would be seen if unseen scores
followed the strategy is known in closed form. Each trial is imputed under every strategy and
analysed with every method: jackknife (160 fits), bootstrap (200), bootstrapped maximum likelihood
(100 samples, 2 imputations of each), Rubin's rules over 50 imputations from bootstrap samples and
over 50 Bayesian ones.

Jackknife, bootstrap and bootstrapped maximum likelihood must cover in every cell, Rubin's rules
under MAR; under a reference-based assumption Rubin's standard error is anchored to the information
in the data instead of to the spread of the estimate, so these cells must not undercover. The
standard error of the data without missing scores is shown beside it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import stats

from outcomes.stats.imputation import (
    MAR,
    STRATEGIES,
    Panel,
    Parameters,
    Strategy,
    Streams,
    fit_imputation_model,
)
from outcomes.stats.imputation.ancova import compare, comparison
from outcomes.stats.imputation.chunks import Crew
from outcomes.stats.imputation.compared import (
    Question,
    bootstrap_answers,
    bootstrap_imputed_answers,
    conditional_answers,
    random_answers,
)
from outcomes.stats.imputation.conditional import completed, kinds_of
from outcomes.stats.imputation.imputer import Imputer
from outcomes.stats.imputation.model import ImputationModel, Resampled
from outcomes.stats.imputation.replicated import AnswerSet
from outcomes.stats.imputation.sampler import Schedule, run_chains
from outcomes.stats.imputation.strategies import Marginal
from outcomes.stats.imputation.streams import CHAIN
from outcomes.stats.mmrm import structure_named

COVERS = ("outcomes/stats/imputation", "outcomes/stats/mmrm")
N_CHUNKS = 40
CHUNK_SIZE = 50

PER_ARM = 80
SIGMA = np.array([[4.0, 2.6, 2.0], [2.6, 5.0, 3.2], [2.0, 3.2, 6.0]])
CONTROL = np.array([10.0, 9.0, 8.5])
EFFECT = np.array([-0.6, -1.2, -1.8])
SLOPE = 0.8
#: Intercept by arm and slope of the logit of leaving, by the last score less ten.
LEAVING = (-2.1, -1.1), 0.3
METHODS = ("jackknife", "bootstrap", "bootstrap_ml", "rubin_approximate", "rubin_bayesian")
LAST, DIFFERENCE = 2, 0
CELLS = [f"{method} {name}" for method in METHODS for name in STRATEGIES]


def probability(score: np.ndarray, arm: np.ndarray | int) -> np.ndarray:
    """Probability of leaving before the next visit."""
    intercepts, slope = LEAVING
    return 1 / (1 + np.exp(-(np.array(intercepts)[arm] + slope * (score - 10))))


def truths() -> dict[str, float]:
    """Difference at the last visit under each assumption.

    With one covariance for both arms, what a strategy changes in a leaver's expected last score
    does not depend on the scores seen, so only the probabilities of leaving need quadrature.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    spread = SIGMA[:2, :2] + SLOPE**2
    root = np.linalg.cholesky(spread)
    first = CONTROL[0] + EFFECT[0] + root[0, 0] * nodes[:, None]
    second = CONTROL[1] + EFFECT[1] + root[1, 0] * nodes[:, None] + root[1, 1] * nodes[None, :]
    at_second = weights @ probability(first, 1)
    both = (1 - probability(first, 1)) * probability(second, 1)
    share = {1: float(at_second[0]), 2: float(weights @ both @ weights)}
    own = Marginal(mean=(CONTROL + EFFECT)[None], covariance=SIGMA)
    reference = Marginal(mean=CONTROL[None], covariance=SIGMA)
    found = {}
    for name, strategy in STRATEGIES.items():
        change = 0.0
        for seen, proportion in share.items():
            mean = strategy.rule(own, reference, seen).mean[0]
            gain = np.linalg.solve(SIGMA[:seen, :seen], SIGMA[:seen, LAST])
            moved = mean - own.mean[0]
            change += proportion * (moved[LAST] - gain @ moved[:seen])
        found[name] = float(EFFECT[LAST] + change)
    return found


TRUTH = truths()


def design(arm: np.ndarray, base: np.ndarray) -> np.ndarray:
    """(n, 3, 9): everything by visit."""
    short = np.column_stack([np.ones(len(arm)), arm, base])
    return np.stack([np.kron(row, short) for row in np.eye(3)], axis=1)


def trial(rng: np.random.Generator) -> tuple[Panel, np.ndarray]:
    """One trial, and its baseline."""
    arm = np.repeat([0, 1], PER_ARM)
    base = rng.normal(size=len(arm))
    y = CONTROL + arm[:, None] * EFFECT + SLOPE * base[:, None]
    y = y + rng.multivariate_normal(np.zeros(3), SIGMA, size=len(arm))
    first = np.full(len(arm), 3)
    for visit in (1, 2):
        leaves = (first == 3) & (rng.random(len(arm)) < probability(y[:, visit - 1], arm))
        first[leaves] = visit
    y[np.arange(3) >= first[:, None]] = np.nan
    return Panel(
        y=y,
        X=design(arm, base),
        X_reference=design(np.zeros(len(arm)), base),
        arm=arm,
        reference=0,
        first=np.where(arm == 1, first, 3),
        strategies=(MAR,),
        strategy=np.zeros(len(arm), dtype=np.intp),
        visits=("1", "2", "3"),
        subjects=np.arange(len(arm)).astype(object),
    ), base


def under(model: ImputationModel, strategy: Strategy, streams: Streams) -> Imputer:
    """The same fit, with every event under a strategy; no score after an event informs it."""
    panel = model.panel
    moved = replace(panel, strategies=(MAR, strategy), strategy=np.where(panel.first < 3, 1, 0))
    return Imputer(
        model=replace(model, panel=moved),
        kinds=kinds_of(moved),
        streams=streams,
        strata=panel.arm,
    )


def asked(panel: Panel, base: np.ndarray) -> Question:
    """Analysis of covariance at the last visit: arm and baseline."""
    n = len(base)
    by_arm = np.stack([np.column_stack([np.ones(n), np.full(n, a), base]) for a in (0, 1)])
    X = np.column_stack([np.ones(n), panel.arm, base])
    one = comparison(X, by_arm, np.array([[-1.0, 1.0]]))
    return Question(visits={LAST: one}, shifts=np.zeros((0, n, 3)))


def drawn(model: ImputationModel, streams: Streams) -> tuple[Resampled, Resampled, Parameters]:
    """Jackknife and bootstrap fits, and Bayesian draws: none depends on the strategy."""
    n = model.panel.n_subjects
    plain = under(model, MAR, streams)
    jackknife = Resampled(
        counts=(1 - np.eye(n)).astype(np.int32),
        parameters=plain.leave_out(np.arange(n)),
        n_failed=0,
    )
    schedule = Schedule(n_chains=10, n_draws=5, warmup=30, thin=4)
    posterior = run_chains(model, schedule, streams.at(CHAIN)).drawn(schedule.thin, 50)
    return jackknife, plain.bootstrap(np.arange(200)), posterior


def first_samples(samples: Resampled, number: int) -> Resampled:
    """The first bootstrap samples."""
    some = slice(number)
    return replace(samples, counts=samples.counts[some], parameters=samples.parameters[some])


def analysed(
    imputer: Imputer,
    question: Question,
    fits: tuple[Resampled, Resampled, Parameters],
) -> dict[str, AnswerSet]:
    """Answers of every method under one strategy."""
    jackknife, bootstrap, posterior = fits
    crew, point = Crew(), conditional_answers(imputer, question)
    some = first_samples(bootstrap, 100)
    approximate = first_samples(bootstrap, 50).parameters

    def resampled(samples: Resampled) -> tuple:
        return (bootstrap_answers(imputer, question, samples, crew),)

    return {
        "jackknife": AnswerSet(rule="jackknife", replicates=resampled(jackknife), point=point),
        "bootstrap": AnswerSet(rule="bootstrap", replicates=resampled(bootstrap), point=point),
        "bootstrap_ml": AnswerSet(
            rule="bootstrap_imputed",
            replicates=tuple(bootstrap_imputed_answers(imputer, question, some, 2, crew)),
        ),
        "rubin_approximate": AnswerSet(
            rule="rubin", replicates=(random_answers(imputer, question, approximate, crew),)
        ),
        "rubin_bayesian": AnswerSet(
            rule="rubin", replicates=(random_answers(imputer, question, posterior, crew),)
        ),
    }


def complete_error(imputer: Imputer, question: Question, rng: np.random.Generator) -> float:
    """Standard error had every score been seen, where unseen ones follow the strategy."""
    beta = np.column_stack([CONTROL, EFFECT, np.full(3, SLOPE)]).ravel()
    truth = Parameters(beta=beta[None], covariances=(SIGMA[None],))
    noise = rng.standard_normal((1, imputer.n_cells))
    values = completed(imputer.panel, imputer.kinds, truth, noise)
    found = compare(question.visits[LAST], values[:, None, :, LAST])
    return float(np.sqrt(found.residual_products[0, 0, 0] / found.df * found.scale[DIFFERENCE]))


def one(rng: np.random.Generator) -> dict[str, float]:
    """Estimate, standard error and coverage of every cell for one trial."""
    panel, base = trial(rng)
    model = fit_imputation_model(panel, structure_named("unstructured"), by_arm=False, reml=True)
    streams, question = Streams.of(rng), asked(panel, base)
    fits, row = drawn(model, streams), {}
    for name, strategy in STRATEGIES.items():
        imputer = under(model, strategy, streams)
        row[f"complete {name}"] = complete_error(imputer, question, rng)
        for method, answers in analysed(imputer, question, fits).items():
            pooled = answers.at(np.zeros(0)).pooled(percentile=False, conf_level=0.95)
            low, high = (limit[0, DIFFERENCE] for limit in pooled.interval(0.95))
            row[f"estimate {method} {name}"] = pooled.estimate[0, DIFFERENCE]
            row[f"std_error {method} {name}"] = pooled.std_error[0, DIFFERENCE]
            row[f"covered {method} {name}"] = low <= TRUTH[name] <= high
    return row


def chunk(rng: np.random.Generator, size: int) -> dict[str, list[float]]:
    """Everything `one` gives, for `size` trials."""
    rows = [one(rng) for _ in range(size)]
    return {key: [row[key] for row in rows] for key in rows[0]}


def summarise(replicates: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    """Per cell: coverage, bias, mean standard error, spread, and the error without missing data."""
    found = {}
    for cell in CELLS:
        name = cell.split()[1]
        estimate = np.array(replicates[f"estimate {cell}"])
        n = len(estimate)
        found[cell] = {
            "n": n,
            "truth": TRUTH[name],
            "coverage": float(np.mean(replicates[f"covered {cell}"])),
            "bias": float(estimate.mean() - TRUTH[name]),
            "bias_std_error": float(estimate.std(ddof=1) / np.sqrt(n)),
            "mean_std_error": float(np.mean(replicates[f"std_error {cell}"])),
            "spread": float(estimate.std(ddof=1)),
            "complete_data_std_error": float(np.mean(replicates[f"complete {name}"])),
        }
    return found


def complaints(summary: dict[str, dict[str, float]]) -> list[str]:
    """Coverage within a simultaneous 99 % binomial band over all cells, bias within its error."""
    tail, found = 0.01 / (2 * len(summary)), []
    for cell, numbers in summary.items():
        n = int(numbers["n"])
        low, high = stats.binom.ppf([tail, 1 - tail], n, 0.95) / n
        anchored = cell.startswith("rubin") and not cell.endswith(" mar")
        if numbers["coverage"] < low or (numbers["coverage"] > high and not anchored):
            found.append(
                f"{cell}: coverage {numbers['coverage']:.4f}, band {low:.4f} to {high:.4f}"
            )
        limit = stats.norm.ppf(1 - tail) * numbers["bias_std_error"]
        if abs(numbers["bias"]) > limit:
            found.append(f"{cell}: bias {numbers['bias']:.4f}, limit {limit:.4f}")
    return found
