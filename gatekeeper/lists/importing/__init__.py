"""Imports: from a delivered file to a version in force."""
