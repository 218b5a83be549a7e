"""Installation into or beside Asterisk: the dialplan, the AGI script, samples and units."""
