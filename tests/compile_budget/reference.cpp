// What compile budgets are measured against: a program that has nothing of the library, so its time tells how fast the machine is.
#include <Eigen/Dense>
#include <cstdio>
#include <iostream>
#include <map>
#include <string>

int main() {
  Eigen::MatrixXd m(3, 3);
  for (int i = 0; i < 9; ++i) std::cin >> m(i / 3, i % 3);
  std::map<std::string, double> norms;
  norms["product"] = (m * m.transpose()).norm();
  norms["inverse"] = m.partialPivLu().inverse().norm();
  for (const auto& [name, norm] : norms) std::printf("%s %g\n", name.c_str(), norm);
}
