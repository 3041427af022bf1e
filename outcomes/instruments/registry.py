"""Every instrument the toolkit knows, one line each."""

from __future__ import annotations

from importlib import import_module

import pandas as pd

from outcomes.errors import UnknownInstrumentError
from outcomes.instruments.columns import suggestion
from outcomes.instruments.spec import Instrument

_MEMBERS: dict[str, tuple[str, ...]] = {
    "pain": (
        "nrs.NRS",
        "nrs.VAS",
        "bpi.BPI_SF",
        "peg.PEG",
        "mcgill.SF_MPQ",
        "mcgill.SF_MPQ_PPI",
        "mcgill.SF_MPQ_2",
        "gcps.GCPS",
        "gcps.GCPS_6_MONTHS",
        "gcps.GCPS_6_MONTHS_GRADE",
        "gcps.GCPS_R",
        "neuropathic.PAINDETECT",
        "neuropathic.DN4",
        "neuropathic.DN4_INTERVIEW",
        "neuropathic.S_LANSS",
        "npsi.NPSI",
        "csi.CSI",
        "fibromyalgia.FIQR",
        "fibromyalgia.FIBROMYALGIA_2016",
        "headache.HIT_6",
        "headache.MIDAS",
        "msq.MSQ",
        "pgic.PGIC",
    ),
    "function": (
        "odi.ODI",
        "rmdq.RMDQ_24",
        "rmdq.RMDQ_23",
        "rmdq.RMDQ_18",
        "ndi.NDI",
        "pdi.PDI",
        "koos.KOOS",
        "koos.KOOS_12",
        "koos.KOOS_JR",
        "koos_derived.KOOS_4",
        "koos.HOOS",
        "koos_derived.HOOS_12",
        "koos.HOOS_JR",
        "womac.WOMAC_LIKERT",
        "womac.WOMAC_NRS",
        "womac.WOMAC_VAS",
        "koos_derived.WOMAC_FROM_KOOS",
        "koos_derived.WOMAC_FROM_HOOS",
        "dash.DASH",
        "dash.DASH_WORK",
        "dash.DASH_SPORT",
        "dash.QUICKDASH",
        "dash.QUICKDASH_WORK",
        "dash.QUICKDASH_SPORT",
        "dash.QUICKDASH_FROM_DASH",
        "lefs.LEFS",
        "haq.HAQ_DI",
        "back.COMI",
        "back.PSFS",
        "back.QBPDS",
        "bpfs.BPFS",
        "impact.NIH_IMPACT",
        "back.START_BACK",
        "oxford.OKS",
        "oxford.OHS",
        "oxford.OKS_SUBSCALES",
        "spadi.SPADI",
        "spadi.SPADI_POOLED",
        "prwe.PRWE",
        "faam.FAAM",
        "ffi.FFI",
        "ffi.FFI_POOLED",
        "rheumatology.BASDAI",
        "rheumatology.BASFI",
        "rheumatology.LEQUESNE",
        "whodas.WHODAS_12",
        "whodas.WHODAS_12_BASE_1",
        "whodas.WHODAS_12_COMPLEX",
        "wpai.WPAI",
        "screening.OMPSQ_10",
        "performance.WALK_6_MINUTES",
        "performance.TIMED_UP_AND_GO",
        "performance.CHAIR_STAND_30_S",
        "performance.SIT_TO_STAND_5",
    ),
    "mind": (
        "pcs.PCS",
        "tsk.TSK",
        "tsk.TSK_11",
        "tsk.TSK_11_SUBSCALES",
        "fabq.FABQ",
        "pseq.PSEQ",
        "pseq.PSEQ_2",
        "phq.PHQ_9",
        "phq.PHQ_8",
        "phq.PHQ_2",
        "gad.GAD_7",
        "gad.GAD_2",
        "hads.HADS",
        "pss.PSS_10",
        "pss.PSS_4",
        "pss.PSS_14",
        "psychosocial.DASS_21",
        "psychosocial.CPAQ",
        "ffmq.FFMQ",
        "ffmq.FFMQ_15",
        "psychosocial.MAAS",
        "psychosocial.WAI_SR",
        "psychosocial.AUDIT_C",
        "psychosocial.UCLA_3",
        "psychosocial.BDI_II",
        "ceq.CEQ",
        "ceq.CEQ_DECILES",
        "screening.HSI",
    ),
    "sleep": (
        "isi.ISI",
        "psqi.PSQI",
    ),
    "promis": (
        "promis.PAIN_INTERFERENCE_4A",
        "promis.PAIN_INTERFERENCE_8A",
        "promis.PAIN_INTENSITY_3A",
        "promis.PHYSICAL_FUNCTION_4A",
        "promis.PHYSICAL_FUNCTION_4A_V1",
        "promis.FATIGUE_4A",
        "promis.FATIGUE_8A",
        "promis.SLEEP_DISTURBANCE_4A",
        "promis.SLEEP_DISTURBANCE_4A_PRINTED",
        "promis.SLEEP_DISTURBANCE_8B",
        "promis.SLEEP_DISTURBANCE_8B_PRINTED",
        "promis.DEPRESSION_4A",
        "promis.ANXIETY_4A",
        "promis.ANXIETY_8A",
        "promis.ABILITY_4A",
        "promis_recomputed.PAIN_INTERFERENCE_6A",
        "promis_recomputed.PAIN_INTERFERENCE_6B",
        "promis_recomputed.PHYSICAL_FUNCTION_6B_V1",
        "promis_recomputed.PHYSICAL_FUNCTION_8B_V1",
        "promis_recomputed.PHYSICAL_FUNCTION_10A_V1",
        "promis_recomputed.SLEEP_DISTURBANCE_8A",
        "promis_recomputed.PAIN_INTENSITY_3A_V1",
        "promis_profiles.PROMIS_29",
        "promis_profiles.GLOBAL_10",
        "promis_profiles.GLOBAL_10_V1",
    ),
    "health": (
        "rand36.RAND_36",
        "rand36.SF_36",
        "sf12.SF_12_V1",
        "sf12.SF_12_V2",
        "eq5d.EQ_5D",
    ),
}
"""By topic, the constants of the families' files; a constant may hold several instruments."""


