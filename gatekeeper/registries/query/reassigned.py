"""The US Reassigned Numbers Database: it tells whether a number was given up since its owner consented.

It is asked with the number (ten digits) and the date of the consent, and answers `yes`, `no`, or that it has no data:
its records begin on 27 January 2021 (47 CFR 64.1200(l), (m)). `yes` means that somebody else may have the number by
now, whose consent nobody has. Who was told `no` in error has a safe harbour, and who was told that there are no data
has none: so no data block a call unless the configuration says otherwise.

The interface itself is for subscribers. The names below are those of none in particular; `[queries.NAME]` has them all.
"""

from gatekeeper.registries.query.shape import QueryShape

REASSIGNED = QueryShape(
    body='{"queries": "{items}"}',
    item='{"number": "{nanp}", "date": "{consent}"}',
    results="results",
    number_field="number",
    field="answer",
    listed=("yes",),
    callable=("no",),
    no_data=("no_data", "no data"),
)
