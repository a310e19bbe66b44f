"""Powers of tau whose secret nobody is believed to know: public ceremonies, and the user's own.

A key counts as production only if its powers of tau are on this list. The built-in entries are
facts about the world, each read in at least two independent public places that name their
ceremony; the tests check that every point is in its group. None of the ceremonies' files travels
with the package: `modulus srs import` checks them against these points.

Trusting other powers of tau is the user's decision: `modulus srs trust` writes it into a settings
file of their machine, and whatever rests on it says so.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from modulus.errors import ArtifactError
from modulus.files import parse_json, read_file, write_atomically

MAX_SETTINGS_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class PowersOfTau:
    """What identifies the powers of tau of one ceremony, as hexadecimal words in EVM order."""

    name: str
    tau_g2: str
    """[tau]_2: x.c1, x.c0, y.c1, y.c0."""
    alpha_g1: str | None = None
    """[alpha]_1: x, y; None without alpha and beta: no seal can rest on such a ceremony."""
    beta_g2: str | None = None
    """[beta]_2, as `tau_g2`."""
    trusted_by: str | None = None
    """The settings file that lists it; None for what is built in."""


HERMEZ = PowersOfTau(
    name="Hermez, powersOfTau28_hez_final (continues the Perpetual Powers of Tau, with a beacon)",
    # [tau]_2 is X_2 of the verifiers that snarkjs writes for PLONK and FFLONK. Read in:
    #   0xPolygonHermez/zkevm-contracts, contracts/verifiers/FflonkVerifier.sol (X2x1 .. X2y2)
    #   summa-dev/summa-solvency, kzg_prover/generated/verifying_key.sol, which that repository
    #   generates from hermez-raw-17 (s_g2, there negated)
    tau_g2="26186a2d65ee4d2f9c9a5b91f86597d35f192cd120caf7e935d8443d1938e23d"
    "30441fd1b5d3370482c42152a8899027716989a6996c2535bc9f7fee8aaef79e"
    "1970ea81dd6992adfbc571effb03503adbbb6a857f578403c6c40e22d65b3c02"
    "054793348f12c0cf5622c340573cb277586319de359ab9389778f689786b1e48",
    # Groth16 verifying keys that were made with these files share alpha and beta. Read in:
    #   risc0/risc0, risc0/groth16/src/verifier.rs (ALPHA_X .. BETA_Y2)
    #   the verifiers of several projects whose build scripts name powersOfTau28_hez_final_14 and
    #   _15 (alphax .. betay2 of the contracts that snarkjs writes)
    alpha_g1="2d4d9aa7e302d9df41749d5507949d05dbea33fbb16c643b22f599a2be6df2e2"
    "14bedd503c37ceb061d8ec60209fe345ce89830a19230301f076caff004d1926",
    beta_g2="0967032fcbf776d1afc985f88877f182d38480a653f2decaa9794cbc3bf3060c"
    "0e187847ad4c798374d0d6732bf501847dd68bc0e071241e0213bc7fc13db7ab"
    "304cfbd1e08a704a99f5e847d93f8c3caafddec46b7a0d379da69a4d112346a7"
    "1739c1b1a457a8c7313123d24d2f9192f896b7c63eea05a9d57f06547ad0cec8",
)

AZTEC_IGNITION = PowersOfTau(
    name="Aztec Ignition",
    # Read in:
    #   zkVerify/ultraplonk_verifier, src/srs.rs (barretenberg's bn254_g2.dat)
    #   the verifying keys of Aztec Connect and of zkSync (g2_x)
    # The ceremony has powers of tau only, so it serves transparent proofs.
    tau_g2="260e01b251f6f1c7e7ff4e580791dee8ea51d87a358e038b4efe30fac09383c1"
    "0118c4d5b837bcc2bc89b5b398b5974e9f5944073b32078b7e231fec938883b0"
    "04fc6369f7110fe3d25156c1bb9a72859cf2a04641f99ba4ee413c80da6a5fe4"
    "22febda3c0c0632a56475b4214e5615e11e6dd3f96e6cea2854a87d4dacc5e55",
)

KNOWN: tuple[PowersOfTau, ...] = (HERMEZ, AZTEC_IGNITION)
"""The built-in list."""


def settings_file() -> Path:
    """Return the file of trusted ceremonies: in MODULUS_CONFIG, or the platform's place."""
    override = os.environ.get("MODULUS_CONFIG")
    if override:
        return Path(override).expanduser() / "ceremonies.json"
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA", "~/AppData/Roaming"))
    elif sys.platform == "darwin":
        base = Path("~/Library/Application Support")
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config")
    return base.expanduser() / "modulus" / "ceremonies.json"


def trusted() -> tuple[PowersOfTau, ...]:
    """Return the ceremonies that the user trusts.

    Raises:
        ArtifactError: The settings file is not one.
    """
    path = settings_file()
    if not path.exists():
        return ()
    try:
        entries = parse_json(read_file(path, "settings", limit=MAX_SETTINGS_BYTES))["ceremonies"]
        return tuple(_entry(item, path) for item in entries)
    except (ValueError, KeyError, TypeError) as error:
        raise ArtifactError(
            f"{path} is no list of trusted ceremonies: {error}",
            hint="mend or remove it, then trust the ceremony again",
        ) from error


def trust(entry: PowersOfTau) -> Path:
    """Add a ceremony to the user's settings and return their file.

    Raises:
        ArtifactError: The settings cannot be read or written.
    """
    path = settings_file()
    kept = [item for item in trusted() if item.tau_g2 != entry.tau_g2]
    listed = [{k: v for k, v in asdict(item).items() if k != "trusted_by"} for item in kept]
    listed.append({k: v for k, v in asdict(entry).items() if k != "trusted_by"})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArtifactError(f"cannot make the folder {path.parent}: {error.strerror}") from error
    text = json.dumps({"ceremonies": listed}, indent=2) + "\n"
    write_atomically(path, (text.encode(),), private=False)
    return path


def believed() -> tuple[PowersOfTau, ...]:
    """Return all ceremonies that count: the known ones, then those that the user trusts."""
    return (*KNOWN, *trusted())


def _entry(item: Any, path: Path) -> PowersOfTau:
    entry = PowersOfTau(**item, trusted_by=str(path))
    for text, length in ((entry.tau_g2, 128), (entry.alpha_g1, 64), (entry.beta_g2, 128)):
        if text is not None and len(bytes.fromhex(text)) != length:
            raise ValueError(f"a point of {entry.name} has a wrong length")
    return entry
