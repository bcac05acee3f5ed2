from . import (
    convnext,
    densenet,
    efficientnet,
    inception,
    mnasnet,
    mobilenetv2,
    mobilenetv3,
    regnet,
    resnet,
    segmentation,
    shufflenetv2,
    squeezenet,
    swin_transformer,
    vgg,
    vision_transformer,
)
from .alexnet import alexnet
from .googlenet import googlenet

FAMILIES = {
    "convnext": convnext,
    "deeplabv3": segmentation,
    "densenet": densenet,
    "efficientnet": efficientnet,
    "fcn": segmentation,
    "inception": inception,
    "lraspp": segmentation,
    "mnasnet": mnasnet,
    "mobilenet_v2": mobilenetv2,
    "mobilenet_v3": mobilenetv3,
    "regnet": regnet,
    "resnet": resnet,
    "resnext": resnet,
    "shufflenet": shufflenetv2,
    "squeezenet": squeezenet,
    "swin": swin_transformer,
    "vgg": vgg,
    "vit": vision_transformer,
    "wide_resnet": resnet,
}


def get_model(name, **config):
    name = name.lower()
    if name in ("alexnet", "googlenet"):
        return {"alexnet": alexnet, "googlenet": googlenet}[name](**config)
    for prefix, file in FAMILIES.items():
        if name.startswith(prefix):
            return getattr(file, name)(**config)
    raise ValueError(f"Unknown model {name}")
