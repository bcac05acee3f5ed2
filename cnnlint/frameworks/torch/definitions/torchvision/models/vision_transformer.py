from collections import OrderedDict
from functools import partial
from typing import NamedTuple

import torch
from torch import nn
from torchvision.ops.misc import MLP, Conv2dNormActivation

from ._weights import entries, options

SWAG = ("IMAGENET1K_SWAG_E2E_V1", "IMAGENET1K_SWAG_LINEAR_V1")
ViT_B_16_Weights = entries(*SWAG, "IMAGENET1K_V1")
ViT_B_32_Weights = entries()
ViT_L_16_Weights = entries(*SWAG, "IMAGENET1K_V1")
ViT_L_32_Weights = entries()
ViT_H_14_Weights = entries("IMAGENET1K_SWAG_LINEAR_V1", "IMAGENET1K_SWAG_E2E_V1")


class ConvStemConfig(NamedTuple):
    out_channels: int
    kernel_size: int
    stride: int
    norm_layer: object = nn.BatchNorm2d
    activation_layer: object = nn.ReLU


class MLPBlock(MLP):
    def __init__(self, in_dim, mlp_dim, dropout):
        super().__init__(in_dim, [mlp_dim, in_dim], activation_layer=nn.GELU, inplace=None, dropout=dropout)


class EncoderBlock(nn.Module):
    def __init__(
        self,
        num_heads,
        hidden_dim,
        mlp_dim,
        dropout,
        attention_dropout,
        norm_layer=partial(nn.LayerNorm, eps=1e-6),
    ):
        super().__init__()
        self.num_heads = num_heads
        self.ln_1 = norm_layer(hidden_dim)
        self.self_attention = nn.MultiheadAttention(hidden_dim, num_heads, dropout=attention_dropout, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.ln_2 = norm_layer(hidden_dim)
        self.mlp = MLPBlock(hidden_dim, mlp_dim, dropout)

    def forward(self, input):
        x = self.ln_1(input)
        x, _ = self.self_attention(x, x, x, need_weights=False)
        x = self.dropout(x) + input
        return x + self.mlp(self.ln_2(x))


class Encoder(nn.Module):
    def __init__(
        self,
        seq_length,
        num_layers,
        num_heads,
        hidden_dim,
        mlp_dim,
        dropout,
        attention_dropout,
        norm_layer=partial(nn.LayerNorm, eps=1e-6),
    ):
        super().__init__()
        self.pos_embedding = nn.Parameter(torch.empty(1, seq_length, hidden_dim).normal_(std=0.02))
        self.dropout = nn.Dropout(dropout)
        layers = OrderedDict()
        for i in range(num_layers):
            layers[f"encoder_layer_{i}"] = EncoderBlock(
                num_heads, hidden_dim, mlp_dim, dropout, attention_dropout, norm_layer
            )
        self.layers = nn.Sequential(layers)
        self.ln = norm_layer(hidden_dim)

    def forward(self, input):
        return self.ln(self.layers(self.dropout(input + self.pos_embedding)))


class VisionTransformer(nn.Module):
    def __init__(
        self,
        image_size,
        patch_size,
        num_layers,
        num_heads,
        hidden_dim,
        mlp_dim,
        dropout=0.0,
        attention_dropout=0.0,
        num_classes=1000,
        representation_size=None,
        norm_layer=partial(nn.LayerNorm, eps=1e-6),
        conv_stem_configs=None,
    ):
        super().__init__()
        self.image_size = image_size
        self.patch_size = patch_size
        self.hidden_dim = hidden_dim
        self.mlp_dim = mlp_dim
        self.attention_dropout = attention_dropout
        self.dropout = dropout
        self.num_classes = num_classes
        self.representation_size = representation_size
        self.norm_layer = norm_layer
        if conv_stem_configs is not None:
            stem = nn.Sequential()
            channels = 3
            for i, config in enumerate(conv_stem_configs):
                entry = Conv2dNormActivation(
                    channels,
                    config.out_channels,
                    kernel_size=config.kernel_size,
                    stride=config.stride,
                    norm_layer=config.norm_layer,
                    activation_layer=config.activation_layer,
                )
                stem.add_module(f"conv_bn_relu_{i}", entry)
                channels = config.out_channels
            stem.add_module("conv_last", nn.Conv2d(channels, hidden_dim, kernel_size=1))
            self.conv_proj = stem
        else:
            self.conv_proj = nn.Conv2d(3, hidden_dim, kernel_size=patch_size, stride=patch_size)
        self.class_token = nn.Parameter(torch.zeros(1, 1, hidden_dim))
        self.seq_length = (image_size // patch_size) ** 2 + 1
        self.encoder = Encoder(
            self.seq_length,
            num_layers,
            num_heads,
            hidden_dim,
            mlp_dim,
            dropout,
            attention_dropout,
            norm_layer,
        )
        heads = OrderedDict()
        if representation_size is None:
            heads["head"] = nn.Linear(hidden_dim, num_classes)
        else:
            heads["pre_logits"] = nn.Linear(hidden_dim, representation_size)
            heads["act"] = nn.Tanh()
            heads["head"] = nn.Linear(representation_size, num_classes)
        self.heads = nn.Sequential(heads)

    def _process_input(self, x):
        n, c, h, w = x.shape
        if h != self.image_size or w != self.image_size:
            raise AssertionError(f"expected an image of {self.image_size}x{self.image_size}")
        x = self.conv_proj(x)
        return x.reshape(n, self.hidden_dim, (h // self.patch_size) * (w // self.patch_size)).permute(0, 2, 1)

    def forward(self, x):
        x = self._process_input(x)
        x = torch.cat([self.class_token.expand(x.shape[0], -1, -1), x], dim=1)
        return self.heads(self.encoder(x)[:, 0])


def _vision_transformer(patch_size, num_layers, num_heads, hidden_dim, weights, kwargs, trained_size=224):
    given = options(weights, kwargs)
    image_size = given.pop("image_size", trained_size if weights else 224)
    return VisionTransformer(image_size, patch_size, num_layers, num_heads, hidden_dim, 4 * hidden_dim, **given)


def vit_b_16(weights=None, progress=True, **kwargs):
    larger = weights is ViT_B_16_Weights.IMAGENET1K_SWAG_E2E_V1
    return _vision_transformer(16, 12, 12, 768, weights, kwargs, 384 if larger else 224)


def vit_b_32(weights=None, progress=True, **kwargs):
    return _vision_transformer(32, 12, 12, 768, weights, kwargs)


def vit_l_16(weights=None, progress=True, **kwargs):
    larger = weights is ViT_L_16_Weights.IMAGENET1K_SWAG_E2E_V1
    return _vision_transformer(16, 24, 16, 1024, weights, kwargs, 512 if larger else 224)


def vit_l_32(weights=None, progress=True, **kwargs):
    return _vision_transformer(32, 24, 16, 1024, weights, kwargs)


def vit_h_14(weights=None, progress=True, **kwargs):
    smaller = weights is ViT_H_14_Weights.IMAGENET1K_SWAG_LINEAR_V1
    return _vision_transformer(14, 32, 16, 1280, weights, kwargs, 224 if smaller else 518)
