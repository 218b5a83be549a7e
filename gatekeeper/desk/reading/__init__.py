"""What pages show, read out of the stores; no web in here. A file to a page."""
