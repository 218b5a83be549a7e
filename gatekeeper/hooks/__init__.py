"""Hooks: programs of the site follow what happens here, by signed webhooks and by connectors to what they speak.

`message` is what there is to tell, `sources` finds it in journal, consent ledger and lists, `outbox` keeps it until
`gatekeeper.delivery` has delivered it, and `webhook` and `vicidial` are the channels.
"""

HOOKS_FILE = "hooks.sqlite3"
"""The outbox's file in the data folder."""
