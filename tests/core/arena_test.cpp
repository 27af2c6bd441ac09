// The arena: first fit, reuse, alignment, its peak, and refusal beyond its reserve.
#include "unet/core/arena.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "unet/backends/eigen/memory.hpp"
#include "unet/core/buffer.hpp"

namespace arena_test {

using unet::Index;

namespace {

struct Memory : unet::eigen::Memory {
  using Scalar = float;
  using Context = unet::HostContext;
};
unet::HostContext context;
using Arena = unet::Arena<Memory>;

Index distance(const unet::ArenaPiece& from, const unet::ArenaPiece& to) {
  return static_cast<char*>(to.get()) - static_cast<char*>(from.get());
}

}  // namespace

TEST_CASE("pieces are aligned, do not overlap, and return when the last copy is gone") {
  Arena arena;
  arena.reserve(1024);
  CHECK(arena.capacity() == 1024);
  auto a = arena.allocate(1);
  auto b = arena.allocate(65);
  const auto c = arena.allocate(0);
  CHECK(reinterpret_cast<std::uintptr_t>(a.get()) % Arena::granule == 0);
  CHECK(distance(a, b) == 64);
  CHECK(distance(a, c) == 192);
  CHECK(arena.peak() == 256);

  const auto second_copy = b;
  b.reset();
  CHECK(distance(a, arena.allocate(128)) == 256);  // b's place is still taken
  void* const start = a.get();
  a.reset();
  CHECK(arena.allocate(64).get() == start);
  CHECK(arena.peak() == 384);
}

TEST_CASE("it does not grow while a piece is in use") {
  Arena arena;
  arena.reserve(1024);
  {
    const auto piece = arena.allocate(64);
    arena.reserve(1024);  // there is enough
    CHECK_THROWS_AS(arena.reserve(1025), std::logic_error);
    CHECK(arena.capacity() == 1024);
  }
  arena.reserve(2048);
  CHECK(arena.capacity() == 2048);
}

TEST_CASE("the first gap that is large enough is taken") {
  Arena arena;
  arena.reserve(64 * 10);
  std::vector<unet::ArenaPiece> pieces;
  for (int i = 0; i < 10; ++i) pieces.push_back(arena.allocate(64));
  const auto first = pieces[0];
  for (const int i : {2, 5, 6}) pieces[static_cast<std::size_t>(i)].reset();
  const auto two = arena.allocate(128);
  CHECK(distance(first, two) == 5 * 64);
  const auto one = arena.allocate(64);
  CHECK(distance(first, one) == 2 * 64);
  CHECK_THROWS_AS(arena.allocate(1), std::bad_alloc);
  CHECK(arena.peak() == 640);
}

TEST_CASE("beyond the reserve: bad_alloc, and what was there stays") {
  Arena arena;
  CHECK_THROWS_AS(arena.allocate(1), std::bad_alloc);
  arena.reserve(128);
  const auto a = arena.allocate(128);
  CHECK_THROWS_AS(arena.allocate(1), std::bad_alloc);
  CHECK(arena.peak() == 128);
}

TEST_CASE("a reserve only grows") {
  Arena arena;
  arena.reserve(1000);
  arena.reserve(10);
  CHECK(arena.capacity() == 1000);
  arena.reserve(2000);
  CHECK(arena.capacity() == 2000);
}

TEST_CASE("an arena moves while nothing is allocated") {
  Arena a;
  a.reserve(256);
  void* const start = a.allocate(128).get();
  Arena b(std::move(a));
  CHECK(b.capacity() == 256);
  CHECK(b.peak() == 128);
  CHECK(b.allocate(64).get() == start);
  Arena c;
  c.reserve(64);
  c = std::move(b);
  CHECK(c.capacity() == 256);
  CHECK(c.allocate(256).get() == start);
  static_assert(!std::is_copy_constructible_v<Arena>);
}

TEST_CASE("buffers: values to the backend and back, moved but not copied") {
  const std::vector<float> values = {1, 2, 3};
  unet::Buffer<Memory> a(context, values);
  CHECK(a.size() == 3);
  CHECK(a.to_host(context) == values);
  unet::Buffer<Memory> b(std::move(a));
  CHECK(b.to_host(context) == values);
  unet::Buffer<Memory> c(5);
  c = std::move(b);
  CHECK(c.to_host(context) == values);
  const std::vector<float> others = {4, 5, 6};
  c.from_host(context, others.data());
  CHECK(c.to_host(context) == others);
  CHECK(unet::Buffer<Memory>().to_host(context).empty());
  static_assert(!std::is_copy_constructible_v<unet::Buffer<Memory>>);
}

}  // namespace arena_test
