"""Connections: what every server of the gate needs, whatever it speaks."""
