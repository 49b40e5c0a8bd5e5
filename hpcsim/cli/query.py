"""`hpcsim query`: SQL over all runs of a study."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

EXAMPLES = """
Examples:

  hpcsim query studies/nodes 'select "cluster.nodes", avg(p95_wait_s) from runs group by all'

  hpcsim query studies/nodes 'select * from runs' --csv runs.csv

  hpcsim query studies/nodes "select figure, avg(value) from figures group by 1"

  hpcsim query studies/nodes "select changes, error from spent where error is not null"
"""
STUDY = typer.Argument(metavar="STUDY", help="The folder of a study.")
SQL = typer.Argument(metavar="SQL", help="One select over the tables runs, figures and spent.")
CSV = typer.Option(None, "--csv", metavar="FILE", help="Write the answer as CSV.")
PARQUET = typer.Option(None, "--parquet", metavar="FILE", help="Write the answer as Parquet.")
AS_JSON = typer.Option(False, "--json", help="Print the rows as JSON.")
MOST_ROWS = 200


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EXAMPLES)(query)


def query(
    study: Path = STUDY,
    sql: str = SQL,
    csv: Path = CSV,
    parquet: Path = PARQUET,
    as_json: bool = AS_JSON,
) -> None:
    """Ask all runs of a study; nothing is changed, and nothing else can be read."""
    from hpcsim.studies import query as asking

    from .show import note, print_table

    found = asking.query(study, sql)
    for path, ending in ((csv, ".csv"), (parquet, ".parquet")):
        if path is not None:
            asking.written(found, path if path.suffix == ending else path.with_suffix(ending))
    if as_json:
        typer.echo(asking.as_json(found))
    elif csv is None and parquet is None:
        rows = [[_cell(value) for value in row.values()] for row in found[:MOST_ROWS].to_pylist()]
        print_table(found.column_names, rows, f"{study}: {found.num_rows:,} rows")
        if found.num_rows > MOST_ROWS:
            note(f"the first {MOST_ROWS} of {found.num_rows:,} rows; --csv has them all")


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:,.6g}" if isinstance(value, float) else str(value)
