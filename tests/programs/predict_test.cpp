// predict: masks at the images' own size, logits, comparison with true masks, and everything that it must refuse.
#include <cmath>
#include <cstdio>
#include <sstream>

#include "pictures.hpp"
#include "runs.hpp"
#include "unet/chest/phantom.hpp"
#include "unet/core/host_tensor.hpp"
#include "unet/imaging/resize.hpp"
#include "unet/io/safetensors.hpp"
#include "unet/train/metrics.hpp"

namespace predict_test {

using namespace test;

namespace {

/// Values of a mask file, which must be 0 and 255 only.
std::vector<float> mask_values(const fs::path& path, unet::Index height, unet::Index width) {
  const unet::Image mask = unet::read_image(path, 1);
  CHECK(mask.height == height);
  CHECK(mask.width == width);
  for (const float value : mask.pixels) REQUIRE((value == 0 || value == 1));
  return mask.pixels;
}

unet::Overlap overlap(const std::vector<float>& prediction, const std::vector<float>& truth) {
  unet::Overlap o;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    o.intersection += prediction[i] > 0.5f && truth[i] > 0.5f;
    o.predicted += prediction[i] > 0.5f;
    o.truth += truth[i] > 0.5f;
  }
  return o;
}

/// "0.9123", as the program prints it.
std::string rounded(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", value);
  return text;
}

/// A weights file again, with other metadata or tensors.
void rewrite(const fs::path& from, const fs::path& to, const std::map<std::string, std::string>& metadata,
             const std::function<void(std::vector<unet::TensorToWrite>&)>& edit = {}) {
  const unet::SafetensorsReader file(from);
  std::vector<std::vector<float>> values;
  std::vector<unet::TensorToWrite> tensors;
  for (const unet::TensorInfo& tensor : file.tensors()) values.push_back(file.read_f32(tensor.name));
  for (std::size_t i = 0; i < values.size(); ++i)
    tensors.push_back({file.tensors()[i].name, unet::DType::f32, file.tensors()[i].shape, values[i].data()});
  if (edit) edit(tensors);
  unet::write_safetensors(to, metadata, tensors);
}

/// Eight bytes of length, then the header, then `data` bytes.
std::string raw_safetensors(std::uint64_t length, const std::string& header, std::size_t data) {
  std::string bytes(reinterpret_cast<const char*>(&length), sizeof length);
  return bytes + header + std::string(data, '\0');
}

}  // namespace

TEST_CASE("masks, overlays and logits of images of an odd size; IoU and Dice") {
  const TemporaryFolder root;
  write_images(root / "data", 3, 75, 61);
  fs::rename(root / "data/masks/image_1_mask.png", root / "data/masks/image_1.png");  // without _mask is fine, too
  fs::remove(root / "data/masks/image_2_mask.png");
  const Ended ended =
      run("predict", {"--model", trained_run().string(), (root / "data/images").string(), "--out",
                      (root / "out/new").string(), "--save-logits", "--masks", (root / "data/masks").string()});
  CAPTURE(ended.err);
  CAPTURE(ended.out);
  REQUIRE(ended.exit_code == 0);
  CHECK(contains(ended.err, "resized to 32 x 32"));
  CHECK(contains(ended.err, "for 1 of 3 images"));
  CHECK(contains(ended.err, "image_2"));
  CHECK(tree(root / "out/new").size() == 10);

  const auto scores = lines(root / "out/new/scores.csv");
  REQUIRE(scores.size() == 3);
  CHECK(scores[0] == "id,iou,dice");
  double iou = 0, dice = 0;
  for (const std::string name : {"image_0", "image_1", "image_2"}) {
    const auto mask = mask_values(root / "out/new" / (name + "_mask.png"), 75, 61);
    const unet::Image overlay = unet::read_image(root / "out/new" / (name + "_overlay.png"), 3);
    CHECK(overlay.width == 61);
    CHECK(overlay.height > 75);  // with the legend below

    const unet::SafetensorsReader file(root / "out/new" / (name + ".logits.safetensors"));
    REQUIRE(file.tensors().size() == 1);
    CHECK(file.find("logits")->shape == std::vector<unet::Index>{1, 1, 32, 32});
    unet::Image logits(32, 32, 1);
    logits.pixels = file.read_f32("logits");
    const unet::Image own_size = unet::resize_values(logits, 75, 61);
    for (std::size_t i = 0; i < mask.size(); ++i) REQUIRE((mask[i] == 1) == (own_size.pixels[i] > 0));

    const fs::path truth = root / "data/masks" / (name == "image_0" ? "image_0_mask.png" : name + ".png");
    if (!fs::exists(truth)) continue;
    const unet::Overlap o = overlap(mask, unet::read_image(truth, 1).pixels);
    CHECK(contains(ended.out, "IoU " + rounded(unet::iou(o)) + "  Dice " + rounded(unet::dice(o))));
    const auto row = cells(scores[name == "image_0" ? 1 : 2]);
    CHECK(row[0] == name);
    CHECK(std::stod(row[1]) == unet::iou(o));
    CHECK(std::stod(row[2]) == unet::dice(o));
    iou += unet::iou(o) / 2;
    dice += unet::dice(o) / 2;
  }
  CHECK(iou > 0.3);
  CHECK(contains(ended.out, "mean of 2 images  IoU " + rounded(iou) + "  Dice " + rounded(dice)));
}

