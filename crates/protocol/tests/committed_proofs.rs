//! Committed keys and proofs have the verdict that stands beside them, or are refused by version.
//!
//! Source: `vectors/proofs/README.md`.

#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use modulus_protocol::{Reason, VerifyingKey, verify};

/// Version of keys and proofs that this verifier reads.
const VERSION: u32 = 1;

fn folders() -> Vec<(u32, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/proofs");
    fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_dir())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name.trim_start_matches('v').parse().unwrap(), entry.path())
        })
        .collect()
}

fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|start| u8::from_str_radix(&text[start..start + 2], 16).unwrap())
        .collect()
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// A file with an edit: `-`, `offset=hex`, or `offset=` for a cut.
fn edited(file: &Path, edit: &str) -> Vec<u8> {
    let mut bytes = fs::read(file).unwrap();
    if edit == "-" {
        return bytes;
    }
    let (offset, content) = edit.split_once('=').unwrap();
    let (offset, content): (usize, _) = (offset.parse().unwrap(), from_hex(content));
    if content.is_empty() {
        bytes.truncate(offset);
    } else {
        let end = bytes.len().min(offset + content.len());
        bytes.splice(offset..end, content);
    }
    bytes
}

fn verdict(key: &[u8], proof: &[u8], context: [u8; 32]) -> String {
    let result = VerifyingKey::decode(key).and_then(|key| verify(&key, proof, context));
    match result {
        Ok(public) => format!("accepted:{}", to_hex(&public)),
        Err(rejection) => rejection.reason.name().to_owned(),
    }
}

#[test]
fn committed_proofs_have_their_verdict() {
    let mut accepted = 0;
    for (version, folder) in folders() {
        let cases = fs::read_to_string(folder.join("cases.txt")).unwrap();
        for line in cases.lines().filter(|line| !line.starts_with('#')) {
            let columns: Vec<_> = line.split(' ').collect();
            let [key, key_edit, proof, proof_edit, context, expected] = columns[..] else {
                panic!("{line}: not six columns");
            };
            let key = edited(&folder.join(key), key_edit);
            let proof = edited(&folder.join(proof), proof_edit);
            let found = verdict(&key, &proof, from_hex(context).try_into().unwrap());
            if version == VERSION {
                assert_eq!(found, expected, "{line}");
                accepted += usize::from(found.starts_with("accepted:"));
            } else {
                let refusals = [Reason::MalformedKey.name(), Reason::MalformedProof.name()];
                assert!(refusals.contains(&found.as_str()), "{line}: {found}");
            }
        }
    }
    assert!(accepted >= 3, "no committed proof is of version {VERSION}");
}
