"""Kinds of proofs: told by what is in a file, whatever it is called; what a machine would run or show is none."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.consents.proof_files import HEAD, MOST_BYTES, checked_kind, proof_kind, saved_as
from gatekeeper.errors import ConsentError

KINDS = {
    b"%PDF-1.7\n%\xe2\xe3\xcf\xd3": "PDF",
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR": "PNG",
    b"\xff\xd8\xff\xe0\0\x10JFIF": "JPEG",
    b"GIF89a\x01\0\x01\0": "GIF",
    b"II*\0\x08\0\0\0": "TIFF",
    b"MM\0*\0\0\0\x08": "TIFF",
    b"RIFF\x24\0\0\0WAVEfmt ": "WAV",
    b"RIFF\x24\0\0\0WEBPVP8 ": "WebP",
    b"OggS\0\x02": "Ogg",
    b"fLaC\0\0\0\x22": "FLAC",
    b"ID3\x04\0\0": "MP3",
    b"\0\0\0\x20ftypM4A \0\0\0\0": "M4A",
    b"\0\0\0\x18ftypmp42": "MP4",
    b"\0\0\0\x18ftypheic": "HEIC",
    b"I agree": "text",
    "J’accepte".encode(): "text",
    b'{"agreed": true}': "text",
    b"From: anna@example.org\r\nSubject: yes\r\n\r\nyes": "text",
    b"\xef\xbb\xbfyes": "text",
    b"a" * HEAD: "text",
    b"a" * (HEAD - 1) + "é".encode()[:1]: "text",
}
NONE = {
    "empty": b"",
    "blank": b" \n\t ",
    "HTML": b"<!doctype html><script>alert(1)</script>",
    "HTML behind blanks": b"\xef\xbb\xbf\r\n  <html>",
    "SVG": b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
    "XML": b"<?xml version='1.0'?>",
    "a script": b"#!/bin/sh\nrm -rf ~\n",
    "a program for Windows": b"MZ\x90\0",
    "a program that looks like text": b"MZ this is text",
    "a program for Linux": b"\x7fELF\x02\x01",
    "the beginning of such a program": b"\x7fELF",
    "a zip": b"PK\x03\x04\x14\0",
    "gzip": b"\x1f\x8b\x08\0",
    "UTF-16": "yes".encode("utf-16"),
    "Latin 1": "J'accepte tout, é".encode("latin-1"),
    "a null": b"yes\0",
    "an escape": b"yes\x1b[31m",
    "RIFF of something else": b"RIFF\x24\0\0\0AVI LIST",
    "a box of something else": b"\0\0\0\x18ftypqt  ",
    "half a character in the middle": b"a\xc3b",
    "half a character at the end of a short file": b"a\xc3",
}


@pytest.mark.parametrize("head", KINDS)
def test_a_kind_is_told_by_what_is_in_it(head: bytes) -> None:
    """Each of those that are taken."""
    kind = proof_kind(head)
    assert kind is not None
    assert kind.name == KINDS[head]
    assert checked_kind(head, len(head)) == kind


@pytest.mark.parametrize("name", NONE)
def test_what_is_none_is_refused(name: str) -> None:
    """With what would be right."""
    assert proof_kind(NONE[name]) is None
    with pytest.raises(ConsentError, match="nothing was changed"):
        checked_kind(NONE[name], len(NONE[name]))


def test_what_is_too_large_is_refused() -> None:
    """One byte more."""
    assert checked_kind(b"%PDF-", MOST_BYTES)
    with pytest.raises(ConsentError, match="at most 25 MB"):
        checked_kind(b"%PDF-", MOST_BYTES + 1)


@given(st.binary(max_size=64))
def test_nothing_that_a_browser_would_show_is_taken(tail: bytes) -> None:
    """However a page goes on, and whatever blanks stand before it."""
    for blanks in (b"", b" ", b"\r\n\t", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"):
        assert proof_kind(blanks + b"<" + tail) is None


def test_it_is_given_back_under_a_name_of_ours(tmp_path: Path) -> None:
    """Its kind's ending; of one that was kept before there were kinds none that a program is called by."""
    for content, ending in ((b"%PDF-1.7", "pdf"), (b"<html>", "bin"), (b"", "bin")):
        file = tmp_path / ("ab" * 32)
        file.write_bytes(content)
        assert saved_as(file) == f"proof-abababababab.{ending}"
