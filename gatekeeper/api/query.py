"""Query of an address: what stands behind it, each name once, as text."""

from starlette.requests import Request

from gatekeeper.api.problem import INVALID, FieldFault


def query_of(request: Request) -> dict[str, str]:
    """The fields of a query.

    Raises:
        ProblemError: a name comes twice.
    """
    pairs = request.query_params.multi_items()
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise INVALID.told("No name comes twice behind the address.", [FieldFault("#", "has each name once")])
    return fields
