"""`hpcsim job`: the commands about job descriptions."""

from __future__ import annotations

import typer

from . import job_backtest, job_check, job_convert, job_predict, job_submit, job_why


def register(app: typer.Typer) -> None:
    """Add `hpcsim job` with its commands."""
    job = typer.Typer(help="Check, convert and predict job descriptions.", no_args_is_help=True)
    job.command(epilog=job_check.EXAMPLES)(job_check.check)
    job.command(epilog=job_convert.EXAMPLES)(job_convert.convert)
    job.command(epilog=job_predict.EXAMPLES)(job_predict.predict)
    job.command(epilog=job_why.EXAMPLES)(job_why.why)
    job.command(epilog=job_submit.EXAMPLES)(job_submit.submit)
    job.command(epilog=job_backtest.EXAMPLES)(job_backtest.backtest)
    app.add_typer(job, name="job")
