// The work of a context of the asynchronous test backend: a queue that one thread works through.
#pragma once
#include <algorithm>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "unet/core/parallel.hpp"

namespace async {

/// When a queue's work begins: at once, beside the host; or as late as it may, when the host waits for it, so that who forgets
/// to wait finds nothing done, every time.
enum class Start { at_once, when_waited_for };

/// What all queues do. To be set while no queue has work.
inline Start start = Start::at_once;

/// Work that is done in the order in which it was issued.
class Queue {
 public:
  /// Number of a piece of work; 0 is none.
  using Ticket = long;

  static std::shared_ptr<Queue> make() {
    const auto queue = std::make_shared<Queue>();
    const std::lock_guard lock(all_mutex());
    std::erase_if(all(), [](const auto& other) { return other.expired(); });
    all().push_back(queue);
    return queue;
  }

  /// Issues work; it will use as many threads as the issuer would now.
  Ticket push(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    work_.push_back({std::move(task), unet::thread_count()});
    ++issued_;
    if (start == Start::at_once) wanted_ = issued_;
    changed_.notify_all();
    return issued_;
  }
  Ticket issued() const {
    const std::lock_guard lock(mutex_);
    return issued_;
  }
  bool passed(Ticket ticket) const {
    const std::lock_guard lock(mutex_);
    return done_ >= ticket;
  }
  void wait(Ticket ticket) {
    std::unique_lock lock(mutex_);
    wanted_ = std::max(wanted_, ticket);
    changed_.notify_all();
    changed_.wait(lock, [&] { return done_ >= ticket; });
  }
  /// Waits for all that was issued to any queue.
  static void wait_for_all() {
    std::unique_lock lock(all_mutex());
    const auto queues = all();
    lock.unlock();
    for (const auto& weak : queues)
      if (const auto queue = weak.lock()) queue->wait(queue->issued());
  }

  /// What its thread does, until end() was called and all is done.
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return done_ < wanted_ || ended_; });
      if (work_.empty()) return;
      const Piece piece = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      unet::set_thread_count(piece.threads);
      piece.task();
      lock.lock();
      ++done_;
      changed_.notify_all();
    }
  }
  void end() {
    const std::lock_guard lock(mutex_);
    wanted_ = issued_;
    ended_ = true;
    changed_.notify_all();
  }

 private:
  struct Piece {
    std::function<void()> task;
    int threads;
  };

  static std::vector<std::weak_ptr<Queue>>& all() {
    static std::vector<std::weak_ptr<Queue>> queues;
    return queues;
  }
  static std::mutex& all_mutex() {
    static std::mutex mutex;
    return mutex;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Piece> work_;
  Ticket issued_ = 0, wanted_ = 0, done_ = 0;
  bool ended_ = false;
};

/// A moment in a queue's work.
struct Event {
  std::shared_ptr<Queue> queue;
  Queue::Ticket ticket = 0;

  bool passed() const { return queue->passed(ticket); }
  void wait() const { queue->wait(ticket); }
};

/// A queue and its thread. What was issued is done before it is destroyed.
class Context {
 public:
  Context() : queue_(Queue::make()), thread_([queue = queue_] { queue->run(); }) {}
  Context(Context&&) = default;
  Context& operator=(Context&&) = delete;
  ~Context() {
    if (!queue_) return;  // moved from
    queue_->end();
    thread_.join();
  }

  void push(std::function<void()> task) { queue_->push(std::move(task)); }
  Event record() { return {queue_, queue_->issued()}; }
  void finish() { record().wait(); }

 private:
  std::shared_ptr<Queue> queue_;
  std::thread thread_;
};

}  // namespace async
