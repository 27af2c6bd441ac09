// The whole library but for reading images and data sets, which is unet/data/data.hpp (it brings stb along).
#pragma once
#include "unet/backends/cpu/cpu.hpp"
#include "unet/backends/eigen/eigen_backend.hpp"
#include "unet/interop/external_view.hpp"
#include "unet/layers/layers.hpp"
#include "unet/models/model.hpp"
#include "unet/models/unet.hpp"
#include "unet/models/weights.hpp"
#include "unet/train/checkpoint.hpp"
#include "unet/train/trainer.hpp"
#include "unet/version.hpp"
