// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.20;

/// @title Runtime of the verifier
/// @notice Verifies sealed Modulus proofs of the one model whose verifying data ends its code.
/// @dev Deployed by `ModulusVerifier`. Letters are those of docs/spec/seal.md: p is the order of
/// the groups, q the prime of the base field, h1 .. h3 digests of the statement, K and L the two
/// sums of the pairing equation. The layout of the verifying data is in contracts/README.md.
///
/// A proof is malleable: anyone can turn it into other bytes that prove the same statement. Never
/// use its hash as an identifier. `context` is what ties a proof to a use: the consumer computes it
/// on chain from chain id, its own address, a request and a payee, and records that it was used.
contract ModulusVerifierRuntime {
    /// @notice The verifying key came from a development setup: whoever ran it can forge proofs.
    error DevelopmentKey();
    /// @notice The proof, the public values or the committed inputs have the wrong length.
    error MalformedProof();
    /// @notice A public value is outside the range that the model declares.
    error PublicValueOutOfRange();
    /// @notice A point is at infinity, off the curve, outside the subgroup or not canonical.
    error InvalidPoint();
    /// @notice A scalar is not below the order of the groups.
    error NonCanonicalScalar();
    /// @notice A challenge hit a value at which the equations say nothing.
    error DegenerateChallenge();
    /// @notice The pairing product is not one: the proof does not prove the statement.
    error PairingFailed();
    /// @notice A precompiled contract is missing, or ran out of gas.
    error PrecompileFailed();

    uint256 private constant P = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    /// @dev trunc(h) = h mod 2^248, which is below p and q.
    uint256 private constant TRUNCATION = (1 << 248) - 1;

    bytes32 private constant TAG_H1 = "modulus.h1.sealed";
    bytes32 private constant TAG_H2 = "modulus.h2";
    bytes32 private constant TAG_H3 = "modulus.h3";
    bytes32 private constant TAG_R = "modulus.r";
    bytes32 private constant TAG_B = "modulus.b";
    bytes32 private constant TAG_Z = "modulus.z";
    bytes32 private constant TAG_K = "modulus.k";

    uint256 private constant G2_X1 =
        0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant G2_X0 =
        0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;
    uint256 private constant G2_Y1 =
        0x090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b;
    uint256 private constant G2_Y0 =
        0x12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa;

    /// @dev Offsets in the verifying data.
    uint256 private constant KEY_ALPHA = 0x20;
    uint256 private constant KEY_DELTA = 0xe0;
    uint256 private constant KEY_TAU = 0x160;
    uint256 private constant KEY_IC = 0x1e0;
    uint256 private constant KEY_POINTS = 0x2e0;

    /// @dev Offsets in the tail of the body, which begins with S after the rows.
    uint256 private constant W = 64;
    uint256 private constant W_PRIME = 128;
    uint256 private constant RHO = 192;
    uint256 private constant ZETA = 224;
    uint256 private constant T0 = 256;
    uint256 private constant OPENINGS = 288;
    uint256 private constant PIN = 416;
    uint256 private constant GROTH16 = 448;
    uint256 private constant GROTH16_C = 640;
    uint256 private constant TAIL_LENGTH = 704;

    /// @dev Offsets in the structs below.
    uint256 private constant KEY_FIXED_ROWS = 0x80;
    uint256 private constant KEY_COMMITTED_ROWS = 0xa0;
    uint256 private constant T_H1 = 0x20;
    uint256 private constant T_H2 = 0x40;
    uint256 private constant T_H3 = 0x60;
    uint256 private constant T_E = 0x80;
    uint256 private constant T_R = 0xa0;
    uint256 private constant T_FOLDED = 0xc0;
    uint256 private constant T_BB = 0xe0;
    uint256 private constant T_ZZ = 0x100;
    uint256 private constant T_KAPPA = 0x120;

    uint256 private constant CHAIN_ANVIL = 31337;
    uint256 private constant CHAIN_GANACHE = 1337;

    /// @dev Address of the verifying data in memory, its offset in the code, and the numbers of its
    /// last word.
    struct Key {
        uint256 data;
        uint256 code;
        bool development;
        uint256 publicTensors;
        uint256 fixedRows;
        uint256 committedRows;
        uint256 traceRows;
        uint256 helperRows;
        uint256 publicLength;
    }

    /// @dev What the contract computes itself. `tail` is the calldata offset of S.
    struct Transcript {
        uint256 tail;
        uint256 h1;
        uint256 h2;
        uint256 h3;
        uint256 e;
        uint256 r;
        uint256 folded;
        uint256 bb;
        uint256 zz;
        uint256 kappa;
    }

    /// @notice Returns if the proof proves the statement and reverts otherwise.
    /// @param context 32 bytes that the consumer derives itself: chain id, consumer, request, payee.
    /// @param publicValues Packed two's complement integers, inputs before outputs.
    /// @param proof Body of the sealed proof.
    function verify(bytes32 context, bytes calldata publicValues, bytes calldata proof)
        external
        view
    {
        _verify(context, publicValues, proof[0:0], proof);
    }

    /// @notice Returns if the proof proves the statement and reverts otherwise.
    /// @param context 32 bytes that the consumer derives itself: chain id, consumer, request, payee.
    /// @param publicValues Packed two's complement integers, inputs before outputs.
    /// @param committedInputs Commitments to inputs and outputs, one point of 64 bytes a row.
    /// @param proof Body of the sealed proof.
    function verify(
        bytes32 context,
        bytes calldata publicValues,
        bytes calldata committedInputs,
        bytes calldata proof
    ) external view {
        _verify(context, publicValues, committedInputs, proof);
    }

    function _verify(
        bytes32 context,
        bytes calldata publicValues,
        bytes calldata committed,
        bytes calldata proof
    ) private view {
        // Nothing here can overflow: counts have at most 16 bits, offsets are those of calldata.
        unchecked {
            Key memory key = _loadKey();
            if (key.development && block.chainid != CHAIN_ANVIL && block.chainid != CHAIN_GANACHE) {
                revert DevelopmentKey();
            }
            uint256 rows = key.traceRows + key.helperRows;
            if (
                publicValues.length != key.publicLength
                    || committed.length != 64 * key.committedRows
                    || proof.length != 64 * rows + TAIL_LENGTH
            ) revert MalformedProof();

            Transcript memory t;
            uint256 body;
            uint256 inputs;
            assembly ("memory-safe") {
                body := proof.offset
                inputs := committed.offset
            }
            t.tail = body + 64 * rows;
            t.h1 = _statementDigest(key, context, publicValues, committed, body);
            t.e = _publicSum(key, publicValues, t.h1);
            if (
                _anyInvalid(inputs, key.committedRows) || _anyInvalid(body, rows + 3)
                    || _anyInvalid(t.tail + GROTH16, 1) || _anyInvalid(t.tail + GROTH16_C, 1)
            ) revert InvalidPoint();
            if (_anyNonCanonical(t.tail + RHO, 8)) revert NonCanonicalScalar();
            _challenges(key, t, body);
            _pair(key, t, _combine(key, t, body, inputs));
        }
    }

    /// @dev Copies the verifying data from the end of the code to memory.
    function _loadKey() private pure returns (Key memory key) {
        uint256 header;
        uint256 data;
        uint256 code;
        assembly ("memory-safe") {
            codecopy(0x00, sub(codesize(), 0x20), 0x20)
            header := mload(0x00)
            let length := and(header, 0xffffffff)
            data := mload(0x40)
            code := sub(codesize(), add(length, 0x20))
            codecopy(data, code, length)
            mstore(0x40, add(data, length))
        }
        key.data = data;
        key.code = code;
        key.development = (header >> 216) & 0xff != 0;
        key.publicTensors = (header >> 192) & 0xffff;
        key.fixedRows = (header >> 176) & 0xffff;
        key.committedRows = (header >> 160) & 0xffff;
        key.traceRows = (header >> 144) & 0xffff;
        key.helperRows = (header >> 128) & 0xffff;
        key.publicLength = (header >> 32) & 0xffffffff;
    }

    /// @dev h1 covers the model, the context, the public values, and the commitments that the
    /// first challenges must not be able to answer.
    function _statementDigest(
        Key memory key,
        bytes32 context,
        bytes calldata publicValues,
        bytes calldata committed,
        uint256 body
    ) private pure returns (uint256 h1) {
        uint256 vkd;
        uint256 data = key.data;
        uint256 traceLength = key.traceRows << 6;
        assembly ("memory-safe") {
            vkd := mload(data)
            let buffer := mload(0x40)
            mstore(buffer, TAG_H1)
            mstore(add(buffer, 0x20), vkd)
            mstore(add(buffer, 0x40), context)
            let end := add(buffer, 0x60)
            if publicValues.length {
                let padded := add(end, and(add(publicValues.length, 31), not(31)))
                // Memory beyond the free pointer may be dirty: the padding has to be written.
                mstore(sub(padded, 0x20), 0)
                calldatacopy(end, publicValues.offset, publicValues.length)
                end := padded
            }
            calldatacopy(end, committed.offset, committed.length)
            end := add(end, committed.length)
            calldatacopy(end, body, traceLength)
            h1 := and(keccak256(buffer, sub(add(end, traceLength), buffer)), TRUNCATION)
        }
    }

    /// @dev e = sum of value_k * z^k mod p, k in order of the public bytes, by Horner from the last
    /// value. In a tensor, values that do not fill a word of 32 bytes come first, one by one; then
    /// whole words, which take half the gas of one value after the other.
    function _publicSum(Key memory key, bytes calldata publicValues, uint256 z)
        private
        pure
        returns (uint256 e)
    {
        unchecked {
            uint256 tensors = key.data + KEY_POINTS + 64 * key.fixedRows;
            uint256 tensor = tensors + 32 * key.publicTensors;
            uint256 end;
            bool inside = true;
            assembly ("memory-safe") {
                end := add(publicValues.offset, publicValues.length)
            }
            while (tensor > tensors) {
                tensor -= 32;
                uint256 length;
                bool ok;
                assembly ("memory-safe") {
                    let word := mload(tensor)
                    length := mul(shr(192, word), and(shr(128, word), 0xff))
                }
                (e, ok) = _trailingValues(tensor, end - (length & 31), end, z, e);
                inside = inside && ok;
                end -= length & 31;
                if (length > 31) {
                    (e, ok) = _wholeWords(tensor, end - (length & ~uint256(31)), end, z, e);
                    inside = inside && ok;
                    end -= length & ~uint256(31);
                }
            }
            if (!inside) revert PublicValueOutOfRange();
            e = e % P;
        }
    }

    /// @dev Adds values one by one.
    /// @param tensor Memory address of count | width | low | high, 64 bits each, the last two in
    /// two's complement.
    /// @param start Calldata offset of the first value.
    /// @param end Calldata offset of the end of the last value.
    /// @param z Base of the sum.
    /// @param sum Sum of the values that follow, below 2^256 / 4, as is the new sum.
    function _trailingValues(uint256 tensor, uint256 start, uint256 end, uint256 z, uint256 sum)
        private
        pure
        returns (uint256 e, bool inside)
    {
        assembly ("memory-safe") {
            function values(word, from, to, base, before) -> total, outside {
                total := before
                // See `words`: left early so as not to be inlined.
                if iszero(lt(from, to)) { leave }
                let width := and(shr(128, word), 0xff)
                let low := signextend(7, shr(64, word))
                let span := sub(signextend(7, word), low)
                // A value is p + low + excess modulo p, and in range if excess <= span.
                let residue := add(P, low)
                for { } lt(from, to) { to := sub(to, width) } {
                    let excess := sub(signextend(sub(width, 1), calldataload(sub(to, 0x20))), low)
                    outside := or(outside, gt(excess, span))
                    total := add(mulmod(total, base, P), add(residue, excess))
                }
            }
            let outside
            e, outside := values(mload(tensor), start, end, z, sum)
            inside := iszero(outside)
        }
    }

    /// @dev Adds values that fill words of 32 bytes: the ranges of a word's 4 to 32 values are
    /// checked at once, and four values a turn enter the sum. Parameters as of `_trailingValues`.
    function _wholeWords(uint256 tensor, uint256 start, uint256 end, uint256 z, uint256 sum)
        private
        pure
        returns (uint256 e, bool inside)
    {
        assembly ("memory-safe") {
            // Writes signs, lanes, above, below and guards, see below.
            function prepare(constants, bits, low, high) {
                let mask := sub(shl(bits, 1), 1)
                let sign := shl(sub(bits, 1), 1)
                // Every other value of a word is in a lane with room for a guard bit above it.
                let lanes := div(not(0), sub(shl(shl(1, bits), 1), 1))
                // Flipping the sign bit maps two's complement to unsigned numbers in the same
                // order: low and high become what they are with the sign bit flipped.
                mstore(constants, mul(or(sign, shl(bits, sign)), lanes))
                mstore(add(constants, 0x20), mul(mask, lanes))
                // The guard bit of 2^bits - low + x is set if low <= x, that of 2^bits + high - x
                // if x <= high; neither carries out of the lane.
                low := and(add(low, sign), mask)
                high := and(add(high, sign), mask)
                mstore(add(constants, 0x40), mul(sub(shl(bits, 1), low), lanes))
                mstore(add(constants, 0x60), mul(add(shl(bits, 1), high), lanes))
                mstore(add(constants, 0x80), shl(bits, lanes))
            }

            // Guard bits that all values of the word w leave set.
            function held(constants, bits, w) -> guards {
                let lanes := mload(add(constants, 0x20))
                let above := mload(add(constants, 0x40))
                let below := mload(add(constants, 0x60))
                let half := and(w, lanes)
                guards := and(add(half, above), sub(below, half))
                half := and(shr(bits, w), lanes)
                guards := and(guards, and(add(half, above), sub(below, half)))
            }

            function words(constants, bits, from, to, base, before) -> total, guards {
                total := before
                guards := not(0)
                // A function that is left early is not inlined, which would move the variables of
                // this loop from the stack to memory.
                if iszero(lt(from, to)) { leave }
                let signs := mload(constants)
                let mask := sub(shl(bits, 1), 1)
                // p - 2^(bits - 1) is what a flipped value is short of its residue; for four
                // values it enters once, times 1 + z + z^2 + z^3.
                let shift := add(mulmod(base, add(base, mulmod(base, base, P)), P), add(base, 1))
                shift := mulmod(sub(P, shl(sub(bits, 1), 1)), shift, P)
                let twice := shl(1, bits)
                let thrice := add(twice, bits)
                for { } lt(from, to) { } {
                    let floor := sub(to, 0x20)
                    guards := and(guards, held(constants, bits, xor(calldataload(floor), signs)))
                    for { } lt(floor, to) { to := sub(to, shr(1, bits)) } {
                        let w := xor(calldataload(sub(to, 0x20)), signs)
                        total := add(mulmod(total, base, P), and(w, mask))
                        total := add(mulmod(total, base, P), and(shr(bits, w), mask))
                        total := add(mulmod(total, base, P), and(shr(twice, w), mask))
                        w := add(and(shr(thrice, w), mask), shift)
                        total := add(mulmod(total, base, P), w)
                    }
                }
            }

            let constants := mload(0x40)
            let word := mload(tensor)
            let bits := and(shr(125, word), 0x78)
            prepare(constants, bits, signextend(7, shr(64, word)), signextend(7, word))
            let guards
            e, guards := words(constants, bits, start, end, z, sum)
            word := mload(add(constants, 0x80))
            inside := eq(and(guards, word), word)
        }
    }

    /// @dev Whether any of `count` points in calldata is not canonical, off the curve or infinity,
    /// which the EVM writes (0, 0) and which is off the curve.
    function _anyInvalid(uint256 offset, uint256 count) private pure returns (bool found) {
        assembly ("memory-safe") {
            for { let end := add(offset, mul(count, 0x40)) } lt(offset, end) {
                offset := add(offset, 0x40)
            } {
                let x := calldataload(offset)
                let y := calldataload(add(offset, 0x20))
                let cubic := addmod(mulmod(x, mulmod(x, x, Q), Q), 3, Q)
                let valid := and(and(lt(x, Q), lt(y, Q)), eq(mulmod(y, y, Q), cubic))
                found := or(found, iszero(valid))
            }
        }
    }

    /// @dev Whether any of `count` words in calldata is not below p.
    function _anyNonCanonical(uint256 offset, uint256 count) private pure returns (bool found) {
        assembly ("memory-safe") {
            for { let end := add(offset, mul(count, 0x20)) } lt(offset, end) {
                offset := add(offset, 0x20)
            } { found := or(found, iszero(lt(calldataload(offset), P))) }
        }
    }

    /// @dev Everything that is derived by hashing after the points and scalars are known to be
    /// canonical. Each digest covers all that was said before it:
    /// Attack: leave W' out of kappa, W out of zz, S out of h3, P or an opened value out of r, and
    /// proofs of false statements can be made (tests/evm/test_forgeries.py makes them).
    function _challenges(Key memory key, Transcript memory t, uint256 body) private pure {
        uint256 tail = t.tail;
        uint256 helpers;
        unchecked {
            helpers = body + 64 * key.traceRows;
        }
        assembly ("memory-safe") {
            function truncatedHash(start, length) -> value {
                value := and(keccak256(start, length), TRUNCATION)
            }
            let buffer := mload(0x40)
            let value := mload(add(t, T_H1))

            mstore(buffer, TAG_H2)
            mstore(add(buffer, 0x20), value)
            calldatacopy(add(buffer, 0x40), helpers, sub(tail, helpers))
            value := truncatedHash(buffer, add(0x40, sub(tail, helpers)))
            mstore(add(t, T_H2), value)

            mstore(buffer, TAG_H3)
            mstore(add(buffer, 0x20), value)
            calldatacopy(add(buffer, 0x40), tail, 0x40)
            mstore(add(t, T_H3), truncatedHash(buffer, 0x80))

            // tag | P | val_0 .. val_9 with val = (h1, h2, h3, rho, zeta, a1, a2, s1, s2, e)
            mstore(buffer, TAG_R)
            calldatacopy(add(buffer, 0x20), add(tail, PIN), 0x20)
            mstore(add(buffer, 0x40), mload(add(t, T_H1)))
            mstore(add(buffer, 0x60), mload(add(t, T_H2)))
            mstore(add(buffer, 0x80), mload(add(t, T_H3)))
            calldatacopy(add(buffer, 0xa0), add(tail, RHO), 0x40)
            calldatacopy(add(buffer, 0xe0), add(tail, OPENINGS), 0x80)
            mstore(add(buffer, 0x160), mload(add(t, T_E)))
            let r := truncatedHash(buffer, 0x180)
            mstore(add(t, T_R), r)
            let folded := mload(add(t, T_E))
            for { let place := add(buffer, 0x140) } gt(place, add(buffer, 0x20)) {
                place := sub(place, 0x20)
            } { folded := addmod(mulmod(folded, r, P), mload(place), P) }
            mstore(add(t, T_FOLDED), folded)

            mstore(buffer, TAG_B)
            mstore(add(buffer, 0x20), r)
            value := truncatedHash(buffer, 0x40)
            mstore(add(t, T_BB), value)

            mstore(buffer, TAG_Z)
            mstore(add(buffer, 0x20), value)
            calldatacopy(add(buffer, 0x40), add(tail, W), 0x40)
            value := truncatedHash(buffer, 0x80)
            mstore(add(t, T_ZZ), value)

            mstore(buffer, TAG_K)
            mstore(add(buffer, 0x20), value)
            calldatacopy(add(buffer, 0x40), add(tail, GROTH16), 0x100)
            calldatacopy(add(buffer, 0x140), add(tail, W_PRIME), 0x40)
            mstore(add(t, T_KAPPA), truncatedHash(buffer, 0x180))
        }
    }

    /// @dev K - L of the pairing equation: one multiplication a point, scalars multiplied before.
    function _combine(Key memory key, Transcript memory t, uint256 body, uint256 inputs)
        private
        view
        returns (uint256 buffer)
    {
        (uint256 value, uint256 vanishing) = _interpolate(t);
        bool ok;
        assembly ("memory-safe") {
            // Adds scalar * point to the sum. Memory: sum (64 bytes) | point (64) | scalar (32);
            // the product takes the place of the point.
            function fold(sum, scalar) -> success {
                let point := add(sum, 0x40)
                mstore(add(sum, 0x80), scalar)
                success := staticcall(gas(), 7, point, 0x60, point, 0x40)
                success := and(success, eq(returndatasize(), 0x40))
                success := and(success, staticcall(gas(), 6, sum, 0x80, sum, 0x40))
                success := and(success, eq(returndatasize(), 0x40))
            }
            function foldStored(sum, source, scalar) -> success {
                mstore(add(sum, 0x40), mload(source))
                mstore(add(sum, 0x60), mload(add(source, 0x20)))
                success := fold(sum, scalar)
            }
            function foldSent(sum, source, scalar) -> success {
                calldatacopy(add(sum, 0x40), source, 0x40)
                success := fold(sum, scalar)
            }

            buffer := mload(0x40)
            mstore(0x40, add(buffer, 0xa0))
            let data := mload(key)
            let tail := mload(t)
            let kappa := mload(add(t, T_KAPPA))

            // -L: the public inputs of the circuit are P, r and u_pub.
            let ic := add(data, KEY_IC)
            mstore(buffer, mload(ic))
            mstore(add(buffer, 0x20), sub(Q, mload(add(ic, 0x20))))
            ok := foldStored(buffer, add(ic, 0x40), sub(P, calldataload(add(tail, PIN))))
            ok := and(ok, foldStored(buffer, add(ic, 0x80), sub(P, mload(add(t, T_R)))))
            ok := and(ok, foldStored(buffer, add(ic, 0xc0), sub(P, mload(add(t, T_FOLDED)))))

            // kappa * rho^b for row b: tables and weights, commitments, trace and helpers.
            let rho := calldataload(add(tail, RHO))
            let scalar := kappa
            let point := add(data, KEY_POINTS)
            for { let end := add(point, mul(mload(add(key, KEY_FIXED_ROWS)), 0x40)) } lt(point, end)
            {
                point := add(point, 0x40)
            } {
                ok := and(ok, foldStored(buffer, point, scalar))
                scalar := mulmod(scalar, rho, P)
            }
            point := inputs
            for { let end := add(point, mul(mload(add(key, KEY_COMMITTED_ROWS)), 0x40)) }
            lt(point, end) {
                point := add(point, 0x40)
            } {
                ok := and(ok, foldSent(buffer, point, scalar))
                scalar := mulmod(scalar, rho, P)
            }
            for { point := body } lt(point, tail) { point := add(point, 0x40) } {
                ok := and(ok, foldSent(buffer, point, scalar))
                scalar := mulmod(scalar, rho, P)
            }

            ok := and(ok, foldSent(buffer, tail, mulmod(kappa, mload(add(t, T_BB)), P)))
            mstore(add(buffer, 0x40), 1)
            mstore(add(buffer, 0x60), 2)
            ok := and(ok, fold(buffer, sub(P, mulmod(kappa, value, P))))
            ok := and(ok, foldSent(buffer, add(tail, W), sub(P, mulmod(kappa, vanishing, P))))
            ok := and(
                ok,
                foldSent(buffer, add(tail, W_PRIME), mulmod(kappa, mload(add(t, T_ZZ)), P))
            )
        }
        if (!ok) revert PrecompileFailed();
    }

    /// @dev I(zz) and (zz - zeta)(zz - 1/zeta), with t0 as the proof's word for the inverse of
    /// zeta (zeta^2 - 1).
    function _interpolate(Transcript memory t)
        private
        pure
        returns (uint256 value, uint256 vanishing)
    {
        uint256 tail = t.tail;
        uint256 zz = t.zz;
        uint256 bb = t.bb;
        bool regular;
        assembly ("memory-safe") {
            let zeta := calldataload(add(tail, ZETA))
            let t0 := calldataload(add(tail, T0))
            let square := mulmod(zeta, zeta, P)
            let reciprocal := mulmod(t0, addmod(square, sub(P, 1), P), P)
            regular := eq(mulmod(reciprocal, zeta, P), 1)

            let s1 := calldataload(add(tail, add(OPENINGS, 0x40)))
            let s2 := calldataload(add(tail, add(OPENINGS, 0x60)))
            let first := addmod(calldataload(add(tail, OPENINGS)), mulmod(bb, s1, P), P)
            let second := addmod(calldataload(add(tail, add(OPENINGS, 0x20))), mulmod(bb, s2, P), P)
            // 1 / (zeta - 1/zeta) = t0 zeta^2
            let slope := mulmod(addmod(first, sub(P, second), P), mulmod(t0, square, P), P)
            let distance := addmod(zz, sub(P, zeta), P)
            value := addmod(first, mulmod(slope, distance, P), P)
            vanishing := mulmod(distance, addmod(zz, sub(P, reciprocal), P), P)
        }
        if (!regular || vanishing == 0 || t.kappa == 0) revert DegenerateChallenge();
    }

    /// @dev e(A, B) e(-alpha, beta) e(K - L, G2) e(-C, delta) e(-kappa W', [tau]_2) = 1; gamma is the
    /// generator, so that K and L share a pair. `sum` is a memory address, see `_combine`.
    function _pair(Key memory key, Transcript memory t, uint256 sum) private view {
        uint256 code = key.code;
        uint256 kappa = t.kappa;
        bool scaled;
        bool called;
        bool sized;
        uint256 product;
        assembly ("memory-safe") {
            let tail := mload(t)
            let pairs := mload(0x40)
            calldatacopy(pairs, add(tail, GROTH16), 0xc0)

            codecopy(add(pairs, 0xc0), add(code, KEY_ALPHA), 0xc0)

            mstore(add(pairs, 0x180), mload(sum))
            mstore(add(pairs, 0x1a0), mload(add(sum, 0x20)))
            mstore(add(pairs, 0x1c0), G2_X1)
            mstore(add(pairs, 0x1e0), G2_X0)
            mstore(add(pairs, 0x200), G2_Y1)
            mstore(add(pairs, 0x220), G2_Y0)

            mstore(add(pairs, 0x240), calldataload(add(tail, GROTH16_C)))
            mstore(add(pairs, 0x260), sub(Q, calldataload(add(tail, add(GROTH16_C, 0x20)))))
            codecopy(add(pairs, 0x280), add(code, KEY_DELTA), 0x80)

            let opening := add(pairs, 0x300)
            calldatacopy(opening, add(tail, W_PRIME), 0x40)
            mstore(add(opening, 0x40), sub(P, kappa))
            scaled := staticcall(gas(), 7, opening, 0x60, opening, 0x40)
            scaled := and(scaled, eq(returndatasize(), 0x40))
            codecopy(add(pairs, 0x340), add(code, KEY_TAU), 0x80)

            // The precompile would take B at infinity for a point.
            let b := or(mload(add(pairs, 0x40)), mload(add(pairs, 0x60)))
            b := or(b, or(mload(add(pairs, 0x80)), mload(add(pairs, 0xa0))))
            called := staticcall(gas(), 8, pairs, 0x3c0, 0x00, 0x20)
            called := and(called, iszero(iszero(b)))
            sized := eq(returndatasize(), 0x20)
            product := mload(0x00)
        }
        if (!scaled) revert PrecompileFailed();
        // The other nine elements were checked here or when the key was deployed, so what the
        // precompile refuses is B: not canonical, off the curve or outside the subgroup.
        if (!called) revert InvalidPoint();
        if (!sized) revert PrecompileFailed();
        if (product != 1) revert PairingFailed();
    }
}

