"""What every layer and model of Keras has, as `dir` of one tells: any other attribute the code has to set.

Of Keras 3.15, on PyTorch and TensorFlow, and 2.15 together, with what `compile` and `fit` set.
"""

from __future__ import annotations

from cnnlint.frameworks.keras.core import LAYER, MODEL, OPERATION

MEMBERS = frozenset(
    """
    T_destination activity_regularizer add_loss add_metric add_module add_update add_variable add_weight apply
    autocast autotune_steps_per_execution bfloat16 buffers build build_from_config built call
    call_signature_parameters call_super_init children compile compile_from_config compiled compiled_loss
    compiled_metrics compute_dtype compute_loss compute_mask compute_metrics compute_output_shape
    compute_output_signature compute_output_spec count_params cpu cuda distribute_reduction_method
    distribute_strategy double dtype dtype_policy dump_patches dynamic eval evaluate evaluate_generator export
    extra_repr finalize_state fit fit_generator float forward from_config get_buffer get_build_config
    get_compile_config get_config get_extra_state get_input_at get_input_mask_at get_input_shape_at get_layer
    get_metrics_result get_output_at get_output_mask_at get_output_shape_at get_parameter
    get_quantization_layer_structure get_state_tree get_submodule get_weight_paths get_weights half history
    inbound_nodes input input_dtype input_mask input_names input_shape input_spec inputs ipu jit_compile layers
    load_own_variables load_state_dict load_weights loss losses make_predict_function make_test_function
    make_train_function metrics metrics_names metrics_variables modules mtia name name_scope named_buffers
    named_children named_modules named_parameters non_trainable_variables non_trainable_weights optimizer
    optimizer_weights outbound_nodes output output_mask output_names output_shape outputs parameters path
    predict predict_function predict_generator predict_on_batch predict_step quantization_mode quantize
    quantized_build quantized_call register_backward_hook register_buffer register_forward_hook
    register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
    register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter
    register_state_dict_post_hook register_state_dict_pre_hook rematerialized_call requires_grad_ reset_metrics
    reset_states run_eagerly save save_own_variables save_spec save_weights set_extra_state set_state_tree
    set_submodule set_weights share_memory state_dict state_updates stateful stateless_call
    stateless_compute_loss steps_per_execution stop_training submodules summary supports_jit supports_masking
    symbolic_call test_function test_on_batch test_step to to_empty to_json to_yaml torch_params train
    train_function train_on_batch train_step train_tf_function trainable trainable_variables trainable_weights
    training type unrolled_steps_per_execution updates variable_dtype variables weights with_name_scope xpu
    zero_grad
    """.split()  # noqa: SIM905 - a list would be a line a name
)
for _cls in (OPERATION, LAYER, MODEL):
    _cls.namespace["__members__"] = MEMBERS
