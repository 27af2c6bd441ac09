// Exceptions of the library: every message says what was wrong, where, and what to do.
#pragma once
#include <stdexcept>
#include <string>

namespace unet {

/// Base of everything that the library throws on purpose.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A tensor, image or batch whose shape does not fit where it is used.
struct ShapeError : Error {
  using Error::Error;
};

/// A file or folder that can not be read, written or understood.
struct FileError : Error {
  using Error::Error;
};

/// A value that an option or argument may not have.
struct OptionError : Error {
  using Error::Error;
};

}  // namespace unet
