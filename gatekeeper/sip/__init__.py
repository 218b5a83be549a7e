"""The SIP gate: every INVITE of a trunk passes it, and goes on to the carrier or is refused."""
