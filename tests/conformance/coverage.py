"""Which public names of the frameworks cnnlint knows: renews the tables of `cnnlint/frameworks/README.md`.

    python -m tests.conformance.coverage             # from the names recorded in names.json
    python -m tests.conformance.coverage --record    # asks the installed frameworks for their names first

A name is known if the catalogue has a meaning for it; those of `UNFOLLOWED` are known by name only: what they give is
unknown, and never the reason of a finding.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnlint import frameworks
from cnnlint.interpreter.importer import Importer
from cnnlint.interpreter.machine import Machine
from cnnlint.interpreter.values import MISSING, ClassValue, LibraryModule, ModuleValue
from cnnlint.syntax.lower import lower

if TYPE_CHECKING:
    from cnnlint.syntax.program import Program

NAMES = Path(__file__).with_name("names.json")
README = Path(frameworks.__file__).with_name("README.md")
START, END = "<!-- coverage: written by tests/conformance/coverage.py -->", "<!-- end of coverage -->"
WIDTH = 110

PYTORCH = """
    torch torch.Tensor torch.nn torch.nn.functional torch.nn.init torch.nn.utils torch.nn.utils.rnn
    torch.nn.utils.parametrize torch.nn.utils.parametrizations torch.nn.utils.prune torch.fft torch.linalg torch.special
    torch.signal.windows torch.func torch.optim torch.optim.lr_scheduler torch.utils.data torchvision.ops
    torchvision.models torchvision.transforms torchvision.transforms.functional torchvision.transforms.v2
    torchvision.transforms.v2.functional einops einops.layers.torch
"""
KERAS = """
    keras keras.layers keras.models keras.ops keras.activations keras.applications keras.losses keras.metrics
    keras.optimizers keras.optimizers.schedules keras.callbacks keras.utils keras.initializers keras.regularizers
    keras.constraints keras.random keras.preprocessing.image keras.preprocessing.sequence keras.saving keras.config
    keras.backend keras.mixed_precision keras.dtype_policies keras.tree keras.quantizers
"""
TENSORFLOW = """
    tensorflow tensorflow.nn tensorflow.math tensorflow.image tensorflow.linalg tensorflow.signal tensorflow.random
    tensorflow.strings tensorflow.keras.backend
"""
NAMESPACES = (*PYTORCH.split(), *KERAS.split())


# --- what the frameworks have -----------------------------------------------------------------------------------------


def public(namespace: str) -> list[str]:
    """The public functions and classes of a module (or of `torch.Tensor`), asked of the installed framework."""
    if namespace == "torch.Tensor":
        owner = import_module("torch").Tensor
        return sorted(name for name in dir(owner) if not name.startswith("_"))
    module = import_module(namespace)
    listed = getattr(module, "__all__", None)
    names = dir(module) if namespace == "torch" or listed is None else listed
    return sorted(name for name in names if _is_public(namespace, name, getattr(module, name, None), listed))


def _is_public(namespace: str, name: str, value: Any, listed: Any) -> bool:
    if name.startswith("_") or not callable(value) or inspect.ismodule(value):
        return False
    if namespace == "torch" and inspect.isclass(value):
        return name in listed and not name.endswith(("Storage", "Type")) and issubclass(value, object)
    home = (getattr(value, "__module__", None) or namespace).partition(".")[0]
    if home != namespace.partition(".")[0]:
        return False
    return namespace == "torch" or listed is not None or not _is_borrowed(namespace, name, value)


def _is_borrowed(namespace: str, name: str, value: Any) -> bool:
    """Whether a module only imports it for its own use."""
    if not namespace.startswith("torch."):
        return False
    torch = import_module("torch")
    homes = (torch, torch.nn, torch.nn.utils.parametrize)
    return any(home.__name__ != namespace and getattr(home, name, None) is value for home in homes)


def tensorflow(namespace: str) -> list[str]:
    """The public functions of a module of TensorFlow."""
    module = import_module("tensorflow")
    for part in namespace.split(".")[1:]:
        module = getattr(module, part)
    found = {name: getattr(module, name) for name in dir(module) if not name.startswith("_")}
    plain = (name for name, value in found.items() if callable(value) and not inspect.isclass(value))
    return sorted(name for name in plain if not inspect.ismodule(found[name]))


def record() -> None:
    """Write down the names of the installed frameworks."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    found = {namespace: public(namespace) for namespace in NAMESPACES}
    before = json.loads(NAMES.read_text(encoding="utf-8"))
    releases = before["releases"]
    releases |= {name: import_module(name).__version__.partition("+")[0] for name in ("torch", "torchvision", "keras")}
    if find_spec("tensorflow") is not None:
        releases["tensorflow"] = import_module("tensorflow").__version__
        found |= {namespace: tensorflow(namespace) for namespace in TENSORFLOW.split()}
    else:
        found |= {namespace: before[namespace] for namespace in TENSORFLOW.split()}
    lines = [f'"{namespace}": {json.dumps(names)}' for namespace, names in found.items()]
    NAMES.write_text(f'{{"releases": {json.dumps(releases)},\n' + ",\n".join(lines) + "\n}\n", encoding="utf-8")


