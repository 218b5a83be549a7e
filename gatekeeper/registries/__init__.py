"""Registries: what their files look like, how they are read, and those that are asked by HTTP."""