TEST_CASE("true masks of another size are resized, and the result says so; another aspect ratio is an error") {
  const TemporaryFolder root;
  write_images(root / "data", 2, 48, 48);
  const std::vector<std::uint8_t> mask(24 * 24, 255);
  unet::write_png(root / "data/masks/image_0_mask.png", 24, 24, 1, mask.data());
  unet::write_png(root / "data/masks/image_1_mask.png", 24, 12, 1, mask.data());
  const Ended ended = run("predict", {"--model", trained_run().string(), (root / "data/images").string(), "--out",
                                      (root / "out").string(), "--masks", (root / "data/masks").string()});
  CAPTURE(ended.err);
  CHECK(ended.exit_code == 1);
  CHECK(contains(ended.out, "(true mask resized)"));
  CHECK(contains(ended.err, "image_1_mask.png: mask of 12x24 for an image of 48x48"));
  CHECK(tree(root / "out").size() == 3);  // those of image_0, and the scores
}

TEST_CASE("images unlike those of the training are named, with what tells them; images like them are not") {
  const TemporaryFolder root;
  unet::PhantomOptions options;
  options.count = 3;
  options.height = options.width = 32;
  options.seed = 77;
  const unet::Phantom phantom(options);
  const auto write_with_exposure = [&](float exposure) {
    for (unet::Index i = 0; i < 3; ++i) {
      unet::HostTensor<float> image({1, 32, 32, 1}), mask({1, 32, 32, 1});
      phantom.load(i, image.view(), mask.view());
      std::vector<std::uint8_t> bytes;
      for (const float value : image.values) bytes.push_back(static_cast<std::uint8_t>(255 * exposure * value));
      fs::create_directories(root / "images");
      unet::write_png(root / "images" / ("scan_" + std::to_string(i) + ".png"), 32, 32, 1, bytes.data());
    }
    const Ended ended = run("predict", {"--model", trained_run().string(), (root / "images").string(), "--out",
                                        (root / "out").string(), "--overwrite"});
    CHECK(ended.exit_code == 0);
    return ended.err;
  };
  CHECK_FALSE(contains(write_with_exposure(1), "unlike"));
  const std::string warning = write_with_exposure(1 / 16.0f);
  CAPTURE(warning);
  CHECK(contains(warning,
                 "warning: 3 of 3 images are unlike those that the net was trained on (scan_0: its mean is 0.0"));
  CHECK(contains(warning, "docs/own_images.md"));
}

