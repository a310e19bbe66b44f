//! Pointwise identities as combinations of tables.

use ark_ff::PrimeField;

use crate::product::Combination;

/// `w * sum coefficient * product of factors` of tables w, f_1, f_2, ..
#[derive(Debug, Clone)]
pub struct PointwiseIdentity<F> {
    products: Vec<(F, Vec<usize>)>,
    degree: usize,
}

impl<F: PrimeField> PointwiseIdentity<F> {
    /// Products of a coefficient and tables, by their index; table 0 is the weight.
    #[must_use]
    pub fn new(products: Vec<(F, Vec<usize>)>) -> Self {
        let degree = 1 + products
            .iter()
            .map(|(_, factors)| factors.len())
            .max()
            .unwrap_or(0);
        Self { products, degree }
    }
}

impl<F: PrimeField> Combination<F> for PointwiseIdentity<F> {
    fn degree(&self) -> usize {
        self.degree
    }

    fn evaluate(&self, values: &[F]) -> F {
        let mut sum = F::zero();
        for (coefficient, factors) in &self.products {
            let mut factors = factors.iter();
            let mut product = match factors.next() {
                Some(first) if coefficient.is_one() => values[*first],
                Some(first) => *coefficient * values[*first],
                None => *coefficient,
            };
            for factor in factors {
                product *= values[*factor];
            }
            sum += product;
        }
        values[0] * sum
    }

    fn guards(&self) -> &[usize] {
        &[0]
    }
}
