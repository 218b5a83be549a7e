"""A list of people known to sue over telephone calls, which some companies offer: true or false for each number.

No law asks for it; it is for `mode = "always"`, beside the lists that the law names. `[queries.NAME]` has all names
below.
"""

from gatekeeper.registries.query.shape import QueryShape

LITIGATOR = QueryShape(
    body='{"numbers": "{items}"}',
    item='"{e164}"',
    results="results",
    number_field="number",
    field="litigator",
    listed=("true",),
    callable=("false",),
)
