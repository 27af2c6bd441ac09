"""Reference numbers from scikit-learn for the tests of k-means and what belongs to it.

usage: python tests/reference/kmeans.py [FOLDER]     (needs scikit-learn and safetensors; default: the folder of this file)

Writes kmeans.safetensors, all tensors F64. The seed is fixed; the file need not be written again unless this script changes.
  points [60, 9]           three overlapping groups far from the origin; float32 values
  initial_centres [4]      rows of `points` that all runs start from
  labels [60], inertia [1] KMeans from there, Lloyd's algorithm to convergence
  distances [60]           to the own centre
  silhouettes [60]         silhouette_samples of these labels
  classes [60]             the groups that the points were drawn from
  ari, nmi [1]             adjusted_rand_score and normalized_mutual_info_score of labels and classes
  scores [60, 3]           PCA; each column's largest amount is positive
  explained [3]            explained_variance_ratio_
  brightness [60]          mean of each point; eta2 [1]: its correlation ratio with labels, by one-way analysis of variance
"""

import pathlib
import sys

import numpy as np
from safetensors.numpy import save_file
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score, silhouette_samples


def eta_squared(values, groups):
    within = sum(values[groups == k].var() * (groups == k).sum() for k in np.unique(groups))
    return 1 - within / (values.var() * len(values))


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
    random = np.random.default_rng(3)
    classes = np.repeat([0, 1, 2], 20)
    points = 100 + 1.5 * random.normal(size=(3, 9))[classes] + random.normal(size=(60, 9))
    points = points.astype(np.float32).astype(np.float64)
    initial = random.choice(60, 4, replace=False)
    fit = KMeans(4, init=points[initial], n_init=1, max_iter=300, tol=0, algorithm="lloyd").fit(points)
    assert fit.n_iter_ > 3, "a case that converges at once tests little"
    pca = PCA(3).fit(points)
    scores = pca.transform(points)
    scores *= np.sign(scores[np.abs(scores).argmax(0), range(3)])
    brightness = points.mean(1)
    tensors = {
        "points": points, "initial_centres": initial, "labels": fit.labels_, "inertia": fit.inertia_,
        "distances": np.linalg.norm(points - fit.cluster_centers_[fit.labels_], axis=1),
        "silhouettes": silhouette_samples(points, fit.labels_), "classes": classes,
        "ari": adjusted_rand_score(classes, fit.labels_), "nmi": normalized_mutual_info_score(classes, fit.labels_),
        "scores": scores, "explained": pca.explained_variance_ratio_,
        "brightness": brightness, "eta2": eta_squared(brightness, fit.labels_),
    }  # fmt: skip
    path = folder / "kmeans.safetensors"
    save_file({name: np.atleast_1d(np.asarray(value, dtype=np.float64)).copy() for name, value in tensors.items()}, path)
    print(f"{path}: {path.stat().st_size / 1024:.0f} KB, {fit.n_iter_} iterations, inertia {fit.inertia_:.3f}")


if __name__ == "__main__":
    main()
