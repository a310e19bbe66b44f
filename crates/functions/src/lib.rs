//! Real functions as data: postfix code over a closed set of elementary functions.
//!
//! Function tables are made of them. A verifier evaluates the code of a table again and compares.
//!
//! Source: `docs/spec/functions.md`.

#[deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod elementary;

use elementary as e;
use rayon::prelude::*;
use thiserror::Error;

/// Instructions of one function.
pub const MAX_CODE: usize = 256;
/// Arguments that one task evaluates.
const TASK_LENGTH: usize = 1 << 10;

/// Bytes that are not the code of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CodeError {
    /// The bytes end inside an instruction or go on after the last one.
    #[error("a function's code has a wrong length")]
    Length,
    /// There is no such elementary function.
    #[error("unknown elementary function {0}")]
    Unknown(u8),
    /// A constant is infinite or not a number.
    #[error("a function's constant is not finite")]
    Constant,
    /// It takes values that are not there, or leaves another number of them than one.
    #[error("a function's code is unbalanced or too long")]
    Stack,
}

#[derive(Debug, Clone, Copy)]
enum Instruction {
    Variable,
    Constant(f64),
    Unary(fn(f64) -> f64),
    Binary(fn(f64, f64) -> f64),
}

/// A real function of one variable.
#[derive(Debug, Clone)]
pub struct Function {
    code: Vec<Instruction>,
}

impl Function {
    /// Decodes a u32 number of instructions and the instructions.
    ///
    /// # Errors
    ///
    /// [`CodeError`] if the bytes are not exactly the code of a function.
    pub fn decode(bytes: &[u8]) -> Result<Self, CodeError> {
        let (count, mut rest) = bytes.split_first_chunk().ok_or(CodeError::Length)?;
        let count = u32::from_le_bytes(*count) as usize;
        if count > MAX_CODE {
            return Err(CodeError::Stack);
        }
        let mut code = Vec::with_capacity(count);
        let mut depth = 0_usize;
        for _ in 0..count {
            let (number, after) = rest.split_first().ok_or(CodeError::Length)?;
            rest = after;
            let instruction = match number {
                0 => Instruction::Variable,
                1 => {
                    let (constant, after) = rest.split_first_chunk().ok_or(CodeError::Length)?;
                    rest = after;
                    Instruction::Constant(f64::from_le_bytes(*constant))
                }
                _ => elementary_function(*number)?,
            };
            let taken = match instruction {
                Instruction::Constant(constant) if !constant.is_finite() => {
                    return Err(CodeError::Constant);
                }
                Instruction::Variable | Instruction::Constant(_) => 0,
                Instruction::Unary(_) => 1,
                Instruction::Binary(_) => 2,
            };
            depth = depth.checked_sub(taken).ok_or(CodeError::Stack)? + 1;
            code.push(instruction);
        }
        if !rest.is_empty() {
            return Err(CodeError::Length);
        }
        if depth != 1 {
            return Err(CodeError::Stack);
        }
        Ok(Self { code })
    }

    /// Values of the function; NaN or infinite where it is not defined.
    #[must_use]
    pub fn evaluate(&self, arguments: &[f64]) -> Vec<f64> {
        arguments
            .par_chunks(TASK_LENGTH)
            .flat_map_iter(|part| {
                let mut stack = Vec::with_capacity(self.code.len());
                part.iter()
                    .map(move |argument| self.value(&mut stack, *argument))
            })
            .collect()
    }

    fn value(&self, stack: &mut Vec<f64>, argument: f64) -> f64 {
        // Decoding has counted the values: none is missing.
        let take = |stack: &mut Vec<f64>| stack.pop().unwrap_or(f64::NAN);
        for instruction in &self.code {
            let value = match instruction {
                Instruction::Variable => argument,
                Instruction::Constant(constant) => *constant,
                Instruction::Unary(function) => function(take(stack)),
                Instruction::Binary(function) => {
                    let right = take(stack);
                    function(take(stack), right)
                }
            };
            stack.push(value);
        }
        take(stack)
    }
}

fn elementary_function(number: u8) -> Result<Instruction, CodeError> {
    Ok(match number {
        2 => Instruction::Unary(|a| -a),
        3 => Instruction::Unary(f64::abs),
        4 => Instruction::Unary(e::exp),
        5 => Instruction::Unary(e::log),
        6 => Instruction::Unary(e::sqrt),
        7 => Instruction::Unary(e::sin),
        8 => Instruction::Unary(e::cos),
        9 => Instruction::Unary(e::atan),
        10 => Instruction::Unary(e::erf),
        11 => Instruction::Binary(|a, b| a + b),
        12 => Instruction::Binary(|a, b| a - b),
        13 => Instruction::Binary(|a, b| a * b),
        14 => Instruction::Binary(e::divide),
        15 => Instruction::Binary(e::minimum),
        16 => Instruction::Binary(e::maximum),
        17 => Instruction::Binary(e::power),
        _ => return Err(CodeError::Unknown(number)),
    })
}
