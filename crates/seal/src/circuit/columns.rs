//! The matrices by column: what keys are made of.

use std::ops::AddAssign;

use ark_bn254::Fr;
use ark_ff::Zero;
use rayon::prelude::*;

use super::pool::Row;
use super::{Circuit, Constraint, Matrix};

impl Constraint {
    pub(super) fn row(&self, matrix: Matrix) -> Row {
        match matrix {
            Matrix::A => self.a,
            Matrix::B => self.b,
            Matrix::C => self.c,
        }
    }
}

/// Non-zero entries of one column over the distinct rows: (row, coefficient).
pub(crate) type Column<'a> = Vec<(usize, &'a Fr)>;

impl Circuit {
    /// Sums `weights`, one per constraint, over the constraints that share a row.
    pub(crate) fn row_weights<T: Clone + Zero + for<'a> AddAssign<&'a T>>(
        &self,
        matrix: Matrix,
        weights: &[T],
    ) -> Vec<T> {
        let mut sums = vec![T::zero(); self.pool.row_count()];
        for (constraint, weight) in self.constraints.iter().zip(weights) {
            sums[constraint.row(matrix) as usize] += weight;
        }
        sums
    }

    /// Columns of a matrix, one per wire, over the rows that it uses.
    pub(crate) fn columns(&self, matrix: Matrix) -> Vec<Column<'_>> {
        let mut columns = vec![Vec::new(); self.wires];
        for (row, is_used) in self.used_rows(matrix).into_iter().enumerate() {
            if is_used {
                // Rows are numbered in 32 bits.
                for (wire, coefficient) in self.pool.terms(u32::try_from(row).unwrap_or_default()) {
                    columns[wire as usize].push((row, coefficient));
                }
            }
        }
        columns
    }

    fn used_rows(&self, matrix: Matrix) -> Vec<bool> {
        let mut is_used = vec![false; self.pool.row_count()];
        for constraint in &self.constraints {
            is_used[constraint.row(matrix) as usize] = true;
        }
        is_used
    }

    /// Wires whose column is not empty, ascending.
    pub(crate) fn support(&self, matrix: Matrix) -> Vec<usize> {
        let columns = self.columns(matrix);
        (0..self.wires)
            .filter(|wire| !columns[*wire].is_empty())
            .collect()
    }

    /// `sum over constraints j of weights_j * matrix[j][wire]`, for every wire.
    pub(crate) fn weighted_columns(&self, matrix: Matrix, weights: &[Fr]) -> Vec<Fr> {
        let weights = self.row_weights(matrix, weights);
        self.columns(matrix)
            .into_par_iter()
            .map(|column| {
                column
                    .into_iter()
                    .map(|(row, coefficient)| weights[row] * coefficient)
                    .sum()
            })
            .collect()
    }

    /// `sum over wires of matrix[j][wire] * values[wire]`, for every constraint j.
    pub(crate) fn products(&self, matrix: Matrix, values: &[Fr]) -> Vec<Fr> {
        self.constraints
            .par_iter()
            .map(|constraint| {
                self.pool
                    .terms(constraint.row(matrix))
                    .map(|(wire, coefficient)| values[wire as usize] * coefficient)
                    .sum()
            })
            .collect()
    }
}
