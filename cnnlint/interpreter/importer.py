"""Imports: from libraries that are tables, from files of the project, from installed packages read as text.

A file is read when a name of it is first needed. Its import root is the first folder above it without `__init__.py`.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cnnlint.interpreter.values import (
    MISSING,
    Absent,
    ClassValue,
    Deferred,
    LibraryModule,
    ModuleValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cnnlint.interpreter.machine import Machine
    from cnnlint.syntax.program import Program


class Names(Protocol):
    """A library: `fallback` lists the dotted prefixes for which source at hand goes before the table."""

    fallback: tuple[str, ...]

    def resolve(self, dotted: str) -> Value:
        """The value of a dotted name, or MISSING."""


class Importer:
    """Finds what an import names.

    `library(root)` gives the tables of a top-level package; `load` reads a file (None if it cannot be read); `roots`
    are searched behind a file's own import root; `linted` tells whether a file is the user's (faults are shown there).
    """

    def __init__(
        self,
        library: Callable[[str], Names | None],
        load: Callable[[Path], Program | None],
        *,
        roots: Iterable[Path] = (),
        linted: Callable[[str], bool] = lambda _filename: True,
    ) -> None:
        self.library = library
        self.load = load
        self.roots = tuple(roots)
        self.is_linted = linted
        self.files: dict[Path, ModuleValue] = {}
        self.found: dict[tuple[Path, str], ModuleValue | None] = {}
        self.customary: dict[str, Value] = {}
        """What a snippet that leaves its imports out means by its names."""

    # --- finding ------------------------------------------------------------------------------------------------------

    def module(self, machine: Machine, dotted: str, importing: ModuleValue) -> Value:
        """The module of a dotted name, Unknown if it is not at hand."""
        root = dotted.partition(".")[0]
        library = self.library(root)
        if library is not None:
            machine.imported.add(root)
            if dotted.startswith(library.fallback or ("\0",)):
                source = self.find(dotted, importing)
                if source is not None:
                    return source
            found = library.resolve(dotted)
            if found is not MISSING:
                is_module = isinstance(found, LibraryModule | ModuleValue)
                return found if is_module else LibraryModule(dotted, library.resolve)  # a function named as its file
        source = self.find(dotted, importing)
        if source is not None:
            return source
        if library is not None and dotted == root:
            return LibraryModule(dotted, library.resolve)
        optional = any(catches("ImportError") for catches in machine.handlers)
        return Absent(f"module `{dotted}` is not at hand", machine.place, optional=optional)

    def find(self, dotted: str, importing: ModuleValue) -> ModuleValue | None:
        """The file of a module below the importing file's root or one of the others."""
        for root in (import_root(importing.filename), *self.roots):
            if root is None:
                continue
            key = (root, dotted)
            if key not in self.found:
                self.found[key] = self._open(root, dotted)
            if self.found[key] is not None:
                return self.found[key]
        return None

    def _open(self, root: Path, dotted: str) -> ModuleValue | None:
        base = root.joinpath(*dotted.split("."))
        try:
            if (base / "__init__.py").is_file():
                return self.file(base / "__init__.py", dotted)
            if base.with_name(f"{base.name}.py").is_file():
                return self.file(base.with_name(f"{base.name}.py"), dotted)
            if base.is_dir():
                return ModuleValue(dotted, str(base), None, package=True)
        except (OSError, ValueError):
            return None
        return None

    def file(self, path: Path, dotted: str) -> ModuleValue:
        """The module of a file, not yet run."""
        if path not in self.files:
            self.files[path] = ModuleValue(dotted, str(path), None, package=path.name == "__init__.py")
        return self.files[path]

    def relative(self, machine: Machine, module: str, level: int, importing: ModuleValue) -> Value:
        """The module that `from ..module import` names."""
        if level == 0:
            return self.module(machine, module, importing)
        path = Path(importing.filename)
        folder = path if path.is_dir() else path.parent
        for _ in range(level - 1):
            folder = folder.parent
        root = import_root(importing.filename)
        if root is None:
            return Unknown("a relative import of a file without a place", machine.place, opaque=True)
        try:
            parts = folder.relative_to(root).parts
        except ValueError:
            return Unknown("a relative import beyond the top-level package", machine.place, opaque=True)
        if not parts and not module:
            return ModuleValue("", str(folder), None, package=True)
        return self.module(machine, ".".join((*parts, *(module.split(".") if module else ()))), importing)

    def named(self, name: Value) -> ModuleValue | None:
        """The file that goes by a module name, as `sys.modules` would have it."""
        return next((module for module in self.files.values() if module.name == name and module.started), None)

    # --- names --------------------------------------------------------------------------------------------------------

    def name_from(self, machine: Machine, source: Value, name: str) -> Value:
        """What `from source import name` binds."""
        match source:
            case ModuleValue():
                return source.scope.names[name] if name in source.scope.names else Deferred(source, name)
            case LibraryModule():
                return machine.get(source, name)
            case _:
                return machine.get(source, name)

    def resolve(self, machine: Machine, deferred: Deferred) -> Value:
        """The value of a name of a file, which is run for it."""
        value = self.member(machine, deferred.module, deferred.attribute)
        if value is not MISSING:
            return value
        name = f"{deferred.module.name}.{deferred.attribute}"
        return Unknown(f"`{name}` is not defined there", machine.place, opaque=True)

    def member(self, machine: Machine, module: ModuleValue, name: str) -> Value:
        """A name of a module: its own, one of its star imports, a module below it; else MISSING."""
        self.run(machine, module)
        names = module.scope.names
        value = names.get(name, MISSING)
        if type(value) is Deferred and value.module is module and value.attribute == name:
            value = MISSING  # `from . import part` in the package itself means the file below it
        if value is not MISSING:
            if type(value) is Deferred:
                names[name] = Unknown(f"`{name}` is imported in a circle", machine.place, opaque=True)
                value = names[name] = self.resolve(machine, value)
            return value
        for star in reversed(module.stars):
            value = self.star_member(machine, star, name)
            if value is not MISSING:
                return value
        if module.package:
            below = self.find(f"{module.name}.{name}" if module.name else name, module)
            if below is not None:
                return below
        return {"__name__": module.name, "__file__": module.filename, "__doc__": None}.get(name, MISSING)

    def run(self, machine: Machine, module: ModuleValue) -> None:
        """Read and run a file, once."""
        if module.started:
            return
        if module.program is None and not Path(module.filename).is_dir():
            module.program = self.load(Path(module.filename))
        machine.run_module(module)
        module.started = True

    def star_member(self, machine: Machine, module: ModuleValue | LibraryModule, name: str) -> Value:
        """A name that a star import brings."""
        if name.startswith("_"):
            return MISSING
        if isinstance(module, LibraryModule):
            return module.resolve(f"{module.name}.{name}")
        return self.member(machine, module, name)

    def library_source(self, machine: Machine, module: LibraryModule, name: str) -> Value:
        """A name that a library's table lacks: in its source, if that is at hand."""
        if not machine.frames:
            return MISSING
        importing = machine.frames[-1].module
        below = self.find(f"{module.name}.{name}", importing)
        if below is not None:
            return below
        source = self.find(module.name, importing)
        return MISSING if source is None or source.program is None else self.member(machine, source, name)

    def undeclared(self, machine: Machine, module: ModuleValue, name: str) -> Value:
        """A name that nothing defines: what everybody imports by it, in a snippet that leaves its imports out."""
        if module.name == "__main__" and not module.open:
            known = self.customary.get(name, MISSING)
            if known is not MISSING:
                return known
            homes = CUSTOMARY.get(name)
            if isinstance(homes, tuple):
                modules = [self.module(machine, home, module) for home in homes]
                self.customary[name] = LibraryModule(homes[0], partial(self._first_of, machine, modules))
                return self.customary[name]
            for dotted in (homes, *(f"{home}.{name}" for home in HOMES)):
                found = MISSING if dotted is None else self._customary(dotted)
                if found is not MISSING and (dotted == homes or _is_meant(found, name)):
                    self.customary[name] = found
                    return found
        return Unknown(f"`{name}` is not defined", machine.place, opaque=True)

    def _customary(self, dotted: str) -> Value:
        library = self.library(dotted.partition(".")[0])
        return MISSING if library is None else library.resolve(dotted)

    def _first_of(self, machine: Machine, modules: list[Value], dotted: str) -> Value:
        """A name of the first of several modules that has it."""
        name = dotted.rpartition(".")[2]
        found = (machine.find(module, name) for module in modules if isinstance(module, ModuleValue | LibraryModule))
        return next((value for value in found if value is not MISSING), MISSING)


