// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.20;

import { IModulusVerifier } from "../src/IModulusVerifier.sol";

/// @title A verifier that accepts what it was told to accept
contract MockVerifier is IModulusVerifier {
    error PairingFailed();

    bytes32 private _accepted;

    function accept(bytes32 context, bytes memory publicValues, bytes memory committedInputs)
        external
    {
        _accepted = keccak256(abi.encode(context, publicValues, committedInputs));
    }

    function verify(bytes32 context, bytes calldata publicValues, bytes calldata) external view {
        _check(context, publicValues, "");
    }

    function verify(
        bytes32 context,
        bytes calldata publicValues,
        bytes calldata committedInputs,
        bytes calldata
    ) external view {
        _check(context, publicValues, committedInputs);
    }

    function _check(bytes32 context, bytes memory publicValues, bytes memory committed)
        private
        view
    {
        if (keccak256(abi.encode(context, publicValues, committed)) != _accepted) {
            revert PairingFailed();
        }
    }
}
