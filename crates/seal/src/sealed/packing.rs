//! Public values in the file of a proof: second differences, each behind its number of bits.
//!
//! Neighbouring values of images and series are alike, and so the differences are short. Digests
//! and contracts know the unpacked bytes alone.
//!
//! Source: `docs/spec/seal.md`, section 4.

/// Numbers of one tensor: how many, and the bytes of each (1, 2, 4 or 8).
pub(super) type Shape = (usize, usize);

/// Packs big-endian values; `None` unless that makes them shorter.
pub(super) fn pack(values: &[u8], shapes: &[Shape]) -> Option<Vec<u8>> {
    let mut bits = BitWriter::default();
    let mut rest = values;
    for &(count, width) in shapes {
        let word = Word::new(width);
        let mut last = [0; 2];
        for _ in 0..count {
            let bytes = rest.split_off(..width)?;
            let value = bytes
                .iter()
                .fold(0, |value, byte| value << 8 | u64::from(*byte));
            word.write(&mut bits, word.difference(value, last));
            last = [value, last[0]];
        }
    }
    Some(bits.bytes).filter(|packed| packed.len() < values.len())
}

/// Unpacks values, as many as the shapes have; `None` unless exactly these bytes mean them.
pub(super) fn unpack(packed: &[u8], shapes: &[Shape]) -> Option<Vec<u8>> {
    let mut bits = BitReader {
        bytes: packed,
        position: 0,
    };
    let mut values = Vec::new();
    for &(count, width) in shapes {
        let word = Word::new(width);
        let mut last = [0; 2];
        for _ in 0..count {
            let value = word.next(word.read(&mut bits)?, last);
            values.extend(value.to_be_bytes().iter().skip(8 - width));
            last = [value, last[0]];
        }
    }
    bits.is_at_end().then_some(values)
}

/// Integers modulo `2^bits`.
#[derive(Clone, Copy)]
struct Word {
    bits: u32,
    mask: u64,
}

impl Word {
    fn new(width: usize) -> Self {
        let bits = match width {
            1 => 8,
            2 => 16,
            4 => 32,
            _ => 64,
        };
        Self {
            bits,
            mask: u64::MAX >> (64 - bits),
        }
    }

    /// Bits that say how many bits follow.
    fn length_bits(self) -> u32 {
        self.bits.trailing_zeros()
    }

    fn difference(self, value: u64, [last, before]: [u64; 2]) -> u64 {
        let difference = value.wrapping_sub(predicted(last, before));
        let sign = if difference >> (self.bits - 1) & 1 == 1 {
            self.mask
        } else {
            0
        };
        (difference << 1 ^ sign) & self.mask
    }

    /// The inverse of `difference`.
    fn next(self, difference: u64, [last, before]: [u64; 2]) -> u64 {
        let sign = if difference & 1 == 1 { u64::MAX } else { 0 };
        predicted(last, before).wrapping_add(difference >> 1 ^ sign) & self.mask
    }

    /// The longest length stands for all bits; the others leave the leading one out.
    fn write(self, bits: &mut BitWriter, value: u64) {
        let length = (64 - value.leading_zeros()).min(self.bits - 1);
        bits.write(u64::from(length), self.length_bits());
        if length == self.bits - 1 {
            bits.write(value, self.bits);
        } else if length > 0 {
            bits.write(value & !(1 << (length - 1)), length - 1);
        }
    }

    fn read(self, bits: &mut BitReader<'_>) -> Option<u64> {
        let length = u32::try_from(bits.read(self.length_bits())?).ok()?;
        if length == 0 {
            return Some(0);
        }
        if length < self.bits - 1 {
            return Some(bits.read(length - 1)? | 1 << (length - 1));
        }
        // A shorter number has a shorter form, and forms are unique.
        bits.read(self.bits)
            .filter(|value| value >> (self.bits - 2) != 0)
    }
}

