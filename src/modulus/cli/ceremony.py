"""`modulus ceremony`: phase 2 of the setup of seals."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from modulus.cli.console import emit, facts, refuse_folder, say
from modulus.cli.options import Commands, add_command
from modulus.errors import VisibilityError

if TYPE_CHECKING:
    from modulus.ceremony import Account

_DESCRIPTION = """\
Makes the key of a seal together with others, so that nobody can forge proofs unless all of them
conspire. One ceremony serves all models of an architecture, retrained ones included.

  1. One person begins, with the .ptau file of a public ceremony:
       modulus ceremony start net --ptau powersOfTau28_hez_final_16.ptau -o 0.ceremony
  2. Each participant, on their own machine, takes the file, adds a secret and hands it on:
       modulus ceremony contribute 0.ceremony --ptau FILE -o 1.ceremony --name Alice
     They publish the hash that it prints, and need to keep nothing else.
  3. Somebody ends it with a public value that nobody could foresee when the last one contributed:
       modulus ceremony finalise 2.ceremony --ptau FILE --beacon 0x.. --beacon-source "..." \\
         -o net.ceremony
  4. Anybody verifies it, and models are compiled with it:
       modulus ceremony verify net.ceremony --ptau FILE --attestation net.ceremony.json
       modulus compile net.onnx --calibration samples.npz --ceremony net.ceremony -o net

