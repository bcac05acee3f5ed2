import math
from collections import OrderedDict
from functools import partial

import torch
from torch import nn
from torchvision.ops.misc import Conv2dNormActivation, SqueezeExcitation

from ._weights import entries, make_divisible, options

RegNet_Y_400MF_Weights = entries("IMAGENET1K_V1", "IMAGENET1K_V2")
RegNet_Y_800MF_Weights = entries("IMAGENET1K_V1", "IMAGENET1K_V2")
RegNet_Y_1_6GF_Weights = entries("IMAGENET1K_V1", "IMAGENET1K_V2")
RegNet_Y_3_2GF_Weights = entries("IMAGENET1K_V1", "IMAGENET1K_V2")
RegNet_Y_8GF_Weights = entries("IMAGENET1K_V1", "IMAGENET1K_V2")
SWAG = ("IMAGENET1K_SWAG_E2E_V1", "IMAGENET1K_SWAG_LINEAR_V1")
RegNet_Y_16GF_Weights = entries(*SWAG, "IMAGENET1K_V1", "IMAGENET1K_V2")
RegNet_Y_32GF_Weights = entries(*SWAG, "IMAGENET1K_V1", "IMAGENET1K_V2")
RegNet_Y_128GF_Weights = entries(*reversed(SWAG))
RegNet_X_400MF_Weights = entries("IMAGENET1K_V1", "IMAGENET1K_V2")
RegNet_X_800MF_Weights = entries("IMAGENET1K_V1", "IMAGENET1K_V2")
RegNet_X_1_6GF_Weights = entries("IMAGENET1K_V1", "IMAGENET1K_V2")
RegNet_X_3_2GF_Weights = entries("IMAGENET1K_V1", "IMAGENET1K_V2")
RegNet_X_8GF_Weights = entries("IMAGENET1K_V1", "IMAGENET1K_V2")
RegNet_X_16GF_Weights = entries("IMAGENET1K_V1", "IMAGENET1K_V2")
RegNet_X_32GF_Weights = entries("IMAGENET1K_V1", "IMAGENET1K_V2")


class SimpleStemIN(Conv2dNormActivation):
    def __init__(self, width_in, width_out, norm_layer, activation_layer):
        super().__init__(
            width_in, width_out, kernel_size=3, stride=2, norm_layer=norm_layer, activation_layer=activation_layer
        )


class BottleneckTransform(nn.Sequential):
    def __init__(
        self, width_in, width_out, stride, norm_layer, activation_layer, group_width, bottleneck_multiplier, se_ratio
    ):
        layers = OrderedDict()
        w_b = int(round(width_out * bottleneck_multiplier))
        entry = partial(Conv2dNormActivation, norm_layer=norm_layer)
        layers["a"] = entry(width_in, w_b, kernel_size=1, stride=1, activation_layer=activation_layer)
        layers["b"] = entry(
            w_b, w_b, kernel_size=3, stride=stride, groups=w_b // group_width, activation_layer=activation_layer
        )
        if se_ratio:
            layers["se"] = SqueezeExcitation(
                input_channels=w_b, squeeze_channels=int(round(se_ratio * width_in)), activation=activation_layer
            )
        layers["c"] = entry(w_b, width_out, kernel_size=1, stride=1, activation_layer=None)
        super().__init__(layers)


class ResBottleneckBlock(nn.Module):
    def __init__(
        self,
        width_in,
        width_out,
        stride,
        norm_layer,
        activation_layer,
        group_width=1,
        bottleneck_multiplier=1.0,
        se_ratio=None,
    ):
        super().__init__()
        self.proj = None
        if width_in != width_out or stride != 1:
            self.proj = Conv2dNormActivation(
                width_in, width_out, kernel_size=1, stride=stride, norm_layer=norm_layer, activation_layer=None
            )
        self.f = BottleneckTransform(
            width_in,
            width_out,
            stride,
            norm_layer,
            activation_layer,
            group_width,
            bottleneck_multiplier,
            se_ratio,
        )
        self.activation = activation_layer(inplace=True)

    def forward(self, x):
        identity = x if self.proj is None else self.proj(x)
        return self.activation(identity + self.f(x))


class AnyStage(nn.Sequential):
    def __init__(
        self,
        width_in,
        width_out,
        stride,
        depth,
        block_constructor,
        norm_layer,
        activation_layer,
        group_width,
        bottleneck_multiplier,
        se_ratio=None,
        stage_index=0,
    ):
        super().__init__()
        for i in range(depth):
            block = block_constructor(
                width_in if i == 0 else width_out,
                width_out,
                stride if i == 0 else 1,
                norm_layer,
                activation_layer,
                group_width,
                bottleneck_multiplier,
                se_ratio,
            )
            self.add_module(f"block{stage_index}-{i}", block)