def _is_meant(found: Value, name: str) -> bool:
    """Whether a bare name stands for what a library calls by it; `model` and `device` are the code's own."""
    if isinstance(found, LibraryModule):
        return found.name in (f"keras.{home}.{name}" for home in ("applications", "datasets", "preprocessing"))
    return not isinstance(found, ClassValue) or name[:1].isupper()


CUSTOMARY: dict[str, str | tuple[str, ...]] = {
    "F": "torch.nn.functional",
    "K": "keras.backend",
    "Input": "keras.Input",
    "Model": "keras.Model",
    "Sequential": "keras.Sequential",
    "applications": "keras.applications",
    "Variable": "torch.autograd.Variable",
    "datasets": ("torchvision.datasets", "keras.datasets", "sklearn.datasets"),
    "cv2": "cv2",
    "image": "keras.preprocessing.image",
    "losses": "keras.losses",
    "pandas": "pandas",
    "regularizers": "keras.regularizers",
    "sequence": "keras.preprocessing.sequence",
    "utils": "keras.utils",
    "keras": "keras",
    "layers": "keras.layers",
    "models": ("torchvision.models", "keras.models"),
    "math": "math",
    "nn": "torch.nn",
    "np": "numpy",
    "numpy": "numpy",
    "optim": "torch.optim",
    "optimizers": "keras.optimizers",
    "pd": "pandas",
    "pl": "pytorch_lightning",
    "plt": "matplotlib.pyplot",
    "tf": "tensorflow",
    "torch": "torch",
    "torchvision": "torchvision",
    "tqdm": "tqdm.tqdm",
    "transforms": "torchvision.transforms",
    "to_categorical": "keras.utils.to_categorical",
    "np_utils": "keras.utils",
    "train_test_split": "sklearn.model_selection.train_test_split",
}
"""What a name stands for by custom, as tutorials and posts use it without showing the import."""
HOMES = (
    "keras.layers",
    "keras.models",
    "keras.optimizers",
    "keras.losses",
    "keras.callbacks",
    "keras.utils",
    "keras.datasets",
    "keras.applications",
    "keras.preprocessing.image",
    "keras.preprocessing.text",
    "keras.preprocessing.sequence",
    "torch.nn",
    "torch.utils.data",
    "torch.optim",
    "sklearn.model_selection",
    "sklearn.preprocessing",
    "sklearn.datasets",
)
"""Where a bare name is looked for, in this order."""


def import_root(filename: str) -> Path | None:
    """The first folder above a file without `__init__.py`; None for text without a file."""
    path = Path(filename)
    folder = path if path.is_dir() else path.parent
    if not folder.is_dir():
        return None
    while (folder / "__init__.py").is_file() and folder.parent != folder:
        folder = folder.parent
    return folder
