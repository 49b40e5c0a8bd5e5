"""Research computing: what scientists and paying partners ask of the machine."""

from .jobs import Ends, ResearchJobs
from .research import Research, ResearchPorts
from .settings import ResearchSettings

__all__ = ["Ends", "Research", "ResearchJobs", "ResearchPorts", "ResearchSettings"]
