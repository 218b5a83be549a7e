"""Metrics and health over HTTP, for Prometheus, load balancers and orchestrators; on a port of its own."""
