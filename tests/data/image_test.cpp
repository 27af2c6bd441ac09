// Reading, resizing and writing images, and refusing those that are damaged.
#include "unet/data/image.hpp"
#include "unet/imaging/resize.hpp"

#include "files.hpp"

namespace image_test {

using namespace unet;
using namespace test;

TEST_CASE("8-bit grey PNG: size from the header, values over 255") {
  TemporaryFolder folder;
  write(folder / "a.png", grey_png(3, 2, {0, 51, 102, 153, 204, 255}));
  const ImageInfo info = read_image_info(folder / "a.png");
  CHECK(info.format == ImageFormat::png);
  CHECK(info.width == 3);
  CHECK(info.height == 2);
  CHECK(info.channels == 1);
  CHECK(info.bits == 8);
  const Image image = read_image(folder / "a.png", 1);
  CHECK(image.view().shape == Shape{1, 2, 3, 1});
  for (std::size_t i = 0; i < 6; ++i) CHECK(image.pixels[i] == doctest::Approx(static_cast<double>(i) / 5));
}

TEST_CASE("16-bit PNG keeps all its bits") {
  TemporaryFolder folder;
  write(folder / "a.png", make_png(2, 1, 16, 0, {1, 40001}));
  CHECK(read_image_info(folder / "a.png").bits == 16);
  const Image image = read_image(folder / "a.png", 1);
  CHECK(image.pixels[0] == doctest::Approx(1 / 65535.0));
  CHECK(image.pixels[1] == doctest::Approx(40001 / 65535.0));
}

TEST_CASE("channels: luminance from RGB, alpha dropped, grey repeated") {
  TemporaryFolder folder;
  write(folder / "rgb.png", make_png(2, 1, 8, 2, {255, 0, 0, 90, 90, 90}));
  const Image grey = read_image(folder / "rgb.png", 1);
  CHECK(grey.pixels[0] == doctest::Approx(0.299));
  CHECK(grey.pixels[1] == 90 / 255.0f);  // grey stays exactly grey
  CHECK(read_image(folder / "rgb.png", 3).pixels[0] == 1.0f);
  CHECK(read_image(folder / "rgb.png", 3).pixels[1] == 0.0f);

  write(folder / "rgba.png", make_png(1, 1, 8, 6, {100, 150, 200, 0}));  // transparent: its colour counts all the same
  const Image rgb = read_image(folder / "rgba.png", 3);
  CHECK(rgb.pixels[0] == doctest::Approx(100 / 255.0));
  CHECK(rgb.pixels[2] == doctest::Approx(200 / 255.0));
  write(folder / "rgba16.png", make_png(1, 1, 16, 6, {1000, 1000, 1000, 7}));
  CHECK(read_image(folder / "rgba16.png", 1).pixels[0] == doctest::Approx(1000 / 65535.0));

  write(folder / "ga.png", make_png(1, 1, 8, 4, {100, 3}));
  const Image five = read_image(folder / "ga.png", 5);
  CHECK(five.channels == 5);
  for (const float value : five.pixels) CHECK(value == doctest::Approx(100 / 255.0));
  CHECK(contains(message_of<OptionError>([&] { read_image(folder / "ga.png", 0); }), "0 channels"));
}

TEST_CASE("JPEG and BMP are recognised by content, not by name") {
  TemporaryFolder folder;
  Bytes pixels(16 * 8 * 3);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i / 24 * 8);
  write(folder / "a.png", make_jpeg(16, 8, 3, pixels));
  write(folder / "b.jpg", make_bmp(16, 8, 3, pixels));
  CHECK(read_image_info(folder / "a.png").format == ImageFormat::jpeg);
  CHECK(read_image_info(folder / "b.jpg").format == ImageFormat::bmp);
  for (const char* name : {"a.png", "b.jpg"}) {
    const ImageInfo info = read_image_info(folder / name);
    CHECK(info.width == 16);
    CHECK(info.height == 8);
    CHECK(info.channels == 3);
    CHECK(info.bits == 8);
    const Image image = read_image(folder / name, 3);
    for (std::size_t i = 0; i < pixels.size(); ++i)
      CHECK(image.pixels[i] == doctest::Approx(pixels[i] / 255.0).epsilon(0.05));
  }
}

