"""Fetch the browser files that the pages and their tests use, from the npm registry in use here.

`python deploy/vendor/refresh.py` packs every package of `manifest.json` at its version, copies the
named files and their licences into the repository and writes their SHA-256 back; after a change of
`version` this is the whole upgrade. `python deploy/vendor/refresh.py --check` needs no network: it
exits 1 if a vendored file differs from the manifest.
"""

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = Path(__file__).with_name("manifest.json")

Package = dict[str, Any]
"""`name`, exact `version`, `licence` (SPDX), `into` (folder from the repository's root),
`files`: path inside the package → `{"as": name in the folder, "sha256": hex}`."""


def fetch(package: Package, folder: Path) -> Path:
    """The package's tarball, in `folder`; npm compares it with the registry's integrity."""
    wanted = f"{package['name']}@{package['version']}"
    command = ["npm", "pack", "--json", "--ignore-scripts", "--pack-destination", str(folder)]
    subprocess.run([*command, wanted], check=True, stdout=subprocess.PIPE, cwd=folder)
    return next(folder.glob("*.tgz"))


def refresh(package: Package) -> None:
    """Replace the vendored files of one package and note their SHA-256 in `package`."""
    with tempfile.TemporaryDirectory() as name, tarfile.open(fetch(package, Path(name))) as tar:
        for path, entry in package["files"].items():
            member = tar.extractfile(f"package/{path}")
            if member is None:
                raise SystemExit(f"{package['name']}: {path} is not a file")
            content = member.read()
            target = ROOT / package["into"] / entry["as"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            entry["sha256"] = hashlib.sha256(content).hexdigest()
    print(f"{package['name']} {package['version']}: {len(package['files'])} files")


def differences(packages: list[Package]) -> list[str]:
    """Paths, from the repository's root, that are missing or differ from the manifest."""
    found = []
    for package in packages:
        for entry in package["files"].values():
            path = Path(package["into"]) / entry["as"]
            content = (ROOT / path).read_bytes() if (ROOT / path).is_file() else b""
            if hashlib.sha256(content).hexdigest() != entry["sha256"]:
                found.append(str(path))
    return found


def main() -> int:
    """Refresh, or with `--check` only compare; the exit code tells."""
    packages: list[Package] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    if sys.argv[1:] == ["--check"]:
        for path in (changed := differences(packages)):
            print(f"differs from the manifest: {path}")
        return 1 if changed else 0
    for package in packages:
        refresh(package)
    MANIFEST.write_text(json.dumps(packages, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
