//! KZG commitments over BN254.
