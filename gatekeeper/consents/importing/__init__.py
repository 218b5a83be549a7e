"""Files of consents become a segment of the ledger: all of a file, or nothing. It needs NumPy."""
