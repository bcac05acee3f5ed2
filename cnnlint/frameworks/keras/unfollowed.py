"""Names of Keras and TensorFlow that are known by name only: what they give is unknown, never the reason of a finding.

Loaded last: a name that has a meaning elsewhere keeps it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks.keras.core import KERAS
from cnnlint.interpreter.values import HostFunction

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

TABLE = {
    "tensorflow": """
        approx_top_k as_dtype as_string assert_greater assert_less assert_rank batch_to_space bitcast
        broadcast_dynamic_shape broadcast_static_shape case check_pinned clip_by_global_norm conv
        conv2d_backprop_filter_v2 conv2d_backprop_input_v2 dynamic_partition dynamic_stitch edit_distance eig
        eigvals executing_eagerly extract_volume_patches fftnd fingerprint foldl foldr get_current_name_scope
        get_static_value group hessians histogram_fixed_width histogram_fixed_width_bins identity_n ifftnd
        import_graph_def inside_function irfftnd load_library load_op_library make_ndarray make_tensor_proto
        matrix_square_root no_gradient no_op nondifferentiable_batch_function parallel_stack ragged_fill_empty_rows
        ragged_fill_empty_rows_grad random_index_shuffle recompute_grad register_tensor_conversion_function
        required_space_to_batch_paddings rfftnd shape_n space_to_batch space_to_batch_nd switch_case timestamp tuple
        type_spec_from_value unique unique_with_counts unravel_index variable_creator_scope
    """,
    "tensorflow.nn": """
        all_candidate_sampler approx_max_k approx_min_k atrous_conv2d atrous_conv2d_transpose
        batch_norm_with_global_normalization collapse_repeated compute_accidental_hits compute_average_loss
        conv1d_transpose conv3d_transpose conv_transpose ctc_beam_search_decoder ctc_greedy_decoder ctc_loss
        ctc_unique_labels depthwise_conv2d_backprop_filter depthwise_conv2d_backprop_input dilation2d
        embedding_lookup_sparse erosion2d fixed_unigram_candidate_sampler fractional_avg_pool fractional_max_pool
        isotonic_regression learned_unigram_candidate_sampler max_pool_with_argmax nce_loss normalize_moments pool
        safe_embedding_lookup_sparse sampled_softmax_loss scale_regularization_loss separable_conv2d space_to_batch
        sufficient_statistics weighted_moments with_space_to_batch
    """,
    "tensorflow.math": """
        accumulate_n approx_max_k approx_min_k betainc bincount invert_permutation is_non_decreasing
        is_strictly_increasing lbeta polyval segment_max segment_mean segment_min segment_prod segment_sum
        sobol_sample unsorted_segment_max unsorted_segment_mean unsorted_segment_min unsorted_segment_prod
        unsorted_segment_sqrt_n unsorted_segment_sum
    """,
    "tensorflow.image": """
        central_crop combined_non_max_suppression decode_and_crop_jpeg decode_bmp decode_gif decode_jxl decode_webp
        encode_jpeg encode_png extract_glimpse extract_jpeg_shape generate_bounding_box_proposals is_jpeg
        non_max_suppression non_max_suppression_overlaps non_max_suppression_padded non_max_suppression_with_scores
        sample_distorted_bounding_box stateless_random_crop stateless_sample_distorted_bounding_box
    """,
    "tensorflow.linalg": """
        banded_triangular_solve cholesky_solve cross eig eigh eigh_tridiagonal eigvals eigvalsh expm global_norm
        logdet logm lstsq lu lu_matrix_inverse lu_reconstruct lu_solve matrix_rank slogdet solve sqrtm tensor_diag
        tensor_diag_part triangular_solve tridiagonal_matmul tridiagonal_solve
    """,
    "tensorflow.signal": """
        fftnd ifftnd inverse_mdct inverse_stft inverse_stft_window_fn irfftnd kaiser_bessel_derived_window
        linear_to_mel_weight_matrix mdct mfccs_from_log_mel_spectrograms overlap_and_add rfftnd
    """,
    "tensorflow.strings": """
        as_string bytes_split format join length lower ngrams reduce_join regex_full_match regex_replace split strip
        substr to_hash_bucket to_hash_bucket_fast to_hash_bucket_strong to_number unicode_decode
        unicode_decode_with_offsets unicode_encode unicode_script unicode_split unicode_split_with_offsets
        unicode_transcode unsorted_segment_join upper
    """,
    "tensorflow.random": """
        all_candidate_sampler categorical create_rng_state fixed_unigram_candidate_sampler fold_in
        get_global_generator learned_unigram_candidate_sampler log_uniform_candidate_sampler set_global_generator
        split stateless_binomial stateless_categorical stateless_gamma stateless_parameterized_truncated_normal
        stateless_poisson stateless_truncated_normal uniform_candidate_sampler
    """,
    "keras.backend": """
        binary_focal_crossentropy categorical_focal_crossentropy ctc_label_dense_to_sparse is_sparse
        moving_average_update random_normal_variable random_uniform_variable
    """,
    "keras.metrics": """
        concordance_correlation pearson_correlation
    """,
    "keras.dtype_policies": """
        deserialize get serialize
    """,
    "keras.tree": """
        flatten_with_path lists_to_tuples map_shape_structure map_structure_up_to traverse
    """,
    "keras.quantizers": """
        abs_max_quantize abs_max_quantize_grouped_with_zero_point compute_float8_amax_history compute_float8_scale
        deserialize fake_quant_with_min_max_vars get pack_int4 quantize_and_dequantize serialize unpack_int4
    """,
}
"""By module: the functions."""


def _unfollowed(machine: Machine, *args: Value, **options: Value) -> Value:
    raise Undetermined("what this function of TensorFlow gives is not followed")


def _declare() -> frozenset[str]:
    host = HostFunction("tensorflow.unfollowed", _unfollowed)
    found = set()
    for module, names in TABLE.items():
        for name in names.split():
            dotted = f"{module}.{name}"
            if dotted not in KERAS.names:
                KERAS.add(dotted, host)
                found.add(dotted)
    return frozenset(found)


NAMES = _declare()
"""The dotted names that are known by name only."""
