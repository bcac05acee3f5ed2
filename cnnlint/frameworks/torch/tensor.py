"""`torch.Tensor`: its attributes, conversions and the methods that change nothing that is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.dimension import symbol
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.coerce import flag, integer, shape_of, tensor
from cnnlint.frameworks.torch.core import TENSOR, extend, result
from cnnlint.frameworks.torch.creation import sizes
from cnnlint.frameworks.torch.dtypes import CONSTANTS, DTYPE, LEGACY, constant, dtype_name
from cnnlint.frameworks.torch.environment import a_device
from cnnlint.frameworks.torch.layer import shape_to_unpack
from cnnlint.frameworks.torch.layout import LAYOUTS
from cnnlint.frameworks.torch.operation import operation
from cnnlint.frameworks.torch.reshaping import matrix_transpose, reordered
from cnnlint.frameworks.torch.values import known, labelled, nested, rounded, shared, written
from cnnlint.interpreter.values import Instance, Tensor, Unknown, Weight

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def alike(x: Tensor, dtype: str | None = "") -> Tensor:
    """A new tensor with the shape, and the elements where known, of `x`."""
    kind = x.dtype if dtype == "" else dtype
    made = Tensor(TENSOR, x.shape, kind, free=x.free)
    if x.values is not None:
        made.values = rounded(x.values, kind)
    return labelled(made, x) if kind != "bool" else made


def aliased(x: Tensor) -> Tensor:
    """A tensor that shares the memory of `x` (`x.data`, `x.detach()`)."""
    return shared(alike(x), x)


@extend(TENSOR)
class Attributes:
    @property
    def shape(machine: Machine, self: Tensor) -> Value:
        return shape_to_unpack(machine, self)

    @property
    def ndim(machine: Machine, self: Tensor) -> Value:
        return len(shape_of(self))

    @property
    def dtype(machine: Machine, self: Tensor) -> Value:
        return constant(self.dtype)

    @property
    def device(machine: Machine, self: Tensor) -> Value:
        return a_device(machine)

    @property
    def T(machine: Machine, self: Tensor) -> Value:
        return reordered(self, range(len(shape_of(self)))[::-1])

    @property
    def mT(machine: Machine, self: Tensor) -> Value:
        return matrix_transpose(self)

    @property
    def H(machine: Machine, self: Tensor) -> Value:
        return matrix_transpose(self)

    @property
    def mH(machine: Machine, self: Tensor) -> Value:
        return matrix_transpose(self)

    @property
    def real(machine: Machine, self: Tensor) -> Value:
        return result(shape_of(self), _real(self.dtype))

    @property
    def imag(machine: Machine, self: Tensor) -> Value:
        return result(shape_of(self), _real(self.dtype))

    @property
    def is_leaf(machine: Machine, self: Tensor) -> Value:
        return isinstance(self, Weight)

    @property
    def itemsize(machine: Machine, self: Tensor) -> Value:
        return (
            constant(self.dtype).attrs["itemsize"]
            if self.dtype in CONSTANTS
            else Unknown("the element type is not known")
        )

    @property
    def nbytes(machine: Machine, self: Tensor) -> Value:
        return shapes.elements(shape_of(self)) * constant(self.dtype).attrs["itemsize"]

    @property
    def is_cuda(machine: Machine, self: Tensor) -> Value:
        return Unknown("the device is not known", machine.place)

    @property
    def requires_grad(machine: Machine, self: Tensor) -> Value:
        return self.trainable if isinstance(self, Weight) else self.facts.get("requires_grad", False)

    @requires_grad.setter
    def requires_grad(machine: Machine, self: Tensor, value: Value) -> None:
        set_requires_grad(machine, self, value)

    @property
    def data(machine: Machine, self: Tensor) -> Value:
        return aliased(self)

    @data.setter
    def data(machine: Machine, self: Tensor, value: Value) -> None:
        found = tensor(value)
        machine.touch(self)
        self.shape, self.values = found.shape, found.values
        self.facts[LAYOUTS] = ()

    @property
    def grad(machine: Machine, self: Tensor) -> Value:
        return Unknown("gradients are not followed", machine.place)

    @property
    def grad_fn(machine: Machine, self: Tensor) -> Value:
        return Unknown("gradients are not followed", machine.place)

    is_sparse = False
    is_quantized = False
    is_meta = False
    is_mkldnn = False
    is_mps = False
    layout = None
    names = None


def _real(dtype: str | None) -> str | None:
    return {"complex64": "float32", "complex128": "float64"}.get(dtype or "", dtype)


def set_requires_grad(machine: Machine, x: Tensor, value: Value) -> None:
    """`x.requires_grad = value`: what freezes a parameter."""
    machine.touch(x)
    if isinstance(x, Weight):
        x.trainable = value if isinstance(value, Unknown) else flag(value)
    else:
        x.facts["requires_grad"] = value


@operation("Tensor.requires_grad_")
def requires_grad_(machine: Machine, input: Value, requires_grad: Value = True) -> Value:
    set_requires_grad(machine, tensor(input), requires_grad)
    return input


@operation("Tensor.size")
def size(machine: Machine, input: Value, dim: Value = None) -> Value:
    x = tensor(input)
    if x.shape is None and x.free and isinstance(dim, int) and dim == 0:
        return symbol("batch")
    if dim is None:
        return shape_to_unpack(machine, x)
    shape = shape_of(x)
    return shape[shapes.normalize_axis(integer(dim, "dim"), len(shape))]


@operation("torch.numel", "Tensor.numel", "Tensor.nelement")
def numel(machine: Machine, input: Value) -> Value:
    return shapes.elements(shape_of(input))


@operation("Tensor.dim", "Tensor.ndimension")
def rank(machine: Machine, input: Value) -> Value:
    return len(shape_of(input))


@operation("Tensor.stride")
def stride(machine: Machine, input: Value, dim: Value = None) -> Value:
    raise Undetermined("strides are not followed")


@operation("Tensor.element_size")
def element_size(machine: Machine, input: Value) -> Value:
    dtype = tensor(input).dtype
    if dtype not in CONSTANTS:
        raise Undetermined("the element type is not known")
    return CONSTANTS[dtype].attrs["itemsize"]


# --- the elements -----------------------------------------------------------------------------------------------------


def _only(x: Tensor) -> Value:
    """The single element of a tensor."""
    count = shapes.elements(shape_of(x))
    if isinstance(count, int) and count != 1:
        raise ShapeError(
            "bad-argument",
            f"a tensor with {count} elements, {shapes.text(shape_of(x))}, is no number",
            expected="1",
            actual=str(count),
            exception="RuntimeError",
        )
    values = known(x)
    if not values:
        raise Undetermined("the data of a tensor is not known")
    return values[0]


@operation("Tensor.item", "Tensor.__bool__", "Tensor.__index__")
def item(machine: Machine, input: Value) -> Value:
    return _only(tensor(input))


@operation("Tensor.__int__")
def as_int(machine: Machine, input: Value) -> Value:
    value = _only(tensor(input))
    return int(value) if isinstance(value, float) else value


@operation("Tensor.__float__")
def as_float(machine: Machine, input: Value) -> Value:
    value = _only(tensor(input))
    return float(value) if isinstance(value, (bool, int)) else value


@operation("Tensor.tolist")
def tolist(machine: Machine, input: Value) -> Value:
    x = tensor(input)
    values = known(x)
    if values is None:
        raise Undetermined("the data of a tensor is not known")
    return nested(values, shape_of(x))


@operation("Tensor.numpy", "Tensor.__array__")
def numpy(machine: Machine, input: Value, *args: Value, **options: Value) -> Value:
    from cnnlint.frameworks.numpy.core import arranged, array

    x = tensor(input)
    return arranged(array(x.shape, x.dtype, x.values), x)


# --- the same elements in another tensor ------------------------------------------------------------------------------


@operation("torch.clone", "Tensor.clone")
def clone(machine: Machine, input: Value, *, memory_format: Value = None) -> Value:
    return alike(tensor(input))


@operation("Tensor.__deepcopy__", "Tensor.__copy__")
def copied(machine: Machine, input: Value, memo: Value = None) -> Value:
    return alike(tensor(input))


@operation("torch.detach", "Tensor.detach", "torch.detach_copy")
def detach(machine: Machine, input: Value) -> Value:
    return aliased(tensor(input))


@operation("Tensor.detach_", "Tensor.share_memory_", "Tensor.retain_grad", "Tensor.coalesce")
def itself(machine: Machine, input: Value) -> Value:
    return input


@operation("Tensor.contiguous")
def contiguous(machine: Machine, input: Value, memory_format: Value = None) -> Value:
    return _in_format(aliased(tensor(input)), memory_format)


def _in_format(x: Tensor, memory_format: Value) -> Tensor:
    """The tensor; one that is stored in another order than its axes say has no sure layout."""
    if memory_format is not None and memory_format != "contiguous_format":
        x.facts[LAYOUTS] = ()
    return x


@operation("Tensor.cuda", "Tensor.cpu", "Tensor.xpu", "Tensor.mps")
def moved(machine: Machine, input: Value, device: Value = None, non_blocking: Value = False, **options: Value) -> Value:
    x = tensor(input)
    return x if isinstance(x, Weight) else aliased(x)


@operation("Tensor.pin_memory", "Tensor.to_dense", "Tensor.to_sparse", "Tensor.dequantize", "Tensor.rename")
def converted(machine: Machine, input: Value, *args: Value, **options: Value) -> Value:
    return aliased(tensor(input))


@operation("Tensor.to")
def to(machine: Machine, input: Value, *args: Value, memory_format: Value = None, **options: Value) -> Value:
    x = tensor(input)
    if memory_format is not None:
        x = _in_format(aliased(x), memory_format)
    for each in (*args, *options.values()):
        if isinstance(each, Instance) and each.cls is DTYPE:
            return _cast(x, dtype_name(each))
        if isinstance(each, Tensor):
            return _cast(x, each.dtype)
    if args and isinstance(args[0], Unknown):
        return _cast(x, None)
    return x


def _cast(x: Tensor, dtype: str | None) -> Tensor:
    return x if dtype is not None and dtype == x.dtype else alike(x, dtype)


@operation("Tensor.type")
def type_(machine: Machine, input: Value, dtype: Value = None, non_blocking: Value = False, **options: Value) -> Value:
    x = tensor(input)
    if dtype is None:
        names = {kind: name for name, kind in LEGACY.items()}
        if x.dtype not in names:
            raise Undetermined("the element type is not known")
        return f"torch.{names[x.dtype]}"
    return _cast(x, dtype_name(dtype))


@operation("Tensor.type_as")
def type_as(machine: Machine, input: Value, other: Value) -> Value:
    return _cast(tensor(input), tensor(other, "other").dtype)


def _declare_cast(name: str, dtype: str) -> None:
    def body(machine: Machine, input: Value, memory_format: Value = None) -> Value:
        return _cast(tensor(input), dtype)

    operation(f"Tensor.{name}")(body)


for _name, _dtype in (
    ("float", "float32"),
    ("double", "float64"),
    ("half", "float16"),
    ("bfloat16", "bfloat16"),
    ("int", "int32"),
    ("long", "int64"),
    ("short", "int16"),
    ("char", "int8"),
    ("byte", "uint8"),
    ("bool", "bool"),
    ("cfloat", "complex64"),
    ("cdouble", "complex128"),
):
    _declare_cast(_name, _dtype)


# --- questions --------------------------------------------------------------------------------------------------------


@operation("torch.is_tensor")
def is_tensor(machine: Machine, obj: Value) -> Value:
    if isinstance(obj, Unknown):
        raise Undetermined(obj.reason)
    return isinstance(obj, Tensor)


@operation("torch.is_floating_point", "Tensor.is_floating_point")
def is_floating_point(machine: Machine, input: Value) -> Value:
    return _attribute(tensor(input), "is_floating_point")


@operation("torch.is_complex", "Tensor.is_complex")
def is_complex(machine: Machine, input: Value) -> Value:
    return _attribute(tensor(input), "is_complex")


def _attribute(x: Tensor, name: str) -> Value:
    if x.dtype not in CONSTANTS:
        raise Undetermined("the element type is not known")
    return CONSTANTS[x.dtype].attrs[name]


@operation("Tensor.is_contiguous", "Tensor.is_same_size", "Tensor.is_set_to", "Tensor.is_shared", "Tensor.is_pinned")
def is_contiguous(machine: Machine, input: Value, *args: Value, **options: Value) -> Value:
    raise Undetermined("the layout of a tensor in memory is not followed")


@operation("torch.real", "torch.imag")
def part(machine: Machine, input: Value) -> Tensor:
    x = tensor(input)
    return result(shape_of(x), _real(x.dtype))


@operation("torch.is_nonzero", "Tensor.is_nonzero")
def is_nonzero(machine: Machine, input: Value) -> Value:
    return bool(_only(tensor(input)))


@operation("Tensor.sum_to_size")
def sum_to_size(machine: Machine, input: Value, *size: Value) -> Tensor:
    return result(sizes(machine, size), like=tensor(input))


@operation("Tensor.__reversed__")
def reverse(machine: Machine, input: Value) -> Tensor:
    return alike(tensor(input))


@operation("Tensor.data_ptr", "Tensor.storage", "Tensor.untyped_storage", "Tensor.storage_offset")
def storage(machine: Machine, input: Value) -> Value:
    raise Undetermined("the memory of a tensor is not followed")


@operation("Tensor.get_device")
def get_device(machine: Machine, input: Value) -> Value:
    raise Undetermined("the device is not known")


@operation("Tensor.backward", "Tensor.register_hook", "Tensor.record_stream")
def backward(machine: Machine, input: Value, *args: Value, **options: Value) -> Value:
    return None


# --- random and constant fillings in place ----------------------------------------------------------------------------


def _declare_filling(name: str) -> None:
    def body(machine: Machine, input: Value, *args: Value, **options: Value) -> Value:
        written(machine, tensor(input), None)
        return input

    operation(f"Tensor.{name}")(body)


for _name in (
    "normal_",
    "uniform_",
    "random_",
    "exponential_",
    "geometric_",
    "log_normal_",
    "cauchy_",
    "fill_diagonal_",
):
    _declare_filling(_name)


@operation("Tensor.set_", "Tensor.resize_", "Tensor.resize_as_")
def resize_(machine: Machine, input: Value, *args: Value, **options: Value) -> Value:
    x = tensor(input)
    machine.touch(x)
    x.shape, x.values = None, None
    x.facts[LAYOUTS] = ()
    return x


@operation("Tensor.apply_", "Tensor.map_")
def apply_(machine: Machine, input: Value, *args: Value) -> Value:
    written(machine, tensor(input), None)
    return input


@operation("torch.view_as_real")
def view_as_real(machine: Machine, input: Value) -> Tensor:
    x = tensor(input)
    return result((*shape_of(x), 2), _real(x.dtype))


@operation("torch.view_as_complex")
def view_as_complex(machine: Machine, input: Value) -> Tensor:
    x = tensor(input)
    shape: tuple[Dim, ...] = shape_of(x)
    if not shape or shape[-1] != 2:
        raise ShapeError("size-mismatch", "`view_as_complex` needs a last axis of size 2", exception="RuntimeError")
    return result(shape[:-1], "complex128" if x.dtype == "float64" else "complex64")
