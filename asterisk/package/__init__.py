"""Debian's package of Gatekeeper: a virtual environment in /opt/gatekeeper with all that it needs, and the units.

It is built without root and without a network, out of the packages that are installed where this runs.
"""
