from collections import OrderedDict

from torch import nn

from ._weights import make_divisible as _make_divisible


class IntermediateLayerGetter(nn.ModuleDict):
    def __init__(self, model, return_layers):
        names = [name for name, _ in model.named_children()]
        if not set(return_layers).issubset(names):
            raise ValueError("return_layers are not present in model")
        left = {str(k): str(v) for k, v in return_layers.items()}
        self.return_layers = dict(left)
        layers = OrderedDict()
        for name, module in model.named_children():
            layers[name] = module
            left.pop(name, None)
            if not left:
                break
        super().__init__(layers)
        self.return_layers = {str(k): str(v) for k, v in return_layers.items()}

    def forward(self, x):
        out = OrderedDict()
        for name, module in self.items():
            x = module(x)
            if name in self.return_layers:
                out[self.return_layers[name]] = x
        return out
