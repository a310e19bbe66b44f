"""One phase of EZKL in a process of its own: ezkl_worker.py PHASE FOLDER.

Runs in an environment that has EZKL and nothing of this project. The folder holds net.onnx,
input.json and calibration.json; `srs` makes the powers of tau, which no other phase counts.
"""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

import ezkl  # type: ignore[import-not-found]  # in its own environment


def srs(at: Path) -> None:
    """Powers of tau for the size that the settings ask for."""
    settings(at)
    size = json.loads((at / "settings.json").read_text())["run_args"]["logrows"]
    ezkl.gen_srs(str(at / "kzg.srs"), size)


def settings(at: Path) -> None:
    """Inputs and outputs public, weights part of the key; the rest as EZKL's calibration says."""
    arguments = ezkl.PyRunArgs()
    arguments.input_visibility = "public"
    arguments.output_visibility = "public"
    arguments.param_visibility = "fixed"
    model, chosen = str(at / "net.onnx"), str(at / "settings.json")
    ezkl.gen_settings(model, chosen, py_run_args=arguments)
    ezkl.calibrate_settings(str(at / "calibration.json"), model, chosen, "resources")


def setup(at: Path) -> None:
    """Calibrate, compile, and make both keys."""
    settings(at)
    compiled = str(at / "net.ezkl")
    ezkl.compile_circuit(str(at / "net.onnx"), compiled, str(at / "settings.json"))
    ezkl.setup(compiled, str(at / "vk.key"), str(at / "pk.key"), str(at / "kzg.srs"))


def prove(at: Path) -> None:
    """Execute and prove."""
    compiled, witness = str(at / "net.ezkl"), str(at / "witness.json")
    ezkl.gen_witness(str(at / "input.json"), compiled, witness)
    proof, powers = str(at / "proof.json"), str(at / "kzg.srs")
    ezkl.prove(witness, compiled, str(at / "pk.key"), proof, powers)


def verify(at: Path) -> None:
    """Verify natively."""
    proof, chosen = str(at / "proof.json"), str(at / "settings.json")
    if not ezkl.verify(proof, chosen, str(at / "vk.key"), str(at / "kzg.srs")):
        raise SystemExit("EZKL rejects its own proof")


def contract(at: Path) -> None:
    """The contract's source and the calldata of a verification."""

    async def write() -> None:
        # It looks for a compiler once the source is written; ours compiles it.
        source, abi = str(at / "verifier.sol"), str(at / "verifier.abi")
        key, chosen, powers = (str(at / name) for name in ("vk.key", "settings.json", "kzg.srs"))
        try:
            await ezkl.create_evm_verifier(key, chosen, source, abi, powers)
        except RuntimeError:
            if not Path(source).exists():
                raise

    asyncio.run(write())
    ezkl.encode_evm_calldata(str(at / "proof.json"), str(at / "calldata.bin"))


PHASES = {item.__name__: item for item in (srs, setup, prove, verify, contract)}

if __name__ == "__main__":
    start = time.perf_counter()
    PHASES[sys.argv[1]](Path(sys.argv[2]))
    print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)
    # A failed search for a compiler leaves threads behind that crash an orderly exit.
    os._exit(0)
