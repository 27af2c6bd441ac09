// Facts about the U-Net as a type: numbers of parameters, names and places of tensors and outputs, their shapes.
#include "unet/models/unet.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "unet/io/safetensors.hpp"
#include "unet/models/model.hpp"

namespace unet_test {

using unet::Index;
using unet::NamedTensor;
using unet::Planner;
using unet::Position;
using unet::Shape;
using unet::UNet;
using unet::UNetOf;
using unet::Widths;

using Paper = UNet<1, 1, 32, 4>;

// ---- numbers of parameters, known to the compiler ----------------------------------------------------------------------

static_assert(Paper::extent.parameters == 7'765'409);
static_assert(Paper::extent.state == 2 * (2 * (32 + 64 + 128 + 256) * 2 + 2 * 512));
static_assert(Paper::divisor == 16 && Paper::log2_divisor == 4 && Paper::log2_scale == 0);
static_assert(Paper::input_channels == 1 && Paper::output_channels(1) == 1);
static_assert(UNet<3, 4, 5, 2>::input_channels == 3 && UNet<3, 4, 5, 2>::output_channels(3) == 4);
static_assert(UNet<3, 4, 5, 3>::divisor == 8 && UNet<1, 1, 1, 1>::divisor == 2);
// Two blocks of the encoder, two of the bottleneck, up, two of the decoder, head.
static_assert(UNet<1, 1, 1, 1>::extent.parameters == 12 + 12 + 24 + 42 + 9 + 21 + 12 + 2);

// Widths that do not double, and others on the way up: 1 -> 3 -> 5, up 2 beside 3 -> 2.
using Pruned = UNetOf<1, 2, Widths<3, 5>, unet::Conv3x3BN, Widths<2>>;
static_assert(Pruned::extent.parameters ==
              (9 * 1 * 3 + 9) + (9 * 3 * 3 + 9) + (9 * 3 * 5 + 15) + (9 * 5 * 5 + 15)    // encoder, bottleneck
                  + (4 * 5 * 2 + 2) + (9 * 5 * 2 + 6) + (9 * 2 * 2 + 6) + (2 * 2 + 2));  // up, decoder, head
static_assert(Pruned::depth == 1 && Pruned::divisor == 2 && Pruned::block == "Conv3x3BN");
// Doubling widths are a UNet under another name, and a list for the way up that says the same changes nothing.
static_assert(std::is_base_of_v<UNetOf<1, 1, Widths<32, 64, 128, 256, 512>>, Paper>);
static_assert(
    std::is_same_v<UNetOf<1, 1, Widths<4, 6, 9>>, UNetOf<1, 1, Widths<4, 6, 9>, unet::Conv3x3BN, Widths<4, 6>>>);

// ---- places of named outputs ---------------------------------------------------------------------------------------------

template <class Name, class Net>
using PlaceOf = typename Name::template position<Net>;
static_assert(std::is_same_v<PlaceOf<unet::encoder<1>, Paper>, Position<0, 1>>);
static_assert(std::is_same_v<PlaceOf<unet::encoder<3>, Paper>, Position<0, 2, 1, 2, 1, 1>>);
static_assert(std::is_same_v<PlaceOf<unet::decoder<1>, Paper>, Position<0, 4>>);
static_assert(std::is_same_v<PlaceOf<unet::decoder<2>, Paper>, Position<0, 2, 1, 4>>);
static_assert(std::is_same_v<PlaceOf<unet::latent, Paper>, Position<0, 2, 1, 2, 1, 2, 1, 2, 0>>);
static_assert(std::is_same_v<PlaceOf<unet::bottleneck, Paper>, PlaceOf<unet::bottleneck_conv2, Paper>>);
static_assert(std::is_same_v<PlaceOf<unet::logits, Paper>, Position<1>>);
static_assert(unet::detail::NamesPlaceIn<unet::encoder<4>, Paper> &&
              !unet::detail::NamesPlaceIn<unet::encoder<5>, Paper>);
static_assert(unet::detail::NamesPlaceIn<unet::decoder<4>, Paper> &&
              !unet::detail::NamesPlaceIn<unet::decoder<0>, Paper>);

namespace {

/// Shape of an output, without computing anything.
template <class Net, class Name>
Shape shape_of(Shape images) {
  const unet::Values<float> values{std::vector<float>(Net::extent.parameters), std::vector<float>(Net::extent.state)};
  unet::Model<Net, Planner<float>> model(values);
  return model.template output<Name>(unet::View<const float>(nullptr, images)).shape;
}

}  // namespace

TEST_CASE("shapes of the paper's net at 512 x 512") {
  const Shape in{1, 512, 512, 1};
  CHECK(shape_of<Paper, unet::latent>(in) == Shape{1, 32, 32, 256});
  CHECK(shape_of<Paper, unet::encoder<1>>(in) == Shape{1, 512, 512, 32});
  CHECK(shape_of<Paper, unet::encoder<2>>(in) == Shape{1, 256, 256, 64});
  CHECK(shape_of<Paper, unet::encoder<3>>(in) == Shape{1, 128, 128, 128});
  CHECK(shape_of<Paper, unet::encoder<4>>(in) == Shape{1, 64, 64, 256});
  CHECK(shape_of<Paper, unet::bottleneck_conv1>(in) == Shape{1, 32, 32, 512});
  CHECK(shape_of<Paper, unet::bottleneck_conv2>(in) == Shape{1, 32, 32, 512});
  CHECK(shape_of<Paper, unet::bottleneck>(in) == Shape{1, 32, 32, 512});
  CHECK(shape_of<Paper, unet::decoder<4>>(in) == Shape{1, 64, 64, 256});
  CHECK(shape_of<Paper, unet::decoder<3>>(in) == Shape{1, 128, 128, 128});
  CHECK(shape_of<Paper, unet::decoder<2>>(in) == Shape{1, 256, 256, 64});
  CHECK(shape_of<Paper, unet::decoder<1>>(in) == Shape{1, 512, 512, 32});
  CHECK(shape_of<Paper, unet::logits>(in) == Shape{1, 512, 512, 1});
  CHECK(shape_of<Paper, Position<>>({3, 16, 48, 1}) == Shape{3, 16, 48, 1});
  // By position: the first level's concatenation of skip and up, 32 + 32 channels.
  CHECK(shape_of<Paper, Position<0, 2>>({1, 16, 32, 1}) == Shape{1, 16, 32, 64});
}

TEST_CASE("shapes of other nets") {
  using Net = UNet<3, 4, 5, 2>;
  CHECK(shape_of<Net, unet::latent>({2, 8, 12, 3}) == Shape{2, 2, 3, 10});
  CHECK(shape_of<Net, unet::bottleneck>({2, 8, 12, 3}) == Shape{2, 2, 3, 20});
  CHECK(shape_of<Net, Position<>>({2, 8, 12, 3}) == Shape{2, 8, 12, 4});
}

TEST_CASE("shapes and names of a net of any widths") {
  using Net = UNetOf<1, 2, Widths<3, 7, 4>, unet::Conv3x3BN, Widths<6, 5>>;
  const Shape in{2, 8, 12, 1};
  CHECK(shape_of<Net, unet::encoder<1>>(in) == Shape{2, 8, 12, 3});
  CHECK(shape_of<Net, unet::encoder<2>>(in) == Shape{2, 4, 6, 7});
  CHECK(shape_of<Net, unet::latent>(in) == Shape{2, 2, 3, 7});
  CHECK(shape_of<Net, unet::bottleneck>(in) == Shape{2, 2, 3, 4});
  CHECK(shape_of<Net, unet::decoder<2>>(in) == Shape{2, 4, 6, 5});
  CHECK(shape_of<Net, unet::decoder<1>>(in) == Shape{2, 8, 12, 6});
  CHECK(shape_of<Net, unet::logits>(in) == Shape{2, 8, 12, 2});
  std::map<std::string, std::vector<Index>> shapes;
  for (const NamedTensor& tensor : unet::named_tensors<Net>()) shapes[tensor.name] = tensor.file_shape();
  CHECK(shapes.at("bottleneck.conv1.weight") == std::vector<Index>{4, 7, 3, 3});
  CHECK(shapes.at("decoder2.up.weight") == std::vector<Index>{4, 5, 2, 2});
  CHECK(shapes.at("decoder2.conv1.weight") == std::vector<Index>{5, 12, 3, 3});
  CHECK(shapes.at("decoder1.up.weight") == std::vector<Index>{5, 6, 2, 2});
  CHECK(shapes.at("decoder1.conv1.weight") == std::vector<Index>{6, 9, 3, 3});
  CHECK(shapes.at("head.weight") == std::vector<Index>{2, 6, 1, 1});
}

TEST_CASE("tensors have PyTorch's names and shapes") {
  const auto check = []<class Net>(const Net&, const std::string& file) {
    const unet::SafetensorsReader reader(std::filesystem::path(UNET_SOURCE_DIR) / "tests/reference" / file);
    std::set<std::string> expected, found;
    for (const unet::TensorInfo& tensor : reader.tensors())
      if (tensor.name.starts_with("parameters.")) expected.insert(tensor.name.substr(11));
    for (const NamedTensor& tensor : unet::named_tensors<Net>()) {
      CAPTURE(tensor.name);
      CHECK(found.insert(tensor.name).second);
      REQUIRE(expected.count(tensor.name) == 1);
      CHECK(tensor.file_shape() == reader.find("parameters." + tensor.name)->shape);
    }
    CHECK(found == expected);
  };
  check(UNet<1, 1, 3, 2>{}, "net.safetensors");
  check(UNet<2, 3, 2, 1>{}, "classes.safetensors");

  const auto all = unet::named_tensors<Paper>();
  const auto shape_of_tensor = [&](const std::string& name) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const NamedTensor& t) { return t.name == name; });
    REQUIRE(found != all.end());
    return found->file_shape();
  };
  CHECK(all.size() == 18 * 6 + 4 * 2 + 2);
  CHECK(shape_of_tensor("encoder1.conv1.weight") == std::vector<Index>{32, 1, 3, 3});
  CHECK(shape_of_tensor("encoder4.conv2.weight") == std::vector<Index>{256, 256, 3, 3});
  CHECK(shape_of_tensor("bottleneck.conv1.weight") == std::vector<Index>{512, 256, 3, 3});
  CHECK(shape_of_tensor("decoder4.up.weight") == std::vector<Index>{512, 256, 2, 2});
  CHECK(shape_of_tensor("decoder1.conv1.weight") == std::vector<Index>{32, 64, 3, 3});
  CHECK(shape_of_tensor("decoder1.norm2.running_var") == std::vector<Index>{32});
  CHECK(shape_of_tensor("head.weight") == std::vector<Index>{1, 32, 1, 1});
}

TEST_CASE("tensors fill the buffers without gaps, and each element has one place in its file") {
  using Net = UNet<3, 2, 5, 2>;
  std::vector<int> parameters(static_cast<std::size_t>(Net::extent.parameters));
  std::vector<int> state(static_cast<std::size_t>(Net::extent.state));
  for (const NamedTensor& tensor : unet::named_tensors<Net>()) {
    std::vector<int>& buffer = tensor.spec.is_state ? state : parameters;
    for (Index i = 0; i < tensor.spec.size(); ++i)
      ++buffer.at(static_cast<std::size_t>(tensor.offset + tensor.memory_index(i)));
  }
  CHECK(std::all_of(parameters.begin(), parameters.end(), [](int n) { return n == 1; }));
  CHECK(std::all_of(state.begin(), state.end(), [](int n) { return n == 1; }));
}

TEST_CASE("layers outside of a UNet are named by their place") {
  using Net = unet::Sequential<unet::Conv3x3BN<1, 2>, unet::Concat<unet::Sequential<unet::Conv1x1<2, 1>>>>;
  const auto all = unet::named_tensors<Net>();
  CHECK(all.front().name == "0.conv.weight");
  CHECK(all.back().name == "1.0.conv.bias");
}

}  // namespace unet_test
