// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.20;

/// @title The part of ERC-20 that the examples use
interface IERC20 {
    /// @notice Moves the caller's tokens.
    function transfer(address to, uint256 amount) external returns (bool);
    /// @notice Moves tokens that `from` has allowed the caller to move.
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
    /// @notice Tokens of an account.
    function balanceOf(address account) external view returns (uint256);
}
