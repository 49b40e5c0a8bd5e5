"""Bytes from a file that nobody vouches for: unpacked as a stream, never without a limit."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, cast

from ..errors import InputError, Problem

BLOCK_BYTES = 4 << 20
HEAD_BYTES = 64 << 10
MAX_BYTES = 8 << 30
MAX_LINE = 1 << 16
"""Longer lines than this are no trace's: the longest known, with a list of nodes, has 1,375."""


@dataclass(frozen=True)
class Source:
    """A regular file, unpacked if it is gzip, bzip2 or xz, of at most `max_bytes` unpacked."""

    path: Path
    max_bytes: int = MAX_BYTES

    def __post_init__(self) -> None:
        if not self.path.exists():
            raise InputError(self.problem("there is no such file", hint="check the path"))
        if not self.path.is_file():
            raise InputError(self.problem("this is not a file", hint="name one file"))

    @property
    def name(self) -> str:
        """The file's name without what says how it is packed, in small letters."""
        name = self.path.name.lower()
        return name.removesuffix(".gz").removesuffix(".bz2").removesuffix(".xz")

    @property
    def title(self) -> str:
        """What to call the trace: the file's name up to its endings."""
        packed = len(self.path.name) > len(self.name)
        return Path(self.path.stem).stem if packed else self.path.stem

    @cached_property
    def head(self) -> bytes:
        """The first 64 KiB, unpacked."""
        return next(self._chunks(HEAD_BYTES), b"")

    def problem(
        self,
        message: str,
        line: int | None = None,
        *,
        value: str | None = None,
        rule: str | None = None,
        hint: str | None = None,
    ) -> Problem:
        """A problem of this file."""
        return Problem(message, str(self.path), line, value=value, rule=rule, hint=hint)

    def read_all(self) -> bytes:
        """The whole file, unpacked."""
        return b"".join(self._chunks(BLOCK_BYTES))

    def blocks(self) -> Iterator[tuple[int, bytes]]:
        """(number of the first line, whole lines) of the text, each block ending in a newline.

        Raises InputError at a NUL byte or a line longer than MAX_LINE.
        """
        rest, line = b"", 1
        for chunk in self._chunks(BLOCK_BYTES):
            self._refuse_binary(chunk, rest, line)
            cut = chunk.rfind(b"\n") + 1
            if not cut:
                rest += chunk
                self._refuse_long(len(rest), line)
                continue
            block, rest = rest + chunk[:cut], chunk[cut:]
            yield line, block
            line += block.count(b"\n")
        if rest:
            self._refuse_long(len(rest), line)
            yield line, rest + b"\n"

    def _refuse_binary(self, chunk: bytes, rest: bytes, line: int) -> None:
        at = chunk.find(b"\0")
        if at >= 0:
            line += chunk.count(b"\n", 0, at)
            rule = "a trace in text holds no NUL byte"
            raise InputError(self._binary(line, rule))

    def _binary(self, line: int, rule: str) -> Problem:
        hint = "this is a binary file: name a trace (SWF, Batsim JSON, CSV or Parquet)"
        return self.problem("not a text file", line, value="\\x00", rule=rule, hint=hint)

    def _refuse_long(self, length: int, line: int) -> None:
        if length > MAX_LINE:
            raise InputError(self.long_line(length, line))

    def long_line(self, length: int, line: int) -> Problem:
        """The problem of a line that is too long."""
        return self.problem(
            "the line is too long",
            line,
            value=f"{length:,} bytes or more",
            rule=f"a line has at most {MAX_LINE:,} bytes",
            hint="is this a trace? its lines may have lost their ends",
        )

    def _chunks(self, size: int) -> Iterator[bytes]:
        total = 0
        try:
            with self._open() as file:
                while chunk := file.read(size):
                    total += len(chunk)
                    self._refuse_bomb(total)
                    yield chunk
        except EOFError:
            message = f"the compressed data ends too early, after {total:,} bytes unpacked"
            raise InputError(self._broken(message)) from None
        except (gzip.BadGzipFile, zlib.error, lzma.LZMAError, OSError) as error:
            raise InputError(self._broken(f"cannot be read: {error}")) from None

    def _broken(self, message: str) -> Problem:
        return self.problem(
            message, rule="a file must be whole and readable", hint="copy or download it again"
        )

    def _refuse_bomb(self, total: int) -> None:
        if total > self.max_bytes:
            problem = self.problem(
                "the file is too large",
                value=f"more than {self.max_bytes:,} bytes unpacked",
                rule=f"at most {self.max_bytes:,} bytes are read",
                hint="cut the trace, or raise max_bytes if you trust the file",
            )
            raise InputError(problem)

    def _open(self) -> IO[bytes]:
        with self.path.open("rb") as file:
            magic = file.read(6)
        if magic[:2] == b"\x1f\x8b":
            return cast(IO[bytes], gzip.open(self.path, "rb"))
        if magic[:3] == b"BZh":
            return cast(IO[bytes], bz2.open(self.path, "rb"))
        if magic == b"\xfd7zXZ\x00":
            return cast(IO[bytes], lzma.open(self.path, "rb"))
        return self.path.open("rb")
