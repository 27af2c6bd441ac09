"""Writes tests/reference/python.safetensors with Python's safetensors, for tests/io/safetensors_test.cpp.

Needs: pip install safetensors numpy. Run in any folder: python3 make_python_safetensors.py
"""
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

tensors = {
    "weight": np.arange(6, dtype=np.float32).reshape(2, 3) / 4,
    "half": np.array([1.0, -2.5], dtype=np.float16),
    "count": np.array(-7, dtype=np.int64),
    "mask": np.array([[True, False], [False, True]]),
    "empty": np.zeros((0, 3), dtype=np.float32),
}
path = Path(__file__).parents[1] / "reference" / "python.safetensors"
save_file(tensors, path, metadata={"format": "np", "name": "Zürich"})
