#pragma once
#include "unet/version.hpp"
