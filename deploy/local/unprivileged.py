"""Running a server as a system user of few rights when we ourselves are root."""

import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

# The bits of linux/capability.h.
DAC_OVERRIDE, DAC_READ_SEARCH = 1, 2


@dataclass(frozen=True)
class Account:
    """The system user a server runs as; `None` fields mean: as the caller."""

    name: str | None
    uid: int | None
    gid: int | None

    def own(self, *paths: Path) -> None:
        """Give files or folders to this account."""
        if self.uid is None or self.gid is None:
            return
        for path in paths:
            os.chown(path, self.uid, self.gid)

    def prefix(self, *needed: Path) -> list[str]:
        """What to put before a command so that it runs as this account and reaches the needed paths.

        A folder of mode 0700 on the way is passed with a capability to search and read (never to
        write); `no_setuid_fixup` lets access(2) respect it too, which PostgreSQL asks about its own
        binary. The process id stays the same: setpriv executes the command in its place.
        """
        if self.name is None:
            return []
        command = [_setpriv(), f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        if all(self._reaches(path) for path in needed):
            return [*command, "--inh-caps=-all", "--bounding-set=-all", "--"]
        only = f"-all,+{_passing_capability()}"
        return [
            *command,
            "--securebits=+no_setuid_fixup",
            f"--inh-caps={only}",
            f"--ambient-caps={only}",
            f"--bounding-set={only}",
            "--",
        ]

    def _reaches(self, path: Path) -> bool:
        return all(self._searches(folder) for folder in path.resolve().parents)

    def _searches(self, folder: Path) -> bool:
        found = folder.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & 0o100)
        return bool(found.st_mode & (0o010 if found.st_gid == self.gid else 0o001))


def account(*preferred: str) -> Account:
    """The first of the preferred users that exists when we are root, else the caller.

    Raises LookupError when root has none of them.
    """
    if os.geteuid() != 0:
        return Account(None, None, None)
    for name in preferred:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise LookupError(f"none of these system users exists: {', '.join(preferred)}")


def _setpriv() -> str:
    found = shutil.which("setpriv")
    if found is None:
        raise LookupError("setpriv is missing: install util-linux")
    return found


def _passing_capability() -> str:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    held = int(next(line.split()[1] for line in status.splitlines() if line.startswith("CapPrm")), 16)
    # Container engines take DAC_READ_SEARCH away by default and leave DAC_OVERRIDE.
    if held & (1 << DAC_READ_SEARCH):
        return "dac_read_search"
    if held & (1 << DAC_OVERRIDE):
        return "dac_override"
    raise PermissionError(
        "root lacks DAC capabilities: put the checkout below folders that others may search"
    )
