"""Methods: text for the statistical methods of a paper, generated from the plan."""

from __future__ import annotations

from outcomes.analyses.result import Result
from outcomes.report.block import Block
from outcomes.report.markup import fragment, section
from outcomes.trial.trial import Trial


def methods(trial: Trial, result: Result) -> Block:  # noqa: ARG001 - sections share a shape
    """Print the paragraphs that the analysis generated from its specification."""
    says = "Text for the statistical methods section of a paper, generated from the plan."
    prose = fragment("methods", paragraphs=result.methods)
    return Block(id="methods", title="Methods", html=section("methods", "Methods", says, [prose]))
