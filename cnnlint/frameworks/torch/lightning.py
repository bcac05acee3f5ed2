"""Lightning's modules: a `torch.nn.Module` with hooks that the trainer calls; and the parallel wrappers of PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.frameworks.coerce import integer, items
from cnnlint.frameworks.torch.core import MODULE, TORCH
from cnnlint.frameworks.torch.layer import layer, start
from cnnlint.frameworks.torch.module import accept_module
from cnnlint.interpreter.values import HostFunction, Unknown

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Value

NAMES = [
    f"{package}{module}.LightningModule"
    for package in ("lightning.pytorch", "pytorch_lightning")
    for module in ("", ".core", ".core.module", ".core.lightning")
]


@TORCH.define("lightning.LightningModule", *NAMES, bases=(MODULE,))
class LightningModule:
    def save_hyperparameters(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
        self.facts["hparams"] = Unknown("the hyperparameters that Lightning saves are not followed", machine.place)

    @property
    def hparams(machine: Machine, self: Instance) -> Value:
        return Unknown("the hyperparameters that Lightning saves are not followed", machine.place)

    @property
    def trainer(machine: Machine, self: Instance) -> Value:
        return Unknown("the trainer is not followed", machine.place)

    @property
    def logger(machine: Machine, self: Instance) -> Value:
        return Unknown("the logger is not followed", machine.place)

    @property
    def device(machine: Machine, self: Instance) -> Value:
        return Unknown("the device is not known", machine.place)

    @property
    def dtype(machine: Machine, self: Instance) -> Value:
        return TORCH.names["torch.float32"]

    @property
    def current_epoch(machine: Machine, self: Instance) -> Value:
        return Unknown("the epoch is not known", machine.place)

    @property
    def global_step(machine: Machine, self: Instance) -> Value:
        return Unknown("the step is not known", machine.place)

    def freeze(machine: Machine, self: Instance) -> None:
        machine.call(machine.get(self, "requires_grad_"), (False,))

    def unfreeze(machine: Machine, self: Instance) -> None:
        machine.call(machine.get(self, "requires_grad_"), (True,))

    def optimizers(machine: Machine, self: Instance, use_pl_optimizer: Value = True) -> Value:
        return Unknown("the optimizers are not followed", machine.place)

    def lr_schedulers(machine: Machine, self: Instance) -> Value:
        return Unknown("the schedulers are not followed", machine.place)


def _nothing(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
    return None


for _name in (
    "log",
    "log_dict",
    "print",
    "manual_backward",
    "toggle_optimizer",
    "untoggle_optimizer",
    "clip_gradients",
):
    TORCH.names["lightning.LightningModule"].namespace[_name] = HostFunction(
        f"lightning.LightningModule.{_name}", _nothing
    )


@layer("DataParallel", "model", "module")
class DataParallel:
    def __init__(
        machine: Machine,
        self: Instance,
        module: Value,
        device_ids: Value = None,
        output_device: Value = None,
        dim: Value = 0,
    ) -> None:
        start(self)
        self.attrs |= {"module": accept_module(module), "dim": dim}

    def forward(machine: Machine, self: Instance, *inputs: Value, **kwargs: Value) -> Value:
        return machine.call(self.attrs["module"], inputs, kwargs)


@layer("parallel.DistributedDataParallel", "model", "module")
class DistributedDataParallel:
    def __init__(machine: Machine, self: Instance, module: Value, *args: Value, **kwargs: Value) -> None:
        start(self)
        self.attrs["module"] = accept_module(module)

    def forward(machine: Machine, self: Instance, *inputs: Value, **kwargs: Value) -> Value:
        return machine.call(self.attrs["module"], inputs, kwargs)


TORCH.add("torch.nn.parallel.DataParallel", TORCH.names["torch.nn.DataParallel"])


@layer("Container", "model", "container")
class Container:
    def __init__(machine: Machine, self: Instance, **kwargs: Value) -> None:
        start(self)
        self.attrs |= {name: accept_module(value) for name, value in kwargs.items()}


@TORCH.function("torch.nn.modules.utils._ntuple")
def ntuple(machine: Machine, n: Value, name: Value = "parse") -> Value:
    return _repeated(integer(n, "n"))


def _repeated(count: int) -> HostFunction:
    def parse(machine: Machine, x: Value) -> Value:
        listed = None if isinstance(x, Unknown) and x.symbol else items(x)
        return (x,) * count if listed is None else listed

    return HostFunction("torch.nn.modules.utils.parse", parse)


for _name, _count in (("_single", 1), ("_pair", 2), ("_triple", 3), ("_quadruple", 4)):
    TORCH.add(f"torch.nn.modules.utils.{_name}", _repeated(_count))
    TORCH.add(f"torch.nn.modules.conv.{_name}", _repeated(_count))
