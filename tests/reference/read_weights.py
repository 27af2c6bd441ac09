"""Reads weight files as a Python user would, and checks names, shapes and values.

usage: python tests/reference/read_weights.py FILE...     (needs numpy and safetensors)
"""

import json
import sys

import numpy as np
from safetensors import safe_open


def expected_shapes(channels, classes, base, depth):
    """name -> shape, as in PyTorch's state_dict."""
    shapes = {"head.weight": (classes, base, 1, 1), "head.bias": (classes,)}

    def block(name, channels_in, channels_out):
        for i, c in ((1, channels_in), (2, channels_out)):
            shapes[f"{name}.conv{i}.weight"] = (channels_out, c, 3, 3)
            shapes[f"{name}.conv{i}.bias"] = (channels_out,)
            for tensor in ("weight", "bias", "running_mean", "running_var"):
                shapes[f"{name}.norm{i}.{tensor}"] = (channels_out,)

    for k in range(1, depth + 1):
        width = base << (k - 1)
        block(f"encoder{k}", channels if k == 1 else width // 2, width)
        block(f"decoder{k}", 2 * width, width)
        shapes[f"decoder{k}.up.weight"] = (2 * width, width, 2, 2)
        shapes[f"decoder{k}.up.bias"] = (width,)
    block("bottleneck", base << (depth - 1), base << depth)
    return shapes


def check(path):
    with safe_open(path, framework="numpy") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}
        metadata = file.metadata()
    print(f"{path}: {len(tensors)} tensors, metadata {json.dumps(metadata)[:300]}")
    head, first = tensors["head.weight"], tensors["encoder1.conv1.weight"]
    depth = sum(name.startswith("encoder") and name.endswith("conv1.weight") for name in tensors)
    for name, shape in expected_shapes(first.shape[1], head.shape[0], head.shape[1], depth).items():
        assert tensors[name].shape == shape, f"{name}: {tensors[name].shape}, expected {shape}"
        assert tensors[name].dtype == np.float32, f"{name}: {tensors[name].dtype}"
        assert np.isfinite(tensors[name]).all(), f"{name} is not finite"
        assert not name.endswith("running_var") or (tensors[name] >= 0).all(), f"{name} is negative"
    assert metadata, "no metadata"


for argument in sys.argv[1:]:
    check(argument)
