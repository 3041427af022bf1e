"""Statistics on arrays: numpy and scipy only, frozen results."""
