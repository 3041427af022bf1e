import numpy as np
import pytest

from outcomes.stats.mmrm.patterns import RowDesign
from outcomes.stats.mmrm.problem import Rows, _moments, _pad, subject_vectors


def rows(n=40, m=4, seed=0):
    rng = np.random.default_rng(seed)
    seen = rng.random((n, m)) < 0.7
    seen[:, 0] |= ~seen.any(axis=1)
    subject, visit = np.nonzero(seen)
    arm, baseline = rng.integers(0, 2, n)[subject], rng.normal(size=n)[subject]
    X = np.column_stack(
        [np.ones(len(visit)), baseline, *(visit == j for j in range(1, m)), arm, arm * visit]
    )
    return Rows(
        X=X, y=rng.normal(size=len(visit)), subject=subject, visit=visit, visits=tuple("1234")
    ), seen


def both_forms(data):
    X, y, seen = _pad(data, data.X, data.y)
    shared = _moments(X, y, seen)
    order = np.lexsort(np.packbits(seen, axis=1).T)
    order = order[np.argsort(np.packbits(seen, axis=1)[order, 0], kind="stable")]
    size = shared.count.astype(int)
    return shared, RowDesign(
        seen=shared.seen, count=shared.count, X=X[order], y=y[order], size=size
    )


def test_subject_vectors_rebuild_the_design_exactly_where_observed():
    data, seen = rows()
    X = _pad(data, data.X, data.y)[0]
    u, A = subject_vectors(X, seen, longest=10)
    assert u.shape[1] == 3
    rebuilt = np.einsum("jpq,nq->njp", A, u)
    assert rebuilt[seen] == pytest.approx(X[seen], abs=1e-14)


def test_subject_vectors_give_up_when_covariates_change_at_every_visit():
    data, seen = rows()
    X = _pad(data, np.random.default_rng(1).normal(size=data.X.shape), data.y)[0]
    assert subject_vectors(X, seen, longest=10) is None


@pytest.mark.parametrize(
    "quantity", ["residual_products", "leverage_products", "weighted_scores", "weighted_designs"]
)
def test_both_forms_give_the_same_sums(quantity):
    data, _ = rows()
    shared, plain = both_forms(data)
    rng = np.random.default_rng(2)
    m, p = 4, data.X.shape[1]
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
