// feature_maps: what it says of maps that are known to mark boundaries, lungs or nothing; and the program as a user runs it.
#include "programs/feature_maps/feature_maps.hpp"
#include "programs/feature_maps/findings.hpp"
#include "programs/feature_maps/judged.hpp"
#include "programs/feature_maps/measure.hpp"
#include "programs/feature_maps/pictures.hpp"
#include "runs.hpp"
#include "support/picture/label.hpp"
#include "unet/chest/phantom.hpp"

namespace feature_maps_test {

using namespace test;

namespace {

using app::Finding;
using unet::Image;
using unet::Index;

constexpr Index side = app::figure_side;

/// The true mask of image i, 1 x 64 x 64 x 1: a rectangle that moves by `step` from image to image.
unet::HostTensor<float> rectangle(Index i, Index step) {
  unet::HostTensor<float> mask(unet::Shape{1, 64, 64, 1});
  for (Index y = 16; y < 40; ++y)
    for (Index x = 4 + i * step; x < 24 + i * step; ++x) mask(0, y, x, 0) = 1;
  return mask;
}

Image image_of(const std::vector<std::uint8_t>& mask) {
  Image image(side, side, 1);
  std::copy(mask.begin(), mask.end(), image.pixels.begin());
  return image;
}

Image noise(std::uint32_t sample) {
  unet::Random random(1, unet::Purpose::test, 0, sample);
  Image image(side, side, 1);
  for (float& value : image.pixels) value = static_cast<float>(random.uniform());
  return image;
}

/// Numbers of a net whose encoder1 knows nothing, whose decoder2 marks boundaries (or nothing) and decoder1 the lungs, dark.
app::FeatureNumbers known_maps(Index step, bool decoder_finds) {
  const std::vector<std::string> blocks = {"encoder1", "decoder2", "decoder1"};
  const std::vector<unet::Shape> shapes = {{1, 256, 256, 4}, {1, 64, 64, 8}, {1, 256, 256, 4}};
  constexpr Index chosen = 3, images = 8;
  app::OfRegions<Image> prior{{side, side, 1}, {side, side, 1}};
  for (Index i = 0; i < chosen; ++i) {
    const app::Regions regions = app::regions_of(rectangle(i, step), 0.02);
    for (const app::Region region : app::all_regions)
      for (std::size_t p = 0; p < regions[region].size(); ++p) prior[region].pixels[p] += regions[region][p];
  }
  app::FeatureNumbers numbers{blocks,    shapes,          {},          app::Marking(blocks, prior),
                              {0, 1, 2}, {3, 4, 5, 6, 7}, "validation"};
  for (Index i = 0; i < images; ++i) {
    const app::Regions regions = app::regions_of(rectangle(i, step), 0.02);
    const auto sample = static_cast<std::uint32_t>(i);
    Image dark_lungs = image_of(regions.lungs);
    for (float& value : dark_lungs.pixels) value = 1 - value;
    if (!decoder_finds) dark_lungs = noise(100 + sample);
    const Image boundary = decoder_finds ? image_of(regions.boundary) : noise(200 + sample);
    if (i == chosen) numbers.marking.choose();
    numbers.marking.take(regions, noise(300 + sample), {noise(sample), boundary, dark_lungs}, shapes, i < chosen);
  }
  return numbers;
}

std::vector<std::string> small_maps(const fs::path& out) {
  return {"--model", trained_run().string(), "--out", out.string()};
}

/// Column of a CSV file by name.
std::vector<std::string> column(const fs::path& path, const std::string& name) {
  const auto all = lines(path);
  const auto header = cells(all.at(0));
  const auto found = std::find(header.begin(), header.end(), name);
  REQUIRE(found != header.end());
  std::vector<std::string> values;
  for (std::size_t i = 1; i < all.size(); ++i)
    values.push_back(cells(all[i]).at(static_cast<std::size_t>(found - header.begin())));
  return values;
}

const std::vector<std::string> small_blocks = {"encoder1",   "encoder2", "encoder3", "encoder4", "bottleneck_conv1",
                                               "bottleneck", "decoder4", "decoder3", "decoder2", "decoder1"};

}  // namespace

TEST_CASE("labels of the montage can be read where a page shows it 960 pixels wide, and are not shortened") {
  constexpr std::size_t blocks = 9;
  app::MapRow row{"phantom_0001_1",     "best male",          0.9, Image(side, side, 1),
                  Image(side, side, 1), Image(side, side, 1), {}};
  row.blocks.assign(blocks, Image(side, side, 1));
  const app::Picture montage = app::feature_montage({row}, std::vector<std::string>(blocks, "bottleneck"),
                                                    std::vector<unet::Shape>(blocks, {1, 512, 512, 256}), side / 2);
  const Index scale = app::feature_label_scale(side / 2);
  CHECK(app::label_height(scale) * 960 / montage.width >= 8);
  CHECK(app::label_width("bottleneck", scale) <= side / 2);
}

TEST_CASE("maps that mark boundary or lungs are found out, with thresholds from other images") {
  const app::FeatureNumbers numbers = known_maps(4, true);
  const auto judged = app::judge_all(numbers, 0);
  REQUIRE(judged.size() == 5);
  const auto& [encoder1, decoder2, decoder1, input, position] =
      std::tie(judged[0], judged[1], judged[2], judged[3], judged[4]);
  CHECK(decoder2.regions.boundary.dice.mean == 1);
  CHECK(decoder2.regions.boundary.threshold.bright);
  CHECK(decoder1.regions.lungs.dice.mean == 1);
  CHECK_FALSE(decoder1.regions.lungs.threshold.bright);
  CHECK(decoder1.regions.boundary.dice.mean < 0.4);
  CHECK(position.name == "position");
  CHECK(position.regions.boundary.dice.mean < 0.7);
  for (const app::JudgedMap* nothing : {&encoder1, &input}) {
    CHECK(nothing->regions.boundary.dice.mean == doctest::Approx(encoder1.regions.boundary.chance).epsilon(0.03));
    CHECK(std::abs(nothing->regions.boundary.above_chance) < 0.03);
  }
  CHECK(*encoder1.limit == 1);
  CHECK(*decoder2.limit > 0.85);
  CHECK(*decoder2.limit < 1);
  CHECK_FALSE(position.limit);

  const Finding finding = app::boundary_finding(numbers, "test", 0);
  CHECK(finding.verdict == Finding::Verdict::supported);
  CHECK(contains(finding.text, "On 5 test images the decoder's best mean map (decoder2) reaches a Dice of 1.000"));
  // The lungs' map has its edge in the middle of the boundary.
  CHECK(decoder1.edges->dice.mean > 0.9);
  CHECK(contains(finding.text, "better than the best without the net (decoder2, "));
  CHECK(contains(finding.text, "the edges of decoder1)"));
  CHECK(contains(app::region_finding(numbers).text, "1 of 2 decoder blocks mark the lungs better"));
  CHECK(contains(app::encoder_finding(numbers, 0).text, "the decoder marks it better"));
}

TEST_CASE("maps that know nothing support nothing, and refute where the usual place is known") {
  const app::FeatureNumbers moving = known_maps(5, false), still = known_maps(0, false);
  CHECK(app::boundary_finding(moving, "test", 0).verdict == Finding::Verdict::unclear);
  const Finding finding = app::boundary_finding(still, "all", 0);
  CHECK(finding.verdict == Finding::Verdict::not_supported);
  CHECK(contains(finding.text, "On 5 images"));
  CHECK(contains(finding.text, "(knowing only where boundaries usually are) reaches 1.000"));
  CHECK(contains(app::encoder_finding(still, 0).text, "neither is clearly better"));
}

TEST_CASE("files of a run: whole, of the right size, and they agree with each other and with training") {
  const TemporaryFolder root;
  const Ended ended =
      run("feature_maps", small_maps(root / "new/out") + std::vector<std::string>{"--channels", "decoder1,latent"});
  CAPTURE(ended.err);
  REQUIRE(ended.exit_code == 0);
  const fs::path out = root / "new/out";
  CHECK(tree(out).size() == 7);
  CHECK(contains(ended.out, "The decoder finds the boundaries of the lungs. On 4 test images"));
  CHECK(contains(ended.out, "too few images for an interval"));
  CHECK_FALSE(contains(ended.out, "nan"));

  const auto blocks = column(out / "blocks.csv", "block");
  CHECK(blocks == small_blocks + std::vector<std::string>{"input", "position"});
  const auto dice = column(out / "blocks.csv", "boundary_dice"), each = column(out / "mean_maps.csv", "boundary_dice"),
             names = column(out / "mean_maps.csv", "block"), chance = column(out / "blocks.csv", "boundary_chance"),
             rank = column(out / "blocks.csv", "effective_rank"), channels = column(out / "blocks.csv", "channels");
  CHECK(names.size() == 4 * 13);
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    double sum = 0;
    for (std::size_t i = 0; i < names.size(); ++i) sum += names[i] == blocks[b] ? std::stod(each[i]) : 0;
    CHECK(std::stod(dice[b]) == doctest::Approx(sum / 4));
    CHECK(std::stod(dice[b]) > 0.5 * std::stod(chance[b]));
    if (b >= small_blocks.size()) continue;
    CHECK(std::stod(rank[b]) >= 1);
    CHECK(std::stod(rank[b]) <= std::stod(channels[b]));
  }
  CHECK(column(out / "channels.csv", "channel").size() == 2 * (8 + 16 + 32 + 64 + 128));