docs/ceremony.md says more: what to ask of participants, of beacons, and of powers of tau.
"""
DEFAULT_EXPONENT = 10
MAX_EXPONENT = 20


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "ceremony", "make a seal's key with others", _DESCRIPTION)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    start = actions.add_parser("start", help="begin, from powers of tau and a compiled model")
    start.add_argument(
        "model", type=Path, metavar="DIR", help="a folder of `modulus compile`, or a verifying.key"
    )
    _add_ptau(start, required=True)
    _add_output(start)
    start.set_defaults(run=run_start)

    contribute = actions.add_parser("contribute", help="add a secret and forget it")
    _add_state(contribute)
    _add_ptau(contribute, required=True)
    _add_output(contribute)
    contribute.add_argument(
        "--name",
        required=True,
        help="how you want to be called in the attestation: at most 64 bytes, bound to your proof",
    )
    contribute.add_argument(
        "--entropy",
        type=argparse.FileType("rb"),
        metavar="FILE",
        help="mix this into the operating system's randomness: anything that others cannot know; "
        "- reads standard input",
    )
    contribute.set_defaults(run=run_contribute)

    verify = actions.add_parser("verify", help="verify all contributions, and print them as JSON")
    verify.add_argument(
        "state",
        type=Path,
        metavar="FILE.ceremony|KEY",
        help="a ceremony, or the verifying.key of a model that was compiled with one",
    )
    _add_ptau(verify, required=False)
    verify.add_argument(
        "--attestation", type=Path, metavar="FILE.json", help="compare with what was published"
    )
    verify.set_defaults(run=run_verify)

    finalise = actions.add_parser("finalise", help="verify, end with a beacon, write the result")
    _add_state(finalise)
    _add_ptau(finalise, required=True)
    _add_output(finalise)
    finalise.add_argument(
        "--beacon",
        type=_beacon,
        metavar="0x..",
        help="32 bytes in hexadecimal that became public after the last contribution",
    )
    finalise.add_argument(
        "--beacon-source",
        default="",
        metavar="TEXT",
        help="where the beacon comes from, so that others can look it up: at most 64 bytes",
    )
    finalise.add_argument(
        "--beacon-exponent",
        type=int,
        choices=range(MAX_EXPONENT + 1),
        default=DEFAULT_EXPONENT,
        metavar="N",
        help=f"hash the beacon 2^N times, 0 to {MAX_EXPONENT} ({DEFAULT_EXPONENT})",
    )
    finalise.add_argument(
        "--attestation", type=Path, metavar="FILE.json", help="where to (OUTPUT.json)"
    )
    finalise.set_defaults(run=run_finalise)


def run_start(options: argparse.Namespace) -> None:
    """Begin a ceremony."""
    from modulus import ceremony
    from modulus.artifacts import VERIFYING_KEY, read_verifying_key
    from modulus.progress import shown

    _refuse_output(options.output)
    is_folder = options.model.is_dir()
    key = read_verifying_key(options.model / VERIFYING_KEY if is_folder else options.model)
    with shown("beginning") as progress:
        state = ceremony.start(key, options.ptau, progress)
    ceremony.write(options.output, state)
    say(f"wrote {options.output}: {state.constraints:,} constraints")
    say(f"circuit {state.circuit_hash.hex()}")
    say(f"start   {state.start.hex()}")
    say("hand the file to the first participant; nobody can use it before they have contributed")


def run_contribute(options: argparse.Namespace) -> None:
    """Check a ceremony and contribute to it."""
    from modulus import ceremony
    from modulus.progress import shown

    _refuse_output(options.output)
    state = ceremony.read(options.state)
    _say_links(ceremony.told(state))
    entropy = b"" if options.entropy is None else options.entropy.read()
    if options.entropy is sys.stdin.buffer and not entropy:
        say("warning: nothing was read from standard input")
    with shown("contributing") as progress:
        state = state.contribute(options.ptau, options.name, entropy, progress)
    ceremony.write(options.output, state)
    link = ceremony.told(state).contributions[-1]
    say(f"wrote {options.output}")
    say(f"contribution {link.number}, {link.label}: publish this hash")
    print(link.hash.hex())


def run_verify(options: argparse.Namespace) -> None:
    """Verify a ceremony, or the one of a key, and print its attestation."""
    from modulus import ceremony

    if ceremony.is_key(options.state):
        account, shows = _verify_key(options), "the key follows from this ceremony"
    else:
        account, shows = _verify_state(options)
    if options.attestation is not None:
        ceremony.check_attestation(options.attestation, account)
    _say_links(account)
    _say_powers(account)
    say(shows)
    emit(ceremony.attestation(account))


def _verify_key(options: argparse.Namespace) -> Account:
    from modulus import ceremony
    from modulus.artifacts import read_verifying_key

    if options.ptau is not None:
        raise VisibilityError(
            "--ptau compares the prover's part of a key, which a verifying key has not",
            hint="verify the ceremony's file with it",
        )
    return ceremony.told_by_key(read_verifying_key(options.state))


def _verify_state(options: argparse.Namespace) -> tuple[Account, str]:
    from modulus import ceremony
    from modulus.progress import shown

    state = ceremony.read(options.state)
    with shown("verifying") as progress:
        state.verify(options.ptau, progress)
    if options.ptau is None:
        shows = "the verifier's part of the key is right; --ptau also checks the prover's part"
    else:
        shows = "the whole key follows from these powers of tau and contributions"
    return ceremony.told(state), shows


def run_finalise(options: argparse.Namespace) -> None:
    """Verify a ceremony, end it, and write result and attestation."""
    from modulus import ceremony
    from modulus.progress import shown

    attestation = options.attestation or options.output.with_name(f"{options.output.name}.json")
    for path in (options.output, attestation):
        _refuse_output(path)
    state = ceremony.read(options.state)
    if options.beacon is None:
        say("warning: without --beacon the last participant may have chosen among several secrets")
    elif not options.beacon_source:
        raise VisibilityError(
            "a beacon needs --beacon-source", hint="say where others can look the value up"
        )
    else:
        with shown("finalising") as progress:
            state = state.finish(
                options.beacon_source, options.beacon, options.beacon_exponent, progress
            )
    with shown("finalising") as progress:
        state.verify(options.ptau, progress)
    ceremony.write(options.output, state)
    account = ceremony.told(state)
    ceremony.write_attestation(attestation, account)
    _say_links(account)
    _say_powers(account)
    say(f"wrote {options.output} and {attestation}: publish both")


def _add_state(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("state", type=Path, metavar="FILE.ceremony")


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help="a new file"
    )


def _add_ptau(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument(
        "--ptau",
        type=Path,
        required=required,
        metavar="FILE.ptau",
        help="powers of tau, at least as many as the circuit has constraints; one that is prepared "
        "for phase 2 (final) saves minutes",
    )


def _refuse_output(path: Path) -> None:
    from modulus.ceremony import refuse_existing

    refuse_folder(path)
    refuse_existing(path)


def _beacon(text: str) -> bytes:
    if re.fullmatch(r"0x[0-9a-fA-F]{64}", text) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not 0x and 64 hexadecimal digits")
    return bytes.fromhex(text[2:])


def _say_links(account: Account) -> None:
    rows = (
        (f"{link.number} {'beacon' if link.is_beacon else link.label}", link.hash.hex())
        for link in account.contributions
    )
    say(facts([("start", account.start.hex()), *rows]))


def _say_powers(account: Account) -> None:
    from modulus.powers_of_tau import believed

    tau_g2 = account.tau_g2.hex()
    origin = next((entry for entry in believed() if entry.tau_g2 == tau_g2), None)
    if origin is None:
        say("warning: powers of tau that are on no list of known ceremonies (see `modulus srs`)")
    elif origin.trusted_by is None:
        say(f"powers of tau: {origin.name}")
    else:
        say(f"powers of tau: {origin.name}, trusted by {origin.trusted_by}")
