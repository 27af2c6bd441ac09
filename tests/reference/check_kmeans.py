"""Checks the clusters of the program kmeans with scikit-learn, on the latents that it saved.

usage: build/examples/kmeans --model RUN --out DIR --save-latents FILE
       python tests/reference/check_kmeans.py FILE     (needs scikit-learn and safetensors)

Runs scikit-learn's Lloyd iterations from the same initial centres to convergence, in double precision, and compares labels and
inertia. Exits with 1 when they differ.
"""

import json
import sys

import numpy as np
from safetensors import safe_open
from sklearn.cluster import KMeans


def main():
    with safe_open(sys.argv[1], framework="numpy") as file:
        latents = file.get_tensor("latents").astype(np.float64)
        centres, labels = file.get_tensor("initial_centres"), file.get_tensor("labels")
        facts = file.metadata()
    assert len(json.loads(facts["ids"])) == len(latents) == len(labels), "there is not one id and label for each row"
    latents -= latents.mean(0)  # scikit-learn's distances lose digits to a large mean
    fit = KMeans(len(centres), init=latents[centres], n_init=1, max_iter=300, tol=0, algorithm="lloyd").fit(latents)
    inertia = float(facts["inertia"])
    different = int((fit.labels_ != labels).sum())
    print(f"{facts['layer']}: {latents.shape[0]} x {latents.shape[1]}, K = {len(centres)}, {fit.n_iter_} iterations")
    print(f"labels: {different} of {len(labels)} differ")
    print(f"inertia: {inertia!r}, scikit-learn {fit.inertia_!r}, relative difference {abs(inertia / fit.inertia_ - 1):.1e}")
    return 1 if different or abs(inertia / fit.inertia_ - 1) > 1e-9 else 0


if __name__ == "__main__":
    sys.exit(main())
