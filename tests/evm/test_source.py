"""The files of one model: source, interface, bytecode, encoder."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from modulus.errors import ArtifactError, ProofRejected
from modulus.evm.artifact import deployed_code
from modulus.evm.bundle import contract_files, write_contract
from modulus.evm.calldata import encode_call
from modulus.evm.model import ContractModel
from modulus.evm.source import contract_source, wad_multiplier
from modulus.evm.verifying_data import verifying_data
from modulus.reference.curve import GENERATOR
from modulus.reference.sealed_proof import write_file
from modulus.reference.twist import TWIST_GENERATOR
from modulus.relations.system import CommittedPort, RelationSystem, Role
from modulus.verifier import unpack_public
from tests.evm.machine import Machine
from tests.evm.models import committed_system, renamed, sealed_key, simulated_proof, small_model
from tests.evm.simulator import CONTEXT
from tests.support.small_system import small_system
from tools.solc_artifact import ARTIFACT, ROOT, SHIPPED_SOURCE, SOURCE, artifact

NODE = shutil.which("node")
needs_npm = pytest.mark.skipif(
    NODE is None or not (ROOT / "node_modules" / "solc").exists(), reason="needs npm ci"
)

READER = """
contract Reader {
    function x(bytes calldata values, uint256 i) external pure returns (int256, int256) {
        return (PublicValues.input_x(values, i), PublicValues.input_x_wad(values, i));
    }
    function y(bytes calldata values, uint256 i) external pure returns (int256, int256) {
        return (PublicValues.output_y(values, i), PublicValues.output_y_wad(values, i));
    }
}
"""


def compile_source(text: str, contract: str) -> bytes:
    from tools.solc_artifact import compile_sources, compiler_settings

    compiled = compile_sources({"Verifier.sol": text}, compiler_settings())["Verifier.sol"]
    return bytes.fromhex(compiled[contract]["evm"]["bytecode"]["object"])


@needs_npm
def test_shipped_bytecode_is_what_the_source_compiles_to():
    assert ARTIFACT.read_text(encoding="utf-8") == artifact()
    assert SHIPPED_SOURCE.read_text(encoding="utf-8") == SOURCE.read_text(encoding="utf-8")


@needs_npm
def test_generated_source_deploys_the_same_code_as_the_shipped_bytecode():
    key, secrets = sealed_key()
    model = ContractModel.decode(key.encode())
    source = contract_source(model)
    machine = Machine()
    address, outcome = machine.create(compile_source(source, "Verifier"))
    assert outcome.error is None
    assert machine.code(address).rstrip(b"\0") == deployed_code(model.key).rstrip(b"\0")
    statement, _ = simulated_proof(key, secrets)
    assert machine.verify(address, statement).error is None


def with_columns() -> RelationSystem:
    """The small system with units per column of its input, as a raw table has them."""
    system = small_system()
    (first, *others) = system.public
    columns = tuple(2.0**-k for k in range(first.shape[-1]))
    system.public[:] = [replace(first, columns=columns), *others]
    return system


@needs_npm
@pytest.mark.parametrize("make", [small_system, with_columns])
def test_helpers_read_integers_and_real_values(make: Callable[[], RelationSystem]):
    key, secrets = sealed_key(make())
    model = ContractModel.decode(key.encode())
    statement, _ = simulated_proof(key, secrets)
    machine = Machine()
    address, _ = machine.create(compile_source(contract_source(model) + READER, "Reader"))
    from eth_abi.abi import decode, encode

    from modulus.evm.abi import selector

    for tensor, name in zip(model.tensors, "xy", strict=True):
        for index in range(tensor.count):
            start = tensor.offset + index * tensor.width
            packed = statement.public[start : start + tensor.width]
            value = int.from_bytes(packed, "big", signed=True)
            data = selector(f"{name}(bytes,uint256)")
            data += encode(["bytes", "uint256"], [statement.public, index])
            integer, wad = decode(["int256", "int256"], machine.result(address, data))
            assert integer == value
            unit = Fraction(tensor.scale)
            if tensor.columns:
                unit *= Fraction(tensor.columns[index % tensor.shape[-1]])
            assert wad == unit * value * 10**18 // 1
        beyond = selector(f"{name}(bytes,uint256)")
        beyond += encode(["bytes", "uint256"], [statement.public, tensor.count])
        assert machine.call(address, beyond).error is not None


COMMITMENT_READER = """
contract Reader {
    function x(bytes calldata commitments) external pure returns (bytes memory) {
        return Commitments.input_x(commitments);
    }
}
"""


@needs_npm
def test_helpers_find_commitments_by_name():
    key, secrets = sealed_key(committed_system())
    model = ContractModel.decode(key.encode())
    statement, _ = simulated_proof(key, secrets)
    assert len(statement.committed) == 64
    machine = Machine()
    source = contract_source(model)
    assert "committed input input_x: 64 bytes, real value = 1.0 * integer" in source
    address, _ = machine.create(compile_source(source + COMMITMENT_READER, "Reader"))
    from eth_abi.abi import decode, encode

    from modulus.evm.abi import selector

    def call(commitments: bytes) -> bytes:
        return selector("x(bytes)") + encode(["bytes"], [commitments])

    (points,) = decode(["bytes"], machine.result(address, call(statement.committed)))
    assert points == statement.committed
    for other in (b"", statement.committed[:-1], 2 * statement.committed):
        assert machine.call(address, call(other)).error is not None
    verifier = machine.deploy(model.key)
    assert machine.verify(verifier, statement).error is None


def test_several_commitments_follow_each_other_and_get_different_identifiers():
    system = committed_system()
    y = system.public[0]
    system.public.clear()
    system.tensors[y.tensor] = replace(system.tensors[y.tensor], role=Role.PORT)
    system.committed.append(CommittedPort(y.tensor, "x!", is_output=False, scale=2.0))
    key, _ = sealed_key(system)
    found = ContractModel.decode(key.encode()).commitments
    assert [item.identifier for item in found] == ["input_x", "input_x_1"]
    assert [(item.offset, item.length) for item in found] == [(0, 64), (64, 64)]


def test_names_of_tensors_cannot_reach_the_source():
    evil = ("x*/ selfdestruct", '"; import "evil')
    key, _ = sealed_key(renamed(small_system(), evil))
    model = ContractModel.decode(key.encode())
    assert [t.identifier for t in model.tensors] == ["input_x_selfdestruct", "output_import_evil"]
    files = contract_files(model)
    assert "*/ selfdestruct" not in files["Verifier.sol"]
    assert json.dumps(evil[1]) in files["Verifier.ts"]


@pytest.mark.parametrize("name", ["x\n// y", "x\u202ey"])
def test_names_that_end_a_line_or_turn_its_direction_are_in_no_key(name: str):
    with pytest.raises(ArtifactError, match="not printable"):
        sealed_key(renamed(small_system(), (name, "y")))


def test_equal_names_get_different_identifiers():
    system = small_system()
    system.public[1] = replace(system.public[1], is_output=False)
    key, _ = sealed_key(renamed(system, ("a b", "a-b")))
    tensors = ContractModel.decode(key.encode()).tensors
    assert [t.identifier for t in tensors] == ["input_a_b", "input_a_b_1"]


def test_writes_all_files(tmp_path):
    paths = write_contract(small_model(), tmp_path / "Net.sol")
    assert [path.name for path in paths] == [
        "Net.sol",
        "Net.abi.json",
        "Net.bin",
        "Net.ts",
        "Net.gas.json",
    ]
    abi = json.loads((tmp_path / "Net.abi.json").read_text(encoding="utf-8"))
    assert sum(entry.get("name") == "verify" for entry in abi) == 2
    report = json.loads((tmp_path / "Net.gas.json").read_text(encoding="utf-8"))
    parts = ("transaction", "calldata", "pairing", "points", "publicValues", "other")
    assert report["verification"] == sum(report[part] for part in parts)
    code = bytes.fromhex((tmp_path / "Net.bin").read_text(encoding="utf-8"))
    address, outcome = Machine().create(code)
    assert outcome.error is None
    assert address


def test_keys_without_a_seal_have_no_contract():
    from tests.support.slow_setup import make_key
    from tests.support.small_system import small_arrays

    key = make_key(small_system(), small_arrays(), 8)
    with pytest.raises(ProofRejected) as rejected:
        ContractModel.decode(key.encode())
    assert rejected.value.reason == "malformed_proof"


def test_development_is_what_was_not_verified():
    key, _ = sealed_key()
    assert ContractModel.decode(key.encode()).key.development
    assert "DEVELOPMENT KEY" in contract_source(small_model())
    # The key calls itself development, so verified transcripts change nothing.
    assert ContractModel.decode(key.encode(), ceremony_verified=True).key.development


def test_verifying_data_refuses_what_does_not_fit():
    key = small_model().key
    many = replace(key, fixed_points=(GENERATOR,) * 1000)
    with pytest.raises(ArtifactError, match="larger rows"):
        verifying_data(many)
    for bad in (
        replace(key, tau=TWIST_GENERATOR),
        replace(key, groth16=replace(key.groth16, delta=TWIST_GENERATOR)),
    ):
        with pytest.raises(ArtifactError, match="generator"):
            verifying_data(bad)


def test_scales_of_any_size():
    assert wad_multiplier(1.0) == 10**18 << 64
    assert wad_multiplier(2.0**-60) > 0
    with pytest.raises(ArtifactError, match="does not fit"):
        wad_multiplier(2.0**70)


def run_typescript(folder: Path, model: ContractModel, script: str) -> object:
    """Compile a model's encoder strictly, and run a script that imports it and prints JSON."""
    text = contract_files(model)["Verifier.ts"]
    (folder / "verifier.ts").write_text(text, encoding="utf-8")
    compiler = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
    options = ["--strict", "--noUncheckedIndexedAccess", "--target", "es2022", "--module", "es2022"]
    assert NODE is not None
    subprocess.run(
        [NODE, str(compiler), *options, "--noEmitOnError", "verifier.ts"], cwd=folder, check=True
    )
    (folder / "verifier.js").rename(folder / "verifier.mjs")
    (folder / "run.mjs").write_text(script, encoding="utf-8")
    run = [NODE, "run.mjs"]
    output = subprocess.run(run, cwd=folder, check=True, capture_output=True, text=True).stdout
    return json.loads(output)