TEST_CASE("the size before the net: from --size, the file's metadata, or the image's own with padding") {
  const TemporaryFolder root;
  write_images(root / "data", 1, 75, 61);
  const std::string image = (root / "data/images/image_0.png").string();
  const auto shape = [&](const fs::path& model, const std::vector<std::string>& more, const std::string& words) {
    const Ended ended =
        run("predict", std::vector<std::string>{"--model", model.string(), image, "--out", (root / "out").string(),
                                                "--save-logits", "--overwrite"} +
                           more);
    CAPTURE(ended.err);
    REQUIRE(ended.exit_code == 0);
    CHECK(contains(ended.err, words));
    mask_values(root / "out/image_0_mask.png", 75, 61);
    return unet::SafetensorsReader(root / "out/image_0.logits.safetensors").find("logits")->shape;
  };
  const fs::path best = trained_run() / "best.safetensors";
  using S = std::vector<unet::Index>;
  CHECK(shape(best, {}, "resized to 32 x 32") == S{1, 1, 32, 32});
  CHECK(shape(trained_run() / "last.safetensors", {}, "resized to 32 x 32") == S{1, 1, 32, 32});
  CHECK(shape(best, {"--size", "64"}, "resized to 64 x 64") == S{1, 1, 64, 64});
  CHECK(shape(best, {"--size", "50"}, "padded by reflection to 64 x 64") == S{1, 1, 50, 50});
  CHECK(shape(best, {"--size", "64x96"}, "resized to 64 x 96") == S{1, 1, 64, 96});
  CHECK(shape(best, {"--size", "50x32"}, "padded by reflection to 64 x 32") == S{1, 1, 50, 32});
  CHECK(shape(best, {"--size", "native"},
              "each at its own size, padded by reflection to multiples of 16 and cropped") == S{1, 1, 75, 61});
  rewrite(best, root / "plain.safetensors", {});
  CHECK(shape(root / "plain.safetensors", {}, "each at its own size") == S{1, 1, 75, 61});
  CHECK(shape(root / "plain.safetensors", {"--size", "32"}, "resized to 32 x 32") == S{1, 1, 32, 32});
}

TEST_CASE("--probabilities: the logistic function of the logits at the image's size, as grey values") {
  const TemporaryFolder root;
  write_images(root / "data", 1, 75, 61);
  const Ended ended = run("predict", {"--model", trained_run().string(), (root / "data/images").string(), "--out",
                                      (root / "out").string(), "--save-logits", "--probabilities"});
  REQUIRE(ended.exit_code == 0);
  CHECK(contains(ended.err, "NAME_probability.png"));
  const unet::Image found = unet::read_image(root / "out/image_0_probability.png", 1);
  unet::Image logits(32, 32, 1);
  logits.pixels = unet::SafetensorsReader(root / "out/image_0.logits.safetensors").read_f32("logits");
  logits = unet::resize_values(logits, 75, 61);
  REQUIRE(found.pixels.size() == logits.pixels.size());
  for (std::size_t i = 0; i < found.pixels.size(); ++i)
    REQUIRE(std::abs(found.pixels[i] - 1 / (1 + std::exp(-logits.pixels[i]))) <= 0.51 / 255);
}

TEST_CASE("--repeat: the time of the forward pass, which changes no result") {
  const TemporaryFolder root;
  write_images(root / "data", 2, 40, 40);
  const auto predict = [&](const char* out, std::vector<std::string> more) {
    more.insert(more.end(),
                {"--model", trained_run().string(), (root / "data/images").string(), "--out", (root / out).string()});
    return run("predict", more);
  };
  REQUIRE(predict("once", {}).exit_code == 0);
  const Ended ended = predict("repeated", {"--repeat", "5"});
  CAPTURE(ended.out);
  REQUIRE(ended.exit_code == 0);
  CHECK((tree(root / "once") == tree(root / "repeated")));
  std::istringstream out(ended.out);
  for (std::string line; std::getline(out, line);) {
    CAPTURE(line);
    double median = 0, best = 0;
    int count = 0;
    const std::size_t at = line.find("  forward pass ");
    REQUIRE(at != std::string::npos);
    REQUIRE(std::sscanf(line.c_str() + at, "  forward pass %lf ms, best %lf ms of %d", &median, &best, &count) == 3);
    CHECK(count == 5);
    CHECK(best <= median);
  }
  check_refused(predict("negative", {"--repeat", "-1"}), {"--repeat", "-1"});
  CHECK_FALSE(fs::exists(root / "negative"));
}

