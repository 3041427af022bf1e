"""Sources that more than one family cites."""

from outcomes.instruments.spec import Source

IMMPACT_2008 = Source(
    citation="Dworkin RH et al. J Pain 2008;9:105-121",
    locator="recommendations on clinically important changes",
    doi="10.1016/j.jpain.2007.09.005",
)
OSTELO_2008 = Source(
    citation="Ostelo RWJG et al. Spine 2008;33:90-94",
    locator="consensus on minimal important change",
)
