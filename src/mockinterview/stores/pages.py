"""Reads rows straight from the pages of an SQLite file, for when SQLite itself gives up.

Needs no header, no schema and no tree: every page that looks like a leaf of a table is read by
itself, so damage costs only what lay in the damaged pages. The format is
https://sqlite.org/fileformat2.html (sections 1.3, 1.6, 2.1 and 4).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

Row = list[object]

_LEAF = 13
_USUAL_SIZE = 4096
_WAL_HEADER, _FRAME_HEADER = 32, 24
_WIDTHS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


def with_log(main: bytes, log: bytes) -> bytes:
    """Return the file with the committed pages of its write-ahead log put in their places."""
    if len(log) < _WAL_HEADER:
        return main
    size, salts = int.from_bytes(log[8:12], "big"), log[16:24]
    if size not in _sizes():
        return main
    frames, step = [], _FRAME_HEADER + size
    committed = 0
    for at in range(_WAL_HEADER, len(log) - step + 1, step):
        if log[at + 8 : at + 16] != salts:
            break
        frames.append((int.from_bytes(log[at : at + 4], "big"), at + _FRAME_HEADER))
        if log[at + 4 : at + 8] != b"\0\0\0\0":
            committed = len(frames)
    image = bytearray(main)
    for page, at in frames[:committed]:
        end = page * size
        if end > len(image):
            image.extend(bytes(end - len(image)))
        image[end - size : end] = log[at : at + size]
    return bytes(image)


def rows(image: bytes) -> Iterator[Row]:
    """Yield each row that can be read; an INTEGER PRIMARY KEY is None or stands first.

    Every row begins with its rowid, then come its columns as they are stored.
    """
    size = _page_size(image)
    for number in range(-(-len(image) // size)):
        start = number * size
        head = start + (100 if number == 0 else 0)
        if head + 8 > len(image) or image[head] != _LEAF:
            continue
        count = int.from_bytes(image[head + 3 : head + 5], "big")
        for at in range(head + 8, min(head + 8 + 2 * count, len(image) - 1), 2):
            cell = start + int.from_bytes(image[at : at + 2], "big")
            try:
                yield _cell(image, cell, size)
            except (IndexError, ValueError, struct.error):
                continue  # damaged: nothing in this cell can be trusted


def missing(image: bytes) -> float:
    """Return the share of the file (0-1) that its header tells of and that is not there."""
    said = int.from_bytes(image[28:32], "big") * _page_size(image)
    return max(0.0, 1 - len(image) / said) if said and _has_header(image) else 0.0


def _has_header(image: bytes) -> bool:
    return image.startswith(b"SQLite format 3\0")


def _page_size(image: bytes) -> int:
    size = int.from_bytes(image[16:18], "big")
    size = {1: 65536}.get(size, size)
    return size if _has_header(image) and size in _sizes() else _USUAL_SIZE


def _sizes() -> set[int]:
    return {1 << power for power in range(9, 17)}


def _cell(image: bytes, at: int, size: int) -> Row:
    length, at = _varint(image, at)
    rowid, at = _varint(image, at)
    if not 0 < length <= len(image):
        raise ValueError("a row longer than the file")
    most, least = size - 35, (size - 12) * 32 // 255 - 23
    local = length
    if length > most:
        local = least + (length - least) % (size - 4)
        local = local if local <= most else least
    payload = image[at : at + local]
    following = int.from_bytes(image[at + local : at + local + 4], "big")
    seen: set[int] = set()
    while len(payload) < length:
        if following in seen or not 0 < following <= len(image) // size:
            raise ValueError("a row whose end is not there")
        seen.add(following)
        page = image[(following - 1) * size : following * size]
        payload += page[4 : 4 + length - len(payload)]
        following = int.from_bytes(page[:4], "big")
    return [rowid, *_values(payload)]


def _values(payload: bytes) -> Row:
    end, at = _varint(payload, 0)
    kinds: list[int] = []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    found: Row = []
    for kind in kinds:
        width = _WIDTHS.get(kind, 8 if kind == 7 else (kind - 12) // 2 if kind >= 12 else 0)
        piece = payload[at : at + width]
        if len(piece) < width or kind in (10, 11):
            raise ValueError("a value that is not whole")
        found.append(_value(kind, piece))
        at += width
    if at != len(payload):
        raise ValueError("a row with something after its end")
    return found


def _value(kind: int, piece: bytes) -> object:
    if kind in (0, 8, 9):
        return {0: None, 8: 0, 9: 1}[kind]
    if kind == 7:
        return float(struct.unpack(">d", piece)[0])
    if kind >= 12:
        return piece.decode() if kind % 2 else piece
    return int.from_bytes(piece, "big", signed=True)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for _ in range(8):
        byte = data[at]
        value, at = value << 7 | byte & 0x7F, at + 1
        if byte < 0x80:
            return value, at
    return value << 8 | data[at], at + 1
