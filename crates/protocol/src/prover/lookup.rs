//! Multiplicities, denominators and helper columns of all lookups.

use ark_bn254::Fr;
use ark_ff::{One, PrimeField};
use modulus_sumcheck::fold::Element;
use modulus_sumcheck::logup::{lookup_helper, table_helper};
use modulus_sumcheck::table::{PARALLEL_THRESHOLD, for_each_inside};
use rayon::prelude::*;

use super::error::{ProveError, WitnessError};
use super::tables::{Folded, Tables};
use super::witness::{Values, Witness, unpad};
use crate::schedule::{Atom, Coordinate, Form, Schedule, Table, Term, axis_bits};

/// Columns over a padded block: integers where they fit.
enum Column {
    Integers(Vec<i64>),
    Elements(Vec<Fr>),
}

impl Column {
    fn len(&self) -> usize {
        match self {
            Self::Integers(values) => values.len(),
            Self::Elements(values) => values.len(),
        }
    }

    /// The entry as an integer, if it is one of at most 63 bits.
    fn integer(&self, index: usize) -> Option<i64> {
        match self {
            Self::Integers(values) => Some(values[index]),
            Self::Elements(values) => small(values[index]),
        }
    }
}

/// Columns of every lookup of every group, and of every table.
pub(super) struct Lookups {
    groups: Vec<Vec<Vec<Column>>>,
    tables: Vec<Vec<Column>>,
}

impl Lookups {
    /// Evaluates all columns on their padded blocks.
    pub(super) fn new(tables: &Tables<'_>) -> Self {
        let schedule = tables.schedule;
        let columns = |forms: &[Form], shape: &[usize]| -> Vec<Column> {
            let variables = axis_bits(shape).first().map_or(0, |axis| axis.end);
            forms
                .iter()
                .map(|form| match tables.integers(form, variables) {
                    Some(values) => Column::Integers(values),
                    None => Column::Elements(tables.form(form, variables, &mut Folded::new())),
                })
                .collect()
        };
        let groups = schedule
            .lookups
            .iter()
            .map(|group| {
                group
                    .lookups
                    .iter()
                    .map(|lookup| columns(&lookup.columns, &group.shape))
                    .collect()
            })
            .collect();
        let tables = schedule
            .tables
            .iter()
            .map(|table| {
                let mut forms = counters(table);
                forms.extend(table.values.iter().cloned());
                columns(&forms, &table.shape)
            })
            .collect();
        Self { groups, tables }
    }

    /// How often each row of each table is looked up, in unpadded C order.
    ///
    /// With `skip_misses` a tuple that is no row is not counted anywhere.
    pub(super) fn multiplicities(
        &self,
        schedule: &Schedule,
        skip_misses: bool,
    ) -> Result<Vec<Vec<i64>>, WitnessError> {
        let mut counts: Vec<Vec<i64>> = schedule
            .tables
            .iter()
            .map(|table| vec![0; table.shape.iter().product()])
            .collect();
        let places: Vec<Vec<usize>> = schedule
            .tables
            .iter()
            .map(|table| {
                let mut places = Vec::new();
                for_each_inside(&table.shape, |index| places.push(index));
                places
            })
            .collect();
        for (number, (group, lookups)) in schedule.lookups.iter().zip(&self.groups).enumerate() {
            for (position, (lookup, columns)) in group.lookups.iter().zip(lookups).enumerate() {
                let table = lookup.table;
                let mut entry = 0;
                let mut miss = None;
                for_each_inside(&group.shape, |index| {
                    let row = find(&schedule.tables[table], columns, index).filter(|row| {
                        self.has_values(
                            &schedule.tables[table],
                            table,
                            places[table][*row],
                            columns,
                            index,
                        )
                    });
                    match row {
                        Some(row) => counts[table][row] += 1,
                        None => {
                            miss.get_or_insert(entry);
                        }
                    }
                    entry += 1;
                });
                if let (Some(at), false) = (miss, skip_misses) {
                    return Err(WitnessError::NotInTable {
                        group: number,
                        lookup: position,
                        table,
                        position: at,
                    });
                }
            }
        }
        Ok(counts)
    }

    /// Whether the value columns of a looked-up tuple are those of a table row.
    fn has_values(
        &self,
        table: &Table,
        number: usize,
        place: usize,
        columns: &[Column],
        index: usize,
    ) -> bool {
        let axes = table.shape.len();
        columns[axes..]
            .iter()
            .zip(&self.tables[number][axes..])
            .all(|(column, value)| {
                if let (Column::Elements(left), Column::Elements(right)) = (column, value) {
                    return left[index] == right[place];
                }
                let found = column.integer(index);
                found.is_some() && found == value.integer(place)
            })
    }

