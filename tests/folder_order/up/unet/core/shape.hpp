#pragma once
#include "unet/models/model.hpp"
