"""Exports of the journal for people: files of what a filter finds, made in the background and kept for a while.

`order` is what somebody asks for and `store` keeps it with what has come of it; `runner` starts a process of its own
for each, in which `work` walks through the journal and hands its rows to `csv_file`, `json_file`, `xlsx_file` or
`pdf_file`.
"""

EXPORTS_FOLDER = "desk/exports"
"""The exports' folder in the data folder."""