TEST_CASE("many images without a mask: some are named, the others counted") {
  const TemporaryFolder root;
  write_images(root / "data", 1);
  for (int i = 1; i < 9; ++i)
    fs::copy(root / "data/images/image_0.png", root / "data/images" / ("image_" + std::to_string(i) + ".png"));
  const Ended ended = run("predict", {"--model", trained_run().string(), (root / "data/images").string(), "--out",
                                      (root / "out").string(), "--masks", (root / "data/masks").string()});
  CHECK(contains(ended.err,
                 "for 8 of 9 images, which are not compared: image_1, image_2, image_3, image_4, image_5 "
                 "and 3 more\n"));
}

TEST_CASE("the disk is not waited for after every image") {
  if (std::system("strace -V >/dev/null 2>&1") != 0) {
    MESSAGE("skipped: strace counts the calls, and is not installed");
    return;
  }
  const TemporaryFolder root;
  write_images(root / "data", 1);
  for (int i = 1; i < 20; ++i)
    fs::copy(root / "data/images/image_0.png", root / "data/images" / ("image_" + std::to_string(i) + ".png"));
  const std::string line = "strace -f -e trace=fsync,fdatasync,syncfs -o '" + (root / "calls").string() + "' " +
                           UNET_PROGRAM_DIR + "/predict --threads 1 --model '" + trained_run().string() + "' '" +
                           (root / "data/images").string() + "' --out '" + (root / "out").string() +
                           "' >/dev/null 2>&1";
  if (std::system(line.c_str()) != 0 || !contains(content(root / "calls"), "exited with 0")) {
    MESSAGE("skipped: strace may not trace here");
    return;
  }
  std::size_t waits = 0;
  for (const std::string& call : lines(root / "calls")) waits += contains(call, "sync");
  CHECK(waits >= 1);
  CHECK(waits < 10);
}

TEST_CASE("the same masks on both backends and for any number of threads") {
  const TemporaryFolder root;
  write_images(root / "data", 2);
  const auto masks = [&](const std::vector<std::string>& more, const std::string& out) {
    REQUIRE(run("predict", std::vector<std::string>{"--model", trained_run().string(), (root / "data/images").string(),
                                                    "--out", (root / out).string()} +
                               more)
                .exit_code == 0);
    return tree(root / out);
  };
  const auto one = masks({"--threads", "1"}, "one");
  CHECK((masks({"--threads", "2"}, "two") == one));
  masks({"--backend", "eigen"}, "eigen");
  for (const char* name : {"image_0_mask.png", "image_1_mask.png"}) {
    const auto a = mask_values(root / "one" / name, 48, 48), b = mask_values(root / "eigen" / name, 48, 48);
    std::size_t different = 0;
    for (std::size_t i = 0; i < a.size(); ++i) different += a[i] != b[i];
    CHECK(different < 5);  // a logit may lie so close to 0 that rounding decides
  }
}

