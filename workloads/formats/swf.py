"""The Standard Workload Format: 18 numbers a job, `;` before what is said about them.

Definition: https://www.cs.huji.ac.il/labs/parallel/workload/swf.html
"""

from __future__ import annotations

from typing import IO

import numpy as np

from ..columns import CODED
from ..errors import InputError
from ..parsing.codes import MOST_CODE, Codes
from ..parsing.jobs import finish
from ..parsing.ledger import Ledger
from ..parsing.lines import Split, split
from ..parsing.source import MAX_LINE, Source
from ..repairs import Repairs
from ..workload import Workload
from ._swf_header import Header
from ._swf_lines import FIELDS, NAMEABLE, OddRows, read_odd
from ._swf_meaning import Meaning, interpret
from ._swf_write import write_swf

NAMES = (".swf",)
CODE_FIELDS = {name: column for column, name in NAMEABLE.items()}


def sniff(source: Source) -> int:
    """By the first line that is no comment: 18 fields that mostly are numbers; else by name."""
    by_name = 60 if source.name.endswith(NAMES) else 0
    lines = [line.strip() for line in source.head.splitlines()]
    data = [line for line in lines if line and not line.startswith(b";")][:2]
    if lines and not data and lines[0].startswith(b";"):
        return max(by_name, 50)
    for line in data:
        fields = line.replace(b";", b" ").split()
        digits = sum(field.lstrip(b"+-").replace(b".", b"").isdigit() for field in fields)
        if len(fields) >= FIELDS - 3 and digits >= 8 and b"," not in line[:40]:
            return 80
    return by_name


def read(source: Source) -> tuple[Workload, Repairs]:
    """Read an SWF file as a stream of blocks; what real logs do wrong is repaired and told.

    Raises InputError with every mistake that cannot be repaired.
    """
    ledger, header = Ledger(str(source.path)), Header()
    jobs, codes = [], {name: Codes() for name in CODE_FIELDS}
    seen_data = False
    for first_line, block in source.blocks():
        lines = split(block, first_line, FIELDS)
        _refuse_long(lines, source)
        for number, text in lines.comments:
            header.add(number, text, ledger)
        odd = read_odd(lines.odd, not seen_data and not _plain_first(lines), ledger)
        seen_data = seen_data or bool(len(lines.lines) or lines.odd)
        jobs.append(_jobs_of(lines, odd, codes, ledger))
    if not seen_data:
        problem = source.problem(
            "the trace is empty", rule="a trace has at least one job", hint="is it the right file?"
        )
        raise InputError([*ledger.problems, problem])
    return _workload(jobs, codes, header, ledger, source)


def _plain_first(lines: Split) -> bool:
    """Whether a line of plain numbers comes before the first odd one."""
    if not len(lines.lines) or not lines.odd:
        return bool(len(lines.lines))
    return bool(lines.lines[0] < lines.odd[0][0])


def _refuse_long(lines: Split, source: Source) -> None:
    length, number = lines.longest
    if length > MAX_LINE:
        raise InputError(source.long_line(length, number))


def _jobs_of(lines: Split, odd: OddRows, codes: dict[str, Codes], ledger: Ledger) -> Meaning:
    """The block's jobs, plain and odd lines in the order of the file."""
    values, numbers = lines.values, lines.lines
    names = odd.names
    if odd.rows:
        numbers = np.concatenate((numbers, np.array(odd.lines, dtype=np.int64)))
        order = np.argsort(numbers, kind="stable")
        values = np.concatenate((values, odd.values()), axis=1)[:, order]
        numbers = numbers[order]
        place = np.argsort(order, kind="stable")[len(lines.lines) :]
        names = {c: {int(place[r]): n for r, n in by.items()} for c, by in odd.names.items()}
    meaning = interpret(values, numbers, ledger)
    _tell_large_codes(values[:, meaning.kept], meaning.lines, ledger)
    new_row = np.cumsum(meaning.kept) - 1
    for name, column in CODE_FIELDS.items():
        by_row = {
            int(new_row[row]): word
            for row, word in names.get(column, {}).items()
            if meaning.kept[row]
        }
        codes[name].add(values[column, meaning.kept], by_row)
    return meaning


def _tell_large_codes(values: np.ndarray, lines: np.ndarray, ledger: Ledger) -> None:
    for name, column in CODE_FIELDS.items():
        what = f"number of the {name} too large for a code: numbered in order of appearance"
        ledger.repair_where("repaired", what, values[column] > MOST_CODE, lines)


def _workload(
    jobs: list[Meaning],
    codes: dict[str, Codes],
    header: Header,
    ledger: Ledger,
    source: Source,
) -> tuple[Workload, Repairs]:
    columns = {name: np.concatenate([b.columns[name] for b in jobs]) for name in jobs[0].columns}
    lines = np.concatenate([block.lines for block in jobs])
    jobs.clear()
    labels = header.labels()
    for name, gathered in codes.items():
        columns[name], names = gathered.finish()
        if names:
            labels[name] = names
    workload = finish(
        columns,
        lines,
        ledger,
        name=source.title,
        machine_cores=header.machine_cores(ledger),
        start_epoch_s=_epoch(header),
        labels=_in_order(labels),
    )
    return workload, ledger.repairs()


def _epoch(header: Header) -> float | None:
    """UnixStartTime; 0 is what converters write who do not know it."""
    start = header.number("unixstarttime")
    return float(start) if start else None


def _in_order(labels: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {name: labels[name] for name in CODED if name in labels}


def write(workload: Workload, file: IO[bytes]) -> tuple[str, ...]:
    """Write SWF; names of codes and the machine go into the header."""
    return write_swf(workload, file)
