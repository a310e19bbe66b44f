"""Signed inputs and chained models: what a verifier learns is who vouches for what.

A data provider commits to a customer's record and signs the commitment. A credit bureau proves the
scores of that record without showing record or scores; a bank's model reads the scores by their
commitment and proves a decision. The verifier checks a signature and two proofs.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
from eth_account import Account
from eth_account.messages import encode_defunct
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import modulus
from examples.models.data import credit

MODEL = Path(__file__).resolve().parent / "models" / "credit.onnx"
CONTEXT = b"loan 17"
SAMPLES = 200


def main() -> None:
    """Run provider, bureau, bank and verifier in turn."""
    warnings.simplefilter("ignore", modulus.DevelopmentWarning)
    records, _ = credit("train")
    bureau = modulus.compile(
        MODEL,
        records[:SAMPLES],
        input_visibility="committed",
        output_visibility="committed",
        dimensions={"batch": 1},
    )
    scores = np.concatenate([_scores(bureau, record) for record in records[:SAMPLES]])
    bank = modulus.compile(
        decision_model(scores.shape[1]),
        scores,
        input_visibility="committed",
        input_scales={"scores": bureau.verifying_key},
    )

    provider = Account.create()
    record = bureau.commit(credit("test")[0][:1])
    signature = provider.sign_message(encode_defunct(record.commitment.digest)).signature
    print("the provider commits to a record and signs the commitment")

    (read,) = (port.name for port in bureau.graph.inputs)
    (made,) = (port.name for port in bureau.graph.outputs)
    scored = bureau.commit_output(openings=record)
    first = bureau.prove(openings={read: record, made: scored}, context=CONTEXT)
    second = bank.prove(openings=scored, context=CONTEXT)
    print(f"bureau and bank prove: {len(first):,} and {len(second):,} bytes")

    # From here on only keys, proofs, the public commitment and the signature are used.
    signer = Account.recover_message(encode_defunct(record.commitment.digest), signature=signature)
    if signer != provider.address:
        raise SystemExit("the record is not the provider's")
    proven = modulus.verify(
        first, bureau.verifying_key, context=CONTEXT, commitments={read: record.commitment}
    )
    decided = modulus.verify(
        second, bank.verifying_key, context=CONTEXT, commitments=proven.commitments[made]
    )
    print(
        f"verified: the decision is {float(decided['decision'].item()):.3f}, for the signed record"
    )

    other = bureau.commit(credit("test")[0][1:2])
    try:
        modulus.verify(
            first, bureau.verifying_key, context=CONTEXT, commitments={read: other.commitment}
        )
    except modulus.ProofRejected as rejected:
        print(f"for another record: rejected, {rejected.reason.value}")
    else:
        raise SystemExit("the proof was accepted for a record that it is not about")


def decision_model(tiers: int) -> onnx.ModelProto:
    """The bank's model: a weighted sum of the scores, squashed."""
    weight = np.linspace(-1, 1, tiers, dtype=np.float32).reshape(tiers, 1)
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["scores", "weight"], ["sum"]),
            helper.make_node("Sigmoid", ["sum"], ["decision"]),
        ],
        "decision",
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, tiers])],
        [helper.make_tensor_value_info("decision", TensorProto.FLOAT, [1, 1])],
        [numpy_helper.from_array(weight, "weight")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def _scores(model: modulus.CompiledModel, record: NDArray[np.float32]) -> NDArray[np.float64]:
    (scores,) = model.run(record[None]).values()
    return np.asarray(scores, dtype=np.float64)


if __name__ == "__main__":
    main()
