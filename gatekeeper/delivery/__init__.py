"""Delivery, for alerts and hooks: a courier that tries again what could not be told, and posts that are signed.

`channel` is what it delivers by, `outbox` what waits for it, and `courier` delivers; `post` sends to an address that
was looked at (`addresses`), and `signing` says how a receiver knows who has sent it.
"""
