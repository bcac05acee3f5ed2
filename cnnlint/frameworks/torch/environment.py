"""What model code asks of PyTorch besides tensors: devices, seeds, gradient modes, checkpoints, optimizers, data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks.coerce import sequence
from cnnlint.frameworks.torch.core import TORCH
from cnnlint.frameworks.torch.creation import sizes
from cnnlint.frameworks.torch.dtypes import DEFAULT_TYPE
from cnnlint.frameworks.torch.operation import operation
from cnnlint.frameworks.torch.optimizing import check_parameters, note_rate
from cnnlint.interpreter.conditions import require
from cnnlint.interpreter.values import ClassMethod, ClassValue, HostFunction, Instance, Unknown

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

for _name, _constant in (
    ("pi", math.pi),
    ("e", math.e),
    ("inf", math.inf),
    ("nan", math.nan),
    ("newaxis", None),
    ("__version__", "2.14.1"),
    ("contiguous_format", "contiguous_format"),
    ("channels_last", "channels_last"),
    ("channels_last_3d", "channels_last_3d"),
    ("preserve_format", "preserve_format"),
    ("strided", "strided"),
):
    TORCH.add(f"torch.{_name}", _constant)


# --- devices ----------------------------------------------------------------------------------------------------------


@TORCH.define("torch.device")
class Device:  # noqa: PLW1641 - a table, not a class of ours
    def __init__(machine: Machine, self: Instance, type: Value = None, index: Value = None) -> None:
        self.attrs |= {"type": Unknown("the device is not known"), "index": Unknown("the device is not known")}
        if isinstance(type, str):
            name, _, number = type.partition(":")
            self.attrs |= {"type": name, "index": int(number) if number.isdigit() else index}

    def __eq__(machine: Machine, self: Instance, other: Value) -> Value:  # type: ignore[override]
        raise Undetermined("the device is not known")

    def __ne__(machine: Machine, self: Instance, other: Value) -> Value:  # type: ignore[override]
        raise Undetermined("the device is not known")

    def __str__(machine: Machine, self: Instance) -> Value:  # type: ignore[override]
        """A text that is the same for the same device: code keeps what it has computed under it."""
        kind = self.attrs["type"]
        return kind if isinstance(kind, str) else "cpu"

    def __enter__(machine: Machine, self: Instance) -> Value:
        return self

    def __exit__(machine: Machine, self: Instance, *args: Value) -> None: ...  # noqa: PYI036 - values, not exceptions


def a_device(machine: Machine) -> Instance:
    """A device of which nothing is known."""
    device = TORCH.names["torch.device"]
    assert isinstance(device, ClassValue)
    made = Instance(device, machine.place)
    made.attrs |= {name: Unknown("the device is not known", machine.place) for name in ("type", "index")}
    return made


@operation("torch.Size")
def torch_size(machine: Machine, iterable: Value = ()) -> Value:
    return sizes(machine, (tuple(sequence(machine, iterable)),))


# --- calls that are accepted ------------------------------------------------------------------------------------------


def accept(*names: str, value: Value = None) -> None:
    """Functions whose arguments do not matter here and whose result is always the same."""

    def body(machine: Machine, *args: Value, **kwargs: Value) -> Value:
        return value

    for name in names:
        TORCH.add(name, HostFunction(name, body))


def undetermined(reason: str, *names: str) -> None:
    """Functions whose result is a value (no module) that depends on the machine that runs them."""

    def body(machine: Machine, *args: Value, **kwargs: Value) -> Value:
        return Unknown(reason, machine.place)

    for name in names:
        TORCH.add(name, HostFunction(name, body))


def passing(*names: str) -> None:
    """Functions that return their first argument, or a decorator where it is missing."""

    def body(machine: Machine, *args: Value, **kwargs: Value) -> Value:
        return args[0] if args else HostFunction(names[0], body)

    for name in names:
        TORCH.add(name, HostFunction(name, body))


@TORCH.function(DEFAULT_TYPE, "torch.set_default_tensor_type")
def set_default_dtype(machine: Machine, d: Value = None, *, t: Value = None) -> None:
    machine.fresh(DEFAULT_TYPE)


accept(
    "torch.manual_seed",
    "torch.seed",
    "torch.set_default_device",
    "torch.set_printoptions",
    "torch.set_num_threads",
    "torch.set_num_interop_threads",
    "torch.set_float32_matmul_precision",
    "torch.use_deterministic_algorithms",
    "torch.set_rng_state",
    "torch.save",
    "torch.cuda.manual_seed",
    "torch.cuda.manual_seed_all",
    "torch.cuda.empty_cache",
    "torch.cuda.synchronize",
    "torch.cuda.set_device",
    "torch.cuda.reset_peak_memory_stats",
    "torch.mps.manual_seed",
    "torch.mps.empty_cache",
    "torch.backends.cudnn.flags",
    "torch.jit.save",
    "torch._C._log_api_usage_once",
    "torch.distributed.init_process_group",
    "torch.distributed.destroy_process_group",
    "torch.distributed.barrier",
    "torch.multiprocessing.set_start_method",
    "torch.multiprocessing.set_sharing_strategy",
    "torch.autograd.set_detect_anomaly",
    "torchvision.utils.save_image",
    "torchvision.utils._log_api_usage_once",
    "torchvision.disable_beta_transforms_warning",
)
accept("torch.jit.is_scripting", "torch.jit.is_tracing", value=False)
accept("torch.compiler.is_compiling", "torch.compiler.is_dynamo_compiling", "torch.compiler.is_exporting", value=False)
accept("torch.onnx.is_in_onnx_export", "torch._C._get_tracing_state", "torch.is_autocast_enabled", value=False)
accept("torch.overrides.has_torch_function", "torch.overrides.has_torch_function_unary", value=False)
accept("torch.overrides.has_torch_function_variadic", "torchvision._is_tracing", value=False)
accept("torch.is_grad_enabled", value=True)
accept("torch.get_default_dtype", value=TORCH.names["torch.float32"])
undetermined(
    "whether and which devices there are is not known",
    "torch.cuda.is_available",
    "torch.cuda.device_count",
    "torch.cuda.current_device",
    "torch.cuda.get_device_name",
    "torch.cuda.get_device_properties",
    "torch.cuda.get_device_capability",
    "torch.cuda.memory_allocated",
    "torch.cuda.max_memory_allocated",
    "torch.cuda.is_bf16_supported",
    "torch.backends.mps.is_available",
    "torch.backends.mps.is_built",
    "torch.xpu.is_available",
    "torch.accelerator.is_available",
    "torch.accelerator.current_accelerator",
    "torch.distributed.is_available",
    "torch.distributed.is_initialized",
    "torch.distributed.get_rank",
    "torch.distributed.get_world_size",
    "torch.get_num_threads",
    "torch.initial_seed",
    "torch.get_rng_state",
)
undetermined(
    "the contents of a file are not known",
    "torch.load",
    "torch.hub.load_state_dict_from_url",
    "torch.hub.get_dir",
    "torch.utils.model_zoo.load_url",
)
undetermined("gradients are not followed", "torch.autograd.grad", "torch.autograd.backward")
passing(
    "torch.jit.script",
    "torch.jit.export",
    "torch.jit.ignore",
    "torch.jit.unused",
    "torch.jit.interface",
    "torch.jit.script_if_tracing",
    "torch.jit._script_if_tracing",
    "torch.jit._overload_method",
    "torch.jit.script_method",
    "torch.jit.optimize_for_inference",
    "torch.jit.freeze",
    "torch.compile",
    "torch.compiler.disable",
    "torch._dynamo.disable",
    "torch.compiler.allow_in_graph",
    "torch.fx.wrap",
    "torch.no_type_check",
    "torch.autograd.function.once_differentiable",
    "torch.amp.custom_fwd",
    "torch.amp.custom_bwd",
    "torch.cuda.amp.custom_fwd",
    "torch.cuda.amp.custom_bwd",
)


# --- contexts that change no shape ------------------------------------------------------------------------------------


def _asserting(name: str, exception: str) -> None:
    def body(machine: Machine, condition: Value, message: Value = None) -> Value:
        truth = machine.truth(condition)
        if truth is False:
            return machine.throw(exception, message if isinstance(message, str) else f"`{name}` fails", "bad-argument")
        if truth is None:
            require(condition, truth=True)
        return None

    TORCH.add(name, HostFunction(name, body))


_asserting("torch._assert", "AssertionError")
_asserting("torch._check", "RuntimeError")


def _context(*names: str) -> None:
    @TORCH.define(*names)
    class Context:
        def __new__(machine: Machine, cls: ClassValue, *args: Value, **kwargs: Value) -> Value:  # noqa: ARG004
            """`@torch.no_grad` without parentheses leaves the function as it is."""
            return args[0] if args and not isinstance(args[0], (bool, str, Unknown)) else Instance(cls, machine.place)

        def __call__(machine: Machine, self: Instance, func: Value) -> Value:
            return func

        def __enter__(machine: Machine, self: Instance) -> Value:
            return self

        def __exit__(machine: Machine, self: Instance, *args: object) -> None: ...  # noqa: PYI036


for _each in (
    ("torch.no_grad", "torch.autograd.no_grad", "torch.autograd.grad_mode.no_grad"),
    ("torch.enable_grad", "torch.autograd.enable_grad"),
    ("torch.inference_mode", "torch.autograd.inference_mode"),
    ("torch.set_grad_enabled", "torch.autograd.set_grad_enabled"),
    ("torch.autograd.detect_anomaly",),
    ("torch.autocast", "torch.amp.autocast", "torch.cuda.amp.autocast", "torch.cpu.amp.autocast"),
    ("torch.backends.cuda.sdp_kernel", "torch.nn.attention.sdpa_kernel"),
    ("torch.profiler.profile",),
    ("torch.profiler.record_function", "torch.autograd.profiler.record_function"),
    ("torch.autograd.profiler.profile",),
    ("torch.random.fork_rng",),
    ("torch.jit.optimized_execution",),
):
    _context(*_each)


# --- functions of functions -------------------------------------------------------------------------------------------


@operation("torch.utils.checkpoint.checkpoint")
def checkpoint(machine: Machine, function: Value, *args: Value, **kwargs: Value) -> Value:
    own = ("use_reentrant", "preserve_rng_state", "context_fn", "determinism_check", "debug", "early_stop")
    return machine.call(function, args, {name: value for name, value in kwargs.items() if name not in own})


@operation("torch.utils.checkpoint.checkpoint_sequential")
def checkpoint_sequential(machine: Machine, functions: Value, segments: Value, input: Value, **kwargs: Value) -> Value:
    output = input
    for each in machine.elements(functions):
        output = machine.call(each, (output,))
    return output


@TORCH.define("torch.autograd.function.FunctionCtx")
class FunctionCtx:
    def save_for_backward(machine: Machine, self: Instance, *tensors: Value) -> None:
        return None

    def mark_dirty(machine: Machine, self: Instance, *args: Value) -> None:
        return None

    def mark_non_differentiable(machine: Machine, self: Instance, *args: Value) -> None:
        return None

    def set_materialize_grads(machine: Machine, self: Instance, value: Value) -> None:
        return None


def _apply(machine: Machine, cls: ClassValue, *args: Value, **kwargs: Value) -> Value:
    """Run the user's `forward`; the gradients' side is not looked at."""
    forward = machine.get(cls, "forward")
    if "setup_context" in cls.namespace:
        return machine.call(forward, args, kwargs)
    context = TORCH.names["torch.autograd.function.FunctionCtx"]
    assert isinstance(context, ClassValue)
    return machine.call(forward, (Instance(context, machine.place), *args), kwargs)


@TORCH.define("torch.autograd.Function", "torch.autograd.function.Function")
class Function:
    apply = ClassMethod(HostFunction("torch.autograd.Function.apply", _apply))


@operation("torch.autograd.Variable")
def variable(machine: Machine, data: Value, requires_grad: Value = False, volatile: Value = False) -> Value:
    return data


# --- training ---------------------------------------------------------------------------------------------------------


@TORCH.define("torch.optim.Optimizer", "torch.optim.optimizer.Optimizer")
class Optimizer:
    def __init__(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
        self.attrs["param_groups"] = Unknown("what an optimizer holds is not followed", machine.place)
        if args or "params" in kwargs:
            check_parameters(args[0] if args else kwargs["params"])
        note_rate(machine, self, kwargs.get("lr", args[1] if len(args) > 1 else None))

    def step(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
        return None

    def zero_grad(machine: Machine, self: Instance, set_to_none: Value = True) -> None:
        return None

    def state_dict(machine: Machine, self: Instance) -> Value:
        raise Undetermined("what an optimizer holds is not followed")

    def load_state_dict(machine: Machine, self: Instance, state_dict: Value) -> None:
        return None

    def add_param_group(machine: Machine, self: Instance, param_group: Value) -> None:
        return None


@TORCH.define("torch.optim.lr_scheduler.LRScheduler", "torch.optim.lr_scheduler._LRScheduler")
class Scheduler:
    def __init__(machine: Machine, self: Instance, optimizer: Value, *args: Value, **kwargs: Value) -> None:
        self.attrs["optimizer"] = optimizer

    def step(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
        return None

    def get_last_lr(machine: Machine, self: Instance) -> Value:
        raise Undetermined("the learning rate is not followed")

    def state_dict(machine: Machine, self: Instance) -> Value:
        raise Undetermined("what a scheduler holds is not followed")

    def load_state_dict(machine: Machine, self: Instance, state_dict: Value) -> None:
        return None


def _derive(base: str, module: str, names: str) -> None:
    parent = TORCH.names[base]
    assert isinstance(parent, ClassValue)
    for name in names.split():
        TORCH.add(f"{module}.{name}", ClassValue(f"{module}.{name}", (parent,), library=True))


_derive(
    "torch.optim.Optimizer",
    "torch.optim",
    "ASGD Adadelta Adafactor Adagrad Adam AdamW Adamax LBFGS Muon NAdam RAdam RMSprop Rprop SGD SparseAdam",
)
_derive(
    "torch.optim.lr_scheduler.LRScheduler",
    "torch.optim.lr_scheduler",
    "ChainedScheduler ConstantLR CosineAnnealingLR CosineAnnealingWarmRestarts CyclicLR ExponentialLR LambdaLR "
    "LinearLR MultiStepLR MultiplicativeLR OneCycleLR PolynomialLR ReduceLROnPlateau SequentialLR StepLR",
)


@TORCH.define("torch.amp.GradScaler", "torch.cuda.amp.GradScaler", "torch.amp.grad_scaler.GradScaler")
class GradScaler:
    def __init__(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None: ...

    def scale(machine: Machine, self: Instance, outputs: Value) -> Value:
        return outputs

    def step(machine: Machine, self: Instance, optimizer: Value, *args: Value, **kwargs: Value) -> None:
        return None

    def update(machine: Machine, self: Instance, new_scale: Value = None) -> None:
        return None

    def unscale_(machine: Machine, self: Instance, optimizer: Value) -> None:
        return None


@TORCH.define("torch.Generator")
class Generator:
    def __init__(machine: Machine, self: Instance, device: Value = "cpu") -> None: ...

    def manual_seed(machine: Machine, self: Instance, seed: Value) -> Value:
        return self


# --- data -------------------------------------------------------------------------------------------------------------


@TORCH.define("torch.utils.data.Dataset", "torch.utils.data.dataset.Dataset")
class Dataset: ...


_derive("torch.utils.data.Dataset", "torch.utils.data", "IterableDataset ChainDataset")


undetermined(
    "how data is drawn is not followed",
    "torch.utils.data.default_collate",
    "torch.utils.data.RandomSampler",
    "torch.utils.data.SequentialSampler",
    "torch.utils.data.WeightedRandomSampler",
    "torch.utils.data.SubsetRandomSampler",
    "torch.utils.data.BatchSampler",
    "torch.utils.data.distributed.DistributedSampler",
    "torch.utils.data.DistributedSampler",
    "torch.utils.data.sampler.RandomSampler",
    "torch.utils.data.sampler.SequentialSampler",
    "torch.utils.data.sampler.WeightedRandomSampler",
    "torch.utils.data.sampler.SubsetRandomSampler",
    "torch.utils.data.sampler.BatchSampler",
)


@TORCH.function("torch.jit.annotate")
def annotate(machine: Machine, the_type: Value, the_value: Value) -> Value:
    """The value itself."""
    return the_value
