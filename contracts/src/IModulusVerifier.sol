// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.20;

/// @title Verifier of one model
/// @notice What consumers of proofs see. Both functions return nothing and revert when the proof
/// does not prove the statement, so that no caller can forget to look at a flag.
interface IModulusVerifier {
    /// @notice Accepts a proof for a model whose inputs are public or private.
    /// @param context 32 bytes that the consumer derives itself, see `ModulusConsumer`.
    /// @param publicValues Packed public integers, inputs before outputs.
    /// @param proof Body of the sealed proof.
    function verify(bytes32 context, bytes calldata publicValues, bytes calldata proof)
        external
        view;

    /// @notice Accepts a proof for a model that reads committed inputs.
    /// @param context 32 bytes that the consumer derives itself, see `ModulusConsumer`.
    /// @param publicValues Packed public integers, inputs before outputs.
    /// @param committedInputs Commitments to the input rows, 64 bytes each.
    /// @param proof Body of the sealed proof.
    function verify(
        bytes32 context,
        bytes calldata publicValues,
        bytes calldata committedInputs,
        bytes calldata proof
    ) external view;
}
