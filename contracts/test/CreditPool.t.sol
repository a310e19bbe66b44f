// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.20;

import { ModulusConsumer } from "../src/ModulusConsumer.sol";
import { CreditPool } from "../src/examples/CreditPool.sol";
import { MockPrice } from "./MockPrice.sol";
import { MockToken } from "./MockToken.sol";
import { MockVerifier } from "./MockVerifier.sol";
import { Test } from "./Test.sol";

contract CreditPoolTest is Test {
    address private constant LENDER = address(0x1e4d);
    address private constant BORROWER = address(0xb0b);
    address private constant PROVIDER = address(0xda7a);
    bytes private constant RECORD = "commitment to a financial record";

    MockVerifier private _verifier;
    MockToken private _asset;
    MockToken private _collateral;
    MockPrice private _price;
    CreditPool private _pool;

    function setUp() public {
        vm.roll(10);
        vm.warp(1_800_000_000);
        _verifier = new MockVerifier();
        _asset = new MockToken();
        _collateral = new MockToken();
        _price = new MockPrice();
        _pool = new CreditPool(
            _verifier, _asset, _collateral, _price, PROVIDER, _ratios(2e18, 1.5e18, 1.2e18)
        );
        _asset.mint(LENDER, 1_000e18);
        _collateral.mint(BORROWER, 1_000e18);
        vm.prank(LENDER);
        _pool.deposit(1_000e18);
        vm.prank(BORROWER);
        _pool.addCollateral(120e18);
    }

    function test_ABetterTierNeedsLessCollateral() public {
        vm.prank(BORROWER);
        _pool.borrow(60e18);
        vm.prank(BORROWER);
        vm.expectRevert(CreditPool.Undercollateralised.selector);
        _pool.borrow(1);

        assertEq(_prove(_scores(-5, 3, 90)), 2);
        vm.prank(BORROWER);
        _pool.borrow(40e18);
        assertEq(_asset.balanceOf(BORROWER), 100e18);
        vm.prank(BORROWER);
        vm.expectRevert(CreditPool.Undercollateralised.selector);
        _pool.borrow(1);
    }

    function test_TiesGoToTheLowerTier() public {
        assertEq(_prove(_scores(-5, 7, 7)), 1);
        assertEq(_prove(_scores(type(int32).min, type(int32).min, type(int32).min)), 0);
    }

    function test_ScoresAreAsWideAsTheModelsOutputs() public {
        _prove(abi.encodePacked(int8(-7), int8(-1), int8(-128)));
        assertEq(_pool.tierOf(BORROWER), 1);
        _prove(abi.encodePacked(int16(-300), int16(3), int16(2)));
        assertEq(_pool.tierOf(BORROWER), 1);
        _prove(abi.encodePacked(type(int64).min, int64(-2), int64(-1)));
        assertEq(_pool.tierOf(BORROWER), 2);
    }

    function testFuzz_TierIsTheHighestScore(int32 a, int32 b, int32 c) public {
        uint256 tier = _prove(_scores(a, b, c));
        int32[3] memory scores = [a, b, c];
        for (uint256 i; i < 3; ++i) {
            assertTrue(i < tier ? scores[i] < scores[tier] : scores[i] <= scores[tier]);
        }
    }

    function test_TiersExpire() public {
        _prove(_scores(0, 0, 1));
        assertEq(_pool.tierOf(BORROWER), 2);
        vm.warp(block.timestamp + 90 days + 1);
        assertEq(_pool.tierOf(BORROWER), 0);
    }

    function test_OnlyAttestedRecordsCount() public {
        bytes32 id = _request(RECORD, _scores(0, 0, 1));
        vm.prank(BORROWER);
        vm.expectRevert(CreditPool.NotAttested.selector);
        _pool.proveTier(id, _scores(0, 0, 1), "another record", "p");
        vm.prank(PROVIDER);
        _pool.attest(BORROWER, 0);
        vm.prank(BORROWER);
        vm.expectRevert(CreditPool.NotAttested.selector);
        _pool.proveTier(id, _scores(0, 0, 1), RECORD, "p");
    }

    function test_AWithdrawnRecordEndsItsTier() public {
        _prove(_scores(0, 0, 1));
        vm.prank(BORROWER);
        _pool.borrow(90e18);
        vm.prank(PROVIDER);
        _pool.attest(BORROWER, keccak256("renewed record"));
        assertEq(_pool.tierOf(BORROWER), 2);
        vm.prank(PROVIDER);
        _pool.attest(BORROWER, 0);
        assertEq(_pool.tierOf(BORROWER), 0);
        vm.prank(BORROWER);
        vm.expectRevert(CreditPool.Undercollateralised.selector);
        _pool.borrow(1);
    }

    function test_OnlyTheProviderAttests() public {
        vm.expectRevert(CreditPool.NotDataProvider.selector);
        _pool.attest(BORROWER, keccak256(RECORD));
    }

    function test_OtherScoresAreRefused() public {
        bytes32 id = _request(RECORD, _scores(1, 0, 0));
        vm.prank(BORROWER);
        vm.expectRevert(MockVerifier.PairingFailed.selector);
        _pool.proveTier(id, _scores(0, 0, 1), RECORD, "p");
        vm.prank(BORROWER);
        vm.expectRevert(CreditPool.WrongScores.selector);
        _pool.proveTier(id, "", RECORD, "p");
    }

    function test_AProofCountsForItsBorrowerOnce() public {
        bytes memory scores = _scores(0, 0, 1);
        bytes32 id = _request(RECORD, scores);
        vm.prank(PROVIDER);
        _pool.attest(LENDER, keccak256(RECORD));
        vm.prank(LENDER);
        vm.expectRevert(ModulusConsumer.UnknownRequest.selector);
        _pool.proveTier(id, scores, RECORD, "p");
        vm.prank(BORROWER);
        _pool.proveTier(id, scores, RECORD, "p");
        vm.prank(BORROWER);
        vm.expectRevert(ModulusConsumer.RequestUsed.selector);
        _pool.proveTier(id, scores, RECORD, "p");
    }

    function test_LiquidatesAtNineTenthsOfTheRatio() public {
        vm.prank(BORROWER);
        _pool.borrow(60e18);
        vm.expectRevert(CreditPool.Healthy.selector);
        _pool.liquidate(BORROWER);
        _price.set(0.9e18);
        vm.expectRevert(CreditPool.Healthy.selector);
        _pool.liquidate(BORROWER);
        _price.set(0.89e18);
        _asset.mint(address(this), 60e18);
        _pool.liquidate(BORROWER);
        assertEq(_pool.debtOf(BORROWER), 0);
        assertEq(_collateral.balanceOf(address(this)), 60e18 * 1.05e18 / uint256(0.89e18));
        assertEq(_asset.balanceOf(address(_pool)), 1_000e18);
    }

    function test_CollateralStaysWhileItIsNeeded() public {
        vm.prank(BORROWER);
        _pool.borrow(30e18);
        vm.prank(BORROWER);
        _pool.removeCollateral(60e18);
        vm.prank(BORROWER);
        vm.expectRevert(CreditPool.Undercollateralised.selector);
        _pool.removeCollateral(1);
        vm.prank(BORROWER);
        _pool.repay(30e18);
        vm.prank(BORROWER);
        _pool.removeCollateral(60e18);
        assertEq(_collateral.balanceOf(BORROWER), 1_000e18);
    }

    function testFuzz_LendersNeverTakeMoreThanTheyBrought(uint96 gift, uint96 amount) public {
        vm.assume(amount > 0);
        _asset.mint(address(_pool), gift);
        _asset.mint(BORROWER, amount);
        vm.prank(BORROWER);
        try _pool.deposit(amount) returns (uint256 shares) {
            vm.prank(BORROWER);
            try _pool.withdraw(shares) returns (uint256 back) {
                assertTrue(back <= amount);
            } catch { }
        } catch { }
    }

    function test_RefusesRatiosThatLoseMoney() public {
        vm.expectRevert(CreditPool.WrongSettings.selector);
        new CreditPool(
            _verifier, _asset, _collateral, _price, PROVIDER, _ratios(2e18, 1.5e18, 1.1e18)
        );
        vm.expectRevert(CreditPool.WrongSettings.selector);
        new CreditPool(
            _verifier, _asset, _collateral, _price, PROVIDER, _ratios(1.5e18, 2e18, 1.2e18)
        );
    }

    function _request(bytes memory record, bytes memory scores) private returns (bytes32 id) {
        vm.prank(PROVIDER);
        _pool.attest(BORROWER, keccak256(record));
        vm.prank(BORROWER);
        id = _pool.requestTier();
        _verifier.accept(_pool.contextOf(id, BORROWER), scores, record);
    }

    function _prove(bytes memory scores) private returns (uint256) {
        bytes32 id = _request(RECORD, scores);
        vm.prank(BORROWER);
        return _pool.proveTier(id, scores, RECORD, "p");
    }

    function _scores(int32 a, int32 b, int32 c) private pure returns (bytes memory) {
        return abi.encodePacked(a, b, c);
    }

    function _ratios(uint256 a, uint256 b, uint256 c) private pure returns (uint256[] memory list) {
        list = new uint256[](3);
        (list[0], list[1], list[2]) = (a, b, c);
    }
}
