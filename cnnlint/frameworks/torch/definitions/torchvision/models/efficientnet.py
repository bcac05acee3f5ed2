import math
from functools import partial

import torch
from torch import nn
from torchvision.ops import StochasticDepth
from torchvision.ops.misc import Conv2dNormActivation, SqueezeExcitation

from ._weights import entries, make_divisible, options

EfficientNet_B0_Weights = entries()
EfficientNet_B1_Weights = entries("IMAGENET1K_V1", "IMAGENET1K_V2")
EfficientNet_B2_Weights = entries()
EfficientNet_B3_Weights = entries()
EfficientNet_B4_Weights = entries()
EfficientNet_B5_Weights = entries()
EfficientNet_B6_Weights = entries()
EfficientNet_B7_Weights = entries()
EfficientNet_V2_S_Weights = entries()
EfficientNet_V2_M_Weights = entries()
EfficientNet_V2_L_Weights = entries()


class _MBConvConfig:
    def __init__(self, expand_ratio, kernel, stride, input_channels, out_channels, num_layers, block):
        self.expand_ratio = expand_ratio
        self.kernel = kernel
        self.stride = stride
        self.input_channels = input_channels
        self.out_channels = out_channels
        self.num_layers = num_layers
        self.block = block

    @staticmethod
    def adjust_channels(channels, width_mult, min_value=None):
        return make_divisible(channels * width_mult, 8, min_value)


class MBConvConfig(_MBConvConfig):
    def __init__(
        self,
        expand_ratio,
        kernel,
        stride,
        input_channels,
        out_channels,
        num_layers,
        width_mult=1.0,
        depth_mult=1.0,
        block=None,
    ):
        super().__init__(
            expand_ratio,
            kernel,
            stride,
            self.adjust_channels(input_channels, width_mult),
            self.adjust_channels(out_channels, width_mult),
            self.adjust_depth(num_layers, depth_mult),
            block or MBConv,
        )

    @staticmethod
    def adjust_depth(num_layers, depth_mult):
        return int(math.ceil(num_layers * depth_mult))


class FusedMBConvConfig(_MBConvConfig):
    def __init__(self, expand_ratio, kernel, stride, input_channels, out_channels, num_layers, block=None):
        super().__init__(
            expand_ratio, kernel, stride, input_channels, out_channels, num_layers, block or FusedMBConv
        )


class MBConv(nn.Module):
    def __init__(self, cnf, stochastic_depth_prob, norm_layer, se_layer=SqueezeExcitation):
        super().__init__()
        if not (1 <= cnf.stride <= 2):
            raise ValueError("illegal stride value")
        self.use_res_connect = cnf.stride == 1 and cnf.input_channels == cnf.out_channels
        entry = partial(Conv2dNormActivation, norm_layer=norm_layer, activation_layer=nn.SiLU)
        layers = []
        expanded = cnf.adjust_channels(cnf.input_channels, cnf.expand_ratio)
        if expanded != cnf.input_channels:
            layers.append(entry(cnf.input_channels, expanded, kernel_size=1))
        layers.append(entry(expanded, expanded, kernel_size=cnf.kernel, stride=cnf.stride, groups=expanded))
        squeezed = max(1, cnf.input_channels // 4)
        layers.append(se_layer(expanded, squeezed, activation=partial(nn.SiLU, inplace=True)))
        layers.append(
            Conv2dNormActivation(
                expanded, cnf.out_channels, kernel_size=1, norm_layer=norm_layer, activation_layer=None
            )
        )
        self.block = nn.Sequential(*layers)
        self.stochastic_depth = StochasticDepth(stochastic_depth_prob, "row")
        self.out_channels = cnf.out_channels

    def forward(self, input):
        result = self.block(input)
        return self.stochastic_depth(result) + input if self.use_res_connect else result


class FusedMBConv(nn.Module):
    def __init__(self, cnf, stochastic_depth_prob, norm_layer):
        super().__init__()
        if not (1 <= cnf.stride <= 2):
            raise ValueError("illegal stride value")
        self.use_res_connect = cnf.stride == 1 and cnf.input_channels == cnf.out_channels
        entry = partial(Conv2dNormActivation, norm_layer=norm_layer, activation_layer=nn.SiLU)
        expanded = cnf.adjust_channels(cnf.input_channels, cnf.expand_ratio)
        if expanded != cnf.input_channels:
            layers = [
                entry(cnf.input_channels, expanded, kernel_size=cnf.kernel, stride=cnf.stride),
                Conv2dNormActivation(
                    expanded, cnf.out_channels, kernel_size=1, norm_layer=norm_layer, activation_layer=None
                ),
            ]
        else:
            layers = [entry(cnf.input_channels, cnf.out_channels, kernel_size=cnf.kernel, stride=cnf.stride)]
        self.block = nn.Sequential(*layers)
        self.stochastic_depth = StochasticDepth(stochastic_depth_prob, "row")
        self.out_channels = cnf.out_channels

    def forward(self, input):
        result = self.block(input)
        return self.stochastic_depth(result) + input if self.use_res_connect else result


class EfficientNet(nn.Module):
    def __init__(
        self,
        inverted_residual_setting,
        dropout,
        stochastic_depth_prob=0.2,
        num_classes=1000,
        norm_layer=None,
        last_channel=None,
    ):
        super().__init__()
        norm_layer = norm_layer or nn.BatchNorm2d
        entry = partial(Conv2dNormActivation, norm_layer=norm_layer, activation_layer=nn.SiLU)
        layers = [entry(3, inverted_residual_setting[0].input_channels, kernel_size=3, stride=2)]
        total = sum(cnf.num_layers for cnf in inverted_residual_setting)
        number = 0
        for cnf in inverted_residual_setting:
            stage = []
            for index in range(cnf.num_layers):
                own = _MBConvConfig(
                    cnf.expand_ratio,
                    cnf.kernel,
                    1 if index else cnf.stride,
                    cnf.out_channels if index else cnf.input_channels,
                    cnf.out_channels,
                    cnf.num_layers,
                    cnf.block,
                )
                stage.append(cnf.block(own, stochastic_depth_prob * float(number) / total, norm_layer))
                number += 1
            layers.append(nn.Sequential(*stage))
        last_in = inverted_residual_setting[-1].out_channels
        last_out = last_channel if last_channel is not None else 4 * last_in
        layers.append(entry(last_in, last_out, kernel_size=1))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Dropout(p=dropout, inplace=True), nn.Linear(last_out, num_classes))

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


