// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.20;

import { IModulusVerifier } from "./IModulusVerifier.sol";

/// @title Base of contracts that act on proofs
/// @notice A proof counts once, for one request, for one payee, on one chain, for a limited time.
/// @dev A request is opened first; its identifier contains the hash of the last block, so that no
/// proof for it can have been made before. Its context names everything that a proof must not be
/// carried over to. Proofs themselves are malleable: what is recorded as used is the request.
abstract contract ModulusConsumer {
    /// @notice The verifier has no code.
    error VerifierMissing();
    /// @notice There is no such request for this payee.
    error UnknownRequest();
    /// @notice The request was answered before.
    error RequestUsed();
    /// @notice The request was not answered in time.
    error RequestExpired();

    /// @notice A request was opened; the prover needs `context`.
    event RequestOpened(bytes32 indexed requestId, address indexed payee, bytes32 context);
    /// @notice A request was answered with a valid proof.
    event RequestAnswered(bytes32 indexed requestId, address indexed payee);

    struct Request {
        address payee;
        uint64 expiry;
        bool used;
    }

    /// @notice The verifier of the model that this contract trusts.
    IModulusVerifier public immutable VERIFIER;

    /// @notice Requests by identifier.
    mapping(bytes32 requestId => Request request) public requests;

    uint256 private _opened;

    /// @param verifier A deployed `ModulusVerifier`.
    constructor(IModulusVerifier verifier) {
        // Attack: a call of a function without return value to an empty account would succeed.
        if (address(verifier).code.length == 0) revert VerifierMissing();
        VERIFIER = verifier;
    }

    /// @notice The context that a proof for a request has to be made with.
    /// @param requestId Identifier of the request.
    /// @param payee Account that the request was opened for.
    function contextOf(bytes32 requestId, address payee) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), requestId, payee));
    }

    /// @dev Opens a request that only a proof made from now on can answer.
    /// @param payee Account that the answer is for.
    /// @param lifetime Seconds until it expires.
    function _openRequest(address payee, uint64 lifetime) internal returns (bytes32 requestId) {
        requestId = keccak256(
            abi.encode(block.chainid, address(this), payee, ++_opened, blockhash(block.number - 1))
        );
        requests[requestId] = Request(payee, uint64(block.timestamp) + lifetime, false);
        emit RequestOpened(requestId, payee, contextOf(requestId, payee));
    }

    /// @dev Marks the request as used and reverts unless the proof answers it.
    function _answer(
        bytes32 requestId,
        address payee,
        bytes calldata publicValues,
        bytes calldata proof
    ) internal {
        _use(requestId, payee);
        VERIFIER.verify(contextOf(requestId, payee), publicValues, proof);
    }

    /// @dev As above, for a model with committed inputs or outputs. The caller compares them with
    /// what it expects: the proof is about whatever is behind them.
    function _answer(
        bytes32 requestId,
        address payee,
        bytes calldata publicValues,
        bytes calldata committedInputs,
        bytes calldata proof
    ) internal {
        _use(requestId, payee);
        VERIFIER.verify(contextOf(requestId, payee), publicValues, committedInputs, proof);
    }

    function _use(bytes32 requestId, address payee) private {
        Request storage request = requests[requestId];
        if (request.payee != payee || payee == address(0)) revert UnknownRequest();
        if (request.used) revert RequestUsed();
        if (block.timestamp > request.expiry) revert RequestExpired();
        request.used = true;
        emit RequestAnswered(requestId, payee);
    }
}
