// Checkpoints: everything that decides how a training run goes on, in one safetensors file. A resumed run equals an
// uninterrupted one bit for bit.
#pragma once
#include "unet/train/load_checkpoint.hpp"
#include "unet/train/save_checkpoint.hpp"
