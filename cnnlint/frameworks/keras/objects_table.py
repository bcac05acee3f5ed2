"""The names, parameters and defaults of the objects that belong to training, as Keras 3 has them."""

from __future__ import annotations

COMMON = (
    "weight_decay clipnorm clipvalue global_clipnorm use_ema ema_momentum ema_overwrite_frequency loss_scale_factor"
    " gradient_accumulation_steps name"
)
"""What most optimizers take behind their own parameters: `...` in the table, those aside that it names itself."""

TABLE = {
    "initializers": """
        Initializer:
        Constant constant: value
        GlorotNormal glorot_normal: seed input_axes output_axes
        GlorotUniform glorot_uniform: seed input_axes output_axes
        HeNormal he_normal: seed input_axes output_axes
        HeUniform he_uniform: seed input_axes output_axes
        Identity IdentityInitializer identity: gain
        LecunNormal lecun_normal: seed input_axes output_axes
        LecunUniform lecun_uniform: seed input_axes output_axes
        Ones ones:
        Orthogonal OrthogonalInitializer orthogonal: gain seed
        RandomNormal random_normal: mean stddev seed
        RandomUniform random_uniform: minval maxval seed
        STFT STFTInitializer stft: side window scaling periodic
        TruncatedNormal truncated_normal: mean stddev seed
        VarianceScaling variance_scaling: scale mode distribution seed input_axes output_axes
        Zeros zeros:
    """,
    "regularizers": """
        Regularizer:
        L1 l1: l1
        L1L2 l1_l2: l1 l2
        L2 l2: l2
        OrthogonalRegularizer orthogonal_regularizer: factor mode
    """,
    "constraints": """
        Constraint:
        MaxNorm max_norm maxnorm: max_value axis
        MinMaxNorm min_max_norm: min_value max_value rate axis
        NonNeg non_neg nonneg:
        UnitNorm unit_norm unitnorm: axis
    """,
    "optimizers": """
        Optimizer: learning_rate! ...
        Adadelta: learning_rate rho epsilon ...
        Adafactor: learning_rate beta_2_decay epsilon_1 epsilon_2 clip_threshold relative_step ...
        Adagrad: learning_rate initial_accumulator_value epsilon ...
        Adam: learning_rate beta_1 beta_2 epsilon amsgrad ...
        AdamW: learning_rate weight_decay beta_1 beta_2 epsilon amsgrad ...
        Adamax: learning_rate beta_1 beta_2 epsilon ...
        Ftrl: learning_rate learning_rate_power initial_accumulator_value l1_regularization_strength \
            l2_regularization_strength l2_shrinkage_regularization_strength beta ...
        Lamb: learning_rate beta_1 beta_2 epsilon ...
        Lion: learning_rate beta_1 beta_2 ...
        LossScaleOptimizer: inner_optimizer! initial_scale dynamic_growth_steps name
        MultiOptimizer: optimizer_map! loss_scale_factor name
        Muon: learning_rate adam_beta_1 adam_beta_2 adam_weight_decay epsilon ... exclude_layers \
            exclude_embeddings muon_a muon_b muon_c adam_lr_ratio momentum ns_steps nesterov rms_rate
        Nadam: learning_rate beta_1 beta_2 epsilon ...
        OptimizerMap: default_optimizer! optimizer_map
        RMSprop: learning_rate rho momentum epsilon centered ...
        SGD: learning_rate momentum nesterov ...
        ScheduleFreeAdamW: learning_rate beta_1 beta_2 epsilon warmup_steps ...
    """,
    "optimizers.schedules": """
        LearningRateSchedule:
        CosineDecay: initial_learning_rate! decay_steps! alpha name warmup_target warmup_steps
        CosineDecayRestarts: initial_learning_rate! first_decay_steps! t_mul m_mul alpha name
        ExponentialDecay: initial_learning_rate! decay_steps! decay_rate! staircase name
        InverseTimeDecay: initial_learning_rate! decay_steps! decay_rate! staircase name
        PiecewiseConstantDecay: boundaries! values! name
        PolynomialDecay: initial_learning_rate! decay_steps! end_learning_rate power cycle name
    """,
    "losses": """
        Loss: name reduction dtype
        BinaryCrossentropy: from_logits label_smoothing axis reduction name dtype
        BinaryFocalCrossentropy: apply_class_balancing alpha gamma from_logits label_smoothing axis \
            reduction name dtype
        CTC: reduction name dtype
        CategoricalCrossentropy: from_logits label_smoothing axis reduction name dtype
        CategoricalFocalCrossentropy: alpha gamma from_logits label_smoothing axis reduction name dtype
        CategoricalGeneralizedCrossEntropy: q reduction name dtype
        CategoricalHinge: reduction name dtype
        Circle: gamma margin remove_diagonal reduction name dtype
        CosineSimilarity: axis reduction name dtype
        Dice: reduction name axis dtype
        Hinge: reduction name dtype
        Huber: delta reduction name dtype
        KLDivergence: reduction name dtype
        LogCosh: reduction name dtype
        MeanAbsoluteError: reduction name dtype
        MeanAbsolutePercentageError: reduction name dtype
        MeanSquaredError: reduction name dtype
        MeanSquaredLogarithmicError: reduction name dtype
        Poisson: reduction name dtype
        SparseCategoricalCrossentropy: from_logits ignore_class reduction axis name dtype
        SquaredHinge: reduction name dtype
        Tversky: alpha beta reduction name axis dtype
    """,
    "metrics": """
        Metric: dtype name
        AUC: num_thresholds curve summation_method name dtype thresholds multi_label num_labels \
            label_weights from_logits
        Accuracy CategoricalAccuracy CategoricalHinge Hinge KLDivergence LogCoshError: name dtype
        Mean MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredError: name dtype
        MeanSquaredLogarithmicError Poisson RootMeanSquaredError: name dtype
        SparseCategoricalAccuracy SquaredHinge Sum: name dtype
        BinaryCrossentropy: name dtype from_logits label_smoothing
        CategoricalCrossentropy: name dtype from_logits label_smoothing axis
        ConcordanceCorrelation CosineSimilarity PearsonCorrelation: name dtype axis
        SparseCategoricalCrossentropy: name dtype from_logits ignore_class axis
        BinaryAccuracy: name dtype threshold
        BinaryIoU: target_class_ids threshold name dtype
        F1Score: average threshold name dtype
        FBetaScore: average beta threshold name dtype
        FalseNegatives FalsePositives TrueNegatives TruePositives: thresholds name dtype
        IoU: num_classes! target_class_ids! name dtype ignore_class sparse_y_true sparse_y_pred axis
        MeanIoU: num_classes! name dtype ignore_class sparse_y_true sparse_y_pred axis
        OneHotMeanIoU: num_classes! name dtype ignore_class sparse_y_pred axis
        MeanMetricWrapper: fn! name dtype
        OneHotIoU: num_classes! target_class_ids! name dtype ignore_class sparse_y_pred axis
        Precision Recall: thresholds top_k class_id name dtype
        PrecisionAtRecall: recall! num_thresholds class_id name dtype
        R2Score: class_aggregation num_regressors name dtype
        RecallAtPrecision: precision! num_thresholds class_id name dtype
        SensitivityAtSpecificity: specificity! num_thresholds class_id name dtype
        SparseTopKCategoricalAccuracy: k name dtype from_sorted_ids
        TopKCategoricalAccuracy: k name dtype
        SpecificityAtSensitivity: sensitivity! num_thresholds class_id name dtype
    """,
    "callbacks": """
        Callback:
        BackupAndRestore: backup_dir! save_freq double_checkpoint delete_checkpoint
        CSVLogger: filename! separator append
        CallbackList: callbacks add_history add_progbar model
        EarlyStopping: monitor min_delta patience verbose mode baseline restore_best_weights start_from_epoch
        History:
        LambdaCallback: on_epoch_begin on_epoch_end on_train_begin on_train_end on_train_batch_begin \
            on_train_batch_end
        LearningRateScheduler: schedule! verbose
        ModelCheckpoint: filepath! monitor verbose save_best_only save_weights_only mode save_freq \
            initial_value_threshold
        OrbaxCheckpoint: directory! monitor verbose save_best_only mode save_freq initial_value_threshold \
            max_to_keep save_on_background save_weights_only
        ProgbarLogger:
        ReduceLROnPlateau: monitor factor patience verbose mode min_delta cooldown min_lr
        RemoteMonitor: root path field headers send_as_json
        SwapEMAWeights: swap_on_epoch
        TensorBoard: log_dir histogram_freq write_graph write_images write_steps_per_second update_freq \
            profile_batch embeddings_freq embeddings_metadata
        TerminateOnNaN: raise_error
    """,
}
"""By module: the names of a class (or of several alike), then its parameters in order, `!` behind a required one."""