  const auto ids = column(out / "shown.csv", "id"), ious = column(out / "shown.csv", "iou"),
             trained_ids = column(trained_run() / "per_image.csv", "id"),
             trained_ious = column(trained_run() / "per_image.csv", "iou");
  CHECK(ids.size() >= 4);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto found = std::find(trained_ids.begin(), trained_ids.end(), ids[i]) - trained_ids.begin();
    CHECK(std::stod(ious[i]) == doctest::Approx(std::stod(trained_ious.at(static_cast<std::size_t>(found)))));
  }
  const Image montage = unet::read_image(out / "feature_maps.png", 3);
  CHECK(montage.width > 13 * side);
  CHECK(montage.height > static_cast<Index>(ids.size()) * side);
  CHECK(unet::read_image(out / "channels_decoder1.png", 3).height > 2 * 256);
  CHECK(unet::read_image(out / "channels_latent.png", 3).height > 4 * 128);
}

TEST_CASE("controls depend on the data alone: figures of the phantom") {
  // Computed once from the phantom's masks; the net has no part in them.
  const TemporaryFolder root;
  REQUIRE(
      run("feature_maps", small_maps(root / "out") + std::vector<std::string>{"--ids", "phantom_0003_1"}).exit_code ==
      0);
  const auto dice = column(root / "out/blocks.csv", "boundary_dice"),
             lungs = column(root / "out/blocks.csv", "lungs_dice"),
             limit = column(root / "out/blocks.csv", "boundary_limit"),
             chance = column(root / "out/blocks.csv", "boundary_chance");
  const auto about = [](double value) { return doctest::Approx(value).epsilon(0.002); };
  CHECK(std::stod(dice[10]) == about(0.27380));   // the input itself
  CHECK(std::stod(dice[11]) == about(0.44283));   // the mean of the training images' boundaries
  CHECK(std::stod(lungs[11]) == about(0.76256));  // and of their lungs
  CHECK(std::stod(limit[0]) == about(0.90727));   // the boundary itself in 32x32 pixels
  CHECK(std::stod(limit[3]) == about(0.34428));   // and in 4x4
  CHECK(std::stod(chance[0]) == about(0.21287));
  CHECK(column(root / "out/shown.csv", "role") == std::vector<std::string>{""});
  CHECK(column(root / "out/shown.csv", "id") == std::vector<std::string>{"phantom_0003_1"});

  // Any number of threads gives the same files.
  const std::vector<std::string> same = {"--ids", "phantom_0003_1", "--threads", "3"};
  REQUIRE(run("feature_maps", small_maps(root / "same") + same).exit_code == 0);
  CHECK(tree(root / "same") == tree(root / "out"));
}

