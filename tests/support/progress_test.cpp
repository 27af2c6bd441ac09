// The progress bar on a terminal, the lines elsewhere.
#include "support/cli/progress.hpp"

#include <doctest/doctest.h>

#include "../data/files.hpp"
#include "../io/temporary_folder.hpp"
#include "support/cli/task_progress.hpp"
#include "support/session/data_source.hpp"
#include "terminal.hpp"
#include "well_formed.hpp"

namespace progress_test {

namespace {

const app::ProgressState state = {3, 30, 12, 42, 0.12345, 0.8765, 34.56, 83};
const app::EpochRecord record = {3, 0.5, 0.75, 0.25, 0.8, 0.01, 12, 34.5, 812};

}  // namespace

TEST_CASE("the bar says all there is to say when there is room") {
  CHECK(
      app::progress_line(state, 120) ==
      "epoch 3/30  [########......................]  step 12/42  loss 0.1235  IoU 0.876  34.6 images/s  1:23 min left");
}

TEST_CASE("the bar fits any width and keeps the time left longest") {
  for (int width = 0; width < 140; ++width)
    CHECK(app::progress_line(state, width).size() <= static_cast<std::size_t>(width));
  CHECK(app::progress_line(state, 28) == "epoch 3/30  1:23 min left");
  CHECK(app::progress_line(state, 10) == "epoch 3/30");
}

TEST_CASE("the bar before the first step and with an unknown time") {
  app::ProgressState start;
  start.epoch = 1;
  start.epochs = 2;
  const std::string line = app::progress_line(start, 100);
  CHECK(line.find("[....") != line.npos);
  CHECK(line.find("left") == line.npos);
}

TEST_CASE("elsewhere than on a terminal: one line an epoch and nothing else") {
  const TemporaryFolder folder;
  std::FILE* file = std::fopen((folder / "log").c_str(), "w");
  REQUIRE(file != nullptr);
  {
    app::Progress progress(3, 30, file);
    for (int epoch = 3; epoch <= 4; ++epoch) {
      progress.begin_epoch(epoch, 5);
      for (int step = 0; step < 5; ++step) progress.step(8, 0.5, 0.75);
      app::EpochRecord done = record;
      done.epoch = epoch;
      progress.end_epoch(done, epoch == 4);
    }
  }
  std::fclose(file);
  CHECK(file_content(folder / "log") ==
        "epoch 3/30  loss 0.5000 val 0.2500  IoU 0.7500 val 0.8000  lr 0.01  12 s\n"
        "epoch 4/30  loss 0.5000 val 0.2500  IoU 0.7500 val 0.8000  lr 0.01  12 s  best\n");
}

TEST_CASE("the line of an epoch fits into 80 columns: what has no room is left out") {
  app::EpochRecord done = record;
  done.epoch = 10;
  done.seconds = 38;
  CHECK(app::epoch_line(done, 30, true) ==
        "epoch 10/30  loss 0.5000 val 0.2500  IoU 0.7500 val 0.8000  lr 0.01  38 s  best");
  done.seconds = 83;
  done.learning_rate = 0.00125;
  CHECK(app::epoch_line(done, 30, true) ==
        "epoch 10/30  loss 0.5000 val 0.2500  IoU 0.7500 val 0.8000  1:23 min  best");  // the rate would not fit
  CHECK(app::epoch_line(done, 30, false) ==
        "epoch 10/30  loss 0.5000 val 0.2500  IoU 0.7500 val 0.8000  lr 0.00125  1:23 min");
  done.train_loss = done.validation_loss = 123.45678;
  done.learning_rate = 7.8125e-05;
  CHECK(app::epoch_line(done, 30, true) ==
        "epoch 10/30  loss 123.4568 val 123.4568  IoU 0.7500 val 0.8000  1:23 min  best");
}

TEST_CASE("on a terminal the bar is redrawn in place, at most ten times a second, and gone at the end") {
  const Terminal terminal(60);
  if (!terminal.slave) {
    MESSAGE("skipped: this system has no pseudo-terminals");
    return;
  }
  const TerminalKind kind("xterm");
  {
    app::Progress progress(1, 2, terminal.slave);
    progress.begin_epoch(1, 100'000);
    const auto start = std::chrono::steady_clock::now();
    for (int step = 0; step < 1000; ++step) progress.step(8, 0.5, 0.75);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const std::string bar = terminal.output();
    CHECK(bar.find("\repoch 1/2") == 0);
    CHECK(count(bar, "\r") >= 1);
    CHECK(static_cast<double>(count(bar, "\r")) <= 2 + 10 * seconds);
    CHECK(bar.find('\n') == bar.npos);
    CHECK(bar.find("\x1b[K") <= 60);
    progress.end_epoch(record, false);
    CHECK(terminal.output().find("\r\x1b[Kepoch 3/2") == 0);
    progress.begin_epoch(2, 10);
    progress.step(8, 0.5, 0.75);
    CHECK(terminal.output().find("\repoch 2/2") == 0);
  }
  CHECK(terminal.output() == "\r\x1b[K");
  const TerminalKind dumb("dumb");
  CHECK_FALSE(app::TerminalLine::is_terminal(terminal.slave));
}

TEST_CASE("the bar of a task fits terminals of any width and keeps the time left longest") {
  const auto line = [](int width) { return app::task_line("clusters of encoder1.conv1", 27, 113, 30, width); };
  CHECK(line(39) == "clusters of encoder1.con  1:36 min left");
  CHECK(app::task_line("reading images", 27, 113, 30, 39) == "reading images  27/113  1:36 min left");
  CHECK(line(59) == "clusters of encoder1.conv1  [#.....]  27/113  1:36 min left");
  CHECK(line(199) == "clusters of encoder1.conv1  [#######.......................]  27/113  1:36 min left");
  for (int width = 0; width < 200; ++width) CHECK(line(width).size() <= static_cast<std::size_t>(width));
}

TEST_CASE("no bar is wider than the terminal: it would leave a line for every update") {
  for (const unsigned short columns : {40, 60, 200}) {
    CAPTURE(columns);
    const Terminal terminal(columns);
    if (!terminal.slave) {
      MESSAGE("skipped: this system has no pseudo-terminals");
      return;
    }
    const TerminalKind kind("xterm");
    {
      app::TaskProgress task("inner products of encoder1.conv1", terminal.slave);
      task.show(200, 200);
      app::Progress training(1, 30, terminal.slave);
      training.begin_epoch(1, 1000);
      training.step(8, 0.12345, 0.8765);
    }
    const std::string output = terminal.output();
    CHECK(test::contains(output, "inner products of"));
    CHECK(test::contains(output, "epoch 1/30"));
    for (std::size_t at = output.find('\r'); at != output.npos; at = output.find('\r', at + 1))
      CHECK(output.find("\x1b[K", at) - at - 1 < columns);
  }
}

TEST_CASE("while the images of a folder are decoded a bar is shown, and it is gone before anything else is printed") {
  const TemporaryFolder folder;
  for (const char* name : {"a", "b", "c"}) {
    test::write(folder / "images" / (std::string(name) + ".png"), test::flat_png(16, 16, 100));
    test::write(folder / "masks" / (std::string(name) + "_mask.png"), test::flat_png(16, 16, 255));
  }
  const Terminal terminal(60);
  if (!terminal.slave) {
    MESSAGE("skipped: this system has no pseudo-terminals");
    return;
  }
  const TerminalKind kind("xterm");
  const int usual = ::dup(STDERR_FILENO);
  ::dup2(::fileno(terminal.slave), STDERR_FILENO);
  app::DataOptions options;
  options.data = (folder / "").string();
  options.size = 16;
  const app::DataSource data(options, [](const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); });
  ::dup2(usual, STDERR_FILENO);
  ::close(usual);
  const std::string output = terminal.output();
  CHECK(test::contains(output, "\rreading images  ["));
  CHECK(test::contains(output, "3/3\x1b[K\r\x1b[Kdecoded images are kept in memory"));
}

}  // namespace progress_test
