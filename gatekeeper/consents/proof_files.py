"""Files that prove a consent, as they are taken from outside: what kind one is, by what is in it, and how large.

What it is called says nothing. A page (HTML, SVG), a program or an archive is none of the kinds: whoever opened what
was kept would run it. They are given back as bytes for a disk, never to be shown by a browser.
"""

from pathlib import Path
from typing import Final, NamedTuple

from gatekeeper.errors import ProofFileError
from gatekeeper.translation import phrase

MOST_BYTES: Final = 25 << 20
"""How large one may be: some minutes of a recorded call, a scanned letter."""

HEAD: Final = 4096
"""So many bytes of a file tell its kind."""


class ProofKind(NamedTuple):
    """A kind of file.

    Attributes:
        name: what people call it.
        ending: of the name under which it is given back.
    """

    name: str
    ending: str


TEXT: Final = ProofKind("text", "txt")

_BEGINNINGS: Final = (
    (b"%PDF-", ProofKind("PDF", "pdf")),
    (b"\x89PNG\r\n\x1a\n", ProofKind("PNG", "png")),
    (b"\xff\xd8\xff", ProofKind("JPEG", "jpg")),
    (b"GIF87a", ProofKind("GIF", "gif")),
    (b"GIF89a", ProofKind("GIF", "gif")),
    (b"II*\x00", ProofKind("TIFF", "tif")),
    (b"MM\x00*", ProofKind("TIFF", "tif")),
    (b"OggS", ProofKind("Ogg", "ogg")),
    (b"fLaC", ProofKind("FLAC", "flac")),
    (b"ID3", ProofKind("MP3", "mp3")),
)
_IN_RIFF: Final = {b"WAVE": ProofKind("WAV", "wav"), b"WEBP": ProofKind("WebP", "webp")}
_IN_BOX: Final = {
    b"M4A ": ProofKind("M4A", "m4a"), b"mp42": ProofKind("MP4", "mp4"), b"isom": ProofKind("MP4", "mp4"),
    b"heic": ProofKind("HEIC", "heic"), b"mif1": ProofKind("HEIC", "heic"),
}  # fmt: skip
_MARKUP: Final = (b"<", b"#!", b"MZ")
"""How pages and programs begin that would pass for text."""

_CONTROLS: Final = frozenset([*range(32), 127]) - {9, 10, 12, 13}


def proof_kind(head: bytes) -> ProofKind | None:
    """The kind of a file, by its first `HEAD` bytes; None of one that can not be a proof.

    Signatures as registered: RFC 8118 (PDF), ISO 15948 (PNG), ISO 10918-1 (JPEG), RFC 3302 (TIFF), RFC 3533 (Ogg),
    RFC 9639 (FLAC), RFC 2361 (WAVE in RIFF), RFC 9649 (WebP), ISO 14496-12 (`ftyp`), id3.org (MP3).
    """
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head[:4] == b"RIFF":
        return _IN_RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _IN_BOX.get(head[8:12])
    return TEXT if _is_text(head) else None


def checked_kind(head: bytes, size: int) -> ProofKind:
    """The kind of a file that may be kept as a proof.

    Raises:
        ProofFileError: it is empty, too large, or of no kind that is taken.
    """
    if not size:
        raise ProofFileError(phrase("the proof is empty; nothing was changed"))
    if size > MOST_BYTES:
        raise ProofFileError(phrase("a proof has at most {most} MB; nothing was changed", most=MOST_BYTES >> 20))
    kind = proof_kind(head)
    if kind is None:
        raise ProofFileError(
            phrase(
                "a proof is a PDF, a picture (PNG, JPEG, GIF, TIFF, WebP, HEIC), a recording (WAV, MP3, Ogg, FLAC, "
                "M4A, MP4) or a plain text, and this is none: print a page as PDF; nothing was changed"
            )
        )
    return kind


def saved_as(file: Path) -> str:
    """Under which name a kept file is given back: nothing of it is anybody's words.

    Raises:
        OSError: it can't be read.
    """
    with file.open("rb") as opened:
        kind = proof_kind(opened.read(HEAD))
    return f"proof-{file.name[:12]}.{kind.ending if kind else 'bin'}"


def _is_text(head: bytes) -> bool:
    """Plain text in UTF-8, an e-mail or JSON among it, and nothing that a machine would run."""
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not begins or begins.startswith(_MARKUP) or not _CONTROLS.isdisjoint(head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # A character may be cut in two at the end of what was read.
        return len(head) == HEAD and error.start > HEAD - 4
    return True
