// The options of a program: declared, parsed and explained. CLI11 does it, behind an interface that compiles it once.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

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

  /// Arguments that work as they are, for who has given too little: "--data phantom --out run".
  void example(const std::string& arguments);

  /// Whether the user gave the option.
  bool given(const std::string& name) const;

  /// Sets the values that options were declared with. An exit code when the program shall end: --help was given (0), or
  /// something wrong (2); it has then been told to the user.
  int parse(int argc, char** argv);
  static constexpr int parsed = -1;

 private:
  struct Declared {
    std::string name, help, look;
    bool whole_number = false;
  };

  std::string wrong(const CLI::ParseError& error) const;
  std::string unknown() const;
  std::string missing() const;

  std::unique_ptr<CLI::App> app_;
  std::string program_, example_;
  std::vector<Declared> declared_;
};

/// What every main() does: declares the options, parses them, and runs the body guarded. Its exit code; 1 also when what was
/// printed did not arrive.
int run_cli(int argc, char** argv, const std::string& program, const std::string& description,
            const std::function<void(CommandLine&)>& declare, const std::function<int(const CommandLine&)>& body);

}  // namespace app
