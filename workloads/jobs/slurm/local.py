"""What sbatch looks up on the machine it runs on: users, groups, and whether a file is there."""

from __future__ import annotations

import grp
import pwd
from pathlib import Path

from .conf import Cluster
from .cstring import strtol
from .settings import Settings

_FILES = {
    "bbf": "Invalid --bbf specification",
    "nodefile": "Invalid --nodefile node file",
    "nodelist": "error opening file (--nodelist)",
    "export-file": "Failed to open --export-file",
}


def check_machine(settings: Settings, cluster: Cluster) -> None:
    """Note users, groups and files that are not there. Files are looked at, never opened."""
    user = settings.text("uid")
    if user is not None and user not in cluster.users and not _known(user, _user, _user_number):
        settings.error("Invalid --uid specification", "uid", "only root may use --uid")
    group = settings.text("gid")
    if group is not None and not _known(group, _group, _group_number):
        settings.error("Invalid --gid specification", "gid", "only root may use --gid")
    for key in ("uid", "gid", "reboot"):
        if key in settings:
            settings.warning(f"--{key} is only for root", key)
    if (settings.number("nice") or 0) < 0:
        settings.warning("a negative --nice is only for operators", "nice")
    for key, message in _FILES.items():
        path = settings.text(key)
        if key == "nodelist" and "/" not in (path or ""):
            continue
        if path is not None and not _is_there(path):
            settings.error(message, key, "the file does not exist")


def _is_there(path: str) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


def _known(name: str, by_name: object, by_number: object) -> bool:
    assert callable(by_name) and callable(by_number)
    try:
        by_name(name)
        return True
    except (KeyError, ValueError, UnicodeError):
        number, end = strtol(name)
    if end != len(name) or not name or not 0 <= number < 2**31:
        return False
    try:
        by_number(number)
        return True
    except KeyError:
        return False


_user, _user_number = pwd.getpwnam, pwd.getpwuid
_group, _group_number = grp.getgrnam, grp.getgrgid
