"""Alerts: people are told before calls stop, by e-mail, webhook and syslog; each once, through restarts.

`alert` is what there is to tell and `wording` how, `outbox` keeps it until `gatekeeper.delivery` has delivered it, and
`mail`, `webhook` and `syslog` are the channels. What gives occasion for an alert is found by `gatekeeper.daemon`.
"""

ALERTS_FILE = "alerts.sqlite3"
"""The outbox's file in the data folder."""
