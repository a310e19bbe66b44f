"""What of ONNX's node tests is not run, and why. Every entry must still be needed."""

from __future__ import annotations

from collections.abc import Mapping

DATA_DEPENDENT = "the shape of the result depends on data"
RANDOM = "draws random numbers: a proof of them would need their source"
SEQUENCE = "sequences and optional tensors, which hold no fixed number of integers"
TEXT = "text, which has no integers to prove"
TRAINING = "an optimiser's step or the training mode of a layer; inference is what is proven"
NARROW = "an element type without a NumPy type: bfloat16, 8-bit floats, 4- and 2-bit integers"
LATER = "no operator of ours yet; it has static shapes and could be added"

OPERATORS: Mapping[str, str] = {
    "Adagrad": TRAINING,
    "Adam": TRAINING,
    "Bernoulli": RANDOM,
    "BitCast": "reads the bits of a float: the integers of a model stand for no such bits",
    "BitwiseAnd": LATER,
    "BitwiseNot": LATER,
    "BitwiseOr": LATER,
    "BitwiseXor": LATER,
    "Compress": DATA_DEPENDENT,
    "ConvInteger": LATER,
    "DeformConv": LATER,
    "Det": LATER,
    "ImageDecoder": "reads image files",
    "IsInf": "inputs are finite here, so that the answer is always no",
    "IsNaN": "inputs are finite here, so that the answer is always no",
    "LabelEncoder": TEXT,
    "MaxUnpool": LATER,
    "MelWeightMatrix": LATER,
    "Momentum": TRAINING,
    "NonMaxSuppression": DATA_DEPENDENT,
    "NonZero": DATA_DEPENDENT,
    "OptionalGetElement": SEQUENCE,
    "RandomUniformLike": RANDOM,
    "RegexFullMatch": TEXT,
    "RoiAlign": LATER,
    "SequenceInsert": SEQUENCE,
    "SequenceLength": SEQUENCE,
    "SequenceMap": SEQUENCE,
    "SplitToSequence": SEQUENCE,
    "StringConcat": TEXT,
    "StringNormalizer": TEXT,
    "StringSplit": TEXT,
    "TensorScatter": LATER,
    "TfIdfVectorizer": TEXT,
    "Unique": DATA_DEPENDENT,
}
"""Operators that are not supported, and that ONNX does not define by supported ones."""

CASES: Mapping[str, str] = {
    r"ai_onnx_ml_tree_ensemble_set_membership": "an input is not a number",
    r"ai_onnx_ml_tree_ensemble_single_tree": "its weights are doubles, its declared result floats",
    r"affine_grid_.d(_align_corners)?(_expanded)?": "its function measures sizes it has not fixed",
    r"scan_sum": "opset 8; opsets from 9 on are read",
    r"(and|or|xor)(\dd|_bcast\dv\dd)|not_\dd": "opset 1 or 7; opsets from 9 on are read",
    r"attention_4d_diff_heads_mask4d_padded_kv(_expanded)?": (
        "a mask of any numbers, continued by minus infinity: no choice takes the place of its sum"
    ),
    r"bitshift_.*(left_int8_overflow|int32_overflow|shift_ge_width|negative_shift)": (
        "what leaves the width of its type, or shifts beyond it"
    ),
    r"bitshift_right_int32_negative_input": "an input of more than 20 bits",
    r"cast(like)?_(FLOAT|FLOAT16|DOUBLE)_to_(FLOAT|FLOAT16|DOUBLE)(_expanded)?": (
        "an input is infinite"
    ),
    r"(cast|castlike)_.*(FLOAT8|FLOAT4|INT4|INT2|BFLOAT16).*": NARROW,
    r"(de)?quantizelinear_(e4m3fn|e5m2|u?int4|u?int2|float4e2m1).*": NARROW,
    r"causal_conv_with_state_(kernel_size_one).*": "an empty tensor",
    r"clip_min_greater_than_max": "bounds in the wrong order are refused as a mistake",
    r"if_(seq|opt)": SEQUENCE,
    r"loop1(3_seq|6_seq_none)": SEQUENCE,
    r"range_float16_type_positive_delta": "its length is computed in half precision",
    r"qlinearconv": "opset 10 lacks Round, which it is made of",
    r"quantizelinear_u?int16": "its results fill more than 16 bits",
    r"reduce_log_sum_exp_(do_not_|negative_axes_)?keepdims_.*_expanded": (
        "its function takes logarithms of sums of any size"
    ),
    r"rotary_embedding(_3d_input|_no_position_ids)?(_interleaved)?_expanded": (
        "its function splits off an empty tensor"
    ),
    r"attention_.*(bf16|bfloat16).*": NARROW,
    r"attention_.*neginf_mask.*": "an input is infinite",
    r"batchnorm_.*_training_mode": TRAINING,
    r"(training_)?dropout_.*mask.*": "the mask is an output of training",
    r"training_dropout.*": TRAINING,
    r".*bfloat16.*": NARROW,
    r"cumprod_1d_int32_exclusive": "products of integers of any size are not computed exactly",
    r"dynamicquantizelinear.*": "a scale that depends on data",
    r"(de)?quantizelinear_blocked.*": LATER,
    r"einsum_batch_diagonal": "a diagonal: a letter twice in one operand",
    r"equal_string.*": TEXT,
    r"gru_bidirectional": "a bias beside a range of nothing: all results are one number",
    r"identity_(sequence|opt)": SEQUENCE,
    r"lppool_(1d|2d|3d)_(default|same_lower|pads)": "p = 3 or 4: only 1 and 2 work",
    r"maxpool_with_argmax.*": "the places of the maxima are not proven",
    r"mod_float_edge_cases.*": "infinite divisors",
    r"mvn": "its function has operators of two opsets",
    r"optional_has_element_(tensor_input|optional_input|empty_optional_input)": SEQUENCE,
    r"pow_types_int(32|64)_.*": "several powers of integers: each is looked up, with a scale",
    r"pow": "more different exponents than are looked up",
    r"reduce_.*_empty_set.*": "an empty tensor",
    r"(reshape_allowzero_reordered|slice_start_out_of_bounds)": "an empty tensor",
    r"(constantofshape_int_shape_zero|shape_start_greater_than_end)": "an empty tensor",
    r"(split_zero_size_splits.*|tri[lu]_zero)": "an empty tensor",
    r"resize_downsample_scales_(linear|cubic)_align_corners": (
        "its values follow from a resized length that is no whole number"
    ),
    r"resize_tf_crop_and_resize.*": LATER,
    r"shrink_(hard|soft)": "its function is written for opset 18, the model for 9",
    r"tan": "angles next to the pole",
}
"""Regular expressions of whole names, without `test_`, of cases that are not run."""
