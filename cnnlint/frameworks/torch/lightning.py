"""Lightning's modules: a `torch.nn.Module` with hooks that the trainer calls; and the parallel wrappers of PyTorch."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from functools import partial
from typing import TYPE_CHECKING

from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks.coerce import integer, items
from cnnlint.frameworks.torch.core import MODULE, TORCH
from cnnlint.frameworks.torch.describe import evaluating
from cnnlint.frameworks.torch.layer import layer, start
from cnnlint.frameworks.torch.module import accept_module
from cnnlint.interpreter.iteration import first_of
from cnnlint.interpreter.values import BoundMethod, Function, HostFunction, Instance, ListValue, Raised, Unknown

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

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


LIGHTNING = TORCH.names["lightning.LightningModule"]
STEPS = ("validation_step", "training_step", "test_step", "predict_step")
"""The methods that a trainer calls with a batch, the check before the training first."""


def run_step(machine: Machine, model: Instance, name: str, batch: Value) -> None:
    """Call one of the methods that a class of the code has defined, as a trainer does with its first batch."""
    method = model.cls.lookup(name)
    if not isinstance(method, Function):
        return
    given: dict[str, Value] = {"batch_idx": 0, "dataloader_idx": 0, "optimizer_idx": 0, "optimiser_idx": 0}
    names = [each.name for each in method.definition.parameters if each.kind in ("plain", "positional")][1:]
    if not names:
        return
    unknown = Unknown("what a trainer passes is not followed", machine.place, opaque=True)
    args = (batch, *(given.get(each, unknown) for each in names[1:]))
    aside = nullcontext() if name == "training_step" else evaluating(model)
    with aside:
        machine.call(BoundMethod(method, model), args)


def run_steps_aside(machine: Machine, model: Instance) -> None:
    """Look at the methods that no trainer of the code calls, with batches of which nothing is known."""
    if LIGHTNING not in model.cls.mro:
        return
    for name in STEPS:
        method = model.cls.lookup(name)
        if isinstance(method, Function) and id(method.definition) not in machine.called:
            batch = Unknown("nothing states what a batch is", machine.place, opaque=True)
            with suppress(Raised, Undetermined):
                machine.tried(partial(run_step, machine, model, name, batch))


def first_batch(machine: Machine, model: Value, loaders: Value, datamodule: Value, name: str) -> Value:
    """The first batch that a trainer draws: from the loaders it is given, or those that the code makes."""
    for owner in (datamodule, model):
        method = owner.cls.lookup(name) if loaders is None and isinstance(owner, Instance) else None
        if isinstance(method, Function):
            if owner is datamodule and isinstance(datamodule.cls.lookup("setup"), Function):
                machine.call(machine.get(datamodule, "setup"), ("fit",))
            loaders = machine.call(machine.get(owner, name))
    if isinstance(loaders, ListValue) and loaders.unknown is None and len(loaders.items) == 1:
        loaders = loaders.items[0]
    found = first_of(machine, loaders)
    if found is not None:
        return found[0]
    return Unknown("nothing states what a batch is", machine.place, opaque=True)


@TORCH.define("lightning.Trainer", "lightning.pytorch.Trainer", "pytorch_lightning.Trainer")
class Trainer:
    def __init__(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None: ...

    def fit(
        machine: Machine,
        self: Instance,
        model: Value,
        train_dataloaders: Value = None,
        val_dataloaders: Value = None,
        datamodule: Value = None,
        ckpt_path: Value = None,
        weights_only: Value = None,
    ) -> None:
        if not isinstance(model, Instance) or LIGHTNING not in model.cls.mro:
            raise Undetermined("the model that is trained is not known")
        if isinstance(model.cls.lookup("configure_optimizers"), Function):
            machine.call(machine.get(model, "configure_optimizers"))
        for name, loaders, maker in (
            ("validation_step", val_dataloaders, "val_dataloader"),
            ("training_step", train_dataloaders, "train_dataloader"),
        ):
            run_step(machine, model, name, first_batch(machine, model, loaders, datamodule, maker))

    def test(
        machine: Machine,
        self: Instance,
        model: Value = None,
        dataloaders: Value = None,
        ckpt_path: Value = None,
        verbose: Value = True,
        datamodule: Value = None,
        weights_only: Value = None,
    ) -> Value:
        if isinstance(model, Instance) and LIGHTNING in model.cls.mro:
            batch = first_batch(machine, model, dataloaders, datamodule, "test_dataloader")
            run_step(machine, model, "test_step", batch)
        return Unknown("the results of a trainer are not followed", machine.place)


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
