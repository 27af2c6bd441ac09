// safetensors files of any bytes: every tensor, as weights with their verification case, and as a checkpoint to go on from.
#include <cstring>
#include <random>
#include <vector>

#include "../train/toy_set.hpp"
#include "input_folder.hpp"
#include "unet/backends/eigen/eigen_backend.hpp"
#include "unet/models/unet.hpp"
#include "unet/models/weights.hpp"
#include "unet/train/checkpoint.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

using Net = unet::UNet<1, 1, 2, 1>;
using Back = unet::EigenBackend<float>;

void read_all(const unet::SafetensorsReader& file) {
  std::uint64_t end = 0;
  for (const unet::TensorInfo& tensor : file.tensors()) {
    std::vector<char> bytes(static_cast<std::size_t>(tensor.end - tensor.begin));
    file.read(tensor.name, bytes.data(), bytes.size());
    if (tensor.dtype == unet::DType::f32) file.read_f32(tensor.name);
    fuzz::require(tensor.begin == end, "tensors that do not follow each other");
    end = tensor.end;
  }
}

/// A few steps from a checkpoint that was accepted, over the end of an epoch.
void go_on(const unet::SafetensorsReader& file) {
  unet::Trainer<Net, Back> trainer{unet::TrainOptions{}};
  trainer.restore(unet::load_checkpoint<Net, float>(file));
  int calls = 0;
  unet::TrainCallbacks callbacks;
  callbacks.should_stop = [&calls] { return ++calls > 4; };
  trainer.fit(ToySet(2), ToySet(1, 1000), callbacks);
}

}  // namespace

/// Changes the header or the data and then states the header's true length: with a wrong one nothing behind it would be reached.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  std::uint64_t length = 0;
  if (size >= sizeof length) std::memcpy(&length, data, sizeof length);
  if (size < sizeof length || length > size - sizeof length || seed % 16 == 0)
    return LLVMFuzzerMutate(data, size, most);
  std::uint8_t* const header = data + sizeof length;
  const auto header_size = static_cast<std::size_t>(length), rest = size - sizeof length - header_size;
  if (seed % 8 == 1)
    return sizeof length + header_size + LLVMFuzzerMutate(header + header_size, rest, most - size + rest);
  const std::vector<std::uint8_t> tensors(header + header_size, data + size);
  length = LLVMFuzzerMutate(header, header_size, most - sizeof length - rest);
  if (rest > 0) std::memcpy(header + length, tensors.data(), rest);
  std::memcpy(data, &length, sizeof length);
  return sizeof length + static_cast<std::size_t>(length) + rest;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto path = fuzz::input_folder().write("a.safetensors", fuzz::text_of(data, size));
  if (!fuzz::accepts([&] { unet::SafetensorsReader{path}; })) return 0;
  const unet::SafetensorsReader file(path);
  fuzz::require(fuzz::accepts([&] { read_all(file); }), "a tensor that the header promises can not be read");
  fuzz::accepts([&] { unet::identify_net(file); });
  static unet::Model<Net, Back> model(0);
  fuzz::accepts([&] {
    unet::load(model, path);
    unet::verify(model, file);
  });
  fuzz::accepts([&] { go_on(file); });
  return 0;
}
