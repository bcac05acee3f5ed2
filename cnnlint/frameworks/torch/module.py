"""`torch.nn.Module`: what it registers, how it is called, and the walks over its children."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.coerce import flag, known, text
from cnnlint.frameworks.torch.core import MODULE, TORCH, extend
from cnnlint.frameworks.torch.dtypes import DTYPE, dtype_name
from cnnlint.frameworks.torch.omissions import note_no_result
from cnnlint.frameworks.torch.provenance import claim, unmeasured
from cnnlint.frameworks.torch.registry import (
    Registry,
    buffers_of,
    children_of,
    gaps_of,
    is_module,
    named_weights,
    walk,
)
from cnnlint.interpreter.calls import misfit
from cnnlint.interpreter.values import (
    MISSING,
    BoundMethod,
    DictValue,
    Function,
    Generator,
    HostFunction,
    Instance,
    Tensor,
    Unknown,
    Value,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.interpreter.machine import Machine


@TORCH.define("torch.utils.hooks.RemovableHandle")
class RemovableHandle:
    def __init__(machine: Machine, self: Instance) -> None: ...

    def remove(machine: Machine, self: Instance) -> None:
        owner, name, hook = self.facts["hook"]
        machine.touch(owner)
        owner.facts[name] = tuple(entry for entry in owner.facts[name] if entry is not hook)


HANDLE = TORCH.names["torch.utils.hooks.RemovableHandle"]


def add_hook(machine: Machine, owner: Instance, name: str, *hook: Value) -> Instance:
    """Remember a hook; the handle that the program gets removes it."""
    machine.touch(owner)
    owner.facts[name] = (*owner.facts.get(name, ()), hook)
    handle = Instance(HANDLE, machine.place)
    handle.facts["hook"] = (owner, name, hook)
    return handle


def drawn(instance: Instance, items: Iterable[Value], *, recurse: bool = True) -> Generator:
    """An iterator over what is registered; unknown if something that may be a module could not be followed."""
    gaps = gaps_of(instance, recurse=recurse)
    return Generator(list(items), gaps[0] if gaps else None)


def member_name(name: Value) -> str:
    """The name of a member; a KeyError for one that has none or a dot in it."""
    key = text(name, "name")
    if "." in key or not key:
        exception = "KeyError"
        raise ShapeError("bad-argument", f'a name must not be empty or contain a dot, got "{key}"', exception=exception)
    return key


def register(machine: Machine, self: Instance, name: Value, value: Value) -> None:
    """Give the module a member, as `setattr` does."""
    key = member_name(name)
    machine.touch(self)
    self.attrs[key] = value


def refuse_call(self: Instance, forward: Function, args: tuple[Value, ...], kwargs: dict[str, Value]) -> None:
    """Refuse a call of a module that its `forward` does not take."""
    complaint = misfit(forward, (self, *args), kwargs)
    if complaint is not None:
        raise ShapeError("bad-call", f"`{self.cls.name}.forward` {complaint}", exception="TypeError")


@extend(MODULE)
class Module:
    dump_patches = False
    call_super_init = False
    __members_apart__ = True  # a module keeps layers and parameters in tables that reading asks last
    __applied_by__ = "forward"  # what a call of the module runs

    def __init__(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
        if (args or kwargs) and not self.cls.lookup("call_super_init"):
            what = f"keyword argument `{next(iter(kwargs))}`" if kwargs else f"{len(args)} positional arguments"
            raise ShapeError("bad-call", f"`Module.__init__` takes no arguments, got {what}", exception="TypeError")
        self.attrs["training"] = True

    def __setattr__(machine: Machine, self: Instance, name: Value, value: Value) -> None:  # type: ignore[override]
        machine.touch(self)
        self.attrs[str(name)] = value
        if "training" not in self.attrs and (is_module(value) or isinstance(value, Weight)) and is_plain(self):
            self.attrs["training"] = True  # told once
            what = "module" if is_module(value) else "parameters"
            raise ShapeError(
                "bad-call",
                f"cannot assign {what} before `Module.__init__()` call",
                help="call `super().__init__()` first in `__init__`",
                exception="AttributeError",
            )

    def __call__(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        with machine.apply(self, args, kwargs) as application:
            for hook, with_kwargs in self.facts.get("forward_pre_hooks", ()):
                args, kwargs = _changed_input(machine, self, hook, with_kwargs, args, kwargs)
            forward = machine.get(self, "forward")
            own = isinstance(forward, BoundMethod) and isinstance(forward.function, HostFunction)
            if own and self.opaque is not None:
                unmeasured(machine)
                raise Undetermined(self.opaque.reason)
            by_code = application.parent is not None or not machine.callerless
            if by_code and isinstance(forward, BoundMethod) and isinstance(forward.function, Function):
                refuse_call(self, forward.function, args, kwargs)
            output = machine.call(forward, args, kwargs)
            if own and isinstance(output, Unknown) and not application.children:
                unmeasured(machine)
            for hook, with_kwargs in self.facts.get("forward_hooks", ()):
                given = (self, args, kwargs, output) if flag(with_kwargs) else (self, args, output)
                changed = machine.call(hook, given)
                output = output if changed is None else changed
            application.output = output
            if output is None:
                note_no_result(machine, forward, application)
            if not application.children:
                claim(application)
        return output

    def forward(machine: Machine, self: Instance, *input: Value) -> Value:
        if self.cls.unknown_base is not None:
            raise Undetermined(self.cls.unknown_base.reason)
        if machine.callerless:  # a container that nobody calls is none to complain of
            raise Undetermined(f"`{self.cls.name}` has no `forward`")
        raise ShapeError(
            "bad-call", f"`{self.cls.name}` has no `forward`", help="define it", exception="NotImplementedError"
        )

    def register_buffer(machine: Machine, self: Instance, name: Value, tensor: Value, persistent: Value = True) -> None:
        if tensor is not None and not isinstance(tensor, (Tensor, Unknown)):
            raise ShapeError("bad-argument", "a buffer must be a tensor", exception="TypeError")
        register(machine, self, name, tensor)
        if name not in self.facts.get("buffers", ()):
            self.facts["buffers"] = (*self.facts.get("buffers", ()), name)

    def register_parameter(machine: Machine, self: Instance, name: Value, param: Value) -> None:
        member_name(name)
        if isinstance(param, Tensor) and not isinstance(param, Weight):
            raise ShapeError("bad-argument", "a parameter must be an `nn.Parameter`", exception="TypeError")
        register(machine, self, name, param)

    def add_module(machine: Machine, self: Instance, name: Value, module: Value) -> None:
        register(machine, self, name, accept_module(module))

    def register_module(machine: Machine, self: Instance, name: Value, module: Value) -> None:
        register(machine, self, name, accept_module(module))

    def get_submodule(machine: Machine, self: Instance, target: Value) -> Value:
        found = descend(machine, self, text(target, "target"))
        return of_kind(found, target, "a module", wrong=not is_module(found))

    def set_submodule(machine: Machine, self: Instance, target: Value, module: Value, strict: Value = False) -> None:
        path, _, name = text(target, "target").rpartition(".")
        owner = descend(machine, self, path)
        register(machine, owner, name, accept_module(module))

    def get_parameter(machine: Machine, self: Instance, target: Value) -> Value:
        found = descend(machine, self, text(target, "target"))
        return of_kind(found, target, "a parameter", wrong=not isinstance(found, Weight))

    def get_buffer(machine: Machine, self: Instance, target: Value) -> Value:
        found = descend(machine, self, text(target, "target"))
        return of_kind(found, target, "a buffer", wrong=found is None or isinstance(found, (str, int, float, Weight)))

    def get_extra_state(machine: Machine, self: Instance) -> Value:
        raise Undetermined("the extra state of a module is not followed")

    def set_extra_state(machine: Machine, self: Instance, state: Value) -> None: ...

    def apply(machine: Machine, self: Instance, fn: Value) -> Value:
        for _, child in children_of(self):
            machine.call(machine.get(child, "apply"), (fn,))
        machine.call(fn, (self,))
        return self

    def to(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        for each in (*args, *kwargs.values()):
            if isinstance(each, (Unknown, Tensor)) or (isinstance(each, Instance) and each.cls is DTYPE):
                retyped(machine, self, dtype_of(each))
        return self

    def to_empty(machine: Machine, self: Instance, *, device: Value, recurse: Value = True) -> Value:
        return self

    def type(machine: Machine, self: Instance, dst_type: Value) -> Value:
        return retyped(machine, self, dtype_of(dst_type))

    def cuda(machine: Machine, self: Instance, device: Value = None) -> Value:
        return self

    def ipu(machine: Machine, self: Instance, device: Value = None) -> Value:
        return self

    def xpu(machine: Machine, self: Instance, device: Value = None) -> Value:
        return self

    def mtia(machine: Machine, self: Instance, device: Value = None) -> Value:
        return self

    def cpu(machine: Machine, self: Instance) -> Value:
        return self

    def float(machine: Machine, self: Instance) -> Value:
        return retyped(machine, self, "float32")

    def double(machine: Machine, self: Instance) -> Value:
        return retyped(machine, self, "float64")

    def half(machine: Machine, self: Instance) -> Value:
        return retyped(machine, self, "float16")

    def bfloat16(machine: Machine, self: Instance) -> Value:
        return retyped(machine, self, "bfloat16")

    def share_memory(machine: Machine, self: Instance) -> Value:
        return self

    def compile(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None: ...

    def zero_grad(machine: Machine, self: Instance, set_to_none: Value = True) -> None: ...

    def train(machine: Machine, self: Instance, mode: Value = True) -> Value:
        machine.touch(self)
        self.attrs["training"] = mode
        self.facts["mode_stated"] = True
        for _, child in children_of(self):
            machine.call(machine.get(child, "train"), (mode,))
        return self

    def eval(machine: Machine, self: Instance) -> Value:
        return machine.call(machine.get(self, "train"), (False,))

    def requires_grad_(machine: Machine, self: Instance, requires_grad: Value = True) -> Value:
        trainable = requires_grad if isinstance(requires_grad, Unknown) else flag(requires_grad)
        for _, weight in named_weights(self):
            machine.touch(weight)
            weight.trainable = trainable
        return self

    def state_dict(
        machine: Machine,
        self: Instance,
        *args: Value,
        destination: Value = None,
        prefix: Value = "",
        keep_vars: Value = False,
    ) -> Value:
        start = text(prefix)
        entries: dict[Value, Value] = {}
        for path, module in walk(self, start.removesuffix("."), unique=False):
            lead = path + "." if path else ""
            own = {name: value for name, value in module.attrs.items() if isinstance(value, Weight)}
            entries |= {lead + name: value for name, value in (*own.items(), *buffers_of(module))}
        gaps = gaps_of(self)
        return DictValue(entries, gaps[0] if gaps else None)

    def load_state_dict(
        machine: Machine, self: Instance, state_dict: Value, strict: Value = True, assign: Value = False
    ) -> Value:
        return Unknown("what loading weights reports is not known")

    def parameters(machine: Machine, self: Instance, recurse: Value = True) -> Value:
        deep = flag(recurse)
        return drawn(self, [weight for _, weight in named_weights(self, recurse=deep)], recurse=deep)

    def named_parameters(
        machine: Machine, self: Instance, prefix: Value = "", recurse: Value = True, remove_duplicate: Value = True
    ) -> Value:
        deep = flag(recurse)
        found = named_weights(self, text(prefix), recurse=deep, unique=flag(remove_duplicate))
        return drawn(self, found, recurse=deep)

    def buffers(machine: Machine, self: Instance, recurse: Value = True) -> Value:
        modules = walk(self) if flag(recurse) else [("", self)]
        return drawn(self, [buffer for _, module in modules for _, buffer in buffers_of(module)])

    def named_buffers(
        machine: Machine, self: Instance, prefix: Value = "", recurse: Value = True, remove_duplicate: Value = True
    ) -> Value:
        start = text(prefix)
        modules = walk(self, start) if flag(recurse) else [(start, self)]
        found = [
            (f"{path}.{name}" if path else name, value)
            for path, module in modules
            for name, value in buffers_of(module)
        ]
        return drawn(self, found)

    def children(machine: Machine, self: Instance) -> Value:
        return drawn(self, [child for _, child in children_of(self)], recurse=False)

    def named_children(machine: Machine, self: Instance) -> Value:
        return drawn(self, children_of(self), recurse=False)

    def modules(machine: Machine, self: Instance, remove_duplicate: Value = True) -> Value:
        return drawn(self, [module for _, module in walk(self, unique=flag(remove_duplicate))])

    def named_modules(
        machine: Machine, self: Instance, memo: Value = None, prefix: Value = "", remove_duplicate: Value = True
    ) -> Value:
        return drawn(self, walk(self, text(prefix), unique=flag(remove_duplicate)))

    def register_forward_pre_hook(
        machine: Machine, self: Instance, hook: Value, *, prepend: Value = False, with_kwargs: Value = False
    ) -> Value:
        return add_hook(machine, self, "forward_pre_hooks", hook, with_kwargs)

    def register_forward_hook(
        machine: Machine,
        self: Instance,
        hook: Value,
        *,
        prepend: Value = False,
        with_kwargs: Value = False,
        always_call: Value = False,
    ) -> Value:
        return add_hook(machine, self, "forward_hooks", hook, with_kwargs)

    def register_backward_hook(machine: Machine, self: Instance, hook: Value) -> Value:
        return add_hook(machine, self, "backward_hooks", hook)

    def register_full_backward_hook(machine: Machine, self: Instance, hook: Value, prepend: Value = False) -> Value:
        return add_hook(machine, self, "backward_hooks", hook)

    def register_full_backward_pre_hook(machine: Machine, self: Instance, hook: Value, prepend: Value = False) -> Value:
        return add_hook(machine, self, "backward_hooks", hook)

    def register_state_dict_pre_hook(machine: Machine, self: Instance, hook: Value) -> Value:
        return add_hook(machine, self, "state_hooks", hook)

    def register_state_dict_post_hook(machine: Machine, self: Instance, hook: Value) -> Value:
        return add_hook(machine, self, "state_hooks", hook)

    def register_load_state_dict_pre_hook(machine: Machine, self: Instance, hook: Value) -> Value:
        return add_hook(machine, self, "state_hooks", hook)

    def register_load_state_dict_post_hook(machine: Machine, self: Instance, hook: Value) -> Value:
        return add_hook(machine, self, "state_hooks", hook)

    def _register_load_state_dict_pre_hook(
        machine: Machine, self: Instance, hook: Value, with_module: Value = False
    ) -> Value:
        return add_hook(machine, self, "state_hooks", hook)

    def _register_state_dict_hook(machine: Machine, self: Instance, hook: Value) -> Value:
        return add_hook(machine, self, "state_hooks", hook)

    def _load_from_state_dict(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None: ...

    def _save_to_state_dict(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None: ...

    def _get_name(machine: Machine, self: Instance) -> str:
        return self.cls.name

    def extra_repr(machine: Machine, self: Instance) -> str:
        return ""

    @property
    def _modules(machine: Machine, self: Instance) -> DictValue:
        return DictValue(Registry(self, is_module))

    @property
    def _parameters(machine: Machine, self: Instance) -> DictValue:
        return DictValue(Registry(self, lambda value: isinstance(value, Weight)))

    @property
    def _buffers(machine: Machine, self: Instance) -> DictValue:
        return DictValue(dict(buffers_of(self)))


def retyped(machine: Machine, module: Instance, dtype: str | None) -> Instance:
    """The module, its weights of another type; None where that is not known."""
    for _, weight in named_weights(module):
        machine.touch(weight)
        weight.dtype = dtype
    return module


def dtype_of(value: Value) -> str | None:
    """The type of elements that an argument of `to` names; None where it is not known."""
    return value.dtype if isinstance(value, Tensor) else dtype_name(value)


def is_plain(instance: Instance) -> bool:
    """Whether all classes of a module but `Module` itself are of the linted code and known."""
    known_classes = all(not cls.library or cls is MODULE or cls.name == "object" for cls in instance.cls.mro)
    return known_classes and instance.opaque is None and instance.cls.unknown_base is None


def _changed_input(
    machine: Machine, self: Instance, hook: Value, with_kwargs: Value, args: tuple[Value, ...], kwargs: dict[str, Value]
) -> tuple[tuple[Value, ...], dict[str, Value]]:
    """The arguments after a forward pre-hook, which may replace them."""
    if flag(with_kwargs):
        changed = known(machine.call(hook, (self, args, DictValue(dict(kwargs)))))
        if changed is None:
            return args, kwargs
        new_args, new_kwargs = changed
        return new_args, {text(name): value for name, value in known(new_kwargs).items.items()}
    changed = machine.call(hook, (self, args))
    if changed is None:
        return args, kwargs
    return changed if isinstance(changed, tuple) else (changed,), kwargs


def accept_module(value: Value) -> Value:
    """What may be registered as a module: one, None, or what is not known; a TypeError for anything else."""
    if value is None or isinstance(value, Unknown) or is_module(value):
        return value
    if isinstance(value, Instance) and (value.opaque or value.cls.unknown_base):
        return value
    if isinstance(value, (Instance, Tensor)):
        name = value.cls.name
    else:
        name = getattr(value, "name", type(value).__name__.removesuffix("Value").lower())
    raise ShapeError("bad-argument", f"`{name}` is not a module", exception="TypeError")


def of_kind(found: Value, target: Value, kind: str, *, wrong: bool) -> Value:
    """What a path leads to; an AttributeError where that is surely something else."""
    opaque = isinstance(found, Unknown) or (isinstance(found, Instance) and found.opaque is not None)
    if wrong and not opaque:
        raise ShapeError("bad-argument", f"`{text(target)}` is not {kind}", exception="AttributeError")
    return found


def descend(machine: Machine, self: Instance, target: str) -> Value:
    """The member that a dotted path names."""
    found: Value = self
    for name in target.split(".") if target else ():
        inside = machine.find(found, name)
        if inside is MISSING and isinstance(found, Instance) and is_module(found) and not gaps_of(found, recurse=False):
            message = f"`{found.cls.name}` has no attribute `{name}`"
            raise ShapeError("bad-argument", message, exception="AttributeError")
        found = machine.get(found, name) if inside is MISSING else inside
    return found
