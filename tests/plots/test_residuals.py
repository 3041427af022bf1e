"""The quantile plot of residuals."""

import numpy as np
import pytest

from outcomes.plots.residuals import plot_residuals, residuals_figure
from outcomes.plots.theme import canvas
from tests.plots import examples as ex


def test_the_line_passes_through_the_quartiles():
    axes = canvas((400, 320))[1]
    plot_residuals(ex.residual_quantiles(), ax=axes)
    (x0, x1), (y0, y1) = axes.lines[0].get_data()
    assert (y1 - y0) / (x1 - x0) == pytest.approx(2.0)
    assert y0 - 2 * x0 == pytest.approx(1.0)


def test_many_residuals_are_thinned_but_their_extremes_stay():
    axes = canvas((400, 320))[1]
    frame = ex.residual_quantiles(2000)
    plot_residuals(frame, ax=axes)
    drawn = axes.lines[1].get_ydata()
    assert len(drawn) <= 120
    everything = np.sort(frame["observed"])
    assert drawn[:10].tolist() == everything[:10].tolist()
    assert drawn[-10:].tolist() == everything[-10:].tolist()


def test_the_data_are_summarised_and_never_one_row_per_patient():
    figure = residuals_figure(ex.residual_quantiles())
    assert [row.label for row in figure.data.rows] == [
        "1%",
        "5%",
        "25%",
        "50%",
        "75%",
        "95%",
        "99%",
    ]
    assert figure.data.rows[3].cells == ("0.00", "1.00")