TEST_CASE("a JPEG header behind a long comment is found") {
  TemporaryFolder folder;
  Bytes jpeg = make_jpeg(8, 4, 1, Bytes(32, 77));
  Bytes comment{0xFF, 0xFE, 0x40, 0x00};
  comment.resize(2 + 0x4000, 'x');
  jpeg.insert(jpeg.begin() + 2, comment.begin(), comment.end());
  write(folder / "a.jpg", jpeg);
  CHECK(read_image_info(folder / "a.jpg").width == 8);
  CHECK(read_image(folder / "a.jpg", 1).pixels[0] == doctest::Approx(77 / 255.0).epsilon(0.02));
}

TEST_CASE("cut files are refused at every length") {
  TemporaryFolder folder;
  Bytes pixels(9 * 7 * 3);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * 37);
  const Bytes png = encode_png(7, 9, 3, pixels.data());
  for (const Bytes& whole : {png, make_jpeg(9, 7, 3, pixels), make_bmp(9, 7, 3, pixels)}) {
    write(folder / "whole", whole);
    CHECK_NOTHROW(read_image(folder / "whole", 1));
    for (std::size_t length = 0; length < whole.size(); ++length) {
      write(folder / "cut", Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)));
      const std::string message = message_of<FileError>([&] { read_image(folder / "cut", 1); });
      CHECK(contains(message, (folder / "cut").string()));
    }
  }
}

TEST_CASE("bytes after the end of an image do no harm") {
  TemporaryFolder folder;
  for (Bytes bytes : {flat_png(4, 4, 9), make_jpeg(4, 4, 1, Bytes(16, 9)), make_bmp(4, 4, 1, Bytes(16, 9))}) {
    bytes.insert(bytes.end(), 100, 0xAA);
    write(folder / "a", bytes);
    CHECK_NOTHROW(read_image(folder / "a", 1));
  }
}

TEST_CASE("any changed byte within a PNG's chunks is noticed") {
  TemporaryFolder folder;
  const Bytes sound = grey_png(4, 3, {0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110});
  for (std::size_t at = 0; at < sound.size(); ++at) {
    Bytes bytes = sound;
    bytes[at] ^= 0x10;
    write(folder / "a.png", bytes);
    CHECK_THROWS_AS(read_image(folder / "a.png", 1), FileError);
  }
  Bytes bytes = sound;
  bytes[50] ^= 1;
  write(folder / "a.png", bytes);
  const std::string message = message_of<FileError>([&] { read_image(folder / "a.png", 1); });
  CHECK(contains(message, "checksum"));
  CHECK(contains(message, "copy or download it again"));
}

