"""Configurations of daemons that are started in the tests' own process."""

MOST_PARTS = """\
[daemon]
data_dir = "{folder}/data"
[socket]
path = "{folder}/s"
[fastagi]
port = {fastagi}
[inbox]
enabled = true
folder = "{folder}/inbox"
[lists.asked]
kind = "query"
[queries.asked]
url = "http://127.0.0.1:1/{{number}}"
listed = ["yes"]
callable = ["no"]
[asterisk.main]
port = {ami}
secret = "s"
[ami_proxy]
enabled = true
port = {proxy}
[watchdog]
enabled = true
"""
"""Everything that serves calls, and the inbox; `{folder}`, `{fastagi}`, `{ami}` and `{proxy}` are filled in."""
