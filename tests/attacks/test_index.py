"""The attacks that must be tried, and where they are."""

import importlib

import pytest

ATTACKS = {
    "a wrong output with a recomputed transcript": (
        "test_wrong_output.test_a_wrong_output_with_a_recomputed_transcript_is_rejected"
    ),
    "out-of-range remainders": "test_ranges.remainder_too_large",
    "a quotient out of range whose remainder is in range": (
        "test_ranges.quotient_out_of_range_with_its_remainder_in_range"
    ),
    "lookups outside the table": "test_lookups.test_a_lookup_outside_the_table_is_rejected",
    "wrong multiplicities": "test_lookups.test_wrong_multiplicities_are_rejected",
    "a lookup answered by a padding row": (
        "test_lookups.test_a_lookup_answered_by_a_padding_row_is_rejected"
    ),
    "claims dropped": "test_claims.test_dropped_claims_change_the_length",
    "claims reordered": "test_claims.test_reordered_claims_are_rejected",
    "non-zero padding of the trace": "test_padding.trace_of_a_step",
    "non-zero padding of the trace with weights": "test_padding.trace_with_weights",
    "a tie broken the other way": "test_ties.test_a_tie_broken_the_other_way_is_rejected",
    "a tie among places broken the other way": (
        "test_ties.test_a_place_among_equals_is_the_first_or_the_last_and_no_other"
    ),
    "a public value v + p": (
        "test_public_values.test_a_public_value_plus_the_modulus_has_no_encoding"
    ),
    "a swapped weight row": ("test_weights.test_a_swapped_weight_row_in_the_witness_is_rejected"),
    "a reused opening": "test_opening.test_a_reused_opening_is_rejected",
    "an opening point chosen after its challenge": (
        "test_opening.test_an_opening_point_chosen_after_its_challenge_is_rejected"
    ),
}

FROZEN = {
    "zero-check relation": (
        "test_wrong_output.test_a_wrong_output_passes_with_frozen_challenges_only"
    ),
    "contraction": "test_wrong_output.false_accumulator",
    "rewire": "test_wrong_output.false_view",
    "range": "test_ranges.test_out_of_range_integers_pass_with_frozen_challenges_only",
    "lookup": "test_lookups.test_a_false_lookup_passes_with_frozen_challenges_only",
    "padding": "test_padding.test_non_zero_padding_passes_with_frozen_challenges_only",
    "public value": "test_public_values.test_public_values_pass_with_frozen_challenges_only",
    "evaluation": "test_claims.test_reordered_claims_pass_with_frozen_challenges_only",
    "maximum": ("test_ties.test_a_tie_broken_the_other_way_passes_with_frozen_challenges_only"),
    "opening": (
        "test_opening."
        "test_an_opening_point_chosen_after_its_challenge_passes_with_frozen_challenges_only"
    ),
}
"""Classes of claims for which the frozen-challenge rule is tested."""


@pytest.mark.parametrize("place", [*ATTACKS.values(), *FROZEN.values()])
def test_every_attack_has_its_test(place: str) -> None:
    module, name = place.split(".")
    found = importlib.import_module(f"tests.attacks.{module}")
    lies = [*getattr(found, "LIES", ())]
    assert callable(getattr(found, name))
    # A lie that no test is parametrised with would prove nothing.
    assert name.startswith("test_") or getattr(found, name) in lies
