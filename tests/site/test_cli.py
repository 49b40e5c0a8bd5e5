from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from hpcsim.cli import main


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["hpcsim", "site", *words])
    with pytest.raises(SystemExit) as end:
        main()
    return int(end.value.code or 0)


def test_list(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "list") == 0
    assert "nanjing          35,480 cores" in capsys.readouterr().out
    assert run(monkeypatch, "list", "--json") == 0
    assert {"name": "tiny", "title": "four nodes of four cores", "cores": 16} in json.loads(
        capsys.readouterr().out
    )


def test_show_puts_derived_beside_published(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "show", "nanjing") == 0
    rows = {
        line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines() if line
    }
    assert rows["cores"] == ["35,480", "35,000", "+1.37%"]
    assert rows["peak_tflops"] == ["2,362.75", "2,340", "+0.97%"]
    assert rows["storage_pb"] == ["55", "55", "+0.00%"]
    assert run(monkeypatch, "show", "nanjing", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["published"] == {"cores": 35000, "peak_tflops": 2340.0, "storage_pb": 55.0}
    assert shown["derived"]["loaded_kw"] == pytest.approx(337.22)
    assert shown["marks"]["carbon.kg_per_kwh"].startswith("S: Jiangsu 2022")
    assert shown["site"]["nodes"][0]["count"] == 871


def test_check(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text("[nodes.thin]\ncount = 0\n")
    assert run(monkeypatch, "check", str(file)) == 2
    assert f"{file}:2: nodes.thin.count should be greater than or equal to 1" in (
        capsys.readouterr().err
    )
    assert run(monkeypatch, "check", str(file), "--json") == 2
    told = json.loads(capsys.readouterr().out)
    assert not told["ok"]
    assert [problem["line"] for problem in told["problems"]] == [1, 1, 2]
    assert run(monkeypatch, "check", "tiny") == 0
    assert capsys.readouterr().out == "tiny: right; 4 nodes, 16 cores\n"
