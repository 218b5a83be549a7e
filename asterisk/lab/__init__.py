"""The lab: real Asterisks and a SIPp carrier on the loopback, for the demo, the tests and the benchmarks.

Never used in production. ``python -m lab fetch`` fetches everything beforehand; otherwise it is fetched at first use.
"""
