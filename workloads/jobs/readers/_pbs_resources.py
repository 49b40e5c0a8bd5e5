"""PBS resources: chunks of `select`, Torque's `nodes`, and what holds for the whole job."""

from __future__ import annotations

import re

from ..quantities import amount_bytes, clock_s, mebibytes_up
from ._fields import Fields

MOST_CHUNKS = 128


class Resources:
    """What `-l` asks for; the chunks become the shape of one or more jobs."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self._chunks: list[dict[str, object]] = []
        self._job: dict[str, object] = {}
        self._memory: int | None = None
        self._cpus: int | None = None

    def read(self, text: str) -> None:
        """Take one `-l`: a list of resources, or a `select` or `place` statement."""
        if not text:
            self.fields.error("names no resource")
        for part in text.split(","):
            name, equals, value = part.strip().partition("=")
            if name == "wd" and not equals:
                self.fields.extra.append(("l", "wd"))
            elif not equals or not value:
                self.fields.error(f"{name or 'a resource'} has no value", part)
            else:
                self._one(name, value)

    def _one(self, name: str, value: str) -> None:
        fields = self.fields
        if name == "select":
            self._select(value)
        elif name == "nodes":
            self._nodes(value)
        elif name == "place":
            self._place(value)
        elif name == "walltime":
            seconds = clock_s(value)
            if seconds is None:
                fields.error("walltime should be [[HH:]MM:]SS", value)
            fields.set("time_limit_s", seconds)
        elif name == "mem":
            self._memory = self._mebibytes(name, value)
            fields.place("memory_per_node_mib")
        elif name in ("pmem", "jobfs", "file"):
            field = "memory_per_cpu_mib" if name == "pmem" else "disk_per_node_mib"
            fields.set(field, self._mebibytes(name, value))
        elif name == "ncpus":
            self._cpus = fields.whole(value, "ncpus")
            fields.place("cpus_per_task")
        elif name == "ngpus":
            fields.set("gpus", value if fields.whole(value, name) else None)
        else:
            fields.extra.append(("l", f"{name}={value}"))

    def _mebibytes(self, name: str, value: str) -> int | None:
        amount = amount_bytes(value)
        if amount is None:
            self.fields.error(f"{name} should be a number with b, kb, mb, gb or tb", value)
            return None
        return mebibytes_up(amount)

    def _select(self, text: str) -> None:
        self._chunks = []
        self.fields.place("nodes_min", "tasks", "cpus_per_task", "memory_per_node_mib")
        for chunk in text.split("+")[:MOST_CHUNKS]:
            first, *rest = chunk.split(":")
            if not re.match(r"[0-9]", first):
                first, rest = "1", [first, *rest]
            count = self.fields.whole(first, "select")
            found: dict[str, object] = {"nodes_min": count, "nodes_max": count}
            for part in rest:
                if "=" not in part:
                    self.fields.error("a chunk should be COUNT:NAME=VALUE:...", part)
            asked = dict(part.partition("=")[::2] for part in rest if "=" in part)
            self._chunk(asked, found)
            self._chunks.append(found)

    def _chunk(self, asked: dict[str, str], found: dict[str, object]) -> None:
        fields = self.fields
        counts = {
            name: fields.whole(asked.pop(name), name)
            for name in ("ncpus", "mpiprocs", "ompthreads", "ngpus")
            if name in asked
        }
        cpus, tasks, threads = (counts.get(n) for n in ("ncpus", "mpiprocs", "ompthreads"))
        nodes = found["nodes_min"]
        if tasks is not None:
            found["tasks_per_node"] = tasks
            found["tasks"] = tasks * nodes if isinstance(nodes, int) else None
        if cpus is not None:
            found["cpus_per_task"] = max(cpus // (tasks or 1), 1)
            if tasks and cpus % tasks:
                fields.warning(f"{cpus} CPUs cannot be shared evenly by {tasks} processes")
        elif threads is not None:
            found["cpus_per_task"] = threads
        if counts.get("ngpus"):
            found["gpus_per_node"] = str(counts["ngpus"])
        if "mem" in asked:
            found["memory_per_node_mib"] = self._mebibytes("mem", asked.pop("mem"))
        for name, value in asked.items():
            fields.extra.append(("chunk", f"{name}={value}" if value else name))

    def _nodes(self, text: str) -> None:
        """Torque: `2:ppn=8:gpus=1+node7:ppn=4`."""
        self._chunks = []
        self.fields.place("nodes_min", "tasks")
        for part in text.split("+")[:MOST_CHUNKS]:
            first, *rest = part.split(":")
            found: dict[str, object] = {}
            if first[:1].isdigit():
                count = self.fields.whole(first, "nodes")
            else:
                count, found["nodelist"] = 1, first or None
                if not first:
                    self.fields.error("a node specification is empty", text)
            found |= {"nodes_min": count, "nodes_max": count}
            for entry in rest:
                name, _, value = entry.partition("=")
                if name == "ppn":
                    each = self.fields.whole(value, "ppn")
                    found["tasks_per_node"] = each
                    found["tasks"] = each * count if each and count else None
                elif name == "gpus":
                    found["gpus_per_node"] = value or None
                elif name:
                    self.fields.extra.append(("chunk", entry))
            self._chunks.append(found)

    def _place(self, text: str) -> None:
        for word in text.split(":"):
            if word in ("excl", "exclhost"):
                self.fields.set("exclusive", "exclusive")
            elif word in ("scatter", "vscatter", "pack", "free", "shared") or "=" in word:
                self.fields.extra.append(("place", word))
            else:
                self.fields.error("not a placement", word, "free, pack, scatter, excl, shared")

    def chunks(self) -> list[dict[str, object]]:
        """The shape of each component; one for a job without `select`."""
        if not self._chunks:
            shape: dict[str, object] = {}
            if self._cpus is not None:
                shape["cpus_per_task"] = self._cpus
            self._chunks = [shape]
        if self._memory is not None:
            nodes = [chunk.get("nodes_min") or 1 for chunk in self._chunks]
            total = sum(count for count in nodes if isinstance(count, int))
            for chunk in self._chunks:
                # mem is for the whole job; the nodes share it.
                chunk.setdefault("memory_per_node_mib", -(-self._memory // max(total, 1)))
        return [{k: v for k, v in chunk.items() if v is not None} for chunk in self._chunks]