    /// `alpha - tuple` of everything, over padded blocks.
    pub(super) fn denominators(self, schedule: &Schedule, alpha: Fr, beta: Fr) -> Denominators {
        let mut powers = vec![Fr::one()];
        for position in 0..schedule.columns {
            powers.push(powers[position] * beta);
        }
        let tuples = Tuples {
            alpha,
            tag: powers[schedule.columns],
            powers: &powers,
        };
        let groups = schedule
            .lookups
            .iter()
            .zip(&self.groups)
            .map(|(group, lists)| {
                let lookups = group.lookups.iter().zip(lists);
                lookups
                    .map(|(lookup, list)| tuples.denominator(list, lookup.table))
                    .collect()
            })
            .collect();
        let tables = self.tables.iter().enumerate();
        let tables = tables
            .map(|(index, list)| tuples.denominator(list, index))
            .collect();
        Denominators { groups, tables }
    }
}

struct Tuples<'a> {
    alpha: Fr,
    tag: Fr,
    powers: &'a [Fr],
}

impl Tuples<'_> {
    fn denominator(&self, columns: &[Column], table: usize) -> Vec<Fr> {
        let start = self.alpha - self.tag * Fr::from(table as u64 + 1);
        let length = columns.first().map_or(0, Column::len);
        (0..length)
            .into_par_iter()
            .with_min_len(PARALLEL_THRESHOLD)
            .map(|index| {
                let mut value = start;
                for (position, (column, power)) in columns.iter().zip(self.powers).enumerate() {
                    let entry = match column {
                        Column::Integers(values) => Fr::from(values[index]),
                        Column::Elements(values) => values[index],
                    };
                    value -= if position == 0 { entry } else { entry * power };
                }
                value
            })
            .collect()
    }
}

/// `alpha - tuple` for every lookup of every group, and for every table row.
pub(super) struct Denominators {
    pub(super) groups: Vec<Vec<Vec<Fr>>>,
    pub(super) tables: Vec<Vec<Fr>>,
}

impl Denominators {
    /// Computes all helper columns and hands them to the witness.
    pub(super) fn fill_helpers(
        &self,
        schedule: &Schedule,
        witness: &mut Witness<'_>,
    ) -> Result<(), ProveError> {
        let mut helpers = Vec::new();
        for (group, denominators) in schedule.lookups.iter().zip(&self.groups) {
            let inside: Vec<Vec<Fr>> = denominators
                .iter()
                .map(|column| unpad(column, &group.shape))
                .collect();
            helpers.push((group.helper_claim, lookup_helper(&inside)?));
        }
        for (table, denominators) in schedule.tables.iter().zip(&self.tables) {
            let tensor = schedule.claims[table.multiplicity_claim].tensor;
            let multiplicities: Vec<Fr> = witness
                .integers(tensor)
                .unwrap_or_default()
                .iter()
                .map(|count| Fr::from(*count))
                .collect();
            let inside = unpad(denominators, &table.shape);
            helpers.push((table.helper_claim, table_helper(&multiplicities, &inside)?));
        }
        for (claim, helper) in helpers {
            let values = helper.into_iter().map(Element).collect();
            witness.set(schedule.claims[claim].tensor, Values::Elements(values));
        }
        Ok(())
    }
}

/// The row that a tuple's index columns name, in unpadded C order.
fn find(table: &Table, columns: &[Column], index: usize) -> Option<usize> {
    let mut row = 0;
    for ((column, offset), extent) in columns.iter().zip(&table.offsets).zip(&table.shape) {
        let position = column.integer(index)?.checked_sub(*offset)?;
        let position = usize::try_from(position)
            .ok()
            .filter(|position| position < extent)?;
        row = row * extent + position;
    }
    Some(row)
}

/// The index columns of a table as forms: one shifted counter per axis.
fn counters(table: &Table) -> Vec<Form> {
    axis_bits(&table.shape)
        .into_iter()
        .zip(&table.offsets)
        .map(|(axis, offset)| {
            let coordinates = axis
                .map(|variable| Coordinate::Challenge { stage: 0, variable })
                .collect();
            let term = |coefficient, atom| Term {
                coefficient,
                selectors: Vec::new(),
                kernels: Vec::new(),
                atom,
            };
            vec![
                term(1, Atom::Counter(coordinates)),
                term(*offset, Atom::One),
            ]
        })
        .collect()
}

/// A field element as an integer of at most 63 bits and its sign, if it is one.
fn small(element: Fr) -> Option<i64> {
    let low = |element: Fr| match element.into_bigint().0 {
        [low, 0, 0, 0] => i64::try_from(low).ok(),
        _ => None,
    };
    low(element).or_else(|| low(-element).map(|magnitude| -magnitude))
}
