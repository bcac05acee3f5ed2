"""Data sets and loaders: what a sample looks like, how many there are, and so what the first batch is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Expr, equal, unknown_dim
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.coerce import items
from cnnlint.frameworks.numpy.core import NDARRAY
from cnnlint.frameworks.numpy.pictures import IMAGE
from cnnlint.frameworks.torch.core import TENSOR, TORCH, result
from cnnlint.frameworks.torch.ending import label_range
from cnnlint.frameworks.torch.operation import operation
from cnnlint.interpreter.values import (
    MISSING,
    DictValue,
    Function,
    Instance,
    ListValue,
    Raised,
    Tensor,
    Unknown,
)

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

DATA = "torch.utils.data"
MAX_DEPTH = 5
"""How deep samples are nested."""

DATASET = TORCH.names[f"{DATA}.Dataset"]


def unknown(machine: Machine, reason: str) -> Unknown:
    """A value that nothing is known of."""
    return Unknown(reason, machine.place, opaque=True)


# --- data sets --------------------------------------------------------------------------------------------------------


@TORCH.define(f"{DATA}.TensorDataset", f"{DATA}.dataset.TensorDataset", bases=(DATASET,))
class TensorDataset:
    def __init__(machine: Machine, self: Instance, *tensors: Value) -> None:
        self.attrs["tensors"] = tensors
        first: Dim | None = None
        for each in tensors:
            if isinstance(each, Tensor) and each.cls is NDARRAY:
                raise ShapeError(
                    "bad-argument",
                    "a `TensorDataset` is made of tensors, not of NumPy arrays",
                    help="convert them: `torch.from_numpy(array)`",
                    exception="TypeError",
                )
            if not isinstance(each, Tensor) or not each.shape:
                continue
            if first is not None and equal(first, each.shape[0]) is False:
                raise ShapeError(
                    "size-mismatch",
                    f"the tensors of a `TensorDataset` have {dim_text(first)} and {dim_text(each.shape[0])} samples",
                    expected=dim_text(first),
                    actual=dim_text(each.shape[0]),
                    exception="AssertionError",
                )
            first = each.shape[0]

    def __len__(machine: Machine, self: Instance) -> Value:
        return count(machine, self)

    def __getitem__(machine: Machine, self: Instance, index: Value) -> Value:
        return tuple(machine.call(machine.get(each, "__getitem__"), (index,)) for each in self.attrs["tensors"])


@TORCH.define(f"{DATA}.Subset", f"{DATA}.dataset.Subset", bases=(DATASET,))
class Subset:
    def __init__(machine: Machine, self: Instance, dataset: Value, indices: Value) -> None:
        self.attrs |= {"dataset": dataset, "indices": indices}

    def __len__(machine: Machine, self: Instance) -> Value:
        return count(machine, self)

    def __getitem__(machine: Machine, self: Instance, idx: Value) -> Value:
        return item(machine, self.attrs["dataset"])


@TORCH.define(f"{DATA}.ConcatDataset", f"{DATA}.dataset.ConcatDataset", bases=(DATASET,))
class ConcatDataset:
    def __init__(machine: Machine, self: Instance, datasets: Value) -> None:
        self.attrs["datasets"] = datasets

    def __len__(machine: Machine, self: Instance) -> Value:
        return count(machine, self)

    def __getitem__(machine: Machine, self: Instance, idx: Value) -> Value:
        return item(machine, self)


@operation(f"{DATA}.random_split", f"{DATA}.dataset.random_split")
def random_split(machine: Machine, dataset: Value, lengths: Value, generator: Value = None) -> Value:
    total, parts = count(machine, dataset), items(lengths)
    if parts is None:
        raise Undetermined("the lengths of the parts are not known")
    if isinstance(total, int) and parts and all(isinstance(part, (int, float)) for part in parts):
        parts = _shares(total, parts)
        if sum(parts) != total:
            raise ShapeError(
                "bad-argument",
                f"the parts have {sum(parts)} samples in all, and the data set has {total}",
                expected=str(total),
                actual=str(sum(parts)),
                exception="ValueError",
            )
    made = []
    for part in parts:
        length = part if isinstance(part, int) else unknown_dim()
        made.append(machine.call(SUBSET, (dataset, Unknown("which samples are drawn is not known", machine.place))))
        made[-1].facts["length"] = length
    return ListValue(made)


def _shares(total: int, parts: tuple[Value, ...]) -> tuple[int, ...]:
    """Shares as `random_split` makes numbers of them: rounded down, what remains dealt out in turn."""
    if not math.isclose(sum(parts), 1) or sum(parts) > 1.0000001:
        return tuple(int(part) for part in parts)
    found = [math.floor(total * part) for part in parts]
    for index in range(total - sum(found)):
        found[index % len(found)] += 1
    return tuple(found)


SUBSET = TORCH.names[f"{DATA}.Subset"]
TENSORS = TORCH.names[f"{DATA}.TensorDataset"]
CONCATENATED = TORCH.names[f"{DATA}.ConcatDataset"]


def count(machine: Machine, dataset: Value) -> Dim:
    """How many samples a data set has; an open size where that is not known."""
    found: Value = None
    if isinstance(dataset, Instance):
        if "length" in dataset.facts:
            return dataset.facts["length"]  # type: ignore[no-any-return]
        if dataset.cls is TENSORS:
            first = next(iter(dataset.attrs["tensors"]), None)
            found = first.shape[0] if isinstance(first, Tensor) and first.shape else None
        elif dataset.cls is SUBSET:
            found = _length(dataset.attrs["indices"])
        elif dataset.cls is CONCATENATED:
            found = _total(machine, dataset)
        elif not dataset.cls.library and isinstance(dataset.cls.lookup("__len__"), Function):
            found = quietly(machine, dataset, "__len__", ())
    elif isinstance(dataset, (ListValue, Tensor)):
        found = _length(dataset)
    return found if isinstance(found, (int, Expr)) and not isinstance(found, bool) else unknown_dim()


def _length(value: Value) -> Value:
    if isinstance(value, Tensor):
        return value.shape[0] if value.shape else None
    try:
        found = items(value)
    except Undetermined:
        return None
    return None if found is None else len(found)


def _total(machine: Machine, dataset: Instance) -> Value:
    try:
        parts = items(dataset.attrs["datasets"]) or ()
    except Undetermined:
        return None
    counts = [count(machine, part) for part in parts]
    return sum(counts) if all(isinstance(each, int) for each in counts) else None


def quietly(machine: Machine, owner: Instance, name: str, args: tuple[Value, ...]) -> Value:
    """What a method of the code gives, without the faults that it would have; Unknown where it raises."""
    method = machine.get(owner, name)
    faults, uses = dict(machine.faults), dict(machine.uses)
    frames, uncertain = len(machine.frames), machine.uncertain
    try:
        return machine.call(method, args)
    except Raised:
        return unknown(machine, f"`{name}` of `{owner.cls.name}` raises an exception")
    finally:
        machine.faults, machine.uses = faults, uses
        del machine.frames[frames:]
        machine.uncertain = uncertain


def item(machine: Machine, dataset: Value) -> Value:
    """What one sample looks like; its elements are not those of any particular sample."""
    if isinstance(dataset, (ListValue, tuple)):
        samples = items(dataset)
        return samples[0] if samples else unknown(machine, "an empty list of samples")
    if isinstance(dataset, Tensor):
        return _row(dataset)
    if not isinstance(dataset, Instance) or dataset.opaque is not None:
        return unknown(machine, "the data set is not known")
    if dataset.cls is TENSORS:
        return tuple(_row(each) for each in dataset.attrs["tensors"])
    if dataset.cls is SUBSET:
        return item(machine, dataset.attrs["dataset"])
    if dataset.cls is CONCATENATED:
        parts = items(dataset.attrs["datasets"])
        return item(machine, parts[0]) if parts else unknown(machine, "an empty list of data sets")
    sample = dataset.cls.lookup("__sample__")
    if sample is not MISSING:
        return machine.call(sample, (dataset,))
    method = dataset.cls.lookup("__getitem__")
    if isinstance(method, Function):
        return quietly(machine, dataset, "__getitem__", (0,))
    return unknown(machine, f"the samples of `{dataset.cls.name}` are not known")


def _row(value: Value) -> Value:
    """One row of a tensor of samples."""
    if not isinstance(value, Tensor):
        return Unknown("the data are not known", opaque=True)
    made = Tensor(TENSOR if value.cls is not NDARRAY else NDARRAY, None, value.dtype)
    if value.shape:
        made.shape = value.shape[1:]
    return labelled(made, value)


def labelled(made: Tensor, source: Tensor) -> Tensor:
    """A tensor of some of another's labels: of all of them in the course of an epoch."""
    found = label_range(source)
    if found is not None:
        low, high, complete = found
        made.facts["range"] = (low, high)
        if complete:
            made.facts["classes"] = high - low + 1
    return made


