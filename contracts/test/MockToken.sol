// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.20;

import { IERC20 } from "../src/examples/IERC20.sol";

/// @title A token that anyone may print
contract MockToken is IERC20 {
    mapping(address account => uint256 amount) public balanceOf;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return _move(msg.sender, to, amount);
    }

    /// @dev Allowances would add nothing to the tests.
    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        return _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private returns (bool) {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
        return true;
    }
}
