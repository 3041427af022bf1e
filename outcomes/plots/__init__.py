"""Figures: from tidy frames to matplotlib axes, and from those to stable SVG.

Each family has functions ``plot_…(frame, …, ax=None) -> Axes`` for notebooks and results, and
makers ``…_figure(frame, …) -> Figure`` for reports, which add words and the data table:

- `profile`: `plot_means` · `means_figure`
- `differences`: `plot_differences` · `differences_figure`
- `interval`: `plot_interval` · `interval_figure`; `interval_strip` for a row of a table
- `survival`: `plot_responses_over_time` · `responses_over_time_figure`
- `responder`: `plot_responder_curve` `plot_responders` ·
  `responder_curve_figure` `responders_figure`
- `forest`: `plot_forest`, of which `assumptions` is one: `plot_assumptions` · `assumptions_figure`
- `flow`: `plot_patient_flow` · `flow_figure`
- `harms`: `plot_incidences` `plot_risk_differences` ·
  `incidences_figure` `risk_differences_figure`
- `subgroups`: `plot_subgroups` · `subgroups_figure`
- `residuals`: `plot_residuals` · `residuals_figure`

`svg.figure_html` turns a `Figure` into markup for a page, `svg.figure_svg` into a file of its own.
"""
