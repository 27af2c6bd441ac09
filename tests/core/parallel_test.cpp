// parallel_for: each task once, whatever the number of threads.
#include "unet/core/parallel.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace parallel_test {

using unet::Index;

TEST_CASE("each task runs once") {
  const int before = unet::thread_count();
  for (const int threads : {1, 2, 3, 5, 16}) {
    CAPTURE(threads);
    unet::set_thread_count(threads);
    CHECK(unet::thread_count() == threads);
    for (const Index tasks : {0, 1, 2, 7, 1000}) {
      std::vector<std::atomic<int>> runs(static_cast<std::size_t>(tasks));
      unet::parallel_for(tasks, [&](Index i) { ++runs.at(static_cast<std::size_t>(i)); });
      for (const auto& count : runs) CHECK(count == 1);
    }
  }
  unet::set_thread_count(before);
}

TEST_CASE("a thread whose own tasks are done helps the others") {
  const int before = unet::thread_count();
  for (const int threads : {2, 3, 16}) {
    CAPTURE(threads);
    unet::set_thread_count(threads);
    for (const Index slow : {0, 60, 99}) {
      std::atomic<int> others = 0;
      bool all = false;
      unet::parallel_for(100, [&](Index i) {
        if (i != slow) {
          ++others;
          return;
        }
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!(all = others == 99) && std::chrono::steady_clock::now() < end) std::this_thread::yield();
      });
      CHECK(all);
    }
  }
  unet::set_thread_count(before);
}

TEST_CASE("each thread begins with a range of its own") {
  const int before = unet::thread_count(), threads = 4;
  unet::set_thread_count(threads);
  std::vector<Index> begun;
  std::mutex lock;
  unet::parallel_for(80, [&](Index i) {
    const auto all = [&] {
      const std::lock_guard guard(lock);
      return begun.size() >= 4;
    };
    {
      const std::lock_guard guard(lock);
      begun.push_back(i);
    }
    // Until all four have one, none has a second.
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!all() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  });
  begun.resize(4);
  std::sort(begun.begin(), begun.end());
  CHECK(begun == std::vector<Index>{0, 20, 40, 60});
  unet::set_thread_count(before);
}

TEST_CASE("results that depend on the task alone do not depend on the number of threads") {
  const int before = unet::thread_count();
  std::vector<double> expected;
  for (const int threads : {1, 2, 3, 5}) {
    unet::set_thread_count(threads);
    std::vector<double> sums(100);
    unet::parallel_for(100, [&](Index i) {
      for (Index k = 1; k <= 1000; ++k) sums[static_cast<std::size_t>(i)] += 1.0 / static_cast<double>(k + i);
    });
    if (expected.empty()) expected = sums;
    CHECK(sums == expected);
  }
  unet::set_thread_count(before);
}

TEST_CASE("more threads than a system can start are not asked for") {
  CHECK(unet::most_threads() >= 64);
  const int before = unet::thread_count();
  unet::set_thread_count(99999);
  CHECK(unet::thread_count() == unet::most_threads());
  std::atomic<int> runs = 0;
  unet::parallel_for(1000, [&](Index) { ++runs; });
  CHECK(runs == 1000);
  unet::set_thread_count(before);
}

TEST_CASE("what a task throws is passed on once all have run: that of the first task, for any number of threads") {
  const int before = unet::thread_count();
  for (const int threads : {1, 2, 3, 5}) {
    CAPTURE(threads);
    unet::set_thread_count(threads);
    std::atomic<int> runs = 0;
    const auto run = [&] {
      unet::parallel_for(100, [&](Index i) {
        ++runs;
        if (i % 10 == 7) throw std::runtime_error("task " + std::to_string(i));
      });
    };
    CHECK_THROWS_WITH_AS(run(), "task 7", std::runtime_error);
    CHECK(runs == 100);
  }
  unet::set_thread_count(before);
}

}  // namespace parallel_test
