// Which samples are for training, validation and test.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/core/random.hpp"
#include "unet/core/shape.hpp"
#include "unet/data/csv.hpp"
#include "unet/data/image_files.hpp"
#include "unet/io/atomic_file.hpp"

namespace unet {

enum class Part { train, validation, test };
inline constexpr std::array<Part, 3> all_parts{Part::train, Part::validation, Part::test};

inline const char* to_string(Part part) {
  return part == Part::train ? "train" : part == Part::validation ? "validation" : "test";
}

/// Indices of the samples of each part, ascending.
struct Split {
  std::vector<Index> train, validation, test;

  std::vector<Index>& operator[](Part part) {
    return part == Part::train ? train : part == Part::validation ? validation : test;
  }
  const std::vector<Index>& operator[](Part part) const { return const_cast<Split&>(*this)[part]; }
  Index size() const { return static_cast<Index>(train.size() + validation.size() + test.size()); }
};

/// Shares of the three parts.
struct SplitRatios {
  double train = 0.6, validation = 0.2, test = 0.2;
};

/// Draws a split that depends on the ids and the seed alone, not on the order of the ids. Validation and test are
/// rounded, training has the rest: 566 samples become 340, 113 and 113. Throws OptionError when ratios are negative or
/// do not add up to 1, or when a part that is wanted would stay empty.
inline Split random_split(std::span<const std::string> ids, std::uint64_t seed, SplitRatios ratios = {}) {
  if (ratios.train <= 0 || ratios.validation < 0 || ratios.test < 0 ||
      std::abs(ratios.train + ratios.validation + ratios.test - 1) > 1e-6)
    throw OptionError("split ratios " + std::to_string(ratios.train) + ", " + std::to_string(ratios.validation) + ", " +
                      std::to_string(ratios.test) + "; none may be negative, there must be some training, and they " +
                      "must add up to 1");
  const double count = static_cast<double>(ids.size());
  const Index validation = std::lround(count * ratios.validation), test = std::lround(count * ratios.test);
  const Index train = static_cast<Index>(ids.size()) - validation - test;
  if (train < 1 || (ratios.validation > 0 && validation < 1) || (ratios.test > 0 && test < 1))
    throw OptionError(std::to_string(ids.size()) + " samples are too few to split into training, validation and " +
                      "test; use more images, or other ratios");
  std::vector<Index> order(ids.size());
  std::iota(order.begin(), order.end(), Index{0});
  const auto id = [&](Index i) -> const std::string& { return ids[static_cast<std::size_t>(i)]; };
  std::sort(order.begin(), order.end(), [&](Index a, Index b) { return id(a) < id(b); });
  shuffle(order, Random(seed, Purpose::split));
  Split split;
  split.train.assign(order.begin(), order.begin() + train);
  split.validation.assign(order.begin() + train, order.begin() + train + validation);
  split.test.assign(order.begin() + train + validation, order.end());
  for (const Part part : all_parts) std::sort(split[part].begin(), split[part].end());
  return split;
}

/// Reads a table with the columns id,part (train, validation or test). Ids that it does not name are in no part:
/// their number is ids.size() - split.size(). Throws FileError with the line of an unknown id or part, and of an id
/// that is named twice; and when no sample is for training.
inline Split read_split(const std::filesystem::path& path, std::span<const std::string> ids) {
  std::map<std::string, Index> index;
  for (const std::string& id : ids) index.emplace(id, static_cast<Index>(index.size()));
  const CsvTable table(path, {"id", "part"});
  std::map<std::string, std::pair<Part, std::size_t>> seen;  // part and line
  Split split;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string id = image_id(table.at(row, "id")), name = lower_case(table.at(row, "part"));
    const auto part = std::find_if(all_parts.begin(), all_parts.end(), [&](Part p) { return name == to_string(p); });
    if (part == all_parts.end())
      throw table.row_error(row, "unknown part '" + name + "'; use train, validation or test");
    const auto found = index.find(id);
    if (found == index.end())
      throw table.row_error(row, "unknown id '" + id + "': the data set has no such image with a mask; was the " +
                                     "split made for another data set?");
    const auto [first, added] = seen.emplace(id, std::pair{*part, table.line(row)});
    if (!added)
      throw table.row_error(row, "id '" + id + "' is already in line " + std::to_string(first->second.second) + " (" +
                                     to_string(first->second.first) +
                                     "); each id must be in one part only, or results would be too good");
    split[*part].push_back(found->second);
  }
  if (split.train.empty())
    throw FileError(path.string() + ": no id has the part 'train'; there is nothing to learn from");
  for (const Part part : all_parts) std::sort(split[part].begin(), split[part].end());
  return split;
}

/// Writes what read_split reads, sorted by id. `ids` are those of the whole data set. Throws OptionError for a split of
/// a larger one, FileError when the file can not be written.
inline void write_split(const std::filesystem::path& path, const Split& split, std::span<const std::string> ids) {
  std::map<std::string, Part> parts;
  for (const Part part : all_parts)
    for (const Index i : split[part]) {
      if (i < 0 || i >= static_cast<Index>(ids.size()))
        throw OptionError("split: index " + std::to_string(i) + " of a data set of " + std::to_string(ids.size()) +
                          " samples; was the split made for another data set?");
      parts[ids[static_cast<std::size_t>(i)]] = part;
    }
  std::string text = "id,part\n";
  for (const auto& [id, part] : parts) text += csv_field(id) + "," + to_string(part) + "\n";
  write_file_atomically(path, text);
}

}  // namespace unet
