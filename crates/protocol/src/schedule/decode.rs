//! Strict decoder of schedules.

use std::borrow::Cow;

use thiserror::Error;

use super::reader::Reader;
use super::types::{
    Atom, Claim, Coordinate, Form, Instance, Kernel, KernelPart, Lookup, LookupGroup, Pointwise,
    Product, Public, RowKind, Schedule, Selector, Step, Summand, Table, Tensor, TensorKind, Term,
};
use super::{MAGIC, VERSION, validate};

/// Bytes that are not a well-formed schedule or key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("byte {byte}: {problem}")]
pub struct DecodeError {
    /// Position after the last byte that was understood.
    pub byte: usize,
    /// What is wrong.
    pub problem: Cow<'static, str>,
}

type Result<T> = std::result::Result<T, DecodeError>;

/// Decodes a schedule and checks that it is well formed.
///
/// # Errors
///
/// If the bytes are not exactly one well-formed schedule.
pub fn decode(bytes: &[u8]) -> Result<Schedule> {
    let mut reader = Reader::new(bytes);
    if reader.array::<16>()? != *MAGIC {
        return Err(reader.error("not a schedule"));
    }
    if reader.u16()? != VERSION {
        return Err(reader.error("unknown schedule version"));
    }
    let schedule = schedule(&mut reader)?;
    reader.finish()?;
    validate::check(&schedule).map_err(|problem| DecodeError {
        byte: bytes.len(),
        problem: problem.into(),
    })?;
    Ok(schedule)
}

fn schedule(r: &mut Reader<'_>) -> Result<Schedule> {
    Ok(Schedule {
        row_bits: r.u8()?.into(),
        row_kinds: r.list(1, row_kind)?,
        tensors: r.list(29, tensor)?,
        columns: r.u8()?.into(),
        claims: r.list(10, claim)?,
        zero_check_variables: r.u8()?.into(),
        zero_check_degree: r.u8()?.into(),
        pointwise: r.list(8, pointwise)?,
        lookups: r.list(12, lookup_group)?,
        tables: r.list(20, table)?,
        steps: r.list(6, step)?,
        padding: r.list(4, Reader::u32)?,
        public: r.list(6, public)?,
    })
}

fn row_kind(r: &mut Reader<'_>) -> Result<RowKind> {
    Ok(match r.u8()? {
        0 => RowKind::Table,
        1 => RowKind::Weight,
        2 => RowKind::Port,
        3 => RowKind::Trace,
        4 => RowKind::Helper,
        _ => return Err(r.error("unknown row kind")),
    })
}

fn tensor(r: &mut Reader<'_>) -> Result<Tensor> {
    let kind = match r.u8()? {
        0 => TensorKind::Table,
        1 => TensorKind::Weight,
        2 => TensorKind::Port,
        3 => TensorKind::Trace,
        4 => TensorKind::Multiplicity,
        5 => TensorKind::Helper,
        6 => TensorKind::Virtual,
        _ => return Err(r.error("unknown tensor kind")),
    };
    Ok(Tensor {
        kind,
        shape: shape(r)?,
        low: r.i64()?,
        high: r.i64()?,
        row: r.u32()?,
        offset: r.u32()?,
    })
}

fn shape(r: &mut Reader<'_>) -> Result<Vec<usize>> {
    r.list(4, Reader::u32)
}

fn coordinate(r: &mut Reader<'_>) -> Result<Coordinate> {
    Ok(match r.u8()? {
        0 => Coordinate::Zero,
        1 => Coordinate::One,
        2 => Coordinate::Half,
        3 => Coordinate::Challenge {
            stage: r.u16()?.into(),
            variable: r.u16()?.into(),
        },
        _ => return Err(r.error("unknown coordinate kind")),
    })
}

fn coordinates(r: &mut Reader<'_>) -> Result<Vec<Coordinate>> {
    r.list(1, coordinate)
}

fn claim(r: &mut Reader<'_>) -> Result<Claim> {
    Ok(Claim {
        tensor: r.u32()?,
        stage: r.u16()?.into(),
        point: coordinates(r)?,
    })
}

fn selector(r: &mut Reader<'_>) -> Result<Selector> {
    Ok(Selector {
        extent: r.u32()?,
        coordinates: coordinates(r)?,
    })
}

fn kernel(r: &mut Reader<'_>) -> Result<Kernel> {
    Ok(Kernel {
        constant: r.i64()?,
        parts: r.list(16, kernel_part)?,
    })
}

fn kernel_part(r: &mut Reader<'_>) -> Result<KernelPart> {
    Ok(KernelPart {
        coefficient: r.i64()?,
        extent: r.u32()?,
        coordinates: coordinates(r)?,
    })
}

fn term(r: &mut Reader<'_>) -> Result<Term> {
    Ok(Term {
        coefficient: r.i64()?,
        selectors: r.list(8, selector)?,
        kernels: r.list(12, kernel)?,
        atom: match r.u8()? {
            0 => Atom::One,
            1 => Atom::Claim(r.u32()?),
            2 => Atom::Counter(coordinates(r)?),
            _ => return Err(r.error("unknown atom")),
        },
    })
}

fn form(r: &mut Reader<'_>) -> Result<Form> {
    r.list(17, term)
}

fn pointwise(r: &mut Reader<'_>) -> Result<Pointwise> {
    let product = |r: &mut Reader<'_>| -> Result<Product> {
        Ok(Product {
            coefficient: r.i64()?,
            factors: r.list(4, form)?,
        })
    };
    Ok(Pointwise {
        shape: shape(r)?,
        products: r.list(12, product)?,
    })
}

fn lookup_group(r: &mut Reader<'_>) -> Result<LookupGroup> {
    let lookup = |r: &mut Reader<'_>| -> Result<Lookup> {
        Ok(Lookup {
            table: r.u32()?,
            columns: r.list(4, form)?,
        })
    };
    Ok(LookupGroup {
        shape: shape(r)?,
        helper_claim: r.u32()?,
        lookups: r.list(8, lookup)?,
    })
}

fn table(r: &mut Reader<'_>) -> Result<Table> {
    Ok(Table {
        shape: shape(r)?,
        offsets: r.list(8, Reader::i64)?,
        values: r.list(4, form)?,
        multiplicity_claim: r.u32()?,
        helper_claim: r.u32()?,
    })
}

fn summand(r: &mut Reader<'_>) -> Result<Summand> {
    let eq = |r: &mut Reader<'_>| -> Result<(Coordinate, usize)> {
        Ok((coordinate(r)?, r.u16()?.into()))
    };
    Ok(Summand {
        variables: r.u8()?.into(),
        eq: r.list(3, eq)?,
        kernels: r.list(12, kernel)?,
        factors: r.list(4, form)?,
    })
}

fn instance(r: &mut Reader<'_>) -> Result<Instance> {
    Ok(Instance {
        claim: r.u32()?,
        offset: form(r)?,
        summands: r.list(13, summand)?,
    })
}

fn step(r: &mut Reader<'_>) -> Result<Step> {
    Ok(Step {
        variables: r.u8()?.into(),
        degree: r.u8()?.into(),
        instances: r.list(12, instance)?,
    })
}

fn public(r: &mut Reader<'_>) -> Result<Public> {
    Ok(Public {
        tensor: r.u32()?,
        width: r.u8()?.into(),
        is_output: match r.u8()? {
            0 => false,
            1 => true,
            _ => return Err(r.error("not a truth value")),
        },
    })
}