# --- loaders ----------------------------------------------------------------------------------------------------------


@TORCH.define(f"{DATA}.DataLoader", f"{DATA}.dataloader.DataLoader")
class DataLoader:
    def __init__(
        machine: Machine,
        self: Instance,
        dataset: Value,
        batch_size: Value = 1,
        shuffle: Value = None,
        sampler: Value = None,
        batch_sampler: Value = None,
        num_workers: Value = 0,
        collate_fn: Value = None,
        pin_memory: Value = False,
        drop_last: Value = False,
        timeout: Value = 0,
        worker_init_fn: Value = None,
        multiprocessing_context: Value = None,
        generator: Value = None,
        *,
        prefetch_factor: Value = None,
        persistent_workers: Value = False,
        pin_memory_device: Value = "",
        in_order: Value = True,
    ) -> None:
        self.attrs |= {"dataset": dataset, "batch_size": batch_size, "drop_last": drop_last, "sampler": sampler}
        self.attrs |= {"batch_sampler": batch_sampler, "collate_fn": collate_fn, "num_workers": num_workers}
        self.facts["sure"] = gives_batches(count(machine, dataset), batch_size, drop_last)

    def __len__(machine: Machine, self: Instance) -> Value:
        total, size = count(machine, self.attrs["dataset"]), self.attrs["batch_size"]
        drawn = self.attrs["sampler"] is not None or self.attrs["batch_sampler"] is not None
        if not isinstance(total, int) or not isinstance(size, int) or size < 1 or drawn:
            return unknown_dim()
        if self.attrs["drop_last"] is True:
            return total // size
        return -(-total // size) if self.attrs["drop_last"] is False else unknown_dim()

    def __unknown_item__(machine: Machine, self: Instance) -> Value:
        if self.attrs["collate_fn"] is not None:
            return unknown(machine, "what `collate_fn` makes of samples is not followed")
        size, total = self.attrs["batch_size"], count(machine, self.attrs["dataset"])
        sample = item(machine, self.attrs["dataset"])
        if size is None:
            return sample
        batch: Dim = unknown_dim()
        plain = self.attrs["sampler"] is None and self.attrs["batch_sampler"] is None
        if isinstance(size, int) and plain and self.facts["sure"]:
            batch = min(size, total) if isinstance(total, int) else size
        return collate(machine, sample, batch)


LOADER = TORCH.names[f"{DATA}.DataLoader"]


def gives_batches(total: Dim, batch_size: Value, drop_last: Value) -> bool:
    """Whether a loader gives a batch; a data set whose size is not known is taken to fill one."""
    if not isinstance(total, int):
        return True
    return total > 0 and (drop_last is False or not isinstance(batch_size, int) or batch_size <= total)


def collate(machine: Machine, sample: Value, batch: Dim, depth: int = 0) -> Value:
    """Samples stacked to a batch as `default_collate` does."""
    match sample:
        case Tensor():
            kind = sample.dtype
            made = result(None if sample.shape is None else (batch, *sample.shape), kind)
            return labelled(made, sample)
        case bool() | int() | Expr():
            return result((batch,), "int64")
        case float():
            return result((batch,), "float64")
        case tuple() | ListValue() if depth < MAX_DEPTH:
            parts = items(sample) or ()
            return ListValue([collate(machine, part, batch, depth + 1) for part in parts])
        case DictValue() if depth < MAX_DEPTH and sample.unknown is None:
            return DictValue({key: collate(machine, part, batch, depth + 1) for key, part in sample.items.items()})
        case Instance() if sample.cls is IMAGE:
            raise ShapeError(
                "bad-argument",
                "a batch cannot be made of PIL images: the data set has no transform to tensors",
                help="give the data set `transform=transforms.ToTensor()`",
                exception="TypeError",
            )
        case _:
            reason = sample.reason if isinstance(sample, Unknown) else "what a batch is made of is not known"
            return unknown(machine, reason)
