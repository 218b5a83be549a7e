"""Files and tables of contacts: what is read from them and written to them, byte for byte. No rule is known here."""