TEST_CASE("bad images are named and the others are still done") {
  const TemporaryFolder root;
  write_images(root / "data", 2);
  int number = 0;
  for (const BadImage& bad : bad_images())
    write(root / "data/images" / ("bad_" + std::to_string(number++) + ".png"), bad.bytes);
  write(root / "data/masks/image_1_mask.png", flat_png(48, 24, 255));
  const auto before = tree(root / "data");
  const Ended ended = run("predict", {"--model", trained_run().string(), (root / "data/images").string(), "--out",
                                      (root / "out").string(), "--masks", (root / "data/masks").string()});
  CAPTURE(ended.err);
  CHECK(ended.exit_code == 1);
  number = 0;
  for (const BadImage& bad : bad_images()) {
    CAPTURE(bad.name);
    CHECK(contains(ended.err, "bad_" + std::to_string(number++) + ".png"));
    for (const std::string& word : bad.words) CHECK(contains(ended.err, word));
  }
  CHECK(contains(ended.err, "image_1_mask.png"));
  CHECK(contains(ended.err, "48x24"));
  CHECK(contains(ended.err, "7 images failed"));
  CHECK(contains(ended.out, "image_0"));
  CHECK(tree(root / "out").size() == 3);
  mask_values(root / "out/image_0_mask.png", 48, 48);
  CHECK((tree(root / "data") == before));
}

TEST_CASE("nothing is overwritten by accident") {
  const TemporaryFolder root;
  write_images(root / "a", 2);
  write_images(root / "b", 1);
  write(root / "empty/notes.txt", "no image");
  const auto refuses = [&](const std::vector<std::string>& arguments, const std::vector<std::string>& words) {
    const auto before = tree(root.path);
    check_refused(run("predict", std::vector<std::string>{"--model", trained_run().string()} + arguments), words);
    CHECK((tree(root.path) == before));
  };
  const std::string a = (root / "a/images").string(), b = (root / "b/images").string(), out = (root / "out").string();
  refuses({a, b, "--out", out}, {"a/images/image_0.png", "b/images/image_0.png", "image_0_mask.png", "rename one"});

  // The same file named twice is one image.
  REQUIRE(run("predict", {"--model", trained_run().string(), a, a + "/image_0.png", "--out", out}).exit_code == 0);
  CHECK(tree(out).size() == 4);
  refuses({a, "--out", out}, {"image_0_mask.png and 3 more files", "exists already", "--overwrite"});
  CHECK(run("predict", {"--model", trained_run().string(), a, "--out", out, "--overwrite"}).exit_code == 0);

  // True masks would have the names of results.
  const std::string masks = (root / "a/masks").string();
  refuses({a, "--masks", masks, "--out", masks}, {"image_0_mask.png", "exists already"});
  refuses({a, "--masks", masks, "--out", masks, "--overwrite"}, {"image_0_mask.png", "is an input"});

  refuses({(root / "empty").string(), "--out", out}, {"empty", "contains no PNG"});
  refuses({(root / "nowhere").string(), "--out", out}, {"nowhere", "no such file or folder"});
  refuses({a, "--masks", (root / "empty").string(), "--out", (root / "x").string()},
          {"no mask for any of the 2 images"});
  refuses({a, "--masks", (root / "nowhere").string(), "--out", (root / "x").string()}, {"nowhere"});
  refuses({a, "--out", (root / "empty/notes.txt").string()}, {"notes.txt", "not a folder"});
  refuses({a, "--out", "/proc/x"}, {"/proc"});
  refuses({a, "--out", (root / "x").string(), "--size", "0"}, {"--size", "from 1 to 16384", "0"});
  refuses({a, "--out", (root / "x").string(), "--size", "-5"}, {"--size"});
  for (const char* size : {"x", "32x", "x32", "32x32x32", "large", "32 x 32", "3.5"})
    refuses({a, "--out", (root / "x").string(), "--size", size},
            {"--size: '" + std::string(size), "native", "256x320"});
  refuses({a, "--out", (root / "x").string(), "--size", "32x99999999999999999999"}, {"--size", "from 1 to 16384"});
  refuses({a, "--out", (root / "x").string(), "--threads", "-1"}, {"--threads"});
  refuses({a, "--out", (root / "x").string(), "--threads", "100000"}, {"--threads", "1 to 1024"});
  refuses({a, "--out", (root / "x").string(), "--backend", "abacus"}, {"unknown backend 'abacus'"});
  refuses({a, "--out", (root / "x").string(), "--backend", "cuda"}, {"built without CUDA; use --backend cpu"});
  refuses({a, "--out", (root / "x").string(), "--quickly"}, {"--quickly"});
  refuses({a}, {"--out"});
  refuses({"--out", out}, {"images"});
}

