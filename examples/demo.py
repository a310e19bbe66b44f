"""Proves a digit and a credit tier, and verifies both on a local chain.

LeNet-5 recognises the digit, proven transparently and then sealed; the tier sets how much
collateral a lending pool demands.
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from eth_account import Account

import modulus
from examples import lending, local_chain
from examples.models.data import digits
from modulus.evm.deployment import deploy, verify_onchain
from modulus.evm.model import ContractModel

MODEL = Path(__file__).resolve().parent / "models" / "lenet5.onnx"
SHADES = " .:-=+*#%@"
CALIBRATION_SAMPLES = 200
CONTEXT = b"modulus demo"


def main() -> None:
    """Run the demonstration."""
    # Everything here is for development, and the text below says so once.
    warnings.simplefilter("ignore", modulus.DevelopmentWarning)
    print("Modulus demo: a digit, then a loan. Powers of tau and seals are made for development:")
    print("nothing here is fit for production, and the transparent proof is not zero-knowledge.\n")

    samples, _ = digits("train", 28)
    images, labels = digits("test", 28)
    start = time.perf_counter()
    model = modulus.compile(
        MODEL, calibration=samples[:CALIBRATION_SAMPLES], weights="public", dimensions={"batch": 1}
    )
    print(f"compiled {MODEL.name} in {time.perf_counter() - start:.1f} s\n")

    image, label = images[:1], int(labels[0])
    print(as_text(image[0, 0]))
    start = time.perf_counter()
    proof = model.prove(image, context=CONTEXT, transparent=True)
    print(f"\ntransparent proof in {time.perf_counter() - start:.2f} s, {len(proof):,} bytes")

    verified = {}
    for name, reference in (("native", False), ("reference", True)):
        start = time.perf_counter()
        verified[name] = modulus.verify(
            proof, model.verifying_key, context=CONTEXT, reference=reference
        )
        seconds = time.perf_counter() - start
        print(f"accepted by the {name} verifier in {seconds * 1000:,.0f} ms")
    logits = verified["native"]["logits"]
    if not np.array_equal(logits, verified["reference"]["logits"]):
        raise SystemExit("the verifiers disagree on what is proven")
    print(f"proven prediction {int(np.argmax(logits))}, true label {label}\n")

    show_rejections(model, proof)
    if local_chain.binary() is None:
        print("\nno local chain: npm has not installed anvil, so the on-chain part is left out")
        return
    with local_chain.running() as chain:
        show_on_chain(chain, model, image)
        lending.show(chain)
    print("\nthe local chain is stopped")


def show_rejections(model: modulus.CompiledModel, proof: modulus.Proof) -> None:
    """Tamper with a proof in three ways; each must be rejected."""
    flipped = bytearray(proof.data)
    flipped[-1] ^= 1
    attempts = {
        "one bit flipped": (bytes(flipped), CONTEXT),
        "a byte cut off": (proof.data[:-1], CONTEXT),
        "replayed in another context": (proof.data, b"another request"),
    }
    for name, (data, context) in attempts.items():
        try:
            modulus.verify(data, model.verifying_key, context=context)
        except modulus.ProofRejected as error:
            print(f"{name}: rejected, {error.reason.value}")
        else:
            raise SystemExit(f"{name}: accepted, which must never happen")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "digit.proof"
        proof.save(path)
        modulus.verify(path, model.verifying_key, context=CONTEXT)
        print(f"the honest proof, read back from a file: accepted ({path.name})")


def show_on_chain(
    chain: local_chain.Anvil, model: modulus.CompiledModel, image: NDArray[np.float32]
) -> None:
    """Seal a proof, verify it in one transaction, and see a changed one revert."""
    start = time.perf_counter()
    proof = model.prove(image, context=CONTEXT)
    seconds = time.perf_counter() - start
    print(f"\nsealed (zero-knowledge) proof in {seconds:.2f} s, {len(proof):,} bytes")
    contract = ContractModel.decode(model.verifying_key.encode())
    context = CONTEXT.ljust(32, b"\0")
    account = Account.from_key(chain.private_key)
    deployed = deploy(chain.rpc, contract, account, chain_id=chain.chain_id)
    print(f"verifier deployed at {deployed.address}: {deployed.receipt.gas_used:,} gas")
    answer = verify_onchain(
        deployed.address, chain.rpc, contract, proof.data, context, account=account
    )
    print(f"accepted on chain in one transaction: {answer.gas:,} gas")
    (logits,) = (tensor for tensor in contract.tensors if tensor.is_output)
    packed = np.frombuffer(answer.public[logits.offset :], dtype=f">i{logits.width}")
    scores = packed.reshape(logits.shape) * logits.scale
    print(f"decoded from the public bytes: prediction {int(np.argmax(scores))}")
    changed = bytearray(proof.data)
    changed[-1] ^= 1
    try:
        verify_onchain(deployed.address, chain.rpc, contract, bytes(changed), context)
    except modulus.ProofRejected as error:
        print(f"one bit of the sealed proof flipped: reverted, {error.reason.value}")
    else:
        raise SystemExit("the contract accepted a changed proof, which must never happen")


def as_text(image: NDArray[np.float32]) -> str:
    """Draw an image of values in [0, 1], two characters a pixel, every other row and column."""
    levels = np.clip(image[::2, ::2] * (len(SHADES) - 1), 0, len(SHADES) - 1).round().astype(int)
    return "\n".join("".join(SHADES[level] * 2 for level in row).rstrip() for row in levels)


if __name__ == "__main__":
    main()
