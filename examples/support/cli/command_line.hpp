// The options of a program: declared, parsed and explained. CLI11 does it, behind an interface that compiles it once.
#pragma once
#include <functional>
#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace app {

class CommandLine {
 public:
  enum Presence { optional, required };

  CommandLine(const std::string& program, const std::string& description);
  ~CommandLine();

  /// An option, or without dashes what stands alone. T may be std::string, std::filesystem::path, bool is not: see flag();
  /// int, unet::Index, std::uint64_t (which refuses a minus sign), double, std::optional of a number, or a vector of
  /// strings (separated by commas) or paths.
  /// @param look how --help shows its value: "N [200]"
  template <class T>
  void option(const std::string& name, T& value, const std::string& help, const std::string& look,
              Presence presence = optional);
  void flag(const std::string& name, bool& value, const std::string& help);

  /// Whether the user gave the option.
  bool given(const std::string& name) const;

  /// Sets the values that options were declared with. An exit code when the program shall end: --help was given (0), or
  /// something wrong (2); it has then been told to the user.
  int parse(int argc, char** argv);
  static constexpr int parsed = -1;

 private:
  std::unique_ptr<CLI::App> app_;
};

/// What every main() does: declares the options, parses them, and runs the body guarded. Its exit code.
int run_cli(int argc, char** argv, const std::string& program, const std::string& description,
            const std::function<void(CommandLine&)>& declare, const std::function<int(const CommandLine&)>& body);

}  // namespace app
