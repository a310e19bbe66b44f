// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.20;

import { IModulusVerifier } from "../IModulusVerifier.sol";
import { ModulusConsumer } from "../ModulusConsumer.sol";
import { IERC20 } from "./IERC20.sol";
import { IPriceFeed } from "./IPriceFeed.sol";

/// @title Lending pool with proven credit tiers
/// @notice Borrowers with a better proven credit tier need less collateral. A data provider attests
/// the commitment to a borrower's financial record; the borrower proves, without showing the
/// record, which tier the pool's model gives it. Without a valid tier the worst one holds.
/// @dev The public values are the model's scores, one signed integer per tier, as wide as the model's
/// outputs are; the tier is the highest score, the lower index on a tie. Tokens must not take fees
/// on transfers.
contract CreditPool is ModulusConsumer {
    /// @notice Only the data provider may attest.
    error NotDataProvider();
    /// @notice The commitment is not the one that the data provider attested for the caller.
    error NotAttested();
    /// @notice The public values do not have one score for each tier.
    error WrongScores();
    /// @notice The position would have too little collateral.
    error Undercollateralised();
    /// @notice The position has enough collateral, or no debt.
    error Healthy();
    /// @notice The amount is zero or more than there is.
    error WrongAmount();
    /// @notice A token refused a transfer.
    error TransferFailed();
    /// @notice The settings make no sense.
    error WrongSettings();
    /// @notice The call came from within another one.
    error Reentered();

    /// @notice A borrower has proven a tier.
    event TierProven(address indexed borrower, uint256 tier, uint256 expiry);

    struct Tier {
        uint128 index;
        uint128 expiry;
    }

    uint256 private constant ONE = 1e18;
    uint64 private constant REQUEST_LIFETIME = 1 hours;
    uint256 private constant TIER_LIFETIME = 90 days;
    /// @dev A position may be liquidated when its ratio falls below nine tenths of the tier's.
    uint256 private constant LIQUIDATION_SHARE = 0.9e18;
    /// @dev Liquidators get collateral worth 5 % more than what they repay.
    uint256 private constant LIQUIDATION_REWARD = 1.05e18;

    /// @notice What is lent, what secures it, at which price, and who attests records.
    IERC20 public immutable ASSET;
    IERC20 public immutable COLLATERAL;
    IPriceFeed public immutable PRICE;
    address public immutable DATA_PROVIDER;

    /// @notice Collateral over debt that a tier demands, in units of 1e-18, worst tier first.
    uint256[] public ratios;
    /// @notice Hash of the committed record that the data provider attested for a borrower.
    mapping(address borrower => bytes32 commitment) public attested;
    mapping(address borrower => Tier tier) private _tiers;
    mapping(address borrower => uint256 amount) public collateralOf;
    mapping(address borrower => uint256 amount) public debtOf;
    mapping(address lender => uint256 amount) public sharesOf;
    uint256 public totalShares;
    uint256 public totalDebt;

    bool private _entered;

    /// @dev Attack: a token with hooks could call back between two writes.
    modifier once() {
        if (_entered) revert Reentered();
        _entered = true;
        _;
        _entered = false;
    }

    constructor(
        IModulusVerifier verifier,
        IERC20 asset,
        IERC20 collateral,
        IPriceFeed price,
        address dataProvider,
        uint256[] memory ratios_
    ) ModulusConsumer(verifier) {
        if (ratios_.length < 2) revert WrongSettings();
        for (uint256 tier; tier < ratios_.length; ++tier) {
            // A ratio whose liquidation threshold cannot pay the reward would lose lenders' money.
            bool tooLow = ratios_[tier] * LIQUIDATION_SHARE / ONE < LIQUIDATION_REWARD;
            if (tooLow || (tier > 0 && ratios_[tier] > ratios_[tier - 1])) revert WrongSettings();
        }
        ASSET = asset;
        COLLATERAL = collateral;
        PRICE = price;
        DATA_PROVIDER = dataProvider;
        ratios = ratios_;
    }

    /// @notice Records the commitment to a borrower's record; zero withdraws it.
    /// @dev Attack: without the last line a record that turned out to be false would go on to
    /// lower the collateral until its tier expires. A new record leaves the tier, so that renewing
    /// one liquidates nobody.
    function attest(address borrower, bytes32 commitment) external {
        if (msg.sender != DATA_PROVIDER) revert NotDataProvider();
        attested[borrower] = commitment;
        if (commitment == 0) delete _tiers[borrower];
    }

    /// @notice Opens a request; a proof of the caller's tier needs its context.
    function requestTier() external returns (bytes32 requestId) {
        return _openRequest(msg.sender, REQUEST_LIFETIME);
    }

    /// @notice Sets the caller's tier to the one that the proof proves.
    function proveTier(
        bytes32 requestId,
        bytes calldata scores,
        bytes calldata record,
        bytes calldata proof
    ) external returns (uint256 tier) {
        bytes32 commitment = attested[msg.sender];
        if (commitment == 0 || keccak256(record) != commitment) revert NotAttested();
        if (scores.length == 0 || scores.length % ratios.length != 0) revert WrongScores();
        _answer(requestId, msg.sender, scores, record, proof);
        tier = _best(scores);
        uint256 expiry = block.timestamp + TIER_LIFETIME;
        _tiers[msg.sender] = Tier(uint128(tier), uint128(expiry));
        emit TierProven(msg.sender, tier, expiry);
    }

    /// @notice Current tier of a borrower: the worst unless a better one is proven and valid.
    function tierOf(address borrower) public view returns (uint256) {
        Tier memory tier = _tiers[borrower];
        return block.timestamp <= tier.expiry ? tier.index : 0;
    }

    /// @notice Lends to the pool for shares of it.
    function deposit(uint256 amount) external once returns (uint256 shares) {
        // One virtual share and one virtual unit.
        // Attack: without them the first lender could make later deposits round to nothing.
        shares = amount * (totalShares + 1) / (_assets() + 1);
        if (shares == 0) revert WrongAmount();
        sharesOf[msg.sender] += shares;
        totalShares += shares;
        _pull(ASSET, amount);
    }

    /// @notice Takes back what shares are worth, as far as it is not lent.
    function withdraw(uint256 shares) external once returns (uint256 amount) {
        if (shares > sharesOf[msg.sender]) revert WrongAmount();
        amount = shares * (_assets() + 1) / (totalShares + 1);
        if (amount == 0) revert WrongAmount();
        sharesOf[msg.sender] -= shares;
        totalShares -= shares;
        _push(ASSET, msg.sender, amount);
    }

    /// @notice Adds collateral to the caller's position.
    function addCollateral(uint256 amount) external once {
        collateralOf[msg.sender] += amount;
        _pull(COLLATERAL, amount);
    }

    /// @notice Takes collateral out, as far as the debt allows.
    function removeCollateral(uint256 amount) external once {
        if (amount > collateralOf[msg.sender]) revert WrongAmount();
        collateralOf[msg.sender] -= amount;
        if (!_covered(msg.sender, ONE)) revert Undercollateralised();
        _push(COLLATERAL, msg.sender, amount);
    }

    /// @notice Borrows against collateral at the ratio of the caller's tier.
    function borrow(uint256 amount) external once {
        debtOf[msg.sender] += amount;
        totalDebt += amount;
        if (!_covered(msg.sender, ONE)) revert Undercollateralised();
        _push(ASSET, msg.sender, amount);
    }

    /// @notice Pays back debt.
    function repay(uint256 amount) external once {
        if (amount > debtOf[msg.sender]) revert WrongAmount();
        debtOf[msg.sender] -= amount;
        totalDebt -= amount;
        _pull(ASSET, amount);
    }

    /// @notice Repays a position that is short of collateral and takes collateral for it.
    function liquidate(address borrower) external once {
        uint256 debt = debtOf[borrower];
        if (debt == 0 || _covered(borrower, LIQUIDATION_SHARE)) revert Healthy();
        uint256 available = collateralOf[borrower];
        uint256 seized = debt * LIQUIDATION_REWARD / PRICE.price();
        if (seized > available) seized = available;
        debtOf[borrower] = 0;
        totalDebt -= debt;
        collateralOf[borrower] = available - seized;
        _pull(ASSET, debt);
        _push(COLLATERAL, msg.sender, seized);
    }

    /// @dev Whether collateral is worth `share` of what the tier demands for the debt.
    function _covered(address borrower, uint256 share) private view returns (bool) {
        uint256 debt = debtOf[borrower];
        if (debt == 0) return true;
        uint256 worth = collateralOf[borrower] * PRICE.price() / ONE;
        return worth >= debt * (ratios[tierOf(borrower)] * share / ONE) / ONE;
    }

    /// @dev How wide a score is follows from their length, which the verifier's key fixes.
    function _best(bytes calldata scores) private view returns (uint256 best) {
        uint256 width = scores.length / ratios.length;
        int256 highest = type(int256).min;
        for (uint256 tier; width * tier < scores.length; ++tier) {
            bytes32 word = bytes32(scores[width * tier:width * (tier + 1)]);
            int256 score = int256(uint256(word)) >> (256 - 8 * width);
            if (score > highest) (best, highest) = (tier, score);
        }
    }

    function _assets() private view returns (uint256) {
        return ASSET.balanceOf(address(this)) + totalDebt;
    }

    function _pull(IERC20 token, uint256 amount) private {
        if (!token.transferFrom(msg.sender, address(this), amount)) revert TransferFailed();
    }

    function _push(IERC20 token, address to, uint256 amount) private {
        if (!token.transfer(to, amount)) revert TransferFailed();
    }
}
