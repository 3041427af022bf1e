"""Back Pain Functional Scale."""

from outcomes.instruments.spec import Instrument, Scale, Source, numbered

_STRATFORD = Source(
    citation="Stratford PW, Binkley JM, Riddle DL. Spine 2000;25:2095-2102",
    locator="sum of twelve items, from general knowledge",
)

BPFS = Instrument(
    key="bpfs",
    name="Back Pain Functional Scale",
    version="BPFS-12",
    recall="today",
    scales=(
        Scale(
            key="total",
            label="Back pain function (BPFS)",
            items=numbered("bpfs", 12, lowest=0, highest=5),
            combine="sum",
            range=(0, 60),
            higher_is="better",
            source=_STRATFORD,
            level="unverified",
        ),
    ),
    rights="not known",
    citation=_STRATFORD,
    coding="0 unable to 5 no difficulty",
    experimental="its scoring was read in no source",
)
