// Parsing the JSON header of a safetensors file, and the checks that make a hostile file harmless.
// Source: https://huggingface.co/docs/safetensors, "Format".
#pragma once
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "unet/core/error.hpp"
#include "unet/io/safetensors_header.hpp"

namespace unet {

namespace detail {

/// Takes the header's JSON event by event: no tree is built, so neither size nor nesting of hostile JSON costs memory
/// or stack, and the first thing that the format does not allow ends the reading.
/// A template, so that it costs those who only include it little: Json is nlohmann::json.
template <class Json>
class SafetensorsHeaderParser : public nlohmann::json_sax<Json> {
 public:
  using typename nlohmann::json_sax<Json>::string_t;
  using typename nlohmann::json_sax<Json>::binary_t;
  using typename nlohmann::json_sax<Json>::number_integer_t;
  using typename nlohmann::json_sax<Json>::number_unsigned_t;
  using typename nlohmann::json_sax<Json>::number_float_t;

  SafetensorsHeaderParser(std::string file, std::uint64_t data_bytes)
      : file_(std::move(file)), data_bytes_(data_bytes) {}

  SafetensorsHeader parse(std::string_view text) {
    // The JSON library takes a zero byte for the end of the text and would skip what follows.
    if (text.empty() || text.front() != '{' || text.find('\0') != text.npos) fail("the header is not a JSON object");
    Json::sax_parse(text.begin(), text.end(), this);
    check_layout();
    return std::move(header_);
  }

  bool start_object(std::size_t) override {
    if (in_ == In::nothing)
      in_ = In::header;
    else if (in_ == In::header && tensor_.name == "__metadata__")
      in_ = In::metadata;
    else if (in_ == In::header)
      in_ = In::tensor;
    else
      unexpected("an object");
    return true;
  }

  bool key(string_t& name) override {
    if (in_ == In::header) {
      tensor_ = {};
      tensor_.name = name;
      fields_.clear();
      offsets_.clear();
      if (!names_.insert(name).second) fail("appears twice in the header");
    } else if (in_ == In::metadata) {
      if (header_.metadata.count(name) != 0) fail("key '" + printable(name) + "' appears twice");
    } else {
      if (name != "dtype" && name != "shape" && name != "data_offsets") fail("unknown field '" + printable(name) + "'");
      if (!fields_.insert(name).second) fail("field '" + name + "' appears twice");
    }
    key_ = name;
    return true;
  }

  bool start_array(std::size_t) override {
    if (in_ == In::tensor && key_ == "shape")
      in_ = In::shape;
    else if (in_ == In::tensor && key_ == "data_offsets")
      in_ = In::offsets;
    else
      unexpected("an array");
    return true;
  }

  bool end_array() override {
    in_ = In::tensor;
    return true;
  }

  bool end_object() override {
    if (in_ == In::tensor) finish_tensor();
    in_ = In::header;
    return true;
  }

  bool string(string_t& value) override {
    if (in_ == In::metadata) {
      header_.metadata[key_] = value;
    } else if (in_ == In::tensor && key_ == "dtype") {
      const auto dtype = dtype_from_name(value);
      if (!dtype) fail("unknown dtype '" + printable(value) + "'");
      tensor_.dtype = *dtype;
    } else {
      unexpected("a string");
    }
    return true;
  }

  bool number_unsigned(number_unsigned_t value) override {
    if (in_ == In::shape) {
      if (value > static_cast<std::uint64_t>(std::numeric_limits<Index>::max())) fail("a dimension is too large");
      if (tensor_.shape.size() == 64) fail("more than 64 dimensions");
      tensor_.shape.push_back(static_cast<Index>(value));
    } else if (in_ == In::offsets) {
      if (offsets_.size() == 2) fail("'data_offsets' has more than two numbers");
      offsets_.push_back(value);
    } else {
      unexpected("a number");
    }
    return true;
  }

  bool number_integer(number_integer_t) override { return unexpected("a negative number"); }
  bool number_float(number_float_t, const string_t&) override { return unexpected("a fraction or too large a number"); }
  bool boolean(bool) override { return unexpected("true or false"); }
  bool null() override { return unexpected("null"); }
  bool binary(binary_t&) override { return unexpected("binary data"); }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    tensor_ = {};
    return fail("the header is not valid JSON at its byte " + std::to_string(position));
  }

 private:
  enum class In { nothing, header, metadata, tensor, shape, offsets };

  [[noreturn]] bool fail(const std::string& what) const {
    const std::string tensor = tensor_.name.empty() ? "" : "tensor '" + printable(tensor_.name) + "': ";
    throw FileError(file_ + ": " + tensor + what +
                    ". The file is damaged or not a safetensors file; write or fetch it again.");
  }

  [[noreturn]] bool unexpected(const std::string& what) const {
    fail(what + " where the format does not allow one" + (key_.empty() ? "" : ", after '" + printable(key_) + "'"));
  }

  void finish_tensor() {
    for (const char* field : {"dtype", "shape", "data_offsets"})
      if (fields_.count(field) == 0) fail("field '" + std::string(field) + "' is missing");
    if (offsets_.size() != 2) fail("'data_offsets' must be two numbers");
    tensor_.begin = offsets_[0];
    tensor_.end = offsets_[1];
    if (tensor_.begin > tensor_.end) fail("its data end before they begin");
    if (tensor_.end > data_bytes_)
      fail("its data reach to byte " + std::to_string(tensor_.end) + " of " + std::to_string(data_bytes_) +
           " that the file has");
    const auto bytes = tensor_bytes(tensor_.dtype, tensor_.shape);
    if (!bytes) fail("its shape is too large");
    if (*bytes != tensor_.end - tensor_.begin)
      fail("its shape and dtype need " + std::to_string(*bytes) + " bytes, its data have " +
           std::to_string(tensor_.end - tensor_.begin));
    header_.tensors.push_back(std::move(tensor_));
    tensor_ = {};
  }

  /// The format allows no overlap and no hole: what one reader ignores, another may not.
  void check_layout() {
    const auto before = [](const TensorInfo& a, const TensorInfo& b) {
      return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    };
    std::stable_sort(header_.tensors.begin(), header_.tensors.end(), before);
    std::uint64_t expected = 0;
    for (const TensorInfo& tensor : header_.tensors) {
      tensor_.name = tensor.name;
      if (tensor.begin < expected) fail("its data overlap those of another tensor");
      if (tensor.begin > expected) fail(std::to_string(tensor.begin - expected) + " unused bytes before its data");
      expected = tensor.end;
    }
    tensor_ = {};
    if (expected != data_bytes_) fail(std::to_string(data_bytes_ - expected) + " bytes after the last tensor");
  }

  std::string file_;
  std::uint64_t data_bytes_;
  SafetensorsHeader header_;
  std::set<std::string> names_;
  In in_ = In::nothing;
  std::string key_;  ///< the last key, of whatever object
  // The tensor that is being read; its name also serves messages.
  TensorInfo tensor_;
  std::set<std::string> fields_;
  std::vector<std::uint64_t> offsets_;
};

}  // namespace detail

/// Reads and checks a header.
/// @param text the header without its length, padding included
/// @param data_bytes length of what follows the header in the file
/// @param file its name, for messages
/// @throws FileError that names the file, the tensor and what is wrong
template <class Json = nlohmann::json>
SafetensorsHeader parse_safetensors_header(std::string_view text, std::uint64_t data_bytes, const std::string& file) {
  return detail::SafetensorsHeaderParser<Json>(file, data_bytes).parse(text);
}

}  // namespace unet