TEST_CASE("files and folders without permission") {
  if (!permissions_apply()) {
    MESSAGE("skipped: root may read and write everything here");
    return;
  }
  const TemporaryFolder root;
  write_images(root / "data", 2);
  fs::create_directories(root / "locked");
  const std::string images = (root / "data/images").string();
  const auto predict = [&](const std::string& out) {
    return run("predict", {"--model", trained_run().string(), images, "--out", (root / out).string()});
  };
  fs::permissions(root / "locked", fs::perms::owner_read | fs::perms::owner_exec);
  check_refused(predict("locked/out"), {"locked", "permissions"});
  fs::permissions(root / "locked", fs::perms::owner_all);
  CHECK(fs::is_empty(root / "locked"));

  fs::permissions(root / "data/images/image_1.png", fs::perms::none);
  const Ended ended = predict("out");
  CHECK(ended.exit_code == 1);
  CHECK(contains(ended.err, "image_1.png"));
  CHECK(contains(ended.err, "permissions"));
  CHECK(tree(root / "out").size() == 2);
  fs::permissions(root / "data/images", fs::perms::none);
  check_refused(predict("other"), {"data/images", "permissions"});
  fs::permissions(root / "data/images", fs::perms::owner_all);
}

TEST_CASE("models that are none") {
  const TemporaryFolder root;
  write_images(root / "data", 1);
  const std::string image = (root / "data/images/image_0.png").string();
  const auto refuses = [&](const fs::path& model, const std::vector<std::string>& words) {
    const auto before = tree(root.path);
    check_refused(run("predict", {"--model", model.string(), image, "--out", (root / "out").string()}), words);
    CHECK((tree(root.path) == before));
  };
  refuses(root / "nowhere.safetensors", {"nowhere.safetensors", "No such file"});
  refuses(root / "data", {"data", "no best.safetensors", "run folder"});
  refuses(image, {"image_0.png"});

  const fs::path best = trained_run() / "best.safetensors", model = root / "model.safetensors";
  const std::string sound = content(best);
  const auto with_bytes = [&](const std::string& bytes, const std::vector<std::string>& words) {
    write(model, bytes);
    refuses(model, words + std::vector<std::string>{"model.safetensors"});
  };
  with_bytes("", {"0 bytes"});
  with_bytes(sound.substr(0, 500), {"beyond the end of the file"});
  with_bytes(sound.substr(0, sound.size() - 1), {"damaged"});
  with_bytes(raw_safetensors(~std::uint64_t{0}, "{}", 0), {"beyond the end of the file"});
  const std::string overlapping =
      R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})";
  with_bytes(raw_safetensors(overlapping.size(), overlapping, 12), {"damaged"});
  const std::string nested(1000000, '[');
  with_bytes(raw_safetensors(nested.size(), nested, 0), {"damaged"});
  // A header of 200 MB that is not even read: most of the file is a hole.
  write(model, raw_safetensors(200'000'000, "{", 0));
  fs::resize_file(model, 300'000'000);
  check_refused(run("predict", {"--model", model.string(), image, "--out", (root / "out").string()}),
                {"200000000", "longer than"});
  fs::remove(model);

  const auto with_tensors = [&](const std::function<void(std::vector<unet::TensorToWrite>&)>& edit,
                                const std::map<std::string, std::string>& metadata,
                                const std::vector<std::string>& words) {
    rewrite(best, model, metadata, edit);
    refuses(model, words + std::vector<std::string>{"model.safetensors"});
  };
  const auto find = [](std::vector<unet::TensorToWrite>& tensors, const std::string& name) {
    return std::find_if(tensors.begin(), tensors.end(), [&](const auto& t) { return t.name == name; });
  };
  const std::vector<float> zeros(100000);
  with_tensors([&](auto& t) { t.erase(find(t, "decoder2.conv1.bias")); }, {}, {"decoder2.conv1.bias", "missing"});
  with_tensors([&](auto& t) { t.erase(find(t, "head.weight")); }, {}, {"head.weight"});
  with_tensors(
      [&](auto& t) {
        find(t, "encoder2.norm1.weight")->shape = {4, 4};
      },
      {}, {"encoder2.norm1.weight", "[4, 4]"});
  with_tensors(
      [&](auto& t) {
        t.push_back({"extra.weight", unet::DType::f32, {1}, zeros.data()});
      },
      {}, {"unknown tensor 'extra.weight'"});
  with_tensors(
      [&](auto& t) {
        *find(t, "head.bias") = {"head.bias", unet::DType::i32, {1}, zeros.data()};
      },
      {}, {"head.bias", "I32"});
  with_tensors(
      [&](auto& t) {
        *find(t, "encoder1.conv1.weight") = {"encoder1.conv1.weight", unet::DType::f32, {16, 1, 3, 3}, zeros.data()};
      },
      {}, {"encoder1.conv1.weight", "[16, 1, 3, 3]"});
  with_tensors(
      [&](auto& t) {
        *find(t, "head.weight") = {"head.weight", unet::DType::f32, {3, 8, 1, 1}, zeros.data()};
      },
      {}, {"UNet<1, 3, 8, 4>", "one class only"});
  with_tensors({}, {{"base", "32"}}, {"base = '32'"});
  with_tensors({}, {{"height", "tall"}, {"width", "32"}}, {"impossible height", "--size"});
}

