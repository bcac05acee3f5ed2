"""Objects that belong to training: initializers, regularizers, constraints, optimizers, losses, metrics, callbacks.

They have no shape and no weights that a summary counts. What they are given is kept in their attributes, under the
names of their parameters, for whoever looks at the loss of a model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as engine
from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import same
from cnnlint.frameworks.keras.core import KERAS, VARIABLE, result
from cnnlint.frameworks.keras.layer import weight_shape
from cnnlint.frameworks.keras.operands import operand, type_name
from cnnlint.interpreter.values import ClassValue, HostFunction, Instance, Tensor, Unknown, Value, Weight

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

COMMON = " name weight_decay clipnorm clipvalue global_clipnorm use_ema ema_momentum ema_overwrite_frequency"
TABLE = {
    "initializers": """
        Initializer:
        Constant constant: value
        GlorotNormal glorot_normal: seed
        GlorotUniform glorot_uniform: seed
        HeNormal he_normal: seed
        HeUniform he_uniform: seed
        Identity IdentityInitializer identity: gain
        LecunNormal lecun_normal: seed
        LecunUniform lecun_uniform: seed
        Ones ones:
        Orthogonal OrthogonalInitializer orthogonal: gain seed
        RandomNormal random_normal: mean stddev seed
        RandomUniform random_uniform: minval maxval seed
        STFT STFTInitializer stft: side window scaling periodic
        TruncatedNormal truncated_normal: mean stddev seed
        VarianceScaling variance_scaling: scale mode distribution seed
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
        Optimizer: learning_rate
        Adadelta: learning_rate rho epsilon
        Adafactor: learning_rate beta_2_decay epsilon_1 epsilon_2 clip_threshold relative_step
        Adagrad: learning_rate initial_accumulator_value epsilon
        Adam: learning_rate beta_1 beta_2 epsilon amsgrad
        AdamW: learning_rate weight_decay beta_1 beta_2 epsilon amsgrad
        Adamax: learning_rate beta_1 beta_2 epsilon
        Ftrl: learning_rate learning_rate_power initial_accumulator_value
        Lamb: learning_rate beta_1 beta_2 epsilon
        Lion: learning_rate beta_1 beta_2
        LossScaleOptimizer: inner_optimizer initial_scale dynamic_growth_steps
        MultiOptimizer: optimizer_map loss_scale_factor
        Muon: learning_rate adam_beta_1 adam_beta_2 adam_weight_decay epsilon
        Nadam: learning_rate beta_1 beta_2 epsilon
        OptimizerMap: default_optimizer optimizer_map
        RMSprop: learning_rate rho momentum epsilon centered
        SGD: learning_rate momentum nesterov
        ScheduleFreeAdamW: learning_rate beta_1 beta_2 epsilon warmup_steps
    """,
    "optimizers.schedules": """
        LearningRateSchedule:
        CosineDecay: initial_learning_rate decay_steps alpha name warmup_target warmup_steps
        CosineDecayRestarts: initial_learning_rate first_decay_steps t_mul m_mul alpha
        ExponentialDecay: initial_learning_rate decay_steps decay_rate staircase
        InverseTimeDecay: initial_learning_rate decay_steps decay_rate staircase
        PiecewiseConstantDecay: boundaries values
        PolynomialDecay: initial_learning_rate decay_steps end_learning_rate power cycle
    """,
    "losses": """
        Loss: name reduction dtype
        BinaryCrossentropy: from_logits label_smoothing axis reduction
        BinaryFocalCrossentropy: apply_class_balancing alpha gamma from_logits label_smoothing axis reduction
        CTC: reduction
        CategoricalCrossentropy: from_logits label_smoothing axis reduction
        CategoricalFocalCrossentropy: alpha gamma from_logits label_smoothing axis reduction
        CategoricalGeneralizedCrossEntropy: q reduction
        CategoricalHinge: reduction
        Circle: gamma margin remove_diagonal reduction
        CosineSimilarity: axis reduction
        Dice: reduction name axis
        Hinge: reduction
        Huber: delta reduction
        KLDivergence: reduction
        LogCosh: reduction
        MeanAbsoluteError: reduction
        MeanAbsolutePercentageError: reduction
        MeanSquaredError: reduction
        MeanSquaredLogarithmicError: reduction
        Poisson: reduction
        SparseCategoricalCrossentropy: from_logits ignore_class reduction axis
        SquaredHinge: reduction
        Tversky: alpha beta reduction name axis
    """,
    "metrics": """
        Metric: dtype name
        AUC: num_thresholds curve summation_method name dtype thresholds multi_label num_labels label_weights
        Accuracy BinaryCrossentropy CategoricalAccuracy CategoricalCrossentropy CategoricalHinge: name dtype
        ConcordanceCorrelation CosineSimilarity Hinge KLDivergence LogCoshError Mean MeanAbsoluteError: name dtype
        MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError PearsonCorrelation Poisson: name dtype
        RootMeanSquaredError SparseCategoricalAccuracy SparseCategoricalCrossentropy SquaredHinge Sum: name dtype
        BinaryAccuracy: name dtype threshold
        BinaryIoU: target_class_ids threshold
        F1Score: average threshold
        FBetaScore: average beta threshold
        FalseNegatives FalsePositives TrueNegatives TruePositives: thresholds name dtype
        IoU: num_classes target_class_ids
        MeanIoU OneHotMeanIoU: num_classes name dtype
        MeanMetricWrapper: fn name dtype
        OneHotIoU: num_classes target_class_ids
        Precision Recall: thresholds top_k class_id name dtype
        PrecisionAtRecall: recall num_thresholds class_id
        R2Score: class_aggregation num_regressors
        RecallAtPrecision: precision num_thresholds class_id
        SensitivityAtSpecificity: specificity num_thresholds class_id
        SparseTopKCategoricalAccuracy TopKCategoricalAccuracy: k name dtype
        SpecificityAtSensitivity: sensitivity num_thresholds class_id
    """,
    "callbacks": """
        Callback:
        BackupAndRestore: backup_dir save_freq
        CSVLogger: filename separator append
        CallbackList: callbacks
        EarlyStopping: monitor min_delta patience verbose mode baseline restore_best_weights start_from_epoch
        History:
        LambdaCallback: on_epoch_begin on_epoch_end
        LearningRateScheduler: schedule verbose
        ModelCheckpoint: filepath monitor verbose save_best_only save_weights_only mode save_freq
        OrbaxCheckpoint: directory monitor verbose save_best_only
        ProgbarLogger:
        ReduceLROnPlateau: monitor factor patience verbose mode min_delta cooldown min_lr
        RemoteMonitor: root path field headers send_as_json
        SwapEMAWeights: swap_on_epoch
        TensorBoard: log_dir histogram_freq write_graph write_images
        TerminateOnNaN: raise_error
    """,
}
"""By module: the names of a class (or of several alike), then its parameters in order."""


# --- what the objects can be asked ------------------------------------------------------------------------------------


class Object:
    """What all of them have."""

    def get_config(machine: Machine, self: Instance) -> Value:
        return Unknown("the configuration of an object is not followed")


class Initializer(Object):
    def __call__(machine: Machine, self: Instance, shape: Value, dtype: Value = None, **kwargs: Value) -> Value:
        return result(coerce.shape(shape, "shape"), type_name(dtype) or "float32")


class Regularizer(Object):
    def __call__(machine: Machine, self: Instance, x: Value) -> Value:
        return result((), "float32")


class Constraint(Object):
    def __call__(machine: Machine, self: Instance, w: Value) -> Value:
        return same(w)


class Loss(Object):
    def __call__(machine: Machine, self: Instance, y_true: Value, y_pred: Value, sample_weight: Value = None) -> Value:
        if self.attrs.get("reduction") is not None:
            raise Undetermined("the reduction of a loss is not followed")
        return result((), "float32")


class Metric(Object):
    def __call__(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        return result((), "float32")

    def add_weight(
        machine: Machine,
        self: Instance,
        shape: Value = (),
        initializer: Value = None,
        dtype: Value = None,
        name: Value = None,
        **kwargs: Value,
    ) -> Value:
        return Weight(VARIABLE, None if isinstance(shape, str) else weight_shape(shape), "float32", trainable=False)

    add_variable = add_weight

    def update_state(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
        return None

    reset_state = reset_states = update_state

    def result(machine: Machine, self: Instance) -> Value:
        return result((), "float32")


class Schedule(Object):
    def __call__(machine: Machine, self: Instance, step: Value) -> Value:
        return result((), "float32")


BODIES: dict[str, type] = {
    "initializers": Initializer,
    "regularizers": Regularizer,
    "constraints": Constraint,
    "optimizers": Object,
    "optimizers.schedules": Schedule,
    "losses": Loss,
    "metrics": Metric,
    "callbacks": Object,
}


# --- declaring --------------------------------------------------------------------------------------------------------


def _constructor(name: str, parameters: tuple[str, ...]) -> HostFunction:
    def construct(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
        self.attrs.update(zip(parameters, args, strict=False))
        self.attrs.update(kwargs)

    return HostFunction(f"{name}.__init__", construct)


def _declare(module: str, text: str) -> None:
    base: tuple[ClassValue, ...] = ()
    for line in text.split("\n"):
        titles, colon, rest = line.strip().partition(":")
        if not colon:
            continue
        parameters = (*rest.split(), *COMMON.split())
        names = titles.split()
        alike = [name for name in names if name[0].isupper()]
        shared = module == "metrics" and len(alike) > 1
        for group in [[name] for name in names] if shared else [names]:
            cls = _class(module, group, parameters, base)
            base = base or (cls,)


def _class(module: str, names: list[str], parameters: tuple[str, ...], bases: tuple[ClassValue, ...]) -> ClassValue:
    dotted = [f"keras.{module}.{name}" for name in names]
    body = BODIES[module]
    members = {key: value for cls in reversed(body.__mro__[:-1]) for key, value in vars(cls).items()}
    cls = KERAS.define(*dotted, bases=bases)(type(names[0], (), {} if bases else members))
    cls.namespace["__init__"] = _constructor(dotted[0], parameters)
    return cls


for _module, _text in TABLE.items():
    _declare(_module, _text)


# --- losses and metrics as functions ----------------------------------------------------------------------------------

FUNCTIONS = {
    "binary_accuracy": "",
    "binary_crossentropy": "bce BCE",
    "binary_focal_crossentropy": "",
    "categorical_accuracy": "",
    "categorical_crossentropy": "",
    "categorical_focal_crossentropy": "",
    "categorical_generalized_cross_entropy": "",
    "categorical_hinge": "",
    "circle": "",
    "cosine_similarity": "cosine_proximity",
    "ctc": "",
    "dice": "",
    "hinge": "",
    "huber": "huber_loss",
    "kl_divergence": "kld KLD kullback_leibler_divergence",
    "log_cosh": "logcosh",
    "mean_absolute_error": "mae MAE",
    "mean_absolute_percentage_error": "mape MAPE",
    "mean_squared_error": "mse MSE",
    "mean_squared_logarithmic_error": "msle MSLE",
    "poisson": "",
    "sparse_categorical_accuracy": "",
    "sparse_categorical_crossentropy": "",
    "sparse_top_k_categorical_accuracy": "",
    "squared_hinge": "",
    "top_k_categorical_accuracy": "",
    "tversky": "",
}
"""The functions of `keras.losses` and `keras.metrics`, with their other names."""
WHOLE = ("dice", "tversky")


def _declare_function(name: str, aliases: str) -> None:
    names = [f"keras.{module}.{each}" for module in ("losses", "metrics") for each in (name, *aliases.split())]

    @KERAS.function(*names)
    def loss(machine: Machine, y_true: Value, y_pred: Value, *args: Value, **kwargs: Value) -> Value:
        if name in WHOLE:
            return result((), "float32")
        shape = operand(y_pred)
        if not isinstance(y_true, Tensor) or not shape or args or "axis" in kwargs:
            raise Undetermined("what a loss makes of its arguments is not known")
        return result(engine.reduce(shape, [-1]), "float32")


for _name, _aliases in FUNCTIONS.items():
    _declare_function(_name, _aliases)


def _get(machine: Machine, identifier: Value, *args: Value, **kwargs: Value) -> Value:
    return identifier


def _unknown(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    raise Undetermined("a serialized object is not followed")


for _module in TABLE:
    KERAS.add(f"keras.{_module}.get", HostFunction(f"keras.{_module}.get", _get))
    for _name in ("serialize", "deserialize"):
        KERAS.add(f"keras.{_module}.{_name}", HostFunction(f"keras.{_module}.{_name}", _unknown))
for _name in ("Optimizer", "Loss", "Metric", "Initializer", "Regularizer"):
    _place = {"Optimizer": "optimizers", "Loss": "losses", "Metric": "metrics", "Initializer": "initializers"}
    KERAS.add(f"keras.{_name}", KERAS.names[f"keras.{_place.get(_name, 'regularizers')}.{_name}"])
for _name in ("legacy", "experimental"):
    KERAS.alias(f"keras.optimizers.{_name}", "keras.optimizers")
KERAS.alias("keras.optimizers.legacy.schedules", "keras.optimizers.schedules")
KERAS.alias("keras.initializers.initializers", "keras.initializers")
