"""Tests of gatekeeper.territory."""