TEST_CASE("weights that are not numbers give an error, not an empty mask") {
  const TemporaryFolder root;
  write_images(root / "data", 1);
  const std::vector<float> nan{std::nanf("")};
  rewrite(trained_run() / "best.safetensors", root / "nan.safetensors", {}, [&](auto& tensors) {
    for (auto& tensor : tensors)
      if (tensor.name == "head.bias") tensor.data = nan.data();
  });
  const Ended ended = run("predict", {"--model", (root / "nan.safetensors").string(), (root / "data/images").string(),
                                      "--out", (root / "out").string()});
  check_refused(ended, {"nan.safetensors", "not finite"});
  CHECK(tree(root / "out").empty());
}

TEST_CASE("interrupted: stops after the image that it works on, and what is written is whole") {
  const TemporaryFolder root;
  write_images(root / "data", 1, 400, 400);
  for (int i = 1; i < 60; ++i)
    fs::copy(root / "data/images/image_0.png", root / "data/images" / ("image_" + std::to_string(i) + ".png"));
  Process process("predict", {"--model", trained_run().string(), (root / "data/images").string(), "--out",
                              (root / "out").string(), "--size", "400"});
  REQUIRE(process.prints("image_0"));
  process.send(SIGINT);
  const Ended ended = process.wait();
  CAPTURE(ended.err);
  CHECK(ended.exit_code == 130);
  CHECK(contains(ended.err, "interrupted"));
  const auto files = tree(root / "out");
  CHECK(files.size() >= 2);
  CHECK(files.size() < 120);
  CHECK(files.size() % 2 == 0);
  for (const auto& [name, bytes] : files) CHECK(unet::read_image(root / "out" / name, 3).width == 400);
}

TEST_CASE("a disk that is full: says which file could not be written") {
  const TemporaryFolder root;
  write_images(root / "data", 1, 200, 200);
  const Ended ended = run("predict",
                          {"--model", trained_run().string(), (root / "data/images").string(), "--out",
                           (root / "out").string(), "--save-logits", "--size", "64"},
                          16000);
  check_refused(ended, {"out/image_0", "Free some space"});
  for (const auto& [name, bytes] : tree(root / "out")) CHECK_FALSE(contains(name, "tmp"));
  CHECK_FALSE(fs::exists(root / "out/image_0.logits.safetensors"));
}

}  // namespace predict_test
