#include "support/cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <new>
#include <optional>
#include <system_error>
#include <vector>

#include "support/cli/nearest_name.hpp"
#include "support/cli/program.hpp"
#include "unet/core/error.hpp"
#include "unet/core/shape.hpp"

namespace app {

CommandLine::CommandLine(const std::string& program, const std::string& description)
    : app_(std::make_unique<CLI::App>(description, program)), program_(program) {}
CommandLine::~CommandLine() = default;

template <class T>
void CommandLine::option(const std::string& name, T& value, const std::string& help, const std::string& look,
                         Presence presence) {
  constexpr bool whole_number = !std::is_same_v<T, double>;  // of the types that a text may not fit
  declared_.push_back({name, help, look, whole_number});
  CLI::Option* option = app_->add_option(name, value, help)->option_text(look);
  if (presence == required) option->required();
  if constexpr (std::is_same_v<T, std::uint64_t> || std::is_same_v<T, std::optional<std::uint64_t>>)
    option->check(
        [](const std::string& given) { return given.starts_with('-') ? given + " is negative" : std::string(); });
  if constexpr (std::is_same_v<T, std::vector<std::string>>) option->delimiter(',');
}

void CommandLine::flag(const std::string& name, bool& value, const std::string& help) {
  declared_.push_back({name, help, "", false});
  app_->add_flag(name, value, help);
}

void CommandLine::example(const std::string& arguments) {
  example_ = "Example: " + program_ + " " + arguments;
  app_->footer(example_);
}

bool CommandLine::given(const std::string& name) const { return app_->get_option(name)->count() > 0; }

int CommandLine::parse(int argc, char** argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app_->exit(help);
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "%s: %s\nAll options: %s --help\n", program_.c_str(), wrong(error).c_str(), program_.c_str());
    return 2;
  }
  return parsed;
}

/// What was wrong, in the words of our own messages. CLI11 looks at required options before it looks at unknown ones, but an
/// option that is missing is often there with a letter too many.
std::string CommandLine::wrong(const CLI::ParseError& error) const {
  if (!app_->remaining().empty()) return unknown();
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) return missing();
  const std::string text = error.what();
  for (const Declared& declared : declared_) {
    const CLI::Option* option = app_->get_option(declared.name);
    const std::string unreadable = "Could not convert: " + declared.name + " = ";
    if (text.starts_with(unreadable))
      return declared.name + ": '" + text.substr(unreadable.size()) + "' is not a " +
             (declared.whole_number ? "whole number" : "number");
    if (!text.starts_with(declared.name + ":")) continue;
    if (option->count() > 1)
      return declared.name + ": given " + std::to_string(option->count()) + " times; give it once";
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr)
      return declared.name + ": a value is missing: " + declared.name + " " + declared.look;
  }
  return text;
}

std::string CommandLine::unknown() const {
  std::vector<std::string> names = {"--help"};
  for (const Declared& declared : declared_) names.push_back(declared.name);
  std::string text;
  for (const std::string& given : app_->remaining()) {
    if (!given.starts_with('-') || given == "--") continue;
    const std::string name = given.substr(0, given.find('=')), near = nearest_name(name, names);
    text += (text.empty() ? "" : "\n" + program_ + ": ") + name + ": unknown" +
            (near.empty() ? "" : "; did you mean " + near + "?");
  }
  // What stands alone may be the value of an option that is not known.
  return !text.empty() ? text : "'" + app_->remaining().front() + "': belongs to no option";
}

std::string CommandLine::missing() const {
  std::string text;
  for (const Declared& declared : declared_) {
    const CLI::Option* option = app_->get_option(declared.name);
    if (option->get_required() && option->count() == 0)
      text += (text.empty() ? "" : "\n" + program_ + ": ") + declared.name + " is missing: " + declared.help;
  }
  return text + (example_.empty() ? "" : "\n" + example_);
}

namespace {

/// What is written to a disk that is full, or to a reader that has gone, fails without a word.
int with_output_checked(const char* program, int code) {
  errno = 0;
  const bool flushed = std::fflush(stdout) == 0;
  if (flushed && std::ferror(stdout) == 0) return code;
  std::fprintf(stderr, "%s: what it prints could not be written (%s); files are not concerned\n", program,
               flushed ? "standard output" : std::generic_category().message(errno).c_str());
  return code == 0 ? 1 : code;
}

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
  } catch (const unet::OutOfMemory& error) {
    std::fprintf(stderr, "%s: %s\n", program, error.what());
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
  return with_output_checked(program.c_str(), code != CommandLine::parsed ? code : guarded(program.c_str(), [&] {
                               return body(command_line);
                             }));
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
