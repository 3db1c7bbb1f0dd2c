"""Contender: PyTorch in eager mode, with all cores; channels_last when asked for, inference mode for evaluation."""

import os

import torch
from torch import nn

from workload import (BLOCKS, CLASSES, COMPRESSION, EPSILON, GROWTH, INITIAL, LEARNING_RATE, MOMENTUM,
                      WEIGHT_DECAY, fixed_batch, measure, settings)


class Layer(nn.Module):
    """BN-ReLU-conv1x1-BN-ReLU-conv3x3, its output behind its input."""

    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(
            nn.BatchNorm2d(channels, EPSILON), nn.ReLU(inplace=True),
            nn.Conv2d(channels, 4 * GROWTH, 1, bias=False),
            nn.BatchNorm2d(4 * GROWTH, EPSILON), nn.ReLU(inplace=True),
            nn.Conv2d(4 * GROWTH, GROWTH, 3, padding=1, bias=False))

    def forward(self, maps):
        return torch.cat([maps, self.body(maps)], 1)


def build(blocks):
    parts, channels = [nn.Conv2d(3, INITIAL, 3, padding=1, bias=False)], INITIAL
    for index, layers in enumerate(blocks):
        for _ in range(layers):
            parts.append(Layer(channels))
            channels += GROWTH
        if index == len(blocks) - 1:
            continue
        mixed = int(channels * COMPRESSION)
        parts += [nn.BatchNorm2d(channels, EPSILON), nn.ReLU(inplace=True),
                  nn.Conv2d(channels, mixed, 1, bias=False), nn.AvgPool2d(2)]
        channels = mixed
    parts += [nn.BatchNorm2d(channels, EPSILON), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
              nn.Linear(channels, CLASSES)]
    return nn.Sequential(*parts)


def main():
    wanted = settings()
    torch.manual_seed(1)
    torch.set_num_threads(os.cpu_count())
    layout = torch.channels_last if wanted["channelsLast"] else torch.contiguous_format
    model = build(BLOCKS[wanted["network"]]).to(memory_format=layout)
    pixels, targets = fixed_batch()
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous(memory_format=layout)
    labels = torch.from_numpy(targets)
    version = f"PyTorch {torch.__version__}"
    if wanted["task"] == "evaluate":
        model.eval()

        def evaluate():
            with torch.inference_mode():
                return nn.functional.cross_entropy(model(images), labels)

        return measure(wanted["steps"], version, evaluate)
    optimizer = torch.optim.SGD(model.parameters(), LEARNING_RATE, MOMENTUM, weight_decay=WEIGHT_DECAY, nesterov=True)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        return loss.detach()

    measure(wanted["steps"], version, step)


main()
