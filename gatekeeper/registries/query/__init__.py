"""Registries that are asked number by number."""