/// @title Verifier of sealed Modulus proofs
/// @notice The one contract for all models: its constructor checks the verifying data of a model
/// and deploys `ModulusVerifierRuntime` with that data after its code.
contract ModulusVerifier {
    /// @notice The verifying data is not what contracts/README.md describes.
    error MalformedKey();

    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    bytes4 private constant MAGIC = "MVD1";
    uint256 private constant FIXED_LENGTH = 0x2e0;
    uint256 private constant G2_X1 =
        0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant G2_X0 =
        0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;

    /// @param verifyingData What `modulus.evm.verifying_data` makes of a verifying key.
    constructor(bytes memory verifyingData) {
        _check(verifyingData);
        bytes memory code = bytes.concat(type(ModulusVerifierRuntime).runtimeCode, verifyingData);
        assembly ("memory-safe") {
            return(add(code, 0x20), mload(code))
        }
    }

    /// @dev Whoever deploys can put in any valid key; these checks catch damaged data, and the keys
    /// for which the pairing equation holds for everyone.
    function _check(bytes memory data) private view {
        if (data.length < FIXED_LENGTH + 32) revert MalformedKey();
        uint256 header = _word(data, data.length - 32);
        uint256 tensors = (header >> 192) & 0xffff;
        uint256 fixedRows = (header >> 176) & 0xffff;
        uint256 end = FIXED_LENGTH + 64 * fixedRows;
        if (
            bytes4(bytes32(header)) != MAGIC || (header >> 216) & 0xff > 1
                || (header >> 208) & 0xff != 0 || (header >> 64) & type(uint64).max != 0
                || (header & type(uint32).max) + 32 != data.length
                || end + 32 * tensors + 32 != data.length || _word(data, 0) >> 248 != 0
        ) revert MalformedKey();

        _checkPoint(data, 0x20);
        for (uint256 point = 0x1e0; point < end; point += 64) {
            _checkPoint(data, point);
        }
        _checkTwistPoints(data);

        uint256 publicLength;
        for (uint256 tensor = end; tensor < end + 32 * tensors; tensor += 32) {
            uint256 word = _word(data, tensor);
            uint256 width = (word >> 128) & type(uint64).max;
            int256 low = int64(uint64(word >> 64));
            int256 high = int64(uint64(word));
            if (width != 1 && width != 2 && width != 4 && width != 8) revert MalformedKey();
            int256 bound = int256(1) << (8 * width - 1);
            if (low > high || low < -bound || high >= bound) revert MalformedKey();
            publicLength += (word >> 192) * width;
        }
        if (publicLength != (header >> 32) & type(uint32).max) revert MalformedKey();
    }

    function _checkPoint(bytes memory data, uint256 offset) private pure {
        uint256 x = _word(data, offset);
        uint256 y = _word(data, offset + 32);
        uint256 cubic = addmod(mulmod(x, mulmod(x, x, Q), Q), 3, Q);
        if (x >= Q || y >= Q || mulmod(y, y, Q) != cubic) revert MalformedKey();
    }

    /// @dev beta, delta and [tau]_2: in the subgroup, which only the pairing precompile can tell;
    /// not infinity; delta and tau not one.
    /// Attack: with delta = 1 every private input can stand in for a public one, with tau = 1 every
    /// opening holds.
    function _checkTwistPoints(bytes memory data) private view {
        bytes memory pairs;
        for (uint256 offset = 0x60; offset < 0x1e0; offset += 128) {
            uint256 x1 = _word(data, offset);
            uint256 x0 = _word(data, offset + 32);
            uint256 y1 = _word(data, offset + 64);
            uint256 y0 = _word(data, offset + 96);
            if (x1 | x0 | y1 | y0 == 0) revert MalformedKey();
            if (offset != 0x60 && x1 == G2_X1 && x0 == G2_X0) revert MalformedKey();
            pairs = bytes.concat(pairs, abi.encode(uint256(0), uint256(0), x1, x0, y1, y0));
        }
        (bool success, bytes memory result) = address(8).staticcall(pairs);
        if (!success || result.length != 32) revert MalformedKey();
    }

    function _word(bytes memory data, uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), offset))
        }
    }
}
