"""The shapes that come with Gatekeeper, by the name that `[queries.NAME] provider` gives them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gatekeeper.registries.query.litigator import LITIGATOR
from gatekeeper.registries.query.reassigned import REASSIGNED
from gatekeeper.registries.query.shape import QueryShape

SHAPES: Final[Mapping[str, QueryShape]] = MappingProxyType(
    {"custom": QueryShape(), "reassigned": REASSIGNED, "litigator": LITIGATOR}
)
