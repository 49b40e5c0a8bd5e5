"""Parts of the model as the one-line texts that schedulers use for them."""

from __future__ import annotations

from .model import Dependency, JobDescription


def dependency_text(job: JobDescription) -> str | None:
    """The dependencies as Slurm writes them: `afterok:12:13,singleton`; None for none."""
    if not job.dependencies:
        return None
    groups: list[list[Dependency]] = []
    for dependency in job.dependencies:
        if groups and groups[-1][0].kind == dependency.kind and dependency.job is not None:
            groups[-1].append(dependency)
        else:
            groups.append([dependency])
    texts = [":".join([group[0].kind, *filter(None, map(_one, group))]) for group in groups]
    return ("?" if job.dependency_any else ",").join(texts)


def _one(dependency: Dependency) -> str:
    text = dependency.job or ""
    if dependency.element is not None:
        text += f"_{dependency.element}"
    if dependency.delay_s:
        text += f"+{dependency.delay_s // 60}"
    return text


def clock_text(seconds: int) -> str:
    """A duration as hours, minutes and seconds: `100:00:00`."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest:02d}"
