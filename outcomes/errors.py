"""The errors and warnings of `outcomes`, by the stage at which something went wrong.

A message says what is wrong and where, how many cases there are and the first three, what is
allowed, and what to do next.
"""


class OutcomesError(Exception):
    """Anything this package refuses to do; catch it to catch all of them."""


class DataError(OutcomesError):
    """The data contradict what was declared of them."""


class SchemaError(DataError):
    """A file or frame lacks columns, or its columns have the wrong type."""


class ResponseError(DataError):
    """A questionnaire answer is not among the responses its item allows."""


class DuplicateRecordError(DataError):
    """One subject has more than one record where one is allowed."""


class UnknownVisitError(DataError):
    """The data name a visit that the design does not declare."""


class SpecificationError(OutcomesError):
    """What was asked for is not well formed or not declared."""


class UnknownInstrumentError(SpecificationError):
    """No instrument has this key."""


class UnsupportedCombinationError(SpecificationError):
    """Each option exists, but not together."""


class FitError(OutcomesError):
    """A model could not be fitted to these data."""


class NotConvergedError(FitError):
    """The optimiser did not reach an optimum; carries what it tried in `trace`."""

    def __init__(self, message: str, trace: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.trace = trace


class NotEstimableError(FitError):
    """The data hold no information on the quantity asked for."""


class ReportError(OutcomesError):
    """A report could not be made."""


class NotebookFailedError(ReportError):
    """A notebook stopped; carries where and why."""

    def __init__(self, message: str, *, notebook: str, cell: int | None, cause: str) -> None:
        super().__init__(message)
        self.notebook = notebook
        self.cell = cell
        self.cause = cause


class OutcomesWarning(UserWarning):
    """Something a reader of the result should know; it does not stop the analysis."""
