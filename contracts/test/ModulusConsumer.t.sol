// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.20;

import { IModulusVerifier } from "../src/IModulusVerifier.sol";
import { ModulusConsumer } from "../src/ModulusConsumer.sol";
import { MockVerifier } from "./MockVerifier.sol";
import { Test } from "./Test.sol";

contract Consumer is ModulusConsumer {
    constructor(IModulusVerifier verifier) ModulusConsumer(verifier) { }

    function open(address payee, uint64 lifetime) external returns (bytes32) {
        return _openRequest(payee, lifetime);
    }

    function answer(bytes32 id, address payee, bytes calldata values, bytes calldata proof)
        external
    {
        _answer(id, payee, values, proof);
    }
}

contract ModulusConsumerTest is Test {
    address private constant PAYEE = address(0xa11ce);

    MockVerifier private _verifier;
    Consumer private _consumer;

    function setUp() public {
        vm.roll(10);
        _verifier = new MockVerifier();
        _consumer = new Consumer(_verifier);
    }

    function test_RefusesAVerifierWithoutCode() public {
        vm.expectRevert(ModulusConsumer.VerifierMissing.selector);
        new Consumer(IModulusVerifier(address(0xdead)));
    }

    function testFuzz_ContextNamesChainConsumerRequestAndPayee(
        bytes32 id,
        address payee,
        uint64 chain
    ) public {
        vm.assume(chain != 0);
        vm.chainId(chain);
        bytes32 context = _consumer.contextOf(id, payee);
        bytes32 expected = keccak256(abi.encode(uint256(chain), address(_consumer), id, payee));
        assertEq(context, expected);
        assertTrue(context != new Consumer(_verifier).contextOf(id, payee));
        vm.chainId(uint256(chain) + 1);
        assertTrue(context != _consumer.contextOf(id, payee));
    }

    function test_AnswersOnce() public {
        bytes32 id = _open(PAYEE);
        _consumer.answer(id, PAYEE, "v", "p");
        vm.expectRevert(ModulusConsumer.RequestUsed.selector);
        _consumer.answer(id, PAYEE, "v", "other bytes of the same proof");
    }

    function test_AFailedProofLeavesTheRequestOpen() public {
        bytes32 id = _open(PAYEE);
        vm.expectRevert(MockVerifier.PairingFailed.selector);
        _consumer.answer(id, PAYEE, "w", "p");
        _consumer.answer(id, PAYEE, "v", "p");
    }

    function testFuzz_NobodyElseIsPaid(address thief) public {
        vm.assume(thief != PAYEE);
        bytes32 id = _open(PAYEE);
        vm.expectRevert(ModulusConsumer.UnknownRequest.selector);
        _consumer.answer(id, thief, "v", "p");
    }

    function testFuzz_UnknownRequestsAreRefused(bytes32 id) public {
        vm.expectRevert(ModulusConsumer.UnknownRequest.selector);
        _consumer.answer(id, address(0), "v", "p");
    }

    function test_RequestsExpire() public {
        bytes32 id = _open(PAYEE);
        vm.warp(block.timestamp + 1 hours + 1);
        vm.expectRevert(ModulusConsumer.RequestExpired.selector);
        _consumer.answer(id, PAYEE, "v", "p");
    }

    function test_AnswerToOneRequestIsNoneToAnother() public {
        _open(PAYEE);
        bytes32 second = _consumer.open(PAYEE, 1 hours);
        vm.expectRevert(MockVerifier.PairingFailed.selector);
        _consumer.answer(second, PAYEE, "v", "p");
    }

    function _open(address payee) private returns (bytes32 id) {
        id = _consumer.open(payee, 1 hours);
        _verifier.accept(_consumer.contextOf(id, payee), "v", "");
    }
}
