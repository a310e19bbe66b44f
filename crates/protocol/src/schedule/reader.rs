//! A cursor over untrusted bytes.

use super::decode::DecodeError;

/// Reads little-endian values and refuses to run past the end.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    length: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            length: bytes.len(),
        }
    }

    pub(crate) fn error(&self, problem: &'static str) -> DecodeError {
        DecodeError {
            byte: self.length - self.bytes.len(),
            problem: problem.into(),
        }
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let (taken, rest) = self
            .bytes
            .split_at_checked(count)
            .ok_or_else(|| self.error("unexpected end"))?;
        self.bytes = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (taken, rest) = self
            .bytes
            .split_first_chunk()
            .ok_or_else(|| self.error("unexpected end"))?;
        self.bytes = rest;
        Ok(*taken)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, DecodeError> {
        self.array().map(u8::from_le_bytes)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, DecodeError> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<usize, DecodeError> {
        let value = self.array().map(u32::from_le_bytes)?;
        usize::try_from(value).map_err(|_| self.error("number exceeds the address space"))
    }

    pub(crate) fn i64(&mut self) -> Result<i64, DecodeError> {
        self.array().map(i64::from_le_bytes)
    }

    /// A list whose items take at least `item_size` bytes each.
    ///
    /// The count is checked against what is left before anything is allocated: a count is
    /// otherwise an allocation bomb.
    pub(crate) fn list<T>(
        &mut self,
        item_size: usize,
        mut item: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let count = self.u32()?;
        if count > self.bytes.len() / item_size {
            return Err(self.error("list is longer than the remaining bytes"));
        }
        // In memory an item may be several times its encoding, so the vector grows with the data.
        let mut items = Vec::with_capacity(count.min(1 << 12));
        for _ in 0..count {
            items.push(item(self)?);
        }
        Ok(items)
    }

    pub(crate) fn finish(self) -> Result<(), DecodeError> {
        if self.bytes.is_empty() {
            Ok(())
        } else {
            Err(self.error("trailing bytes"))
        }
    }
}
