"""Personal data that is written so that a detector does not see it: decoded, found, and masked where it stands."""
