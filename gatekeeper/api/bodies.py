"""Bodies of requests: JSON read strictly, with a pointer to each thing that is wrong."""

import json
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request

from gatekeeper.api.problem import INVALID, NOT_JSON, FieldFault

MOST_PARTS: Final = 500_000
"""So many signs of structure a body has at most: twice what a batch of 10,000 attempts with every field needs. What is
made of nothing else keeps a processor busy for seconds."""

MOST_FAULTS: Final = 50
"""So many faults are told of at most."""


class Body(BaseModel):
    """What a body is made of: nothing but what is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_STRUCTURE: Final = (b"[", b"{", b",", b":")

BodyT = TypeVar("BodyT", bound=BaseModel)


async def json_of(request: Request) -> Any:
    """The body's JSON.

    Raises:
        ProblemError: it is none.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise NOT_JSON.told("Send `Content-Type: application/json`.")
    return parse_json(await request.body())


def parse_json(text: bytes) -> Any:
    """JSON as I-JSON has it (RFC 7493): UTF-8, and no name twice in an object.

    Raises:
        ProblemError: it is none.
    """
    try:
        _demand_few_parts(text)
        return json.loads(text.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        # The error's own text would repeat what was sent, and that may be a person's number.
        detail = f"The body is one JSON value in UTF-8, of {MOST_PARTS} parts at most, with no name twice in an object."
        raise INVALID.told(detail, [FieldFault("#", detail)]) from None


def read(model: type[BodyT], value: Any, pointer: str = "#") -> BodyT:
    """What a JSON value says.

    Raises:
        ProblemError: it is not what the model has.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise INVALID.told(
            "See `errors`: each says where, and what would be right.", faults_of(error, pointer)
        ) from None


def faults_of(error: ValidationError, pointer: str = "#") -> list[FieldFault]:
    """What is wrong, without what was sent."""
    return [
        FieldFault("/".join([pointer, *(_escaped(one) for one in found["loc"])]), _right(found))
        for found in error.errors(include_url=False, include_input=False)[:MOST_FAULTS]
    ]


def _right(found: Any) -> str:
    """What would be right."""
    told = {
        "missing": "is needed",
        "extra_forbidden": "is not known here: leave it out",
        "string_type": "is a string",
        "list_type": "is an array",
        "dict_type": "is an object",
        "model_type": "is an object",
        "string_pattern_mismatch": "is not written as the description of this address has it",
    }
    kind, bounds = found["type"], found.get("ctx", {})
    if kind in {"too_short", "string_too_short"} and bounds["min_length"] == 1:
        return "is not empty"
    if kind == "string_too_long":
        return f"has at most {bounds['max_length']} characters"
    return told.get(kind) or str(found["msg"]).removeprefix("Value error, ").replace("Input should be", "is")


def _escaped(part: object) -> str:
    """A part of a pointer (RFC 6901)."""
    return str(part).replace("~", "~0").replace("/", "~1")


def _demand_few_parts(text: bytes) -> None:
    if sum(map(text.count, _STRUCTURE)) > MOST_PARTS:
        raise ValueError("made of too many parts")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a name comes twice")
    return fields


def _no_constant(name: str) -> None:
    raise ValueError(name)
