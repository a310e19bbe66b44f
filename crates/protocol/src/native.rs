//! The machine of native field elements and its sponge.

use std::marker::PhantomData;

use ark_bn254::Fr;
use ark_ff::{Field, Zero};
use modulus_sumcheck::arithmetic::Arithmetic;
use modulus_sumcheck::kernel::KernelTooLarge;
use modulus_transcript::Transcript;
use zeroize::Zeroizing;

use crate::rejection::Check;
use crate::replay::{Machine, Sponge};

/// Field elements, with equations checked on the spot.
pub(crate) struct NativeMachine<E> {
    /// Equations that a lenient machine let pass, with how far they were off.
    gaps: Option<Vec<(Check, Fr)>>,
    error: PhantomData<E>,
}

impl<E> NativeMachine<E> {
    /// A machine that stops at the first equation that does not hold.
    pub(crate) fn new() -> Self {
        Self {
            gaps: None,
            error: PhantomData,
        }
    }

    /// A machine that lets every equation pass, for provers that cheat.
    #[cfg(feature = "attacks")]
    pub(crate) fn lenient() -> Self {
        Self {
            gaps: Some(Vec::new()),
            error: PhantomData,
        }
    }

    /// Equations that did not hold: left minus right.
    #[cfg(feature = "attacks")]
    pub(crate) fn into_gaps(self) -> Vec<(Check, Fr)> {
        self.gaps.unwrap_or_default()
    }
}

impl<E> Arithmetic for NativeMachine<E> {
    type Field = Fr;
    type Value = Fr;

    fn constant(&mut self, value: Fr) -> Fr {
        value
    }

    fn add(&mut self, left: &Fr, right: &Fr) -> Fr {
        *left + right
    }

    fn sub(&mut self, left: &Fr, right: &Fr) -> Fr {
        *left - right
    }

    fn mul(&mut self, left: &Fr, right: &Fr) -> Fr {
        *left * right
    }

    fn scale(&mut self, value: &Fr, factor: Fr) -> Fr {
        *value * factor
    }
}

impl<E: From<Check> + From<KernelTooLarge>> Machine for NativeMachine<E> {
    type Error = E;

    fn assert_equal(&mut self, left: &Fr, right: &Fr, check: Check) -> Result<(), E> {
        if left == right {
            return Ok(());
        }
        self.gaps
            .as_mut()
            .ok_or(check)?
            .push((check, *left - right));
        Ok(())
    }

    fn inverse(&mut self, value: &Fr, check: Check) -> Result<Fr, E> {
        match value.inverse() {
            Some(inverse) => Ok(inverse),
            None if self.gaps.is_none() => Err(check.into()),
            None => Ok(Fr::zero()),
        }
    }
}

/// A native transcript as the sponge of a replay.
pub(crate) struct NativeSponge<'a, T>(pub(crate) &'a mut T);

impl<E, T> Sponge<NativeMachine<E>> for NativeSponge<'_, T>
where
    E: From<Check> + From<KernelTooLarge>,
    T: Transcript<F = Fr>,
{
    fn absorb(&mut self, _: &mut NativeMachine<E>, value: &Fr) {
        self.0.absorb(*value);
    }

    fn squeeze(&mut self, _: &mut NativeMachine<E>) -> Fr {
        self.0.squeeze()
    }
}

/// A transcript that keeps what it absorbs.
pub(crate) struct Recorder<T> {
    transcript: T,
    absorbed: Zeroizing<Vec<Fr>>,
}

impl<T> Recorder<T> {
    /// Records at most `capacity` elements without leaving copies behind.
    pub(crate) fn new(transcript: T, capacity: usize) -> Self {
        Self {
            transcript,
            absorbed: Zeroizing::new(Vec::with_capacity(capacity)),
        }
    }

    /// All absorbed elements in order.
    pub(crate) fn into_absorbed(self) -> Zeroizing<Vec<Fr>> {
        self.absorbed
    }
}

impl<T: Transcript<F = Fr>> Transcript for Recorder<T> {
    type F = Fr;

    fn absorb(&mut self, element: Fr) {
        self.absorbed.push(element);
        self.transcript.absorb(element);
    }

    fn squeeze(&mut self) -> Fr {
        self.transcript.squeeze()
    }
}