@needs_npm
def test_typescript_encoder_takes_commitments(tmp_path: Path):
    key, secrets = sealed_key(committed_system())
    statement, file = simulated_proof(key, secrets)
    script = f"""
import * as v from "./verifier.mjs";
const parts = v.splitProof(Uint8Array.from(Buffer.from("{file.hex()}", "hex")));
const context = "0x{CONTEXT.hex()}";
const {{ publicValues, proof, committedInputs }} = parts;
const call = v.encodeVerify(context, publicValues, proof, committedInputs);
const [x] = v.COMMITTED_TENSORS;
const points = v.commitmentOf(x, committedInputs);
let refused = 0;
for (const wrong of [
  () => v.encodeVerify(context, publicValues, proof),
  () => v.commitmentOf(x, "0x"),
]) {{ try {{ wrong(); }} catch {{ refused += 1; }} }}
console.log(JSON.stringify({{ call, points, refused, name: x.name }}));
"""
    call = encode_call(CONTEXT, statement.public, statement.body, statement.committed)
    assert run_typescript(tmp_path, ContractModel.decode(key.encode()), script) == {
        "call": f"0x{call.hex()}",
        "points": f"0x{statement.committed.hex()}",
        "refused": 2,
        "name": "x",
    }


@needs_npm
def test_typescript_encoder_agrees_with_python(tmp_path: Path):
    key, secrets = sealed_key(with_columns())
    statement, file = simulated_proof(key, secrets)
    flat = bytes(len(statement.public))
    packed = write_file(statement.key, flat, statement.committed, statement.body)
    assert len(packed) < len(file)
    script = f"""
import * as v from "./verifier.mjs";
const file = Uint8Array.from(Buffer.from("{file.hex()}", "hex"));
const parts = v.splitProof(file);
const packed = v.splitProof(Uint8Array.from(Buffer.from("{packed.hex()}", "hex")));
const values = v.decodePublicValues(parts.publicValues);
const again = v.encodePublicValues(values) === parts.publicValues;
const call = v.encodeVerify("0x{CONTEXT.hex()}", parts.publicValues, parts.proof);
let refused = 0;
for (const wrong of [
  () => v.encodeVerify("0x00", parts.publicValues, parts.proof),
  () => v.encodeVerify("0x{CONTEXT.hex()}", "0x", parts.proof),
  () => v.encodePublicValues([values[0], values[1].map(() => 1n << 40n)]),
  () => v.splitProof(file.slice(1)),
]) {{ try {{ wrong(); }} catch {{ refused += 1; }} }}
const first = String(values[0][0]);
const [x] = v.PUBLIC_TENSORS;
const reals = values[0].map((integer, i) => v.toReal(x, integer, i));
const integers = reals.map((real, i) => v.fromReal(x, real, i));
const exact = integers.every((integer, i) => integer === values[0][i]);
const flat = packed.publicValues;
console.log(JSON.stringify({{ again, call, refused, first, reals, exact, flat }}));
"""
    expected = encode_call(CONTEXT, statement.public, statement.body)
    assert run_typescript(tmp_path, ContractModel.decode(key.encode()), script) == {
        "again": True,
        "call": f"0x{expected.hex()}",
        "refused": 4,
        "flat": f"0x{flat.hex()}",
        "first": str(int.from_bytes(statement.public[:2], "big", signed=True)),
        "exact": True,
        "reals": list(unpack_public(key.system.public, statement.public)[0].reals),
    }
