"""Tools that run a model on an example: exports, tracing, summaries. The model is called as they would call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks.coerce import items
from cnnlint.frameworks.torch.core import TORCH, result
from cnnlint.frameworks.torch.creation import sizes
from cnnlint.interpreter.values import DictValue, HostFunction, Instance, ListValue, Tensor, Unknown

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def run(machine: Machine, model: Value, args: Value, kwargs: Value = None) -> Value:
    """Call the model on a tensor or a tuple of arguments, a dictionary at its end being keyword arguments."""
    given: tuple[Value, ...]
    if isinstance(args, (tuple, ListValue)):
        given = tuple(items(args) or ())
    elif isinstance(args, (Unknown, type(None))):
        raise Undetermined("the example input is not known")
    else:
        given = (args,)
    named: dict[str, Value] = {}
    if isinstance(kwargs, DictValue):
        named = {name: value for name, value in kwargs.items.items() if isinstance(name, str)}
    elif isinstance(args, tuple) and given and isinstance(given[-1], DictValue):
        named = {name: value for name, value in given[-1].items.items() if isinstance(name, str)}
        given = given[:-1]
    return machine.call(model, given, named)


def examples(
    machine: Machine, input_size: Value, batch: tuple[int, ...] = (), dtype: str = "float32"
) -> tuple[Tensor, ...]:
    """Tensors of the sizes given: one shape or several of them."""
    given = items(input_size)
    if given is None:
        raise Undetermined("the input size is not known")
    several = bool(given) and items_or_none(given[0]) is not None
    rows = given if several else (input_size,)
    return tuple(result((*batch, *sizes(machine, (row,))), dtype) for row in rows)


def items_or_none(value: Value) -> tuple[Value, ...] | None:
    """The items of a sequence; None for anything else, unknown values too."""
    return None if isinstance(value, (Unknown, Tensor)) else items(value)


@TORCH.function("torch.onnx.export")
def export(
    machine: Machine,
    model: Value,
    args: Value = (),
    f: Value = None,
    *,
    kwargs: Value = None,
    **options: Value,
) -> Value:
    run(machine, model, args, kwargs)
    return Unknown("an exported model is not followed", machine.place)


@TORCH.function("torch.export.export", "torch.export.export_for_training")
def torch_export(machine: Machine, mod: Value, args: Value, kwargs: Value = None, **options: Value) -> Value:
    run(machine, mod, args, kwargs)
    return Unknown("an exported model is not followed", machine.place)


@TORCH.function("torch.jit.trace")
def trace(machine: Machine, func: Value, example_inputs: Value = None, *args: Value, **options: Value) -> Value:
    run(machine, func, example_inputs, options.get("example_kwarg_inputs"))
    return func


@TORCH.function("torchinfo.summary")
def torchinfo_summary(
    machine: Machine,
    model: Value,
    input_size: Value = None,
    input_data: Value = None,
    batch_dim: Value = None,
    cache_forward_pass: Value = None,
    col_names: Value = None,
    col_width: Value = 25,
    depth: Value = 3,
    device: Value = None,
    dtypes: Value = None,
    mode: Value = None,
    row_settings: Value = None,
    verbose: Value = None,
    **kwargs: Value,
) -> Value:
    if input_data is not None:
        run(machine, model, input_data)
    elif input_size is not None:
        run(machine, model, examples(machine, input_size, () if batch_dim is None else (1,)))
    return Unknown("the statistics of a model are not followed", machine.place)


@TORCH.function("torchsummary.summary", "torchsummary.torchsummary.summary")
def torchsummary_summary(
    machine: Machine, model: Value, input_size: Value, batch_size: Value = -1, device: Value = "cuda"
) -> None:
    run(machine, model, examples(machine, input_size, (2,)))


@TORCH.function("thop.profile")
def profile(machine: Machine, model: Value, inputs: Value, *args: Value, **options: Value) -> Value:
    run(machine, model, inputs)
    return (Unknown("counts are not followed", machine.place), Unknown("counts are not followed", machine.place))


@TORCH.function("ptflops.get_model_complexity_info")
def complexity(machine: Machine, model: Value, input_res: Value, *args: Value, **options: Value) -> Value:
    if "input_constructor" not in options:
        run(machine, model, examples(machine, input_res, (1,)))
    return (Unknown("counts are not followed", machine.place), Unknown("counts are not followed", machine.place))


@TORCH.define("torch.utils.tensorboard.SummaryWriter", "torch.utils.tensorboard.writer.SummaryWriter")
class SummaryWriter:
    def __init__(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None: ...

    def add_graph(
        machine: Machine, self: Instance, model: Value, input_to_model: Value = None, *args: Value, **options: Value
    ) -> None:
        run(machine, model, input_to_model)


def _ignored(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
    return None


for _name in [
    "add_scalar",
    "add_scalars",
    "add_image",
    "add_images",
    "add_histogram",
    "add_figure",
    "add_text",
    "flush",
    "close",
]:
    TORCH.names["torch.utils.tensorboard.SummaryWriter"].namespace[_name] = HostFunction(
        f"torch.utils.tensorboard.SummaryWriter.{_name}", _ignored
    )
