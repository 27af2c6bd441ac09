// train with bad input: a message that says what, where and what to do; an exit code for errors; no file touched, even when
// the run that is in the output folder may be overwritten.
#include "pictures.hpp"

namespace train_refuses_test {

using namespace test;

namespace {

/// A data set of ten images, and a run folder with a finished run in it.
struct Site {
  TemporaryFolder root;
  fs::path data = root / "data", out = root / "run";

  Site() {
    write_images(data, 10);
    write(out / "best.safetensors", "weights of weeks of work");
    write(out / "results.csv", "epoch\n1\n");
    write(out / "notes.txt", "my notes");
  }

  std::vector<std::string> arguments() const {
    return {"--data", data.string(), "--size", "32",    "--net",      "small",      "--epochs",
            "1",      "--batch",     "2",      "--out", out.string(), "--overwrite"};
  }

  /// train with further arguments is refused with these words, and leaves everything as it was.
  void refuses(const std::vector<std::string>& more, const std::vector<std::string>& words) const {
    const auto before = tree(root.path);
    check_refused(run("train", arguments() + more), words);
    CHECK(tree(root.path) == before);
  }
};

}  // namespace

TEST_CASE("the site of these tests is sound but for what they spoil") {
  const Site site;
  const Ended ended = run("train", site.arguments());
  CAPTURE(ended.err);
  CHECK(ended.exit_code == 0);
  CHECK(content(site.out / "notes.txt") == "my notes");  // not a file of a run, so not replaced
  CHECK(content(site.out / "best.safetensors") != "weights of weeks of work");
}

TEST_CASE("images and masks that are no sound images") {
  for (const BadImage& bad : bad_images()) {
    CAPTURE(bad.name);
    const Site site;
    write(site.data / "images/image_3.png", bad.bytes);
    site.refuses({}, bad.words + std::vector<std::string>{"image_3.png"});
    if (bad.name == "text") {
      write_images(site.data, 10);
      write(site.data / "masks/image_3_mask.png", bad.bytes);
      site.refuses({}, bad.words + std::vector<std::string>{"image_3_mask.png"});
    }
  }
}

TEST_CASE("masks of another size are resized with a warning; another aspect ratio is an error") {
  const Site site;
  write(site.data / "masks/image_3_mask.png", flat_png(24, 24, 255));
  const Ended ended = run("train", site.arguments());
  CHECK(ended.exit_code == 0);
  CHECK(contains(ended.err, "warning: masks resized"));
  write(site.data / "masks/image_3_mask.png", flat_png(48, 24, 255));
  site.refuses({}, {"image_3_mask.png", "48x24", "48x48", "make the mask again"});
}

TEST_CASE("names that are not UTF-8: refused before the first epoch, with the file or option that has it") {
  const Site site;
  fs::copy(site.data, site.root / "data\xE9", fs::copy_options::recursive);
  auto arguments = site.arguments();
  arguments[1] = (site.root / "data\xE9").string();
  check_refused(run("train", arguments), {"--data", "data\uFFFD", "not UTF-8", "rename it"});
  CHECK(content(site.out / "best.safetensors") == "weights of weeks of work");

  write(site.data / "images/image_\xE9.png", flat_png(48, 48, 9));
  write(site.data / "masks/image_\xE9_mask.png", flat_png(48, 48, 255));
  site.refuses({}, {"images/image_\uFFFD.png", "not UTF-8", "rename the image and its mask"});
}

TEST_CASE("folders that are no data set") {
  const Site site;
  fs::create_directories(site.root / "empty");
  fs::create_directories(site.root / "no_images/images");
  fs::create_directories(site.root / "no_images/masks");
  write_images(site.root / "no_pairs", 3);
  fs::remove_all(site.root / "no_pairs/masks");
  fs::create_directories(site.root / "no_pairs/masks");
  write_images(site.root / "orphan", 3);
  fs::remove(site.root / "orphan/images/image_1.png");
  write(site.root / "file", "text");
  auto arguments = site.arguments();

  // --data is given once only, so it is replaced here instead of added.
  const auto with_data = [&](const fs::path& folder, const std::vector<std::string>& words) {
    const auto before = tree(site.root.path);
    arguments[1] = folder.string();
    check_refused(run("train", arguments), words);
    CHECK(tree(site.root.path) == before);
  };
  with_data(site.root / "nowhere", {"nowhere", "no such folder", "check the path"});
  with_data(site.root / "file", {"is not a folder"});
  with_data(site.root / "empty", {"empty", "images/", "masks/", "it has no folders", "images/one.png"});
  with_data(site.root.path, {"data has both: name that one"});
  with_data(site.root / "no_images", {"no_images/images", "contains no PNG"});
  with_data(site.root / "no_pairs", {"none of the 3 images has a mask", "_mask"});
  with_data(site.root / "orphan", {"image_1_mask.png", "add the image"});
  if (!permissions_apply()) {
    MESSAGE("skipped: root may read every folder here, so an unreadable one can not be tried");
    return;
  }
  for (const char* unreadable : {"empty", "no_images/images"}) {
    fs::permissions(site.root / unreadable, fs::perms::none);
    with_data(site.root / fs::path(unreadable).begin()->string(), {unreadable, "permissions"});
    fs::permissions(site.root / unreadable, fs::perms::owner_all);
  }
}

TEST_CASE("splits that do not fit") {
  const Site site;
  const auto refuses = [&](const std::string& table, const std::vector<std::string>& words) {
    write(site.root / "split.csv", table);
    site.refuses({"--split", (site.root / "split.csv").string()}, words + std::vector<std::string>{"split.csv"});
  };
  refuses("name,group\nimage_0,train\n", {"id"});
  refuses("id,part\nimage_0,training\n", {"unknown part 'training'", "train, validation or test"});
  refuses("id,part\nimage_77,train\n", {"unknown id 'image_77'"});
  refuses("id,part\nimage_0,train\nimage_0,test\n", {"image_0", "already in line 2"});
  refuses("id,part\nimage_0,train\nimage_1,train\nimage_2,test\n", {"validation"});
  refuses("", {});
  site.refuses({"--split", (site.root / "nowhere.csv").string()}, {"nowhere.csv", "no such file"});
}

TEST_CASE("a split or batch that does not fit is found before images are decoded, which can take minutes") {
  const Site site;
  write(site.data / "images/image_3.png", bad_images().front().bytes);
  site.refuses({}, {"image_3.png"});
  write(site.root / "split.csv", std::string("id,part\nimage_77,train\n"));
  site.refuses({"--split", (site.root / "split.csv").string()}, {"unknown id 'image_77'"});
  write(site.root / "split.csv", std::string("id,part\nimage_0,train\nimage_1,validation\n"));
  site.refuses({"--split", (site.root / "split.csv").string()}, {"--batch 2 is larger than the training part of 1"});
}

TEST_CASE("options that make no sense") {
  const Site site;
  const auto refuses = [&](const std::string& option, const std::string& value, const std::vector<std::string>& words) {
    CAPTURE(option);
    CAPTURE(value);
    auto arguments = site.arguments();
    const auto at = std::find(arguments.begin(), arguments.end(), option);
    if (at != arguments.end())
      *(at + 1) = value;
    else
      arguments = arguments + std::vector<std::string>{option, value};
    const auto before = tree(site.root.path);
    check_refused(run("train", arguments), words);
    CHECK(tree(site.root.path) == before);
  };
  refuses("--size", "100", {"--size 100", "multiples of 16", "96 and 112"});
  refuses("--size", "0", {"--size 0", "multiples of 16"});
  refuses("--size", "-16", {"--size -16", "multiples of 16"});
  refuses("--size", "1048576", {"--size", "at most 16384", "1048576"});
  refuses("--size", "99999999999999999999", {"--size", "at most 16384"});
  refuses("--size", "large", {"--size", "large"});
  refuses("--batch", "0", {"batch size", "at least 1"});
  refuses("--batch", "7", {"--batch 7", "6 images"});
  refuses("--epochs", "0", {"epochs", "at least 1"});
  refuses("--lr", "-0.1", {"learning rate", "positive", "-0.1"});
  refuses("--lr", "nan", {"learning rate", "positive"});
  refuses("--threads", "-1", {"--threads", "-1"});
  refuses("--threads", "100000", {"--threads", "1 to 1024", "100000"});
  refuses("--seed", "-1", {"--seed", "-1 is negative"});
  refuses("--net", "huge", {"unknown net 'huge'", "paper or small"});
  refuses("--backend", "abacus", {"unknown backend 'abacus'", "cpu, cuda or eigen"});
  refuses("--precision", "fp8", {"unknown precision 'fp8'", "fp32 or bf16"});
  refuses("--device", "1", {"--device chooses among CUDA devices"});
  refuses("--backend", "cuda", {"built without CUDA; use --backend cpu"});
  refuses("--learning-rate", "0.1", {"--learning-rate"});
  check_refused(run("train", {"--data", "phantom"}), {"--out is missing"});
  check_refused(run("train", {"--data", "phantom", "--count", "3", "--out", (site.root / "x").string()}),
                {"--count", "at least 5"});
  CHECK_FALSE(fs::exists(site.root / "x"));
}

TEST_CASE("an instruction set that does not exist") {
  const Site site;
  ::setenv("UNET_ISA", "abacus", 1);
  site.refuses({}, {"UNET_ISA=abacus", "portable, avx2, avx512, avx512vnni, avx512bf16 or amx"});
  ::unsetenv("UNET_ISA");
}

TEST_CASE("output folders that can not be used") {
  const TemporaryFolder root;
  const auto refuses = [&](const fs::path& out, const std::vector<std::string>& words) {
    CAPTURE(out);
    const auto before = tree(root.path);
    check_refused(run("train", small_run(out)), words);
    CHECK(tree(root.path) == before);
  };
  write(root / "file", "text");
  refuses(root / "file", {"file", "not a folder", "--out"});
  refuses(root / "file/run", {"file", "not a folder", "--out"});
  refuses("/proc/run", {"/proc", "choose another"});
  write(root / "used/notes.txt", "my notes");
  refuses(root / "used", {"used", "not empty", "--resume", "--overwrite"});
  if (!permissions_apply()) {
    MESSAGE("skipped: root may write to every folder here, so a write-protected one can not be tried");
    return;
  }
  fs::create_directories(root / "locked");
  fs::permissions(root / "locked", fs::perms::owner_read | fs::perms::owner_exec);
  refuses(root / "locked/run", {"locked", "permissions", "choose another --out"});
  fs::permissions(root / "locked", fs::perms::owner_all);
}

}  // namespace train_refuses_test
