// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.20;

import { IModulusVerifier } from "../src/IModulusVerifier.sol";
import { ModulusVerifier, ModulusVerifierRuntime } from "../src/ModulusVerifier.sol";
import { Test } from "./Test.sol";

/// @notice Proofs that tests/evm/fixtures.py simulated, and what becomes of them.
contract ModulusVerifierTest is Test {
    struct Statement {
        bytes data;
        bytes32 context;
        bytes publicValues;
        bytes committed;
        bytes proof;
    }

    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    uint256 private constant TAIL = 704;

    mapping(string name => IModulusVerifier verifier) private _verifiers;

    function setUp() public {
        vm.chainId(ANVIL);
    }

    function test_AcceptsEveryFixture() public {
        string[6] memory names =
            ["mlp", "lenet", "lenet_private", "lenet_committed", "mixed", "silent"];
        for (uint256 i; i < names.length; ++i) {
            Statement memory s = _load(names[i]);
            _verify(_deploy(s.data), s);
        }
    }

    function test_BothFunctionsAgreeWithoutCommittedInputs() public {
        Statement memory s = _load("mlp");
        IModulusVerifier verifier = _deploy(s.data);
        verifier.verify(s.context, s.publicValues, s.proof);
        verifier.verify(s.context, s.publicValues, "", s.proof);
    }

    function test_RuntimeIsCodeThenData() public {
        Statement memory s = _load("mlp");
        address verifier = address(_deploy(s.data));
        bytes memory expected = bytes.concat(type(ModulusVerifierRuntime).runtimeCode, s.data);
        assertEq(verifier.codehash, keccak256(expected));
        assertTrue(expected.length < 24_576);
    }

    function test_DevelopmentKeysWorkOnTestChainsOnly() public {
        Statement memory s = _load("mlp");
        IModulusVerifier verifier = _deploy(s.data);
        vm.chainId(1337);
        _verify(verifier, s);
        vm.chainId(1);
        vm.expectRevert(ModulusVerifierRuntime.DevelopmentKey.selector);
        _verify(verifier, s);
        s.data[s.data.length - 28] = 0;
        _verify(_deploy(s.data), s);
    }

    function testFuzz_RejectsAnyOtherBitOfTheProof(uint256 place) public {
        Statement memory s = _load("mixed");
        IModulusVerifier verifier = _deploy(s.data);
        place %= 8 * s.proof.length;
        s.proof[place / 8] ^= bytes1(uint8(1 << (place % 8)));
        vm.expectRevert();
        _verify(verifier, s);
    }

    function testFuzz_RejectsAnyOtherPublicBit(uint256 place) public {
        Statement memory s = _load("mixed");
        IModulusVerifier verifier = _deploy(s.data);
        place %= 8 * s.publicValues.length;
        s.publicValues[place / 8] ^= bytes1(uint8(1 << (place % 8)));
        vm.expectRevert();
        _verify(verifier, s);
    }

    function testFuzz_RejectsAnyOtherCommittedBit(uint256 place) public {
        Statement memory s = _load("mixed");
        IModulusVerifier verifier = _deploy(s.data);
        place %= 8 * s.committed.length;
        s.committed[place / 8] ^= bytes1(uint8(1 << (place % 8)));
        vm.expectRevert(ModulusVerifierRuntime.InvalidPoint.selector);
        _verify(verifier, s);
    }

    function testFuzz_RejectsAnyOtherContext(bytes32 context) public {
        Statement memory s = _load("mlp");
        vm.assume(context != s.context);
        IModulusVerifier verifier = _deploy(s.data);
        s.context = context;
        vm.expectRevert(ModulusVerifierRuntime.PairingFailed.selector);
        _verify(verifier, s);
    }

    function testFuzz_RejectsOtherLengths(uint16 length) public {
        Statement memory s = _load("mlp");
        vm.assume(length != s.proof.length);
        IModulusVerifier verifier = _deploy(s.data);
        s.proof = new bytes(length);
        vm.expectRevert(ModulusVerifierRuntime.MalformedProof.selector);
        _verify(verifier, s);
    }

    function test_RejectsOtherLengthsOfPublicValuesAndCommittedInputs() public {
        Statement memory s = _load("mixed");
        IModulusVerifier verifier = _deploy(s.data);
        vm.expectRevert(ModulusVerifierRuntime.MalformedProof.selector);
        verifier.verify(s.context, bytes.concat(s.publicValues, hex"00"), s.committed, s.proof);
        vm.expectRevert(ModulusVerifierRuntime.MalformedProof.selector);
        verifier.verify(s.context, s.publicValues, bytes.concat(s.committed, hex"00"), s.proof);
        vm.expectRevert(ModulusVerifierRuntime.MalformedProof.selector);
        verifier.verify(s.context, s.publicValues, s.proof);
    }

    function testFuzz_RejectsPointsOffTheCurve(uint256 x, uint256 y, uint256 which) public {
        Statement memory s = _load("mlp");
        vm.assume(
            x >= Q || y >= Q || mulmod(y, y, Q) != addmod(mulmod(x, mulmod(x, x, Q), Q), 3, Q)
        );
        IModulusVerifier verifier = _deploy(s.data);
        uint256 points = (s.proof.length - TAIL) / 64 + 3;
        _write(s.proof, 64 * (which % points), x, y);
        vm.expectRevert(ModulusVerifierRuntime.InvalidPoint.selector);
        _verify(verifier, s);
    }

    function testFuzz_RejectsDamagedKeys(uint256 place) public {
        bytes memory data = _load("mixed").data;
        // The digest and the flag are the only bits that are not determined by the rest.
        place = 8 * 32 + place % (8 * (data.length - 64));
        data[place / 8] ^= bytes1(uint8(1 << (place % 8)));
        try new ModulusVerifier(data) returns (ModulusVerifier) {
            // What remains are other valid ranges of public values.
            assertTrue(place / 8 >= 0x2e0 + 64 * 3);
        } catch (bytes memory reason) {
            assertEq(bytes32(bytes4(reason)), bytes32(ModulusVerifier.MalformedKey.selector));
        }
    }

    function test_RefusesKeysThatVerifyAnything() public {
        bytes memory generator = abi.encode(
            0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2,
            0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed,
            0x090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b,
            0x12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa
        );
        for (uint256 offset = 0xe0; offset <= 0x160; offset += 0x80) {
            bytes memory data = _load("mlp").data;
            for (uint256 i; i < 128; ++i) {
                data[offset + i] = generator[i];
            }
            vm.expectRevert(ModulusVerifier.MalformedKey.selector);
            new ModulusVerifier(data);
        }
        for (uint256 offset = 0x60; offset <= 0x160; offset += 0x80) {
            bytes memory data = _load("mlp").data;
            for (uint256 i; i < 128; ++i) {
                data[offset + i] = 0;
            }
            vm.expectRevert(ModulusVerifier.MalformedKey.selector);
            new ModulusVerifier(data);
        }
    }

    function testFuzz_RefusesRandomKeys(bytes calldata data) public {
        vm.expectRevert(ModulusVerifier.MalformedKey.selector);
        new ModulusVerifier(data);
    }

    function test_ReportsMissingPrecompiles() public {
        Statement memory s = _load("mlp");
        IModulusVerifier verifier = _deploy(s.data);
        for (uint160 precompile = 6; precompile <= 8; ++precompile) {
            vm.mockCall(address(precompile), "", "");
            vm.expectRevert(ModulusVerifierRuntime.PrecompileFailed.selector);
            _verify(verifier, s);
            vm.clearMockedCalls();
        }
    }

    function _verify(IModulusVerifier verifier, Statement memory s) private view {
        if (s.committed.length == 0) verifier.verify(s.context, s.publicValues, s.proof);
        else verifier.verify(s.context, s.publicValues, s.committed, s.proof);
    }

    function _deploy(bytes memory data) private returns (IModulusVerifier) {
        return IModulusVerifier(address(new ModulusVerifier(data)));
    }

    function _load(string memory name) private view returns (Statement memory) {
        string memory json = vm.readFile(string.concat("test/fixtures/", name, ".json"));
        return Statement(
            vm.parseJsonBytes(json, ".verifyingData"),
            vm.parseJsonBytes32(json, ".context"),
            vm.parseJsonBytes(json, ".publicValues"),
            vm.parseJsonBytes(json, ".committedInputs"),
            vm.parseJsonBytes(json, ".proof")
        );
    }

    function _write(bytes memory target, uint256 offset, uint256 x, uint256 y) private pure {
        assembly ("memory-safe") {
            mstore(add(add(target, 0x20), offset), x)
            mstore(add(add(target, 0x40), offset), y)
        }
    }
}