class BlockParams:
    def __init__(self, depths, widths, group_widths, bottleneck_multipliers, strides, se_ratio=None):
        self.depths = depths
        self.widths = widths
        self.group_widths = group_widths
        self.bottleneck_multipliers = bottleneck_multipliers
        self.strides = strides
        self.se_ratio = se_ratio

    @classmethod
    def from_init_params(
        cls, depth, w_0, w_a, w_m, group_width, bottleneck_multiplier=1.0, se_ratio=None, **kwargs
    ):
        if w_a < 0 or w_0 <= 0 or w_m <= 1 or w_0 % 8 != 0:
            raise ValueError("Invalid RegNet settings")
        capacity = torch.round(torch.log((torch.arange(depth) * w_a + w_0) / w_0) / math.log(w_m))
        found = (torch.round(torch.divide(w_0 * torch.pow(w_m, capacity), 8)) * 8).int().tolist()
        widths = sorted(set(found))
        depths = [found.count(width) for width in widths]
        wide = [int(width * bottleneck_multiplier) for width in widths]
        groups = [min(group_width, width) for width in wide]
        fitting = [make_divisible(width, group) for width, group in zip(wide, groups)]
        return cls(
            depths=depths,
            widths=[int(width / bottleneck_multiplier) for width in fitting],
            group_widths=groups,
            bottleneck_multipliers=[bottleneck_multiplier] * len(widths),
            strides=[2] * len(widths),
            se_ratio=se_ratio,
        )

    def _get_expanded_params(self):
        return zip(self.widths, self.strides, self.depths, self.group_widths, self.bottleneck_multipliers)


class RegNet(nn.Module):
    def __init__(
        self,
        block_params,
        num_classes=1000,
        stem_width=32,
        stem_type=None,
        block_type=None,
        norm_layer=None,
        activation=None,
    ):
        super().__init__()
        norm_layer = norm_layer or nn.BatchNorm2d
        activation = activation or nn.ReLU
        self.stem = (stem_type or SimpleStemIN)(3, stem_width, norm_layer, activation)
        current = stem_width
        blocks = []
        for i, (width, stride, depth, group_width, multiplier) in enumerate(block_params._get_expanded_params()):
            stage = AnyStage(
                current,
                width,
                stride,
                depth,
                block_type or ResBottleneckBlock,
                norm_layer,
                activation,
                group_width,
                multiplier,
                block_params.se_ratio,
                stage_index=i + 1,
            )
            blocks.append((f"block{i + 1}", stage))
            current = width
        self.trunk_output = nn.Sequential(OrderedDict(blocks))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(in_features=current, out_features=num_classes)

    def forward(self, x):
        return self.fc(self.avgpool(self.trunk_output(self.stem(x))).flatten(start_dim=1))


def _regnet(depth, w_0, w_a, w_m, group_width, weights, kwargs, se_ratio=None):
    given = options(weights, kwargs)
    params = BlockParams.from_init_params(depth, w_0, w_a, w_m, group_width, se_ratio=se_ratio, **given)
    norm_layer = given.pop("norm_layer", partial(nn.BatchNorm2d, eps=1e-05, momentum=0.1))
    return RegNet(params, norm_layer=norm_layer, **given)


def regnet_y_400mf(weights=None, progress=True, **kwargs):
    return _regnet(16, 48, 27.89, 2.09, 8, weights, kwargs, 0.25)


def regnet_y_800mf(weights=None, progress=True, **kwargs):
    return _regnet(14, 56, 38.84, 2.4, 16, weights, kwargs, 0.25)


def regnet_y_1_6gf(weights=None, progress=True, **kwargs):
    return _regnet(27, 48, 20.71, 2.65, 24, weights, kwargs, 0.25)


def regnet_y_3_2gf(weights=None, progress=True, **kwargs):
    return _regnet(21, 80, 42.63, 2.66, 24, weights, kwargs, 0.25)


def regnet_y_8gf(weights=None, progress=True, **kwargs):
    return _regnet(17, 192, 76.82, 2.19, 56, weights, kwargs, 0.25)


def regnet_y_16gf(weights=None, progress=True, **kwargs):
    return _regnet(18, 200, 106.23, 2.48, 112, weights, kwargs, 0.25)


def regnet_y_32gf(weights=None, progress=True, **kwargs):
    return _regnet(20, 232, 115.89, 2.53, 232, weights, kwargs, 0.25)


def regnet_y_128gf(weights=None, progress=True, **kwargs):
    return _regnet(27, 456, 160.83, 2.52, 264, weights, kwargs, 0.25)


def regnet_x_400mf(weights=None, progress=True, **kwargs):
    return _regnet(22, 24, 24.48, 2.54, 16, weights, kwargs)


def regnet_x_800mf(weights=None, progress=True, **kwargs):
    return _regnet(16, 56, 35.73, 2.28, 16, weights, kwargs)


def regnet_x_1_6gf(weights=None, progress=True, **kwargs):
    return _regnet(18, 80, 34.01, 2.25, 24, weights, kwargs)


def regnet_x_3_2gf(weights=None, progress=True, **kwargs):
    return _regnet(25, 88, 26.31, 2.25, 48, weights, kwargs)


def regnet_x_8gf(weights=None, progress=True, **kwargs):
    return _regnet(23, 80, 49.56, 2.88, 120, weights, kwargs)


def regnet_x_16gf(weights=None, progress=True, **kwargs):
    return _regnet(22, 216, 55.59, 2.1, 128, weights, kwargs)


def regnet_x_32gf(weights=None, progress=True, **kwargs):
    return _regnet(23, 320, 69.86, 2.0, 168, weights, kwargs)
