// Exceptions of the library: every message says what was wrong, where, and what to do.
#pragma once
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

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

/// A backend's own memory is not enough; the text says how much was needed and how much was free.
struct OutOfMemory : std::bad_alloc {
  explicit OutOfMemory(std::string text) : text_(std::make_shared<const std::string>(std::move(text))) {}
  const char* what() const noexcept override { return text_->c_str(); }

 private:
  std::shared_ptr<const std::string> text_;  // copying an exception must not throw
};

}  // namespace unet
