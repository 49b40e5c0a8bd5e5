"""The bytes of a description, read with a limit: a file is hostile until it is understood."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..errors import InputError, Problem

MOST_BYTES = 64 * 2**20
"""No description is larger than this, also after decompression."""
MOST_SCRIPT_BYTES = 4 * 2**20
"""Slurm's own limit on a batch script (SchedulerParameters=max_script_size)."""
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Source:
    """A description's name and bytes; the name is only ever shown or matched, never opened."""

    name: str
    data: bytes

    @property
    def basename(self) -> str:
        """The last part of the name, without `.gz`."""
        return self.name.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".gz")

    @cached_property
    def text(self) -> str:
        """The bytes as text; bytes that are not UTF-8 become surrogates and stay what they are."""
        return self.data.decode("utf-8", "surrogateescape")

    def head(self, most: int = 65536) -> str:
        """The beginning as text, to recognise a dialect by."""
        return self.data[:most].decode("utf-8", "replace")


def read_source(path: Path | str) -> Source:
    """Read a file, decompressing gzip; `InputError` where it cannot be read or is too large."""
    path = Path(path)
    try:
        if not path.is_file():
            reason = "is not a regular file" if path.exists() else "does not exist"
            raise InputError(Problem(f"the file {reason}", str(path)))
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except InputError:
        raise
    except OSError as error:
        raise InputError(Problem(f"cannot be read: {error.strerror}", str(path))) from None
    except ValueError as error:
        raise InputError(Problem(f"is not a usable file name: {error}", repr(str(path)))) from None
    return Source(str(path), expand(data, str(path)))


def expand(data: bytes, name: str) -> bytes:
    """`data`, decompressed if it is gzip; never more than `MOST_BYTES` are made."""
    if data.startswith(_GZIP):
        data = _gunzip(data, name)
    if len(data) > MOST_BYTES:
        raise InputError(
            Problem(f"larger than {MOST_BYTES // 2**20} MiB; no job description is", name)
        )
    return data


def _gunzip(data: bytes, name: str) -> bytes:
    whole = io.BytesIO()
    try:
        while data:
            stream = zlib.decompressobj(wbits=31)
            whole.write(stream.decompress(data, MOST_BYTES + 1 - whole.tell()))
            if whole.tell() > MOST_BYTES:
                break
            if not stream.eof:
                raise InputError(Problem("the gzip file is cut off", name))
            data = stream.unused_data.lstrip(b"\0")
    except zlib.error as error:
        raise InputError(Problem(f"not a sound gzip file: {error}", name)) from None
    return whole.getvalue()
