"""`modulus srs`: powers of tau."""

from __future__ import annotations

import argparse
from pathlib import Path

from modulus.cli.console import emit, refuse_folder, say
from modulus.cli.options import Commands, add_command

_DESCRIPTION = """\
Powers of tau: public parameters that commitments need, made once and used for every model.

They must come from a ceremony for production: whoever knows the secret behind them can forge
proofs. `generate` makes them on this machine, for development; every key and proof made with them
says so.

Powers of tau count as production if their ceremony is on the built-in list (src/modulus/
powers_of_tau.py names its entries and their sources) or on that of your settings: `trust`.

examples:
  modulus srs import powersOfTau28_hez_final_18.ptau --power 18
  modulus srs trust ours.ptau --name "our own ceremony of May"
  modulus srs generate --power 18
  modulus srs info
"""
DEFAULT_POWER = 18


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "srs", "make, import and list powers of tau", _DESCRIPTION)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    generate = actions.add_parser("generate", help="make powers of tau for development")
    generate.add_argument(
        "--power",
        type=int,
        default=DEFAULT_POWER,
        help=f"make 2^POWER + 1 of them ({DEFAULT_POWER})",
    )
    generate.add_argument(
        "--force", action="store_true", help="make others beside those that are there already"
    )
    generate.add_argument(
        "--ptau",
        type=Path,
        metavar="FILE",
        help="write them as a new .ptau file instead, to rehearse `modulus ceremony`",
    )
    generate.set_defaults(run=run_generate)
    trust = actions.add_parser(
        "trust", help="let keys with a file's powers of tau count as production on this machine"
    )
    trust.add_argument("file", type=Path, metavar="FILE.ptau")
    trust.add_argument("--name", required=True, help="what to call them wherever they are used")
    trust.set_defaults(run=run_trust)
    imported = actions.add_parser("import", help="check and import a ceremony's .ptau file")
    imported.add_argument("file", type=Path, metavar="FILE.ptau")
    imported.add_argument("--power", type=int, required=True, help="take 2^POWER + 1 powers")
    imported.set_defaults(run=run_import)
    info = actions.add_parser("info", help="list cached powers of tau, or describe a file, as JSON")
    info.add_argument("file", type=Path, nargs="?", metavar="FILE.srs")
    info.set_defaults(run=run_info)


def run_generate(options: argparse.Namespace) -> None:
    """Generate a development string."""
    from modulus.progress import shown
    from modulus.srs import generate, rehearse

    with shown("generating") as progress:
        if options.ptau is not None:
            refuse_folder(options.ptau)
            rehearse(options.ptau, options.power, progress)
            say(f"wrote {options.ptau}, for rehearsals only: this machine has known its secret")
            return
        path = generate(options.power, force=options.force, progress=progress)
    say(f"wrote {path}")
    say("warning: development powers of tau: never use them where a forged proof would matter")


def run_import(options: argparse.Namespace) -> None:
    """Import a ceremony's file."""
    from modulus.srs import import_ptau, load

    say(f"checking {options.file}")
    path = import_ptau(options.file, options.power)
    say(f"wrote {path}")
    say(f"Keccak-256 of the imported file: {load(path).file_hash.hex()}")
    say("compare it with the hash that the ceremony published")


def run_trust(options: argparse.Namespace) -> None:
    """Add a ceremony to the user's settings."""
    from modulus.srs import trust

    settings, digest = trust(options.file, options.name)
    say(f"Keccak-256 of the file: {digest.hex()}")
    say(f"from now on keys with these powers of tau count as production here: {settings}")
    say("warning: whoever knows their secret can forge proofs; remove the entry to take it back")


def run_info(options: argparse.Namespace) -> None:
    """Describe one file, or list the cache."""
    from modulus.srs import cached, load

    paths = [options.file] if options.file else [file.path for file in cached()]
    described = []
    for path in paths:
        srs = load(path)
        described.append(
            {
                "path": str(path),
                "id": srs.id.hex(),
                "power": srs.power,
                "origin": "development" if srs.development else "ceremony",
                "file_hash": None if srs.development else srs.file_hash.hex(),
            }
        )
    emit(described)
