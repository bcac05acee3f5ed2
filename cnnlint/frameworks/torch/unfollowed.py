"""Names of PyTorch that are known by name only: what they give is unknown, and never the reason of a finding.

Loaded last: a name that has a meaning elsewhere keeps it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks.torch.core import TENSOR, TORCH
from cnnlint.frameworks.torch.operation import Operation

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

TABLE = {
    "torch": """
        adaptive_max_pool1d addmv_ affine_grid_generator alias_copy alpha_dropout_
        are_deterministic_algorithms_enabled as_strided_ as_strided_copy as_strided_scatter
        autocast_decrement_nesting autocast_increment_nesting batch_norm_backward_elemt batch_norm_backward_reduce
        batch_norm_elemt batch_norm_gather_stats batch_norm_gather_stats_with_counts batch_norm_stats
        batch_norm_update_stats binary_cross_entropy_with_logits ccol_indices_copy celu_ choose_qparams_optimized
        clear_autocast_cache clip_ col_indices_copy compiled_with_cxx11_abi cond conv_tbc convolution
        cosine_embedding_loss crow_indices_copy cudnn_affine_grid_generator cudnn_batch_norm cudnn_convolution
        cudnn_convolution_add_relu cudnn_convolution_relu cudnn_convolution_transpose cudnn_grid_sampler
        cudnn_is_acceptable dequantize detach_ dsmm eig embedding_bag embedding_renorm_ empty_permuted
        empty_quantized fake_quantize_per_channel_affine fake_quantize_per_tensor_affine fbgemm_linear_fp16_weight
        fbgemm_linear_fp16_weight_fp32_activation fbgemm_linear_int8_weight
        fbgemm_linear_int8_weight_fp32_activation fbgemm_linear_quantize_weight fbgemm_pack_gemm_matrix_fp16
        fbgemm_pack_quantized_matrix feature_alpha_dropout feature_alpha_dropout_ feature_dropout_ fill fork
        frobenius_norm from_file frombuffer fused_moving_avg_obs_fake_quant gcd_ get_autocast_cpu_dtype
        get_autocast_dtype get_autocast_gpu_dtype get_autocast_ipu_dtype get_autocast_xla_dtype get_default_device
        get_deterministic_debug_mode get_device get_device_module get_float32_matmul_precision
        get_num_interop_threads gradient grid_sampler_2d grid_sampler_3d gru gru_cell hash_tensor
        hinge_embedding_loss histogramdd hsmm hspmm indices_copy int_repr is_anomaly_check_nan_enabled
        is_anomaly_enabled is_autocast_cache_enabled is_autocast_cpu_enabled is_autocast_ipu_enabled
        is_autocast_xla_enabled is_conj is_deterministic_algorithms_warn_only_enabled is_distributed is_inference
        is_inference_mode_enabled is_neg is_signed is_storage is_vulkan_available is_warn_always_enabled istft
        kl_div layout lcm_ ldexp_ lobpcg lstm lstm_cell lstsq lu lu_solve lu_unpack margin_ranking_loss matrix_rank
        max_pool1d_with_indices memory_format miopen_batch_norm miopen_convolution miopen_convolution_add_relu
        miopen_convolution_relu miopen_convolution_transpose miopen_ctc_loss miopen_depthwise_convolution miopen_rnn
        mkldnn_adaptive_avg_pool2d mkldnn_convolution mkldnn_linear_backward_weights mkldnn_max_pool2d
        mkldnn_max_pool3d mkldnn_rnn_layer native_batch_norm native_channel_shuffle native_dropout native_group_norm
        native_layer_norm native_norm nonzero_static norm_except_dim nuclear_norm orgqr ormqr poisson_nll_loss
        q_per_channel_axis q_per_channel_scales q_per_channel_zero_points q_scale q_zero_point qscheme
        quantize_per_channel quantize_per_tensor quantize_per_tensor_dynamic quantized_batch_norm quantized_gru
        quantized_gru_cell quantized_lstm quantized_lstm_cell quantized_max_pool1d quantized_max_pool2d
        quantized_max_pool3d quantized_rnn_relu_cell quantized_rnn_tanh_cell resize_as_ resize_as_sparse_ rnn_relu
        rnn_relu_cell rnn_tanh rnn_tanh_cell row_indices_copy rrelu_ saddmm segment_reduce set_anomaly_enabled
        set_autocast_cache_enabled set_autocast_cpu_dtype set_autocast_cpu_enabled set_autocast_dtype
        set_autocast_enabled set_autocast_gpu_dtype set_autocast_ipu_dtype set_autocast_ipu_enabled
        set_autocast_xla_dtype set_autocast_xla_enabled set_deterministic_debug_mode set_flush_denormal
        set_warn_always slice_copy slice_inverse smm solve sparse_bsc_tensor sparse_bsr_tensor
        sparse_compressed_tensor sparse_coo_tensor sparse_csc_tensor sparse_csr_tensor split_with_sizes_copy spmm
        sspaddmm sym_constrain_range sym_constrain_range_for_size sym_float sym_fresh_size sym_int sym_ite sym_max
        sym_min sym_not sym_sqrt sym_sum symeig threshold_ to_dlpack triangular_solve typename unravel_index
        values_copy view_as_complex_copy vmap wait while_loop xlogy_
    """,
    "torch.Tensor": """
        as_strided_ as_strided_scatter as_subclass ccol_indices chalf col_indices const_data_ptr crow_indices
        dense_dim dim_order eig grad_dtype hash_tensor index indices int_repr ipu is_coalesced is_conj is_cpu
        is_distributed is_inference is_ipu is_maia is_mtia is_neg is_nested is_signed is_sparse_csr is_vulkan is_xla
        is_xpu istft lstsq lu lu_solve map2_ module_load msort mtia name new_empty_strided nonzero_static orgqr
        ormqr output_nr q_per_channel_axis q_per_channel_scales q_per_channel_zero_points q_scale q_zero_point
        qscheme register_post_accumulate_grad_hook reinforce renorm_ resize resize_as resize_as_sparse_ retains_grad
        row_indices slice_inverse smm solve sparse_dim sparse_mask sparse_resize_ sparse_resize_and_clear_ sspaddmm
        storage_type symeig to_mkldnn to_padded_tensor to_sparse_bsc to_sparse_bsr to_sparse_coo to_sparse_csc
        to_sparse_csr triangular_solve values volatile
    """,
    "torch.nn.functional": """
        adaptive_max_pool1d_with_indices adaptive_max_pool2d_with_indices adaptive_max_pool3d_with_indices
        fractional_max_pool2d_with_indices fractional_max_pool3d_with_indices grouped_mm linear_cross_entropy
        scaled_grouped_mm scaled_mm
    """,
    "torch.nn.utils": """
        clip_grads_with_norm_ fuse_conv_bn_weights fuse_linear_bn_eval fuse_linear_bn_weights get_total_norm
    """,
    "torch.nn.utils.rnn": """
        invert_permutation
    """,
    "torch.nn.utils.parametrize": """
        transfer_parametrizations_and_params type_before_parametrizations
    """,
    "torch.nn.utils.prune": """
        custom_from_mask global_unstructured is_pruned
    """,
    "torch.linalg": """
        householder_product ldl_factor ldl_factor_ex ldl_solve lu_factor_ex lu_solve matrix_sqrth polar solve_ex
        tensorinv tensorsolve
    """,
    "torch.signal.windows": """
        general_cosine general_hamming
    """,
    "torch.func": """
        debug_unwrap functional_call functionalize grad grad_and_value hessian jacfwd jacrev jvp linearize rearrange
        replace_all_batch_norm_modules_ stack_module_state vjp vmap
    """,
    "torch.utils.data": """
        argument_validation default_convert functional_datapipe get_worker_info guaranteed_datapipes_determinism
        non_deterministic runtime_validation runtime_validation_disabled
    """,
    "torchvision.ops": """
        complete_box_iou_loss distance_box_iou_loss generalized_box_iou_loss masks_to_boxes
    """,
    "einops": """
        asnumpy
    """,
}
"""By module: the functions, and the methods of tensors."""


def _unfollowed(machine: Machine, *args: Value, **options: Value) -> Value:
    raise Undetermined("what this function of PyTorch gives is not followed")


def _declare() -> frozenset[str]:
    host = Operation("torch.unfollowed", _unfollowed)
    found = set()
    for module, names in TABLE.items():
        for name in names.split():
            dotted = f"{module}.{name}"
            if module == "torch.Tensor":
                if name not in TENSOR.namespace:
                    TENSOR.namespace[name] = host
                    found.add(dotted)
            elif dotted not in TORCH.names:
                TORCH.add(dotted, host)
                found.add(dotted)
    return frozenset(found)


NAMES = _declare()
"""The dotted names that are known by name only."""
