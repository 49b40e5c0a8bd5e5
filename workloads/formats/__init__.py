"""File formats, a module each; a module that lies here is a format.

A format module has

- `NAMES`: endings of file names that are usually in it;
- `sniff(source) -> int`: how surely `source` is in it, 0 (no) to 100, by content before name;
- `read(source) -> tuple[Workload, Repairs]`: raises InputError with all that is wrong;
- `write(workload, file) -> tuple[str, ...]`, if it can be written: to an open binary file; returns
  the names of the columns that hold something that the format has no place for.

Modules whose name begins with an underscore are helpers of the others.
"""
