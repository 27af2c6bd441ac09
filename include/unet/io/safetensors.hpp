// Safetensors files: named tensors that Python's `safetensors` and this library read and write alike.
#pragma once
#include "unet/io/safetensors_reader.hpp"
#include "unet/io/safetensors_writer.hpp"
