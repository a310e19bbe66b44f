//! Names in records: who contributed, where a beacon comes from.

use std::fmt;

/// Bytes of a label in a record.
pub const LABEL_LENGTH: usize = 64;

/// UTF-8 of at most 64 bytes without control characters, filled with zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label([u8; LABEL_LENGTH]);

impl Label {
    /// A label, or none if the text does not fit or has control characters.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let mut bytes = [0; LABEL_LENGTH];
        bytes
            .get_mut(..text.len())?
            .copy_from_slice(text.as_bytes());
        // Attack: control characters in a name could rewrite what a terminal shows of a ceremony.
        (!text.chars().any(char::is_control)).then_some(Self(bytes))
    }

    /// Decodes canonical bytes.
    pub(super) fn decode(bytes: [u8; LABEL_LENGTH]) -> Option<Self> {
        let length = bytes
            .iter()
            .rposition(|byte| *byte != 0)
            .map_or(0, |last| last + 1);
        let text = std::str::from_utf8(bytes.get(..length)?).ok()?;
        Self::new(text)
    }

    /// Canonical bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8; LABEL_LENGTH] {
        &self.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = std::str::from_utf8(&self.0).unwrap_or_default();
        formatter.write_str(text.trim_end_matches('\0'))
    }
}
