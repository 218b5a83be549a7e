"""Problems: what a program is told when its request can't be served (RFC 9457), with what would be right."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from starlette.responses import Response

from gatekeeper.errors import ProblemError

MEDIA_TYPE: Final = "application/problem+json"
_FOLDERS: Final = re.compile(r"(?<![^\s(\"'`])/(?:[^\s/]+/)+")
_ALWAYS: Final = frozenset({"pointer", "detail"})


class FieldFault(NamedTuple):
    """One thing that is wrong with a request.

    Attributes:
        pointer: where in the body it stands (RFC 6901, as a fragment), or "" for the whole.
        detail: what would be right.
        file: of a file that was sent, which one; of a zip, its member. "" of everything else.
        line: which line of it; 0 for none.
        column: which column; "" where no single one is at fault.
    """

    pointer: str
    detail: str
    file: str = ""
    line: int = 0
    column: str = ""


class ApiProblem(NamedTuple):
    """A problem.

    Attributes:
        code: of its kind; the page of the interface explains each.
        status: of HTTP.
        title: what it is, the same for all of the kind.
        detail: what it is here, and what to do.
        faults: what is wrong with the body, field by field.
        headers: of the answer.
    """

    code: str
    status: int
    title: str
    detail: str = ""
    faults: tuple[FieldFault, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()

    def told(
        self, detail: str, faults: Iterable[FieldFault] = (), headers: Mapping[str, str] | None = None
    ) -> ProblemError:
        """The same of one request, to be raised."""
        return ProblemError(self._replace(detail=detail, faults=tuple(faults), headers=tuple((headers or {}).items())))

    def body(self) -> dict[str, object]:
        """As it is sent."""
        fields: dict[str, object] = {
            "type": f"/v1/docs#{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.faults:
            fields["errors"] = [
                {name: value for name, value in one._asdict().items() if value or name in _ALWAYS}
                for one in self.faults
            ]
        return fields


KEY_MISSING: Final = ApiProblem("key-missing", 401, "The request shows no key.")
KEY_UNKNOWN: Final = ApiProblem("key-unknown", 401, "The key is unknown, or was ended.")
SCOPE_MISSING: Final = ApiProblem("scope-missing", 403, "The key is not for this.")
OTHER_PRINCIPAL: Final = ApiProblem("other-principal", 403, "The key is for another principal.")
NOT_FOUND: Final = ApiProblem("not-found", 404, "There is no such thing.")
NO_SUCH_METHOD: Final = ApiProblem("no-such-method", 405, "This address has no such method.")
UNKNOWN_NAME: Final = ApiProblem("unknown-name", 421, "The desk is not known under this name.")
LOOKING: Final = ApiProblem("still-looking", 409, "The file is being looked at.")
OUTCOME_TOLD: Final = ApiProblem("outcome-told", 409, "It was told before what became of the call.")
TOO_LARGE: Final = ApiProblem("too-large", 413, "The body is too large.")
NOT_JSON: Final = ApiProblem("not-json", 415, "The body is not JSON.")
NOT_FILE: Final = ApiProblem("not-file", 415, "The body is not a file.")
FILE: Final = ApiProblem("file-refused", 422, "The file can't be imported; nothing was changed.")
INVALID: Final = ApiProblem("invalid", 422, "The request is not what this address takes.")
KEY_REUSED: Final = ApiProblem("idempotency-key-reused", 422, "The idempotency key was used for another request.")
REFUSED: Final = ApiProblem("refused", 422, "Gatekeeper does not do that.")
TOO_MANY: Final = ApiProblem("too-many-requests", 429, "The key makes too many requests.")
BUSY: Final = ApiProblem("busy", 429, "Too many batches are being answered.")
FAULT: Final = ApiProblem("fault", 500, "A fault of Gatekeeper.")
DAEMON_DOWN: Final = ApiProblem("daemon-down", 503, "The daemon does not answer: no call may be placed.")
IMPORT_FAILED: Final = ApiProblem("import-failed", 503, "The import did not come to its end; nothing was changed.")
IMPORT_UNKNOWN: Final = ApiProblem("import-unknown", 503, "It is not known how the import ended.")
NO_ROOM: Final = ApiProblem("no-room", 503, "There is no room for a file now.")
UNPACKING: Final = ApiProblem("unpacking", 503, "An archive of the journal is being unpacked.")
STORE: Final = ApiProblem("store", 503, "A store can't be read.")
NOT_NOW: Final = ApiProblem("not-now", 503, "Gatekeeper can't do that now: the same again may work.")
TOO_OFTEN: Final = ApiProblem("too-often", 429, "More of this was asked for than is taken within a minute.")

PROBLEMS: Final = (
    UNKNOWN_NAME, KEY_MISSING, KEY_UNKNOWN, SCOPE_MISSING, OTHER_PRINCIPAL, NOT_FOUND, NO_SUCH_METHOD, LOOKING,
    OUTCOME_TOLD, TOO_LARGE, NOT_JSON, NOT_FILE, INVALID, FILE, KEY_REUSED, REFUSED, TOO_MANY, TOO_OFTEN, BUSY, FAULT,
    DAEMON_DOWN, IMPORT_FAILED, IMPORT_UNKNOWN, NO_ROOM, NOT_NOW, UNPACKING, STORE,
)  # fmt: skip
"""All there are."""


def without_folders(text: str) -> str:
    """A text for a program, without the folders in which files are here: they are the site's own affair."""
    return _FOLDERS.sub("", text)


def answer_to(problem: ApiProblem) -> Response:
    """The answer that tells a problem."""
    return Response(
        json.dumps(problem.body(), ensure_ascii=False),
        problem.status,
        {**dict(problem.headers), "cache-control": "no-store"},
        MEDIA_TYPE,
    )
