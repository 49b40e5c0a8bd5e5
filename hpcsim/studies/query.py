"""Questions in SQL to the runs of a study, by DuckDB, which sees nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa

from hpcsim.errors import InputError, Problem, nearest

from .study.folder import LEDGER, STUDY
from .study.ledger import Ledger
from .study.results import OWN, runs_table

TABLES = ("runs", "figures", "spent")
MOST_MIB = 4096


def query(folder: Path, sql: str) -> pa.Table:
    """The answer to one `select` over the finished runs of a study.

    Tables: `runs` (a row a run, a column a figure), `figures` (a row a run and figure: point,
    replication, figure, value), `spent` (what each run cost, and its error). The database is in
    memory and read alone: no file, no network, no extension can be reached from the SQL. InputError
    where it is wrong, with the tables or columns that there are.
    """
    import duckdb

    if not (folder / STUDY).exists() or not (folder / LEDGER).exists():
        hint = "a study is a folder that replicate, compare, sweep or size has written"
        raise InputError(Problem("there is no study", str(folder), hint=hint))
    tables = _tables(folder)
    limits = {
        "memory_limit": f"{MOST_MIB}MiB",
        "threads": 1,
        "python_enable_replacements": False,  # else variables of this program are tables
    }
    with duckdb.connect(":memory:", config=limits) as db:
        for name, table in tables.items():
            db.register(f"_{name}", table)
            db.execute(f"CREATE TABLE {name} AS SELECT * FROM _{name}")
            db.unregister(f"_{name}")
        db.execute("SET enable_external_access = false")
        db.execute("SET lock_configuration = true")
        try:
            statements = db.extract_statements(sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise InputError(Problem("not one select", value=sql, rule="a query only reads"))
            found = db.sql(sql).to_arrow_table()
        except duckdb.Error as error:
            raise InputError(Problem(_first(error), value=sql, hint=_hint(error, tables))) from None
    return found


def _tables(folder: Path) -> dict[str, pa.Table]:
    with Ledger(folder / LEDGER) as ledger:
        results = list(ledger.results())
    runs = runs_table(results)
    points = {
        point: place for place, point in enumerate(dict.fromkeys(r.key.point for r in results))
    }
    each = [(r, name, value) for r in results for name, value in r.figures.items()]
    return {
        "runs": runs,
        "figures": pa.table(
            {
                "point": pa.array([points[r.key.point] for r, _, _ in each], pa.int32()),
                "replication": pa.array([r.key.replication for r, _, _ in each], pa.int32()),
                "figure": pa.array([name for _, name, _ in each], pa.string()),
                "value": pa.array([value for *_, value in each], pa.float64(), from_pandas=True),
            }
        ),
        "spent": pa.table(
            {
                "point": pa.array([points[r.key.point] for r in results], pa.int32()),
                "changes": pa.array([r.key.point for r in results], pa.string()),
                "replication": pa.array([r.key.replication for r in results], pa.int32()),
                "error": pa.array([r.error for r in results], pa.string()),
                "wall_s": pa.array([r.wall_s for r in results], pa.float64()),
                "cpu_s": pa.array([r.cpu_s for r in results], pa.float64()),
                "memory_mib": pa.array([r.memory_mib for r in results], pa.float64()),
                "host": pa.array([r.host for r in results], pa.string()),
            }
        ),
    }


def _first(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _hint(error: Exception, tables: dict[str, pa.Table]) -> str:
    text = str(error)
    if "Table with name" in text:
        return "tables: " + ", ".join(tables)
    columns = tables["runs"].column_names
    if "Referenced column" in text:
        wrong = text.partition('"')[2].partition('"')[0]
        return f'{nearest(wrong, columns)} Names with a dot or bracket stand in "..."'
    return "own columns of runs: " + ", ".join(OWN) + "; figures are columns too"


def written(table: pa.Table, path: Path) -> None:
    """Write an answer as CSV or Parquet, by the ending of the name; InputError where it cannot."""
    import pyarrow.csv as csv

    from hpcsim.simulation.tables import write_table

    try:
        if path.suffix == ".csv":
            csv.write_csv(table, path)
        else:
            write_table(table, path)
    except OSError as error:
        raise InputError(Problem(f"cannot be written: {error}", str(path))) from None


def as_json(table: pa.Table) -> str:
    """An answer as a JSON list of rows."""
    return json.dumps(table.to_pylist(), indent=2, default=str)
