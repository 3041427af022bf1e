"""Records for tests of medication outcomes."""

import pandas as pd


def records(*rows, **common):
    """A frame of records; oxycodone 10 mg by mouth of one subject unless said otherwise."""
    usual = {"subject": "1", "drug": "oxycodone", "route": "oral", "dose": 10.0, "unit": "mg"}
    return pd.DataFrame([usual | common | row for row in rows])
