"""`argparse`: an option has its default, unless the command line says otherwise: it is taken as the value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.interpreter.library import Library
from cnnlint.interpreter.values import MISSING, Instance, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

LIBRARY = Library("argparse")


@LIBRARY.define("argparse.Namespace")
class Namespace:
    def __init__(machine: Machine, self: Instance, **kwargs: Value) -> None:
        self.attrs.update(kwargs)


@LIBRARY.define("argparse.ArgumentParser")
class ArgumentParser:
    def __init__(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
        self.facts["defaults"] = {}

    def add_argument(machine: Machine, self: Instance, *names: Value, **kwargs: Value) -> Value:
        machine.touch(self)
        name = _destination(names, kwargs.get("dest"))
        if name is not None:
            self.facts["defaults"] = {**self.facts["defaults"], name: _default(machine, name, names, kwargs)}
        return Unknown("an argument's action")

    def set_defaults(machine: Machine, self: Instance, **kwargs: Value) -> Value:
        machine.touch(self)
        self.facts["defaults"] = {**self.facts["defaults"], **kwargs}

    def add_argument_group(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        return self

    def add_mutually_exclusive_group(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        return self

    def parse_args(machine: Machine, self: Instance, args: Value = None, namespace: Value = None) -> Value:
        found = Instance(LIBRARY.names["argparse.Namespace"], machine.place)
        found.attrs.update(self.facts["defaults"])
        return found

    def parse_known_args(machine: Machine, self: Instance, args: Value = None, namespace: Value = None) -> Value:
        found = Instance(LIBRARY.names["argparse.Namespace"], machine.place)
        found.attrs.update(self.facts["defaults"])
        return (found, Unknown("further arguments", machine.place))


def _destination(names: tuple[Value, ...], dest: Value) -> str | None:
    if isinstance(dest, str):
        return dest
    texts = [name for name in names if isinstance(name, str)]
    long = next((name for name in texts if name.startswith("--")), texts[0] if texts else None)
    return None if long is None else long.lstrip("-").replace("-", "_")


def _default(machine: Machine, name: str, names: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    default = kwargs.get("default", MISSING)
    if default is MISSING:
        match kwargs.get("action"):
            case "store_true":
                return False
            case "store_false":
                return True
        required = kwargs.get("required") is True or not any(str(n).startswith("-") for n in names)
        return Unknown(f"the command line's `{name}`", machine.place, symbol=name) if required else None
    kind = kwargs.get("type")
    if isinstance(default, str) and kind is not None:
        return machine.call(kind, (default,))
    return default


LIBRARY.add("argparse.ArgumentDefaultsHelpFormatter", None)
LIBRARY.add("argparse.RawTextHelpFormatter", None)
LIBRARY.add("argparse.RawDescriptionHelpFormatter", None)
LIBRARY.add("argparse.BooleanOptionalAction", None)