# --- what cnnlint has -------------------------------------------------------------------------------------------------


def _load(path: Path) -> Program:
    return lower(path.read_text(encoding="utf-8"))


def known(namespace: str, names: list[str]) -> set[str]:
    """Those of the names that the catalogue resolves, in its tables or in the definitions that it carries."""
    machine = Machine(Importer(frameworks.framework, _load, roots=frameworks.DEFINITIONS))
    room = frameworks.framework(namespace.partition(".")[0])
    assert room is not None
    if namespace == "torch.Tensor":
        tensor = room.resolve(namespace)
        assert isinstance(tensor, ClassValue)
        return {name for name in names if tensor.lookup(name) is not MISSING}
    main = ModuleValue("__main__", "none.py", None, package=False)
    module = machine.importer.module(machine, namespace, main)
    if isinstance(module, LibraryModule):
        return {name for name in names if room.resolve(f"{namespace}.{name}") is not MISSING}
    if not isinstance(module, ModuleValue):
        return set()
    return {name for name in names if machine.importer.member(machine, module, name) is not MISSING}


def by_name_only() -> frozenset[str]:
    """The dotted names that are known by name only."""
    found: frozenset[str] = frozenset()
    for name in ("torch", "keras"):
        room = frameworks.framework(name)
        assert room is not None
        room.resolve(f"{name}.no_such_name")  # loads all of its tables: a name that has a meaning keeps it
        found |= import_module(f"cnnlint.frameworks.{name}.unfollowed").NAMES
    return found


def table() -> str:
    """The generated part of the README."""
    recorded = json.loads(NAMES.read_text(encoding="utf-8"))
    releases = recorded.pop("releases")
    written = ", ".join(f"{name} {release}" for name, release in releases.items())
    lines = [f"Public names of {written}: how many have a meaning, are known by name only, are not known."]
    lines += ["", "| namespace | names | followed | by name | not known |", "| --- | ---: | ---: | ---: | ---: |"]
    details = []
    by_name = by_name_only()
    for namespace, names in recorded.items():
        found = known(namespace, names)
        home = namespace.replace("tensorflow.keras", "keras")
        opaque = {name for name in found if f"{home}.{name}" in by_name}
        missing = [name for name in names if name not in found]
        lines.append(f"| `{namespace}` | {len(names)} | {len(found) - len(opaque)} | {len(opaque)} | {len(missing)} |")
        if missing:
            details.append(_wrapped(f"Not known of `{namespace}`: {', '.join(missing)}."))
    return "\n".join([*lines, *(f"\n{detail}" for detail in details)])


def _wrapped(text: str) -> str:
    from textwrap import fill

    return fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def rendered(readme: str) -> str:
    """The README with its generated part renewed."""
    before, _, rest = readme.partition(START)
    after = rest.partition(END)[2]
    return f"{before}{START}\n\n{table()}\n\n{END}{after}"


if __name__ == "__main__":
    if "--record" in sys.argv[1:]:
        record()
    README.write_text(rendered(README.read_text(encoding="utf-8")), encoding="utf-8")