TEST_CASE("valid checksums around nonsense") {
  TemporaryFolder folder;
  Bytes png{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  append_chunk(png, "IHDR", {0, 0, 0, 9, 0, 0, 0, 9, 8, 0, 0, 0, 0});
  append_chunk(png, "IDAT", {1, 2, 3, 4, 5});
  append_chunk(png, "IEND", {});
  write(folder / "a.png", png);
  CHECK(contains(message_of<FileError>([&] { read_image(folder / "a.png", 1); }), "can not be decoded"));
}

TEST_CASE("a JPEG with an impossible Huffman table never reaches the decoder") {
  TemporaryFolder folder;
  Bytes jpeg = make_jpeg(8, 8, 1, Bytes(64, 100));
  const std::array<std::uint8_t, 2> table{0xFF, 0xC4};
  const auto found = std::search(jpeg.begin(), jpeg.end(), table.begin(), table.end());
  REQUIRE(found + 8 < jpeg.end());
  *(found + 7) = 255;  // codes of some length: more than all bytes together
  *(found + 8) = 255;
  write(folder / "a.jpg", jpeg);
  CHECK(contains(message_of<FileError>([&] { read_image(folder / "a.jpg", 1); }), "impossible Huffman table"));
}

namespace {

/// Where the first segment of that kind has its marker.
Bytes::iterator segment(Bytes& jpeg, std::uint8_t kind) {
  const std::array<std::uint8_t, 2> marker{0xFF, kind};
  const auto found = std::search(jpeg.begin(), jpeg.end(), marker.begin(), marker.end());
  REQUIRE(found != jpeg.end());
  return found;
}

std::string message_for_jpeg(const Bytes& jpeg) {
  TemporaryFolder folder;
  write(folder / "a.jpg", jpeg);
  return message_of<FileError>([&] { read_image(folder / "a.jpg", 1); });
}

}  // namespace

TEST_CASE("a JPEG whose scan uses what is not defined never reaches the decoder") {
  const Bytes sound = make_jpeg(8, 8, 1, Bytes(64, 100));
  Bytes jpeg = sound;
  *(segment(jpeg, 0xDA) + 6) = 0x33;  // the Huffman tables of the scan's first component
  CHECK(contains(message_for_jpeg(jpeg), "names a Huffman table which is not defined"));
  jpeg = sound;
  *(segment(jpeg, 0xDA) + 5) = 77;
  CHECK(contains(message_for_jpeg(jpeg), "a component that its frame header does not name"));
  jpeg = sound;
  *(segment(jpeg, 0xC0) + 12) = 3;  // the quantisation table of the first component
  CHECK(contains(message_for_jpeg(jpeg), "names a quantisation table which is not defined"));
  jpeg = sound;
  *(segment(jpeg, 0xDA) + 1) = 0xFE;  // a comment instead of the scan
  CHECK(contains(message_for_jpeg(jpeg), "without the data of one of its components"));
  jpeg = sound;
  const auto table = segment(jpeg, 0xC4);
  *(table + 1) = 0xFE;
  CHECK(contains(message_for_jpeg(jpeg), "names a Huffman table which is not defined"));
}

TEST_CASE("a JPEG of hundreds of scans is refused before it takes seconds") {
  Bytes jpeg = make_jpeg(8, 8, 1, Bytes(64, 100));
  const auto scan = segment(jpeg, 0xDA);
  const Bytes again(scan, jpeg.end() - 2);
  for (int i = 0; i < 120; ++i) jpeg.insert(jpeg.end() - 2, again.begin(), again.end());
  CHECK(contains(message_for_jpeg(jpeg), "more than 100 scans"));
}

TEST_CASE("a PNG that inflates to a thousand times of what its header says") {
  // Zeros in deflate's fixed code, by hand because compressing so many takes long: one of them, then copies of 258 at a time.
  Bytes data{0x78, 1};
  std::uint32_t bits = 0;
  int count = 0;
  const auto put = [&](std::uint32_t code, int size) {
    bits |= code << count;
    for (count += size; count >= 8; count -= 8, bits >>= 8) data.push_back(static_cast<std::uint8_t>(bits));
  };
  put(0b011, 3);
  put(0b0000'1100, 8);
  for (int i = 0; i < 800'000; ++i) put(0b00000'1010'0011, 13);
  put(0, 7 + 7);
  Bytes png{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  append_chunk(png, "IHDR", {0, 0, 0, 16, 0, 0, 0, 16, 8, 0, 0, 0, 0});
  append_chunk(png, "IDAT", data);
  append_chunk(png, "IEND", {});
  TemporaryFolder folder;
  write(folder / "a.png", png);
  CHECK(contains(message_of<FileError>([&] { read_image(folder / "a.png", 1); }),
                 "far more memory than its header says"));
}

TEST_CASE("the decoder's memory is cleared") {
  std::vector<char*> blocks;
  for (int i = 0; i < 50; ++i) blocks.push_back(static_cast<char*>(std::malloc(3000)));
  for (char* const block : blocks) std::memset(block, 77, 3000), std::free(block);
  char* const some = static_cast<char*>(unet::detail::decoder_allocate(3000));
  CHECK(std::all_of(some, some + 3000, [](char c) { return c == 0; }));
  char* const more = static_cast<char*>(unet::detail::decoder_reallocate(some, 3000, 9000));
  CHECK(std::all_of(more, more + 9000, [](char c) { return c == 0; }));
  std::free(more);
  const unet::detail::LimitedDecoder limited(100);
  CHECK(unet::detail::decoder_allocate(101) == nullptr);
}

TEST_CASE("what is no image at all") {
  TemporaryFolder folder;
  write(folder / "text.png", std::string("This is a text that somebody called an image."));
  CHECK(contains(message_of<FileError>([&] { read_image(folder / "text.png", 1); }), "is not a PNG, JPEG or BMP"));
  write(folder / "empty.png", std::string());
  CHECK(contains(message_of<FileError>([&] { read_image(folder / "empty.png", 1); }), "empty file"));
  CHECK(contains(message_of<FileError>([&] { read_image(folder / "none.png", 1); }), "no such file"));
  fs::create_directory(folder / "folder.png");
  CHECK(contains(message_of<FileError>([&] { read_image(folder / "folder.png", 1); }), "is a folder"));
}

TEST_CASE("compressed BMP is refused with advice") {
  TemporaryFolder folder;
  Bytes bmp = make_bmp(4, 4, 1, Bytes(16, 9));
  bmp[30] = 1;
  write(folder / "a.bmp", bmp);
  CHECK(contains(message_of<FileError>([&] { read_image(folder / "a.bmp", 1); }), "save it as PNG"));
}

TEST_CASE("headers that claim too much are refused before anything is decoded") {
  TemporaryFolder folder;
  write(folder / "huge.png", make_png(40000, 40000, 8, 6, {}));
  const std::string message = message_of<FileError>([&] { read_image_info(folder / "huge.png"); });
  CHECK(contains(message, "huge.png"));
  CHECK(contains(message, "40000x40000"));
  CHECK(contains(message, "16384"));
  CHECK_THROWS_AS(read_image(folder / "huge.png", 1), FileError);
  CHECK(read_image_info(folder / "huge.png", {.max_side = 40000}).width == 40000);
  write(folder / "small.png", flat_png(20, 10, 0));
  CHECK_THROWS_AS(read_image(folder / "small.png", 1, {.max_side = 19}), FileError);
  CHECK_NOTHROW(read_image(folder / "small.png", 1, {.max_side = 20}));
  write(folder / "zero.png", make_png(0, 5, 8, 0, {}));
  CHECK(contains(message_of<FileError>([&] { read_image(folder / "zero.png", 1); }), "0x5"));
}

TEST_CASE("resize averages on reduction and interpolates on enlargement") {
  Image board(64, 64, 1);  // a fine chequerboard must become grey, not black or white
  for (Index y = 0; y < 64; ++y)
    for (Index x = 0; x < 64; ++x) *board.view().at(0, y, x) = static_cast<float>((x + y) % 2);
  for (const float value : resize(board, 8, 16).pixels) CHECK(value == doctest::Approx(0.5).epsilon(0.02));

  Image ramp(1, 4, 2);
  ramp.pixels = {0, 1, 0.25f, 0.75f, 0.5f, 0.5f, 0.75f, 0.25f};
  const Image wide = resize(ramp, 1, 8);
  CHECK(wide.channels == 2);
  CHECK(wide.pixels[2 * 3] == doctest::Approx(0.25 + 0.0625));
  CHECK(wide.pixels[2 * 3 + 1] == doctest::Approx(0.75 - 0.0625));
  CHECK(resize(ramp, 1, 4).pixels == ramp.pixels);
  CHECK_THROWS_AS(resize(ramp, 0, 4), OptionError);
  CHECK_THROWS_AS(resize(Image(2, 2, 65), 1, 1), ShapeError);
}

TEST_CASE("resize from and to any size keeps a constant image constant") {
  for (unet::Index from = 1; from <= 80; ++from)
    for (unet::Index to = 1; to <= 80; ++to) {
      unet::Image image(1, from, 1);
      std::fill(image.pixels.begin(), image.pixels.end(), 0.75f);
      CAPTURE(from);
      CAPTURE(to);
      for (const float value : unet::resize(image, 1, to).pixels)
        REQUIRE(value == doctest::Approx(0.75f).epsilon(1e-6));
    }
}

TEST_CASE("PNG files come back as they were written, and are replaced whole or not at all") {
  TemporaryFolder folder;
  for (int channels = 1; channels <= 4; ++channels) {
    Bytes pixels(static_cast<std::size_t>(5 * 3 * channels));
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * 29);
    write_png(folder / "a.png", 3, 5, channels, pixels.data());
    if (channels == 1 || channels == 3) CHECK(to_bytes(read_image(folder / "a.png", channels)) == pixels);
    CHECK(read_image_info(folder / "a.png").channels == channels);
  }
  const Bytes pixels(15);
  CHECK_THROWS_AS(write_png(folder / "no" / "a.png", 3, 5, 1, pixels.data()), FileError);
  CHECK_THROWS_AS(write_png(folder / "a.png", 3, 5, 5, pixels.data()), OptionError);
  CHECK_THROWS_AS(write_png(folder / "a.png", 0, 5, 1, pixels.data()), OptionError);
  CHECK(read_image_info(folder / "a.png").channels == 4);  // the failures left it alone
  CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 1);
}

}  // namespace image_test
