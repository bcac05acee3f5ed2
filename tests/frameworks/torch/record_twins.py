"""Runs the pairs of `fixtures/twins/torch` with PyTorch and writes down how each of them ends.

    python tests/frameworks/torch/record_twins.py

Needs torch, torchvision and NumPy. Nothing is downloaded: the data sets are stand-ins with images of the same mode and
size and labels of the same range. A program of a pair runs for at most two turns of each loop over a loader.
"""

from __future__ import annotations

import contextlib
import io
import json
import runpy
import sys
import warnings
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

torch: Any = import_module("torch")
torchvision: Any = import_module("torchvision")
Image: Any = import_module("PIL.Image")
data: Any = import_module("torch.utils.data")

TWINS = Path(__file__).parents[3] / "fixtures" / "twins" / "torch"
SETS = {
    "MNIST": ("L", 28, 60_000, 10_000, 10),
    "FashionMNIST": ("L", 28, 60_000, 10_000, 10),
    "CIFAR10": ("RGB", 32, 50_000, 10_000, 10),
    "CIFAR100": ("RGB", 32, 50_000, 10_000, 100),
}
TURNS = 2


def stand_in(name: str) -> type:
    """A data set that looks like the one of that name."""
    mode, side, train_count, test_count, classes = SETS[name]

    class StandIn(data.Dataset):  # type: ignore[misc]
        def __init__(
            self,
            root: str,  # noqa: ARG002 - the signature is torchvision's
            train: bool = True,
            transform: Any = None,
            target_transform: Any = None,  # noqa: ARG002
            download: bool = False,  # noqa: ARG002
        ) -> None:
            self.count = train_count if train else test_count
            self.transform = transform

        def __len__(self) -> int:
            return self.count

        def __getitem__(self, index: int) -> tuple[Any, int]:
            image: Any = Image.new(mode, (side, side))
            return (image if self.transform is None else self.transform(image)), index % classes

    return StandIn


class Folder(data.Dataset):  # type: ignore[misc]
    """A folder of 40 pictures of three classes."""

    def __init__(self, root: str, transform: Any = None) -> None:  # noqa: ARG002 - the signature is torchvision's
        self.transform = transform
        self.classes = ["a", "b", "c"]

    def __len__(self) -> int:
        return 40

    def __getitem__(self, index: int) -> tuple[Any, int]:
        image: Any = Image.new("RGB", (300, 260))
        return (image if self.transform is None else self.transform(image)), index % 3


class LightningModule(torch.nn.Module):  # type: ignore[misc]
    """What the pairs need of Lightning's module."""

    def log(self, *args: Any, **kwargs: Any) -> None: ...

    def save_hyperparameters(self, *args: Any, **kwargs: Any) -> None: ...


class Trainer:
    """Trains on the first batches, as Lightning's trainer does."""

    def __init__(self, **options: Any) -> None: ...

    def fit(self, model: Any, train_dataloaders: Any = None) -> None:
        """One epoch of few turns."""
        model.configure_optimizers()
        for turn, batch in enumerate(model.train_dataloader() if train_dataloaders is None else train_dataloaders):
            model.training_step(batch, turn).backward()


def few_turns(iterate: Any) -> Any:
    """Iteration over a loader that ends early."""

    def run(self: Any) -> Any:
        for turn, batch in enumerate(iterate(self)):
            if turn == TURNS:
                return
            yield batch

    return run


def given() -> dict[str, Any]:
    """What snippets leave out."""
    return {
        "torch": torch,
        "nn": torch.nn,
        "num_epochs": 1,
        "dataloader": [(torch.randn(4, 40), torch.randint(0, 5, (4,)))],
        "trainloader": [(torch.randn(4, 28, 28), torch.randint(0, 10, (4,)))],
        "train_loader": [(torch.rand(4, 12), torch.rand(4))],
    }


def verdict(path: Path) -> str:
    """The exception that a program ends with, else `runs`, with PyTorch's warnings."""
    torch.manual_seed(0)
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("always")
        try:
            runpy.run_path(str(path), init_globals=given(), run_name="__main__")
        except Exception as error:  # noqa: BLE001 - whatever it ends with is what is asked for
            return f"{type(error).__name__}: {str(error).splitlines()[0]}"
    said = {str(each.message) for each in caught if "target size" in str(each.message)}
    return "runs, with a warning" if said else "runs"


def main() -> None:
    """Run them all."""
    for name in SETS:
        setattr(torchvision.datasets, name, stand_in(name))
    torchvision.datasets.ImageFolder = Folder
    sys.modules["pytorch_lightning"] = ModuleType("pytorch_lightning")
    vars(sys.modules["pytorch_lightning"]).update(LightningModule=LightningModule, Trainer=Trainer)
    data.DataLoader.__iter__ = few_turns(data.DataLoader.__iter__)
    Image.open = lambda *_args, **_kwargs: Image.new("RGB", (48, 40))
    found = {path.name: verdict(path) for path in sorted(TWINS.glob("*.py"))}
    (TWINS / "verdicts.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