/// What a value is if it continues the line through the two before it.
fn predicted(last: u64, before: u64) -> u64 {
    last.wrapping_mul(2).wrapping_sub(before)
}

/// Writes bits, the highest of each number and of each byte first.
#[derive(Default)]
struct BitWriter {
    bytes: Vec<u8>,
    used: u32,
}

impl BitWriter {
    fn write(&mut self, value: u64, bits: u32) {
        for bit in (0..bits).rev() {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut()
                && value >> bit & 1 == 1
            {
                *last |= 0x80 >> (self.used % 8);
            }
            self.used += 1;
        }
    }
}

struct BitReader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl BitReader<'_> {
    fn read(&mut self, bits: u32) -> Option<u64> {
        let mut value = 0;
        for _ in 0..bits {
            let byte = self.bytes.get(self.position / 8)?;
            value = value << 1 | u64::from(byte >> (7 - self.position % 8) & 1);
            self.position += 1;
        }
        Some(value)
    }

    /// Whether only zeros are left, fewer than a byte of them.
    fn is_at_end(&mut self) -> bool {
        let left = 8 * self.bytes.len() - self.position;
        left < 8 && self.read(u32::try_from(left).unwrap_or(8)) == Some(0)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn words(width: usize, values: &[i64]) -> Vec<u8> {
        let bytes = values.iter().flat_map(|value| {
            let bytes = value.to_be_bytes();
            bytes[8 - width..].to_vec()
        });
        bytes.collect()
    }

    #[test]
    fn lines_are_short_and_come_back() {
        let values: Vec<i64> = (0..200).map(|step| 40 * step - 3000).collect();
        let bytes = words(2, &values);
        let packed = pack(&bytes, &[(200, 2)]).unwrap();
        assert!(packed.len() < 110);
        assert_eq!(unpack(&packed, &[(200, 2)]).unwrap(), bytes);
    }

    #[test]
    fn extremes_of_every_width_come_back() {
        for width in [1, 2, 4, 8] {
            let high = i64::MAX >> (64 - 8 * width);
            let mut values = vec![high, -high - 1, 0, -1, 1, high, high, -high - 1];
            values.resize(100, 0);
            let bytes = words(width, &values);
            let packed = pack(&bytes, &[(100, width)]).unwrap();
            assert_eq!(unpack(&packed, &[(100, width)]).unwrap(), bytes);
        }
    }

    #[test]
    fn values_that_would_grow_stay_as_they_are() {
        let bytes = words(1, &[3, 90, -100, 55, 7]);
        assert_eq!(pack(&bytes, &[(5, 1)]), None);
    }

    /// Any bytes that unpack are what packing their values gives, where that is shorter.
    #[test]
    fn forms_are_unique() {
        let shapes = [(3, 1), (2, 2)];
        let accepted = (0..1_u32 << 24)
            .step_by(5)
            .filter(|number| {
                let bytes = &number.to_be_bytes()[1..];
                let values = unpack(bytes, &shapes);
                if let Some(values) = &values {
                    assert_eq!(pack(values, &shapes).as_deref(), Some(bytes));
                }
                values.is_some()
            })
            .count();
        assert!(accepted > 1000, "{accepted} of the strings unpack");
    }

    #[test]
    fn longer_shorter_and_padded_otherwise_is_refused() {
        let bytes = words(2, &[1, 2, 3, 4, 5, 6]);
        let shapes = [(6, 2)];
        let packed = pack(&bytes, &shapes).unwrap();
        assert_eq!(unpack(&packed[..packed.len() - 1], &shapes), None);
        let mut longer = packed.clone();
        longer.push(0);
        assert_eq!(unpack(&longer, &shapes), None);
        let mut padded = packed;
        *padded.last_mut().unwrap() |= 1;
        assert_eq!(unpack(&padded, &shapes), None);
        // The longest length with a number that has fewer bits.
        assert_eq!(unpack(&[0b1110_0000, 0b0010_0000], &[(1, 1)]), None);
    }
}