def _declared(name: str) -> tuple[Instrument, ...]:
    """Import what one line names."""
    family, _, constant = name.partition(".")
    found: Instrument | tuple[Instrument, ...] = getattr(
        import_module(f"outcomes.instruments.{family}"), constant
    )
    return found if isinstance(found, tuple) else (found,)


TOPICS: dict[str, tuple[Instrument, ...]] = {
    topic: tuple(instrument for name in names for instrument in _declared(name))
    for topic, names in _MEMBERS.items()
}
REGISTRY: dict[str, Instrument] = {
    instrument.key: instrument for members in TOPICS.values() for instrument in members
}


def find(key: str) -> Instrument:
    """Find the instrument of this key.

    Raises
    ------
    UnknownInstrumentError
        If no instrument has this key, with the nearest one that exists.

    Examples
    --------
    >>> find("odi").name
    'Oswestry Disability Index'
    """
    if not isinstance(key, str) or key not in REGISTRY:
        alike = [known for known in REGISTRY if known.startswith(str(key).lower())][:6]
        versions = f"; it comes as {', '.join(alike)}" if alike else ""
        raise UnknownInstrumentError(
            f"There is no instrument {key!r}{suggestion(str(key), list(REGISTRY))}{versions}. "
            f"outcomes.instruments() lists all {len(REGISTRY)}."
        )
    return REGISTRY[key]


def instruments() -> pd.DataFrame:
    """List what can be scored: one row per instrument.

    Returns
    -------
    DataFrame
        key, topic, name, version, n_items, scales (keys, comma-separated), higher_is (of the
        scales; one word where they agree), level (how well their rules are known, see
        `outcomes.instruments.facts.Level`), recall, rights, coding (what the numbers in the data
        must mean), loinc (None where no code is verified), experimental and source.

    Examples
    --------
    >>> table = instruments().set_index("key")
    >>> int(table.loc["rmdq", "n_items"])
    24
    """
    return pd.DataFrame(
        [_row(instrument, topic) for topic, members in TOPICS.items() for instrument in members]
    )


def _row(instrument: Instrument, topic: str) -> dict[str, object]:
    """One line of the table of instruments."""
    directions = dict.fromkeys(scale.higher_is for scale in instrument.scales)
    return {
        "key": instrument.key,
        "topic": topic,
        "name": instrument.name,
        "version": instrument.version,
        "n_items": len(instrument.items),
        "scales": ", ".join(scale.key for scale in instrument.scales),
        "higher_is": ", ".join(directions),
        "level": ", ".join(dict.fromkeys(scale.level for scale in instrument.scales)),
        "recall": instrument.recall,
        "rights": instrument.rights,
        "coding": instrument.coding,
        "loinc": instrument.loinc,
        "experimental": instrument.experimental is not None,
        "source": str(instrument.citation),
    }
