"""Stand-ins for pretrained weights: their names, and what a model with them must look like."""


class Weights:
    def __init__(self, categories):
        self.meta = {"categories": ["category"] * categories}


class WeightsEnum:
    pass


def entries(*names, categories=1000):
    """An enumeration of weights, the last one being the default."""
    found = WeightsEnum()
    for name in names or ("IMAGENET1K_V1",):
        setattr(found, name, Weights(categories))
        found.DEFAULT = getattr(found, name)
    return found


def options(weights, kwargs, categories=1000):
    """A model's arguments: the old `pretrained` is taken off, another number of classes than the weights' refused."""
    legacy = kwargs.pop("pretrained", False)
    if (weights or legacy) and kwargs.get("num_classes", categories) != categories:
        raise ValueError("the weights ask for another `num_classes`")
    return kwargs


def make_divisible(v, divisor, min_value=None):
    if min_value is None:
        min_value = divisor
    new_v = max(min_value, int(v + divisor / 2) // divisor * divisor)
    if new_v < 0.9 * v:
        new_v += divisor
    return new_v
