// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.20;

import { IPriceFeed } from "../src/examples/IPriceFeed.sol";

/// @title A price that anyone may set
contract MockPrice is IPriceFeed {
    uint256 public price = 1e18;

    function set(uint256 price_) external {
        price = price_;
    }
}
