"""Renew requirements.lock and requirements-torch.lock from pyproject.toml.

pip resolves the runtime dependencies and the development group once without and once with the
torch extra; the second file holds only what torch adds.
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
BASE_HEADER: Final = """\
# Exact versions that `make setup` installs, development tools included. `make lock` renews them.
"""
TORCH_HEADER: Final = """\
# Exact versions of torch and what it pulls in, on top of requirements.lock; only the tests of
# `torch.nn.Module` and training the model zoo need them. `make lock` renews them.
"""
LINUX_ONLY: Final = re.compile(r"(nvidia|cuda|triton|xgboost-cpu)\b")


def main() -> int:
    """Resolve both sets and write both files."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    base = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    torch = project["project"]["optional-dependencies"]["torch"]
    locked = resolve(base)
    # The base versions are pinned in the second resolution, so that the two files agree.
    added = [pin for pin in resolve([*locked, *torch]) if pin not in locked]
    write("requirements.lock", BASE_HEADER, [platform_marked(pin) for pin in locked])
    write("requirements-torch.lock", TORCH_HEADER, [platform_marked(pin) for pin in added])
    return 0


def resolve(requirements: list[str]) -> list[str]:
    """Return the sorted `name==version` pins that satisfy `requirements`.

    Raises:
        subprocess.CalledProcessError: pip found no solution.
    """
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run"]
    command += ["--ignore-installed", "--report", "-", *requirements]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    report: dict[str, Any] = json.loads(output)
    return sorted(pinned(entry["metadata"]) for entry in report["install"])


def pinned(metadata: dict[str, Any]) -> str:
    """Return `name==version` with the name in its normal form."""
    name = re.sub(r"[-_.]+", "-", metadata["name"]).lower()
    return f"{name}=={metadata['version']}"


def platform_marked(pin: str) -> str:
    """Restrict to Linux what exists for no other platform."""
    return f'{pin} ; sys_platform == "linux"' if LINUX_ONLY.match(pin) else pin


def write(name: str, header: str, pins: list[str]) -> None:
    """Write one lock file."""
    (ROOT / name).write_text(header + "\n".join(pins) + "\n", encoding="utf-8")
    print(f"{name}: {len(pins)} packages")


if __name__ == "__main__":
    sys.exit(main())
