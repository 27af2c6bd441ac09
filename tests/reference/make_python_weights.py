"""Weights as Python's safetensors writes them: a state_dict in float32 without metadata, PyTorch's batch counters included.

usage: python tests/reference/make_python_weights.py     (needs numpy and safetensors)

Writes python_weights.safetensors next to this file, from the net in net.safetensors: UNet<1, 1, 3, 2>.
"""

import pathlib

import numpy as np
from safetensors.numpy import load_file, save_file

folder = pathlib.Path(__file__).parent
weights = {}
for name, tensor in load_file(folder / "net.safetensors").items():
    if not name.startswith("parameters."):
        continue
    name = name.removeprefix("parameters.")
    weights[name] = np.ascontiguousarray(tensor, dtype=np.float32)
    if name.endswith("running_var"):
        weights[name.removesuffix("running_var") + "num_batches_tracked"] = np.int64(30)
save_file({name: np.asarray(tensor) for name, tensor in weights.items()}, folder / "python_weights.safetensors")
