//! Summands of the zero-check and of the steps.

use ark_bn254::Fr;
use ark_ff::{One, Zero};
use modulus_sumcheck::kernel::Coordinate as Bound;
use modulus_sumcheck::logup::{LookupIdentity, TableIdentity};
use modulus_sumcheck::pointwise::PointwiseIdentity;
use modulus_sumcheck::product::{Batch, Product, Summand, Table};
use modulus_sumcheck::table::{eq_table, shape_powers, spread};

use super::lookup::Denominators;
use super::tables::{Folded, Tables};
use super::witness::unpad;
use crate::schedule::{self, Form, Pointwise, Step, block_bits};

/// The batch of all identities of the zero-check.
pub(super) fn zero_check(
    tables: &Tables<'_>,
    denominators: Denominators,
    lambda: Fr,
    theta: Fr,
) -> Batch<Fr> {
    let schedule = tables.schedule;
    let weight = |shape: &[usize]| Table::Elements(shape_powers(shape, theta));
    let mut summands = Vec::new();
    for relation in &schedule.pointwise {
        summands.push(pointwise(tables, relation, weight(&relation.shape)));
    }
    for (group, columns) in schedule.lookups.iter().zip(denominators.groups) {
        let mut list = vec![weight(&group.shape), column(tables, group.helper_claim)];
        list.extend(columns.into_iter().map(Table::Elements));
        let identity = LookupIdentity {
            lookups: group.lookups.len(),
        };
        summands.push(Summand::new(
            block_bits(&group.shape),
            list,
            Box::new(identity),
        ));
    }
    for (table, denominator) in schedule.tables.iter().zip(denominators.tables) {
        let list = vec![
            weight(&table.shape),
            column(tables, table.helper_claim),
            Table::Elements(denominator),
            column(tables, table.multiplicity_claim),
        ];
        summands.push(Summand::new(
            block_bits(&table.shape),
            list,
            Box::new(TableIdentity),
        ));
    }
    let scales = std::iter::successors(Some(Fr::one()), |scale| Some(*scale * lambda));
    Batch::new(
        schedule.zero_check_variables,
        scales.zip(summands).collect(),
    )
}

/// The padded block of a column that is claimed at the point of the zero-check.
fn column(tables: &Tables<'_>, claim: usize) -> Table<Fr> {
    tables.witness.block(tables.schedule.claims[claim].tensor)
}

fn pointwise(tables: &Tables<'_>, relation: &Pointwise, weight: Table<Fr>) -> Summand<Fr> {
    let variables = block_bits(&relation.shape);
    let mut forms: Vec<Form> = Vec::new();
    let mut products = Vec::new();
    let mut linear: Form = Vec::new();
    for product in &relation.products {
        // A product of one factor is linear: all of these become one table.
        if let [factor] = product.factors.as_slice()
            && let Some(scaled) = scaled(factor, product.coefficient)
        {
            linear.extend(scaled);
            continue;
        }
        let factors = product
            .factors
            .iter()
            .map(|factor| number(&mut forms, factor))
            .collect();
        products.push((Fr::from(product.coefficient), factors));
    }
    if !linear.is_empty() {
        products.push((Fr::one(), vec![number(&mut forms, &linear)]));
    }
    let mut list = vec![weight];
    list.extend(forms.iter().map(|form| tables.table(form, variables)));
    Summand::new(variables, list, Box::new(PointwiseIdentity::new(products)))
}

/// Table number of a form; table 0 is the weight.
fn number(forms: &mut Vec<Form>, form: &Form) -> usize {
    let position = forms
        .iter()
        .position(|known| known == form)
        .unwrap_or_else(|| {
            forms.push(form.clone());
            forms.len() - 1
        });
    position + 1
}

fn scaled(form: &Form, factor: i64) -> Option<Form> {
    form.iter()
        .map(|term| {
            let coefficient = term.coefficient.checked_mul(factor)?;
            Some(schedule::Term {
                coefficient,
                ..term.clone()
            })
        })
        .collect()
}

/// The batch of all summands of a step.
pub(super) fn step(tables: &Tables<'_>, step: &Step, eta: Fr, folded: &mut Folded) -> Batch<Fr> {
    let mut scale = Fr::one();
    let mut summands = Vec::new();
    for instance in &step.instances {
        for summand in &instance.summands {
            summands.push((scale, self::summand(tables, summand, folded)));
        }
        scale *= eta;
    }
    Batch::new(step.variables, summands)
}

fn summand(tables: &Tables<'_>, summand: &schedule::Summand, folded: &mut Folded) -> Summand<Fr> {
    let variables = summand.variables;
    // Factors over disjoint variables are one multilinear factor, which keeps the degree low.
    let mut merged: Vec<(u64, Vec<Fr>)> = Vec::new();
    let mut merge =
        |used: u64, table: Vec<Fr>| match merged.iter_mut().find(|(other, _)| other & used == 0) {
            Some((other, product)) => {
                *other |= used;
                product
                    .iter_mut()
                    .zip(table)
                    .for_each(|(value, factor)| *value *= factor);
            }
            None => merged.push((used, table)),
        };
    let mut equalities: Vec<(Vec<Fr>, Vec<usize>, u64)> = Vec::new();
    for (fixed, variable) in &summand.eq {
        let value = match tables.bound(*fixed) {
            Bound::Fixed(value) => value,
            Bound::Variable(_) => Fr::zero(),
        };
        let bit = 1 << variable;
        match equalities.iter_mut().find(|(.., used)| used & bit == 0) {
            Some((point, order, used)) => {
                point.push(value);
                order.push(*variable);
                *used |= bit;
            }
            None => equalities.push((vec![value], vec![*variable], bit)),
        }
    }
    for (point, order, used) in equalities {
        merge(
            used,
            spread(&eq_table(&point, Fr::one()), &order, variables),
        );
    }
    for kernel in &summand.kernels {
        let used = kernel
            .parts
            .iter()
            .flat_map(|part| tables.bounds(&part.coordinates))
            .fold(0, |used, coordinate| match coordinate {
                Bound::Fixed(_) => used,
                Bound::Variable(variable) => used | 1 << variable,
            });
        merge(used, tables.kernel(kernel, variables));
    }
    let mut list: Vec<Table<Fr>> = merged
        .into_iter()
        .map(|(_, table)| Table::Elements(table))
        .collect();
    for form in &summand.factors {
        list.push(Table::Elements(tables.form(form, variables, folded)));
    }
    let degree = list.len();
    Summand::new(variables, list, Box::new(Product(degree)))
}

/// The first pointwise relation that does not vanish, and where, in unpadded C order.
pub(super) fn violation(tables: &Tables<'_>) -> Option<(usize, usize)> {
    tables
        .schedule
        .pointwise
        .iter()
        .enumerate()
        .find_map(|(index, relation)| {
            let variables = block_bits(&relation.shape);
            let mut values = vec![Fr::zero(); 1 << variables];
            for product in &relation.products {
                let mut table = vec![Fr::from(product.coefficient); 1 << variables];
                for factor in &product.factors {
                    let factor = tables.form(factor, variables, &mut Folded::new());
                    table
                        .iter_mut()
                        .zip(factor)
                        .for_each(|(value, factor)| *value *= factor);
                }
                values
                    .iter_mut()
                    .zip(table)
                    .for_each(|(sum, value)| *sum += value);
            }
            let position = unpad(&values, &relation.shape)
                .iter()
                .position(|v| !v.is_zero())?;
            Some((index, position))
        })
}