ROWS = [
    (1, 3, 1, 32, 16, 1),
    (6, 3, 2, 16, 24, 2),
    (6, 5, 2, 24, 40, 2),
    (6, 3, 2, 40, 80, 3),
    (6, 5, 1, 80, 112, 3),
    (6, 5, 2, 112, 192, 4),
    (6, 3, 1, 192, 320, 1),
]
V2_S = (
    [(1, 3, 1, 24, 24, 2), (4, 3, 2, 24, 48, 4), (4, 3, 2, 48, 64, 4)],
    [(4, 3, 2, 64, 128, 6), (6, 3, 1, 128, 160, 9), (6, 3, 2, 160, 256, 15)],
)
V2_M = (
    [(1, 3, 1, 24, 24, 3), (4, 3, 2, 24, 48, 5), (4, 3, 2, 48, 80, 5)],
    [(4, 3, 2, 80, 160, 7), (6, 3, 1, 160, 176, 14), (6, 3, 2, 176, 304, 18), (6, 3, 1, 304, 512, 5)],
)
V2_L = (
    [(1, 3, 1, 32, 32, 4), (4, 3, 2, 32, 64, 7), (4, 3, 2, 64, 96, 7)],
    [(4, 3, 2, 96, 192, 10), (6, 3, 1, 192, 224, 19), (6, 3, 2, 224, 384, 25), (6, 3, 1, 384, 640, 7)],
)


def _b(width, depth, dropout, weights, kwargs, norm_layer=None):
    setting = [MBConvConfig(*row, width_mult=width, depth_mult=depth) for row in ROWS]
    given = options(weights, kwargs)
    return EfficientNet(setting, given.pop("dropout", dropout), norm_layer=norm_layer, **given)


def _v2(rows, dropout, weights, kwargs):
    setting = [FusedMBConvConfig(*row) for row in rows[0]] + [MBConvConfig(*row) for row in rows[1]]
    given = options(weights, kwargs)
    return EfficientNet(
        setting,
        given.pop("dropout", dropout),
        last_channel=1280,
        norm_layer=given.pop("norm_layer", partial(nn.BatchNorm2d, eps=1e-03)),
        **given,
    )


def efficientnet_b0(weights=None, progress=True, **kwargs):
    return _b(1.0, 1.0, 0.2, weights, kwargs)


def efficientnet_b1(weights=None, progress=True, **kwargs):
    return _b(1.0, 1.1, 0.2, weights, kwargs)


def efficientnet_b2(weights=None, progress=True, **kwargs):
    return _b(1.1, 1.2, 0.3, weights, kwargs)


def efficientnet_b3(weights=None, progress=True, **kwargs):
    return _b(1.2, 1.4, 0.3, weights, kwargs)


def efficientnet_b4(weights=None, progress=True, **kwargs):
    return _b(1.4, 1.8, 0.4, weights, kwargs)


def efficientnet_b5(weights=None, progress=True, **kwargs):
    return _b(1.6, 2.2, 0.4, weights, kwargs, partial(nn.BatchNorm2d, eps=0.001, momentum=0.01))


def efficientnet_b6(weights=None, progress=True, **kwargs):
    return _b(1.8, 2.6, 0.5, weights, kwargs, partial(nn.BatchNorm2d, eps=0.001, momentum=0.01))


def efficientnet_b7(weights=None, progress=True, **kwargs):
    return _b(2.0, 3.1, 0.5, weights, kwargs, partial(nn.BatchNorm2d, eps=0.001, momentum=0.01))


def efficientnet_v2_s(weights=None, progress=True, **kwargs):
    return _v2(V2_S, 0.2, weights, kwargs)


def efficientnet_v2_m(weights=None, progress=True, **kwargs):
    return _v2(V2_M, 0.3, weights, kwargs)


def efficientnet_v2_l(weights=None, progress=True, **kwargs):
    return _v2(V2_L, 0.4, weights, kwargs)
