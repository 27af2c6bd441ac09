// Numbers as text: exact for files, rounded for readers. Never depends on the locale.
#pragma once
#include <string>

namespace app {

/// The shortest text that reads back as the same number; "nan", "inf", "-inf" for those.
std::string exact(double value);

/// Rounded to `decimals` places; "not finite" has no digits and becomes a dash.
std::string fixed(double value, int decimals);

/// Rounded to `digits` significant digits, without needless zeros: "0.01", "1.5e-05".
std::string significant(double value, int digits);

/// "7,765,409".
std::string grouped(long long value);

/// "1 pixel", "1,024 pixels".
std::string counted(long long count, const std::string& noun);

/// A time span: "0.4 s", "42 s", "3:05 min", "2:07:09 h".
std::string duration(double seconds);

}  // namespace app
