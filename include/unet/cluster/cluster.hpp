// All of cluster/: K-means and what judges it.
#pragma once
#include "unet/cluster/cluster_agreement.hpp"
#include "unet/cluster/cluster_count.hpp"
#include "unet/cluster/gram.hpp"
#include "unet/cluster/kmeans.hpp"
#include "unet/cluster/kmeans_plus_plus.hpp"
#include "unet/cluster/pca.hpp"
#include "unet/cluster/row_store.hpp"
#include "unet/cluster/silhouette.hpp"
