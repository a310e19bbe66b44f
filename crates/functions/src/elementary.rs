//! Elementary functions to the last bit.
//!
//! Only operations that IEEE 754 rounds correctly occur, in the order that the specification gives:
//! what a table holds must not depend on a C library.
//!
//! Source: `docs/spec/functions.md`.

// Every operation is rounded by itself, as the specification says.
#![allow(clippy::suboptimal_flops)]

const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
const HALF_PI_PARTS: [f64; 3] = [
    1.570_796_326_734_125_6,
    6.077_100_506_303_966e-11,
    2.022_266_248_795_950_6e-21,
];
const ONE_OVER_ROOT_PI: f64 = 0.564_189_583_547_756_3;
const LARGEST_ANGLE: f64 = 1_048_576.0;
const LARGEST_WHOLE_EXPONENT: f64 = 1024.0;

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_PI, FRAC_PI_2, LOG2_E};

/// `e^x = 2^k e^r` with `|r| <= ln(2) / 2`.
pub(crate) fn exp(x: f64) -> f64 {
    if x.is_nan() || x > 710.0 {
        return if x.is_nan() { x } else { f64::INFINITY };
    }
    if x < -746.0 {
        return 0.0;
    }
    let k = (x * LOG2_E + 0.5).floor();
    let r = (x - k * LN2_HIGH) - k * LN2_LOW;
    let total = (1..=14)
        .rev()
        .fold(1.0, |total, n| 1.0 + r * total / f64::from(n));
    let half = (k / 2.0).floor();
    total * power_of_two(half) * power_of_two(k - half)
}

/// 2 to a whole power between -600 and 600.
fn power_of_two(exponent: f64) -> f64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the biased exponent is between 400 and 1700"
    )]
    let biased = (exponent + 1023.0) as u64;
    f64::from_bits(biased << 52)
}

/// `ln(2^e m) = e ln 2 + 2 atanh((m - 1) / (m + 1))` with m between the roots of 1/2 and 2.
pub(crate) fn log(x: f64) -> f64 {
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    if x.is_nan() || x < 0.0 {
        return f64::NAN;
    }
    if x.is_infinite() {
        return x;
    }
    let (mut m, mut e) = mantissa(x);
    if m < FRAC_1_SQRT_2 {
        (m, e) = (2.0 * m, e - 1.0);
    }
    let s = (m - 1.0) / (m + 1.0);
    let z = s * s;
    let total = odd_down_from(23).fold(0.0, |total, n| total * z + 1.0 / n);
    e * LN2_HIGH + (e * LN2_LOW + 2.0 * s * total)
}

/// A positive number as a mantissa in [1/2, 1) and an exponent.
fn mantissa(x: f64) -> (f64, f64) {
    const SMALLEST_NORMAL: f64 = f64::MIN_POSITIVE;
    if x < SMALLEST_NORMAL {
        let (m, e) = mantissa(x * power_of_two(54.0));
        return (m, e - 54.0);
    }
    let bits = x.to_bits();
    let m = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3fe0_0000_0000_0000);
    #[expect(clippy::cast_precision_loss, reason = "an exponent has 11 bits")]
    let e = (bits >> 52) as f64 - 1022.0;
    (m, e)
}

pub(crate) fn sqrt(x: f64) -> f64 {
    if x >= 0.0 { x.sqrt() } else { f64::NAN }
}

pub(crate) fn sin(x: f64) -> f64 {
    circular(x, 0.0)
}

pub(crate) fn cos(x: f64) -> f64 {
    circular(x, 1.0)
}

/// `sin(x + quarter pi / 2)` of an angle of at most 2^20.
fn circular(x: f64, quarter: f64) -> f64 {
    if x.is_nan() || x.abs() > LARGEST_ANGLE {
        return f64::NAN;
    }
    let k = (x * FRAC_2_PI + 0.5).floor();
    let [first, second, third] = HALF_PI_PARTS;
    let r = ((x - k * first) - k * second) - k * third;
    let z = r * r;
    let quadrant = (k + quarter).rem_euclid(4.0);
    let is_cosine = quadrant % 2.0 != 0.0;
    let first = if is_cosine { 17 } else { 18 };
    let total = (1..=first)
        .rev()
        .step_by(2)
        .map(f64::from)
        .fold(1.0, |total, n| 1.0 - z * total / (n * (n + 1.0)));
    let value = if is_cosine { total } else { r * total };
    if quadrant < 2.0 { value } else { -value }
}

/// The argument is inverted above one, and halved twice.
pub(crate) fn atan(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    let mut t = x.abs();
    let is_inverted = t > 1.0;
    if is_inverted {
        t = 1.0 / t;
    }
    for _ in 0..2 {
        t /= 1.0 + (1.0 + t * t).sqrt();
    }
    let z = t * t;
    let total = odd_down_from(25).fold(0.0, |total, n| 1.0 / n - z * total);
    let mut value = 4.0 * t * total;
    if is_inverted {
        value = FRAC_PI_2 - value;
    }
    if x < 0.0 { -value } else { value }
}

/// A series of positive terms, and a continued fraction from three on.
pub(crate) fn erf(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    let t = x.abs();
    let value = if t >= 6.5 {
        1.0
    } else if t >= 3.0 {
        let tail = (1..=60)
            .rev()
            .map(f64::from)
            .fold(0.0, |tail, n| 0.5 * n / (t + tail));
        1.0 - ONE_OVER_ROOT_PI * exp(-(t * t)) / (t + tail)
    } else {
        let (mut term, mut total) = (t, t);
        for n in (3..125).step_by(2).map(f64::from) {
            term = term * (2.0 * t * t) / n;
            total += term;
        }
        2.0 * ONE_OVER_ROOT_PI * exp(-(t * t)) * total
    };
    if x < 0.0 { -value } else { value }
}

pub(crate) fn divide(a: f64, b: f64) -> f64 {
    if b == 0.0 { f64::NAN } else { a / b }
}

pub(crate) fn minimum(a: f64, b: f64) -> f64 {
    if a < b || a.is_nan() { a } else { b }
}

pub(crate) fn maximum(a: f64, b: f64) -> f64 {
    if a > b || a.is_nan() { a } else { b }
}

/// Repeated squaring for whole exponents up to 2^10, else `e^(b ln a)`.
pub(crate) fn power(a: f64, b: f64) -> f64 {
    #[expect(clippy::float_cmp, reason = "whether it is whole")]
    let is_whole = b == b.floor();
    if is_whole && b.abs() <= LARGEST_WHOLE_EXPONENT {
        let (mut total, mut square, mut left) = (1.0, a, b.abs());
        while left > 0.0 {
            if left % 2.0 != 0.0 {
                total *= square;
            }
            square *= square;
            left = (left / 2.0).floor();
        }
        return if b >= 0.0 { total } else { divide(1.0, total) };
    }
    if a == 0.0 {
        return if b > 0.0 { 0.0 } else { f64::NAN };
    }
    exp(b * log(a))
}

/// The odd numbers from `first` down to one.
fn odd_down_from(first: u8) -> impl Iterator<Item = f64> {
    (1..=first).rev().step_by(2).map(f64::from)
}