TEST_CASE("images without metadata: best and worst of all are shown") {
  const TemporaryFolder root;
  unet::PhantomOptions options;
  options.count = 6;
  options.height = options.width = 32;
  const unet::Phantom phantom(options);
  Image image(32, 32, 1), mask(32, 32, 1);
  for (Index i = 0; i < 6; ++i) {
    phantom.load(i, image.view(), mask.view());
    const std::string name = "image" + std::to_string(i) + ".png";
    write(root / ("data/images/" + name), unet::encode_png(32, 32, 1, unet::to_bytes(image).data()));
    write(root / ("data/masks/" + name), unet::encode_png(32, 32, 1, unet::to_bytes(mask).data()));
  }
  const Ended ended =
      run("feature_maps", {"--model", (trained_run() / "best.safetensors").string(), "--data", (root / "data").string(),
                           "--out", (root / "out").string(), "--part", "all"});
  CAPTURE(ended.err);
  REQUIRE(ended.exit_code == 0);
  CHECK(column(root / "out/shown.csv", "role") == std::vector<std::string>{"best", "worst"});
  CHECK(contains(ended.out, "male, female, normal, abnormal"));
}

TEST_CASE("what is refused, before anything is written or lost") {
  const TemporaryFolder root;
  const auto refused = [&](std::vector<std::string> more, const std::vector<std::string>& words) {
    check_refused(run("feature_maps", small_maps(root / "out") + more), words);
    CHECK((!fs::exists(root / "out") || tree(root / "out").empty()));
  };
  refused({"--ids", "phantom_0001_1,nobody"}, {"unknown id 'nobody'", "phantom_0001_1"});
  refused({"--channels", "decoder9"}, {"unknown layer 'decoder9'", "encoder1, encoder2", "decoder1, logits"});
  refused({"--boundary", "0"}, {"boundary", "0.5"});
  refused({"--redundant", "1.5"}, {"--redundant", "0 to 1"});
  refused({"--part", "tests"}, {"tests", "validation"});

  write(root / "out/blocks.csv", std::string("earlier"));
  check_refused(run("feature_maps", small_maps(root / "out")), {"blocks.csv", "exists", "--overwrite"});
  // A full disk: earlier results are kept.
  const auto overwrite = small_maps(root / "out") + std::vector<std::string>{"--overwrite", "--ids", "phantom_0001_1"};
  check_refused(run("feature_maps", overwrite, 20'000), {"feature_maps.png"});
  CHECK(content(root / "out/blocks.csv") == "earlier");
  REQUIRE(run("feature_maps", overwrite).exit_code == 0);
  CHECK(content(root / "out/blocks.csv") != "earlier");
}

TEST_CASE("Ctrl-C ends it at the next map, and nothing is written") {
  const TemporaryFolder root;
  Process process("feature_maps",
                  small_maps(root / "out") + std::vector<std::string>{"--count", "100", "--size", "128"});
  REQUIRE(process.prints("mean maps of all blocks"));
  process.send(SIGINT);
  const Ended ended = process.wait();
  CAPTURE(ended.err);
  CHECK(ended.exit_code == 130);
  CHECK(tree(root / "out").empty());
}

}  // namespace feature_maps_test
