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

    /// @notice Accepts a proof for a model with committed inputs or outputs.
    /// @param context 32 bytes that the consumer derives itself, see `ModulusConsumer`.
    /// @param publicValues Packed public integers, inputs before outputs.
    /// @param committedInputs Commitments to inputs and outputs, one point of 64 bytes a row.
    /// @param proof Body of the sealed proof.
    function verify(
        bytes32 context,
        bytes calldata publicValues,
        bytes calldata committedInputs,
        bytes calldata proof
    ) external view;
}
