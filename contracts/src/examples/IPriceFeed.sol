// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.20;

/// @title Price of the collateral
interface IPriceFeed {
    /// @notice Smallest units of the lent token for 1e18 smallest units of the collateral.
    function price() external view returns (uint256);
}
