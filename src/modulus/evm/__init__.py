"""Everything between a verifying key and a chain: contract, calldata, deployment."""
