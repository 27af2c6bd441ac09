#include "support/cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <new>
#include <optional>
#include <vector>

#include "support/cli/program.hpp"
#include "unet/core/error.hpp"
#include "unet/core/shape.hpp"

namespace app {

CommandLine::CommandLine(const std::string& program, const std::string& description)
    : app_(std::make_unique<CLI::App>(description, program)) {}
CommandLine::~CommandLine() = default;

template <class T>
void CommandLine::option(const std::string& name, T& value, const std::string& help, const std::string& look,
                         Presence presence) {
  CLI::Option* option = app_->add_option(name, value, help)->option_text(look);
  if (presence == required) option->required();
  if constexpr (std::is_same_v<T, std::uint64_t> || std::is_same_v<T, std::optional<std::uint64_t>>)
    option->check(
        [](const std::string& given) { return given.starts_with('-') ? given + " is negative" : std::string(); });
  if constexpr (std::is_same_v<T, std::vector<std::string>>) option->delimiter(',');
}

void CommandLine::flag(const std::string& name, bool& value, const std::string& help) {
  app_->add_flag(name, value, help);
}

bool CommandLine::given(const std::string& name) const { return app_->get_option(name)->count() > 0; }

int CommandLine::parse(int argc, char** argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app_->exit(error) == 0 ? 0 : 2;
  }
  return parsed;
}

namespace {

/// Runs a program's body; what it throws becomes a message and exit code 1 (2 for a wrong option).
int guarded(const char* program, const std::function<int()>& body) {
  try {
    return body();
  } catch (const unet::OptionError& error) {
    std::fprintf(stderr, "%s: %s\n", program, error.what());
    return 2;
  } catch (const Interrupted&) {
    std::fprintf(stderr, "%s: interrupted; what was finished is kept\n", program);
    return interrupted_exit_code();
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "%s: out of memory; use a smaller --batch or --size\n", program);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", program, error.what());
  }
  return 1;
}

}  // namespace

int run_cli(int argc, char** argv, const std::string& program, const std::string& description,
            const std::function<void(CommandLine&)>& declare, const std::function<int(const CommandLine&)>& body) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that grows too long is then an error with a message, not the program's end
  CommandLine command_line(program, description);
  declare(command_line);
  const int code = command_line.parse(argc, argv);
  return code != CommandLine::parsed ? code : guarded(program.c_str(), [&] { return body(command_line); });
}

using Text = const std::string&;
template void CommandLine::option(Text, std::string&, Text, Text, Presence);
template void CommandLine::option(Text, std::filesystem::path&, Text, Text, Presence);
template void CommandLine::option(Text, int&, Text, Text, Presence);
template void CommandLine::option(Text, unet::Index&, Text, Text, Presence);
template void CommandLine::option(Text, std::uint64_t&, Text, Text, Presence);
template void CommandLine::option(Text, double&, Text, Text, Presence);
template void CommandLine::option(Text, std::optional<unet::Index>&, Text, Text, Presence);
template void CommandLine::option(Text, std::optional<std::uint64_t>&, Text, Text, Presence);
template void CommandLine::option(Text, std::vector<std::string>&, Text, Text, Presence);
template void CommandLine::option(Text, std::vector<std::filesystem::path>&, Text, Text, Presence);

}  // namespace app
