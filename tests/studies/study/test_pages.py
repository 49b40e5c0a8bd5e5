"""Every kind of study leaves a page and a paper that say question, answer and how to repeat it."""

from __future__ import annotations

import json

import pytest

from hpcsim.errors import InputError
from hpcsim.report.study import write_study_report

WORLD = "poisson:jobs=400,servers=4"
HERE = ("--executor", "here")
CENTRE = ("nanjing-quarter", "--only", "biobank,storage", "--set", "horizon_days=7")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("replicate", WORLD, "--runs", "3"), ("What is to be expected", "How long jobs wait")),
        (("compare", WORLD, "--with", "cores=5", "--runs", "3"), ("differ", "The differences")),
        (
            ("sweep", WORLD, "--vary", "cores=4:7:1", "--runs", "2"),
            ("What moves mean_wait_s", "mean_wait_s against cores", "change mean_wait_s most"),
        ),
        (
            ("size", WORLD, "--vary", "cores=4:6:1", "--runs", "20", "--target", "mean_wait_s<1d"),
            ("How large must cores be?", "Against capacity", "59 of 59"),
        ),
        (
            ("size", *CENTRE, "--target", "biobank.fill<0.9", "--quarters", "2", "--runs", "2",
             "--growth", "biobank=1.0,2.0"),
            ("What breaks within 2 quarters", "The stores", "room in warm storage", "known least"),
        ),
    ],
    ids=["replicate", "compare", "sweep", "size", "forecast"],
)  # fmt: skip
def test_pages(words, says, hpcsim, tmp_path):
    done = hpcsim(*words, *HERE, "--out", tmp_path / "s")
    assert done.status == 0, done.err
    page = (tmp_path / "s" / "report.html").read_text()
    answer = json.loads((tmp_path / "s" / "answer.json").read_text())
    for text in (*says, "How to repeat it", "What it rests on"):
        assert text in page
    assert answer["sentence"] and answer["question"]
    assert answer["repeat"].startswith(f"hpcsim {words[0]}")
    assert "--out" not in answer["repeat"] and "--executor" not in answer["repeat"]
    paper = (tmp_path / "s" / "report.pdf").read_bytes()
    assert paper.startswith(b"%PDF") and len(paper) > 20_000
    write_study_report(tmp_path / "s")  # the same bytes once more
    assert (tmp_path / "s" / "report.html").read_text() == page
    assert (tmp_path / "s" / "report.pdf").read_bytes() == paper


def test_a_folder_without_an_answer(tmp_path):
    with pytest.raises(InputError, match="there is no answer"):
        write_study_report(tmp_path)
    (tmp_path / "answer.json").write_text('{"kind": "letter"}')
    with pytest.raises(InputError, match="not the answer of a study"):
        write_study_report(tmp_path)
