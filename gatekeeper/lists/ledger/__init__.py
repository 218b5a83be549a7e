"""The record of a list: which versions there are, which is in force, and what was changed by hand."""
