//! Encoder of schedules: the inverse of the decoder on well-formed ones.

use super::types::{
    Atom, Claim, Coordinate, Form, Instance, Kernel, LookupGroup, Pointwise, RowKind, Schedule,
    Selector, Step, Summand, Table, Tensor, TensorKind, Term,
};
use super::{MAGIC, VERSION};

/// Encodes a well-formed schedule.
#[must_use]
pub fn encode(schedule: &Schedule) -> Vec<u8> {
    let mut w = Writer(MAGIC.to_vec());
    w.u16(VERSION.into());
    w.u8(schedule.row_bits);
    w.list(&schedule.row_kinds, |w, kind| w.u8(row_kind(*kind)));
    w.list(&schedule.tensors, Writer::tensor);
    w.u8(schedule.columns);
    w.list(&schedule.claims, Writer::claim);
    w.u8(schedule.zero_check_variables);
    w.u8(schedule.zero_check_degree);
    w.list(&schedule.pointwise, Writer::pointwise);
    w.list(&schedule.lookups, Writer::lookup_group);
    w.list(&schedule.tables, Writer::table);
    w.list(&schedule.steps, Writer::step);
    w.list(&schedule.padding, |w, tensor| w.u32(*tensor));
    w.list(&schedule.public, |w, public| {
        w.u32(public.tensor);
        w.u8(public.width);
        w.u8(public.is_output.into());
    });
    w.0
}

fn row_kind(kind: RowKind) -> usize {
    match kind {
        RowKind::Table => 0,
        RowKind::Weight => 1,
        RowKind::Port => 2,
        RowKind::Trace => 3,
        RowKind::Helper => 4,
    }
}

fn tensor_kind(kind: TensorKind) -> usize {
    match kind {
        TensorKind::Table => 0,
        TensorKind::Weight => 1,
        TensorKind::Port => 2,
        TensorKind::Trace => 3,
        TensorKind::Multiplicity => 4,
        TensorKind::Helper => 5,
        TensorKind::Virtual => 6,
    }
}

struct Writer(Vec<u8>);

// Well-formed numbers fit their width: the validator caps every one of them.
#[expect(
    clippy::cast_possible_truncation,
    reason = "well-formed numbers fit their width"
)]
impl Writer {
    fn u8(&mut self, value: usize) {
        self.0.push(value as u8);
    }

    fn u16(&mut self, value: usize) {
        self.0.extend((value as u16).to_le_bytes());
    }

    fn u32(&mut self, value: usize) {
        self.0.extend((value as u32).to_le_bytes());
    }

    fn i64(&mut self, value: i64) {
        self.0.extend(value.to_le_bytes());
    }

    fn list<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, &T)) {
        self.u32(items.len());
        for entry in items {
            item(self, entry);
        }
    }

    fn shape(&mut self, shape: &[usize]) {
        self.list(shape, |w, extent| w.u32(*extent));
    }

    fn tensor(&mut self, tensor: &Tensor) {
        self.u8(tensor_kind(tensor.kind));
        self.shape(&tensor.shape);
        self.i64(tensor.low);
        self.i64(tensor.high);
        self.u32(tensor.row);
        self.u32(tensor.offset);
    }

    fn coordinate(&mut self, coordinate: &Coordinate) {
        match *coordinate {
            Coordinate::Zero => self.u8(0),
            Coordinate::One => self.u8(1),
            Coordinate::Half => self.u8(2),
            Coordinate::Challenge { stage, variable } => {
                self.u8(3);
                self.u16(stage);
                self.u16(variable);
            }
        }
    }

    fn coordinates(&mut self, coordinates: &[Coordinate]) {
        self.list(coordinates, Self::coordinate);
    }

    fn claim(&mut self, claim: &Claim) {
        self.u32(claim.tensor);
        self.u16(claim.stage);
        self.coordinates(&claim.point);
    }

    fn selector(&mut self, selector: &Selector) {
        self.u32(selector.extent);
        self.coordinates(&selector.coordinates);
    }

    fn kernel(&mut self, kernel: &Kernel) {
        self.i64(kernel.constant);
        self.list(&kernel.parts, |w, part| {
            w.i64(part.coefficient);
            w.u32(part.extent);
            w.coordinates(&part.coordinates);
        });
    }

    fn term(&mut self, term: &Term) {
        self.i64(term.coefficient);
        self.list(&term.selectors, Self::selector);
        self.list(&term.kernels, Self::kernel);
        match &term.atom {
            Atom::One => self.u8(0),
            Atom::Claim(claim) => {
                self.u8(1);
                self.u32(*claim);
            }
            Atom::Counter(coordinates) => {
                self.u8(2);
                self.coordinates(coordinates);
            }
        }
    }

    fn form(&mut self, form: &Form) {
        self.list(form, Self::term);
    }

    fn pointwise(&mut self, pointwise: &Pointwise) {
        self.shape(&pointwise.shape);
        self.list(&pointwise.products, |w, product| {
            w.i64(product.coefficient);
            w.list(&product.factors, Self::form);
        });
    }

    fn lookup_group(&mut self, group: &LookupGroup) {
        self.shape(&group.shape);
        self.u32(group.helper_claim);
        self.list(&group.lookups, |w, lookup| {
            w.u32(lookup.table);
            w.list(&lookup.columns, Self::form);
        });
    }

    fn table(&mut self, table: &Table) {
        self.shape(&table.shape);
        self.list(&table.offsets, |w, offset| w.i64(*offset));
        self.list(&table.values, Self::form);
        self.u32(table.multiplicity_claim);
        self.u32(table.helper_claim);
    }

    fn summand(&mut self, summand: &Summand) {
        self.u8(summand.variables);
        self.list(&summand.eq, |w, (fixed, variable)| {
            w.coordinate(fixed);
            w.u16(*variable);
        });
        self.list(&summand.kernels, Self::kernel);
        self.list(&summand.factors, Self::form);
    }

    fn instance(&mut self, instance: &Instance) {
        self.u32(instance.claim);
        self.form(&instance.offset);
        self.list(&instance.summands, Self::summand);
    }

    fn step(&mut self, step: &Step) {
        self.u8(step.variables);
        self.u8(step.degree);
        self.list(&step.instances, Self::instance);
    }
}
