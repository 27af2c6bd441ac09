// The X-ray image of a synthetic patient: attenuation of everything that the rays pass, then the response of the detector.
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "unet/chest/phantom/attenuation.hpp"
#include "unet/chest/phantom/detector.hpp"
#include "unet/chest/phantom/draw_anatomy.hpp"
#include "unet/chest/phantom/lesions.hpp"
#include "unet/chest/phantom/vessels.hpp"

namespace unet::phantom {

/// A finished sample: grey values in [0, 1] and the exact lung fields (0 and 1), height x width each.
struct ImageAndMask {
  std::vector<float> image;
  std::vector<std::uint8_t> mask;
};

/// Of a patient with the given lesions; seed and index decide on texture, vessels and grain.
inline ImageAndMask make_image(const Anatomy& a, const std::vector<Mark>& lesions, std::uint64_t seed,
                               std::uint32_t index, Index height, Index width) {
  const Texture texture(Random(seed, Purpose::phantom, 3, index));
  const Projection projection{a, height, width};
  Attenuation attenuation = body_attenuation(projection, texture);
  add_marks(attenuation, projection, draw_vessels(a, seed, index));
  add_marks(attenuation, projection, lesions);
  detect(attenuation.values, a, Random(seed, Purpose::phantom, 4, index), height, width);
  return {std::move(attenuation.values), std::move(attenuation.lungs)};
}

/// Of sample `index`: it depends on the seed, the index and the size alone.
inline ImageAndMask make_image(std::uint64_t seed, std::uint32_t index, Index height, Index width) {
  const Anatomy patient = draw_anatomy(seed, index);
  return make_image(patient, draw_lesions(patient, seed, index).marks, seed, index, height, width);
}

}  // namespace unet::phantom
