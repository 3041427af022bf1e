"""Public fronts of the statistics: formula and frame in, named result out."""
