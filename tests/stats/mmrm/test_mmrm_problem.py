import tracemalloc

import numpy as np
import pytest

from outcomes.stats.mmrm import Rows, fit_rows, structure_named
from outcomes.stats.mmrm.compression import subject_vectors, sum_by_pattern
from outcomes.stats.mmrm.patterns import RowDesign, SharedDesign
from outcomes.stats.mmrm.rows import DesignByVisit


def subjects(n=40, m=4, seed=0):
    """Padded designs (n, m, p), outcomes (n, m) and what was seen (n, m)."""
    rng = np.random.default_rng(seed)
    seen = rng.random((n, m)) < 0.7
    seen[:, 0] |= ~seen.any(axis=1)
    arm, baseline = rng.integers(0, 2, n), rng.normal(size=n)
    visit = np.eye(m)[:, 1:]
    X = np.stack(
        [
            np.column_stack([np.ones(m), np.full(m, b), visit, np.full(m, a), a * np.arange(m)])
            for a, b in zip(arm, baseline, strict=True)
        ]
    )
    y = np.where(seen, rng.normal(size=(n, m)), 0.0)
    return np.where(seen[:, :, None], X, 0.0), y, seen


def by_visit(X, seen):
    """Rows of a padded design, in an order that is neither by subject nor by visit."""
    order = np.random.default_rng(9).permutation(int(seen.sum()))
    subject, visit = (codes[order] for codes in np.nonzero(seen))
    return DesignByVisit(
        X=X[subject, visit],
        subject=subject,
        visit=visit,
        n_subjects=len(seen),
        n_visits=seen.shape[1],
    )


def both_forms():
    X, y, seen = subjects()
    shared = sum_by_pattern(by_visit(X, seen), y, seen, np.eye(X.shape[2])).moments
    assert isinstance(shared, SharedDesign)
    order = np.argsort(np.packbits(seen, axis=1)[:, 0], kind="stable")
    size = shared.count.astype(int)
    return shared, RowDesign(
        seen=shared.seen, count=shared.count, X=X[order], y=y[order], size=size
    )


def test_subject_vectors_rebuild_the_design_exactly_where_observed():
    X, _, seen = subjects()
    u, A = subject_vectors(by_visit(X, seen), longest=10)
    assert u.shape[1] == 3
    rebuilt = np.einsum("jpq,nq->njp", A, u)
    assert rebuilt[seen] == pytest.approx(X[seen], abs=1e-14)


def test_subject_vectors_give_up_when_covariates_change_at_every_visit():
    X, _, seen = subjects()
    changing = np.random.default_rng(1).normal(size=X.shape) * seen[:, :, None]
    assert subject_vectors(by_visit(changing, seen), longest=10) is None


@pytest.mark.parametrize(
    "quantity", ["residual_products", "leverage_products", "weighted_scores", "weighted_designs"]
)
def test_both_forms_give_the_same_sums(quantity):
    shared, plain = both_forms()
    rng = np.random.default_rng(2)
    m, p = 4, shared.A.shape[1]
    root = rng.normal(size=(m, m))
    both = shared.seen[:, :, None] & shared.seen[:, None, :]
    W = np.where(both, root @ root.T, 0.0)
    beta, V = rng.normal(size=p), np.eye(p)
    arguments = {
        "residual_products": (beta,),
        "leverage_products": (V,),
        "weighted_scores": (W, beta),
        "weighted_designs": (W,),
    }[quantity]
    first, second = (getattr(form, quantity)(*arguments) for form in (shared, plain))
    if first.shape == both.shape:
        first, second = first[both], second[both]
    assert first == pytest.approx(second, rel=1e-10, abs=1e-10)


def test_a_fit_makes_no_second_copy_of_the_design():
    _, y, seen = subjects(n=20_000)
    subject, visit = np.nonzero(seen)
    of_subject = np.random.default_rng(3).normal(size=(len(seen), 6))
    rows = Rows(
        X=np.einsum("na,nb->nab", np.eye(4)[visit], of_subject[subject]).reshape(-1, 24),
        y=y[seen],
        subject=subject,
        visit=visit,
        visits=("1", "2", "3", "4"),
    )
    tracemalloc.start()
    fit_rows(rows, (structure_named("unstructured"),), reml=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < rows.X.nbytes
