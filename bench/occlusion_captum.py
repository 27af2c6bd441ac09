"""Time of occluding one position of an image with captum's Occlusion on PyTorch: the peer of occlusion.cpp.

    python occlusion_captum.py [--size 512] [--patch 14] [--stride 14] [--positions 32] [--batches 1 2 4 8] [--threads 2] [--rounds 3]

The study's net with random values, channels last, evaluation mode; the score is the binary cross entropy with the mask.
captum computes whole images, so a position's time does not depend on where it is: the first ones are measured.
"""
import argparse
import statistics
import time

import torch
from captum.attr import Occlusion
from torch import nn


def block(before, channels):
    layers = []
    for channels_in in (before, channels):
        layers += [nn.Conv2d(channels_in, channels, 3, padding=1), nn.ReLU(inplace=True), nn.BatchNorm2d(channels)]
    return nn.Sequential(*layers)


class Enough(Exception):
    """Ends an analysis early."""


class Level(nn.Module):
    """Two convolutions down, a smaller U beside them, two convolutions up."""

    def __init__(self, before, channels, below):
        super().__init__()
        self.down = block(before, channels)
        self.path = None
        if below > 0:
            self.path = nn.Sequential(nn.MaxPool2d(2), Level(channels, 2 * channels, below - 1),
                                      nn.ConvTranspose2d(2 * channels, channels, 2, 2), nn.ReLU(inplace=True))
            self.up = block(2 * channels, channels)

    def forward(self, x):
        x = self.down(x)
        return x if self.path is None else self.up(torch.cat([x, self.path(x)], 1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--patch", type=int, default=14)
    parser.add_argument("--stride", type=int, default=14)
    parser.add_argument("--positions", type=int, default=32, help="measure about so many")
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    net = nn.Sequential(Level(1, 32, 4), nn.Conv2d(32, 1, 1)).eval().to(memory_format=torch.channels_last)
    image = torch.rand(1, 1, options.size, options.size).contiguous(memory_format=torch.channels_last)
    mask = (torch.rand_like(image) > 0.5).float()
    noise = torch.rand_like(image)
    evaluated = 0

    @torch.no_grad()
    def loss(images):
        nonlocal evaluated
        if evaluated >= options.positions:
            raise Enough
        evaluated += len(images)
        logits = net(images.contiguous(memory_format=torch.channels_last))
        each = nn.functional.binary_cross_entropy_with_logits(logits, mask.expand_as(logits), reduction="none")
        return each.mean(dim=(1, 2, 3))

    occlusion = Occlusion(loss)
    seconds = {batch: [] for batch in options.batches}
    for _ in range(options.rounds + 1):
        for batch in options.batches:
            evaluated = 0
            start = time.perf_counter()
            try:
                occlusion.attribute(image, sliding_window_shapes=(1, options.patch, options.patch), baselines=noise,
                                    strides=(1, options.stride, options.stride), perturbations_per_eval=batch)
            except Enough:
                pass
            seconds[batch].append((time.perf_counter() - start) / evaluated)
    for batch, each in seconds.items():
        each = each[1:]  # the first round takes memory from the system
        print(f"captum, torch {torch.__version__}, S={options.size} nt={options.threads}, {batch} perturbations an "
              f"evaluation: median {statistics.median(each) * 1e3:.1f} ms, best {min(each) * 1e3:.1f} ms a position")


if __name__ == "__main__":
    main()
