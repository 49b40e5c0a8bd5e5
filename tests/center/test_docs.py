"""The examples of the page on the centre run."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "center.md"


def test_every_example_of_the_page_runs(capsys):
    examples = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert examples
    for example in examples:
        exec(compile(example, str(PAGE), "exec"), {})
    assert capsys.readouterr().out.startswith("20")
