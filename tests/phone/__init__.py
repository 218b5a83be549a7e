"""Tests of gatekeeper.phone."""
